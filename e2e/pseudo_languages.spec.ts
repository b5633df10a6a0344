import { expect, test } from '@playwright/test';
import { backwards } from './crawl/inspect.ts';
import { open, people, setClock, signIn } from './portal.ts';

// The demonstration can be read in two languages that nobody speaks: what is not
// accented in them was never translatable, and what is out of order would be so in
// Urdu too.

test.beforeEach(() => setClock('2026-11-23T09:30:00Z'));

async function choose(page: import('@playwright/test').Page, language: string) {
  await page.goto('/demo/languages');
  await page.locator(`input[name="language"][value="${language}"]`).check({ force: true });
  await page.locator('main form button').click();
  await page.waitForLoadState();
}

test('a test language is chosen, goes along through logging in, and is left again @journey', async ({ page }) => {
  await choose(page, 'en-XA');
  await expect(page.locator('html')).toHaveAttribute('lang', 'en-XA');
  await expect(page.locator('h1')).toContainText('Whíçh láñgúágé');
  await signIn(page, 'many-sources', 'patient');
  await expect(page.locator('html')).toHaveAttribute('lang', 'en-XA');
  await expect(page.locator('h1')).toContainText('Hélló Margaret'); // a name is nobody's to translate
  await choose(page, 'en');
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
});

test('from right to left an NHS number is read from left to right @journey', async ({ page }) => {
  await choose(page, 'en-XB');
  await signIn(page, 'hospital-doctor', 'staff');
  await open(page, people.manySources);
  await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
  const number = page.locator('.app-banner .app-digits').filter({ hasText: /^\d{3} \d{3} \d{4}$/ }).first();
  const at = await number.evaluate((e) => [...e.textContent!].map((_, i) => {
    const range = document.createRange();
    range.setStart(e.firstChild!, i);
    range.setEnd(e.firstChild!, i + 1);
    return range.getBoundingClientRect().left;
  }));
  expect(at.length).toBe(12);
  expect(at).toEqual([...at].sort((a, b) => a - b));
  expect(await backwards(page)).toEqual([]);
});
