import { expect, test } from '@playwright/test';
import { setClock, signIn, toggleContrast } from './portal.ts';

test.beforeEach(() => setClock('2026-11-23T09:30:00Z'));

test('the first control turns high contrast on, and it is remembered through signing in @journey', async ({ page }) => {
  await page.goto('/');
  const toggle = page.locator('form[action="/preferences/contrast"] button');
  await expect(toggle).toHaveAttribute('aria-pressed', 'false');
  await toggleContrast(page);
  await expect(page).toHaveURL(/\/$/);
  await expect(toggle).toHaveAttribute('aria-pressed', 'true');
  await signIn(page, 'many-sources', 'patient');
  await expect(toggle).toHaveAttribute('aria-pressed', 'true');
  await toggleContrast(page);
  await expect(toggle).toHaveAttribute('aria-pressed', 'false');
  await expect(page).toHaveURL(/\/my$/);
});

test('pages ask nothing of any other host and keep nothing in the browser', async ({ page }) => {
  const outside: string[] = [];
  page.on('request', (r) => { if (!r.url().startsWith(new URL(page.url() === 'about:blank' ? r.url() : page.url()).origin)) outside.push(r.url()); });
  const violations: string[] = [];
  page.on('console', (m) => { if (m.type() === 'error') violations.push(m.text()); });
  await page.goto('/');
  await signIn(page, 'many-sources', 'patient', '/my/access-history');
  expect(outside).toEqual([]);
  expect(violations).toEqual([]);
});
