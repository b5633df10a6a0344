import { expect, test } from '@playwright/test';
import { setClock, signIn } from './portal.ts';

test.beforeEach(() => setClock('2026-11-23T09:30:00Z'));

test('home, inclusion and the list of who looked @journey', async ({ page }) => {
  await signIn(page, 'many-sources', 'patient');
  await expect(page).toHaveURL(/\/my$/);
  await expect(page.locator('h1')).toContainText('Margaret');
  await page.goto('/my/inclusion');
  await expect(page.locator('main')).toContainText('Yes, you are included');
  await page.goto('/my/access-history');
  expect(await page.locator('.app-visit').count()).toBeGreaterThan(3);
  await expect(page.locator('main')).toContainText('What this list does not cover');
  for (const path of ['/my', '/my/inclusion', '/my/access-history']) {
    await page.goto(path);
    expect(await page.content(), `${path} shows an NHS number`).not.toMatch(/\b999 ?\d{3} ?\d{4}\b/);
  }
});

test('the filters live in the address and narrow the list @journey', async ({ page }) => {
  await signIn(page, 'many-sources', 'patient', '/my/access-history?single=1');
  const all = await page.locator('[data-entry]').count();
  await page.goto('/my/access-history?single=1&from-day=1&from-month=11&from-year=2026');
  const some = await page.locator('[data-entry]').count();
  expect(some).toBeLessThanOrEqual(all);
  await page.goto('/my/access-history/print');
  await expect(page.locator('body')).toContainText('Riverside Surgery');
});

test('the list can be taken away as a spreadsheet @journey', async ({ page }) => {
  await signIn(page, 'many-sources', 'patient');
  const answer = await page.request.get('/my/access-history/csv', { headers: { 'Sec-Fetch-Site': 'same-origin' } });
  expect(answer.status()).toBe(200);
  expect(answer.headers()['content-type']).toContain('text/csv');
  const rows = (await answer.text()).trim().split('\n');
  expect(rows.length).toBeGreaterThan(5);
});

test('somebody about to turn 18 sees the day, and it comes @journey', async ({ page }) => {
  await signIn(page, 'turning-18', 'patient', '/my/inclusion');
  await expect(page.locator('main')).toContainText('No, you are not included');
  await expect(page.locator('main')).toContainText('26 November 2026');
  setClock('2026-11-26T00:00:01Z');
  await signIn(page, 'turning-18', 'patient', '/my/inclusion');
  await expect(page.locator('main')).toContainText('Yes, you are included');
  setClock('2026-11-23T09:30:00Z');
});

test('after logging out nothing is left, and the page cannot be brought back @journey', async ({ page }) => {
  await signIn(page, 'many-sources', 'patient', '/my/access-history');
  await page.locator('form[action="/sign-out"] button').first().click();
  await page.waitForLoadState();
  await page.goto('/my/access-history');
  await expect(page.locator('main')).toContainText(/log in/i);
  await page.goBack().catch(() => null);
  expect(await page.locator('.app-visit').count()).toBe(0);
});
