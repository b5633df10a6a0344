import { expect, test } from '@playwright/test';
import { find, people, setClock, signIn } from './portal.ts';

test.beforeEach(() => setClock('2026-11-23T09:30:00Z'));

async function tryToOpen(page: import('@playwright/test').Page, who: { family: string; born: string }) {
  await find(page, who);
  const found = page.locator('main a[href^="/patients/"]').filter({ hasText: new RegExp(who.family, 'i') }).first();
  const href = await found.getAttribute('href');
  await page.goto(href!.replace(/\/reason$/, '/record'));
  if (page.url().endsWith('/reason')) {
    await page.locator('main form button').first().click();
    await page.waitForLoadState();
  }
}

test('somebody who objected is not shown, and the phone numbers are @journey', async ({ page }) => {
  await signIn(page, 'gp', 'staff');
  await tryToOpen(page, people.objected);
  await expect(page.locator('main')).toContainText('chosen not to be viewed here');
  await expect(page.locator('main')).toContainText('01632 960');
  expect(await page.locator('[data-item]').count()).toBe(0);
});

for (const [key, words] of [['child', '18'], ['movedAway', 'registered']] as const)
  test(`${key}: a page of its own with the reason @journey`, async ({ page }) => {
    await signIn(page, 'hospital-doctor', 'staff');
    await tryToOpen(page, people[key]);
    await expect(page.locator('main')).toContainText(words);
    expect(await page.locator('[data-item]').count()).toBe(0);
  });

test('training that ran out stops before anything is shown @journey', async ({ page }) => {
  await signIn(page, 'expired-training', 'staff', '/patients');
  await find(page, people.manySources);
  await expect(page.locator('main')).toContainText(/training/i);
  expect(await page.content()).not.toContain('THACKERAY');
});

test('staff without a role are told what to ask for @journey', async ({ page }) => {
  await signIn(page, 'no-role', 'staff');
  await expect(page.locator('main')).toContainText(/role/i);
});

test('two roles: one is picked, and the header says which @journey', async ({ page }) => {
  await signIn(page, 'two-roles', 'staff');
  await expect(page).toHaveURL(/sign-in\/role/);
  await page.locator('input[type=radio]').nth(1).check({ force: true });
  await page.locator('main form button').click();
  await page.waitForLoadState();
  await expect(page.locator('header')).toContainText('Harrowmere General Hospital');
});

test('an out-of-area doctor gives a reason, and the patient reads it @journey', async ({ page }) => {
  await signIn(page, 'out-of-area-doctor', 'staff');
  await find(page, { family: 'Obuya', born: '1982-01-27' });
  await page.locator('main a[href^="/patients/"]').first().click();
  await page.waitForLoadState();
  if (page.url().endsWith('/reason')) { // an earlier run of this journey may have given it already
    await page.locator('input[type=radio]').first().check({ force: true });
    await page.locator('main form button').last().click();
    await page.waitForLoadState();
  }
  await expect(page).toHaveURL(/\/record$/);
  await page.context().clearCookies();
  await signIn(page, 'holiday', 'patient', '/my/access-history?single=1');
  const latest = page.locator('[data-entry]').filter({ hasText: 'Dr Ingrid Halvorsen' }).first();
  await expect(latest).toContainText(/reason|with|telephone/i);
});

for (const persona of ['partly-proven', 'unproven'])
  test(`${persona}: below P9 nothing personal is shown @journey`, async ({ page }) => {
    await signIn(page, persona, 'patient', '/my/access-history');
    await expect(page.locator('main')).toContainText(/prove/i);
    expect(await page.locator('[data-entry]').count()).toBe(0);
  });
