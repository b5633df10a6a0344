import { expect, test } from '@playwright/test';
import { check, setClock, signIn } from './portal.ts';

test.beforeEach(() => setClock('2026-11-23T09:30:00Z'));

test('four choices side by side, and none sets another @journey', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('link', { name: 'Your choices' }).first().click();
  await expect(page).toHaveURL(/\/choices$/);
  await expect(page.locator('[data-choice]')).toHaveCount(4);
  await expect(page.getByText('Stays as it was')).toHaveCount(12);
  await expect(page.getByText('Not known here')).toHaveCount(0);
  await check(page, 'choices');
});

test('somebody logged in reads what they have set, where it is known @journey', async ({ page }) => {
  await page.goto('/choices');
  await page.getByRole('link', { name: 'Log in to see what you have set' }).click();
  await page.getByRole('link', { name: /NHS login/ }).or(page.getByRole('button', { name: /NHS login/ })).first().click();
  await page.locator('a[data-persona="objected"]').click();
  await expect(page).toHaveURL(/\/my\/choices$/);
  await expect(page.locator('[data-choice="local"]')).toContainText('You have objected');
  for (const other of ['scr', 'type1', 'ndoo']) await expect(page.locator(`[data-choice="${other}"]`)).toContainText('Not known here');
  await check(page, 'own choices');
});

test('somebody who has not objected is told so @journey', async ({ page }) => {
  await signIn(page, 'many-sources', 'patient', '/my/choices');
  await expect(page.locator('[data-choice="local"]')).toContainText('You have not objected');
});
