import { expect, test, type Page } from '@playwright/test';
import { check, setClock, signIn } from './portal.ts';

test.beforeEach(() => setClock('2026-11-23T09:30:00Z'));

/** Presses a way in which logging in comes to nothing, on the demonstration's page. */
async function turnBack(page: Page, provider: string, way: string, to = '/my/access-history') {
  await page.goto(`/sign-in/${provider}?return=${encodeURIComponent(to)}`);
  await page.locator(`a[data-way="${way}"]`).click();
  await page.waitForLoadState();
}

test('somebody below P9 proves more on the way and reads who looked @journey', async ({ page }) => {
  await signIn(page, 'partly-proven', 'patient', '/my/access-history');
  await expect(page.locator('h1')).toHaveText('Your NHS login needs one more check');
  await check(page, 'more proof');
  await page.locator('main a[href^="/sign-in/nhs-login/proof"]').click();
  await page.locator('a[data-persona="partly-proven"]').click();
  await check(page, 'check of who you are');
  await page.locator('a[data-check="passed"]').click();
  await page.waitForLoadState();
  await expect(page).toHaveURL(/\/my\/access-history/);
  await expect(page.locator('header')).toContainText('Maya');
  await expect(page.locator('main')).not.toContainText(/one more check/);
});

test('somebody who does not share the check stays logged in with less @journey', async ({ page }) => {
  await signIn(page, 'partly-proven', 'patient', '/my');
  await page.locator('main a[href^="/sign-in/nhs-login/proof"]').click();
  await page.locator('a[data-persona="partly-proven"]').click();
  await page.locator('a[data-way="share"]').click();
  await page.waitForLoadState();
  await expect(page.locator('main')).toContainText('You are still logged in');
  await check(page, 'unshared, still logged in');
  await page.goto('/my/access-history');
  await expect(page.locator('h1')).toHaveText('Your NHS login needs one more check');
  expect(await page.locator('[data-entry]').count()).toBe(0);
});

test('another person who comes back from the check is turned away @journey', async ({ page }) => {
  await signIn(page, 'partly-proven', 'patient', '/my');
  await page.locator('main a[href^="/sign-in/nhs-login/proof"]').click();
  await page.locator('a[data-persona="many-sources"]').click();
  await page.waitForLoadState();
  await expect(page.locator('h1')).toHaveText('Somebody else came back from NHS login');
  await expect(page.locator('header')).toContainText('Maya');
  await check(page, 'somebody else came back');
});

test('ways that come to nothing say what happened and lead back @journey', async ({ page }) => {
  await turnBack(page, 'nhs-login', 'share');
  await expect(page.locator('h1')).toHaveText('You cannot go on without sharing your details');
  await expect(page.locator('main a[href^="/sign-in/nhs-login?return="]')).toBeVisible();
  await check(page, 'unshared');
  await turnBack(page, 'nhs-login', 'down');
  await expect(page.locator('main')).toContainText('did not answer');
  await check(page, 'provider out of order');
  await turnBack(page, 'staff', 'cancel', '/patients');
  await expect(page.locator('main')).toContainText('You stopped before logging in was finished');
  await turnBack(page, 'nhs-login', 'again');
  await expect(page).toHaveURL(/prompt=login/); // a login is demanded, once
  await page.locator('a[data-persona="many-sources"]').click();
  await page.waitForLoadState();
  await expect(page).toHaveURL(/\/my\/access-history/);
});

test('somebody from elsewhere is sent to their own surgery @journey', async ({ page }) => {
  await signIn(page, 'not-held', 'patient', '/my');
  await expect(page.locator('h1')).toHaveText('Your GP surgery is outside this area');
  await check(page, 'out of area');
});

test('a member of staff without a role is told what to ask for, and where @journey', async ({ page }) => {
  await signIn(page, 'no-role', 'staff');
  await expect(page.locator('main')).toContainText('Harrowmere General Hospital');
  await expect(page.locator('main')).toContainText('B0360');
  await check(page, 'no role');
});

test('a smartcard taken out ends the session at once @journey', async ({ page, browser }, info) => {
  await signIn(page, 'social-worker', 'staff', '/patients');
  await expect(page.locator('h1')).toBeVisible();
  const desk = await browser.newContext({ javaScriptEnabled: info.project.use.javaScriptEnabled, baseURL: info.project.use.baseURL });
  const card = await desk.newPage();
  await card.goto('/demo-idp/staff/sessions');
  await check(card, 'smartcards in their readers');
  const readers = card.locator('li[data-session="Marcus Bello"] button');
  while (await readers.count()) { // an earlier project's sessions as well
    await readers.first().click();
    await card.waitForLoadState();
    await expect(card.locator('[role="status"]')).toContainText('Candour was told');
  }
  const began = Date.now();
  await page.goto('/patients');
  expect(Date.now() - began, 'the next request is refused within a second').toBeLessThan(1000);
  await expect(page.locator('h1')).toHaveText(/You have been logged out|Log in/);
  expect((await page.context().cookies()).filter((c) => c.name.includes('candour'))).toEqual([]);
  await desk.close();
});
