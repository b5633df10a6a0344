import { expect, test, type Browser, type Page } from '@playwright/test';
import { check, open, setClock, signIn, toggleContrast } from './portal.ts';

// The effect of an objection, shown before it is made and proven afterwards; and the
// record that is open on somebody's screen while it comes.

const shot = process.env.PROOF_SHOTS;
async function look(page: Page, name: string) {
  await check(page, name);
  if (shot) await page.screenshot({ path: `${shot}/${test.info().project.name}-${name}.png`, fullPage: true });
}

const edith = { family: 'Ainsworth', born: '1935-11-03' };
const practice = () => `http://127.0.0.1:${process.env.E2E_PRACTICE}/practices/riverside`;

let minute = 0;
const tick = () => setClock(new Date(Date.UTC(2026, 10, 23, 9, 31 + minute++)).toISOString().replace('.000', ''));
test.beforeEach(() => setClock('2026-11-23T09:30:00Z'));
test.afterAll(() => setClock('2026-11-23T09:30:00Z'));

async function doctor(browser: Browser, baseURL: string): Promise<Page> {
  const page = await (await browser.newContext({ baseURL, javaScriptEnabled: test.info().project.use.javaScriptEnabled })).newPage();
  await signIn(page, 'gp', 'staff');
  return page;
}

/** Enters a code at the practice's own desk, for somebody who phoned. */
async function atDesk(browser: Browser, code: 'refused' | 'given') {
  const page = await (await browser.newContext()).newPage();
  await page.goto(practice());
  const option = page.locator('#patient option').filter({ hasText: /Ainsworth/ }).first();
  await page.locator('#patient').selectOption((await option.getAttribute('value'))!);
  await page.locator(`input[name="code"][value="${code}"]`).check({ force: true });
  await page.getByRole('button', { name: 'Enter the code' }).click();
  await page.waitForLoadState();
  await expect(page.locator('body')).toContainText('Ainsworth');
  await page.context().close();
}

/** Waits until the portal answers that the record may be shown, or may not. */
async function until(page: Page, standing: string, status: number) {
  await expect(async () => expect((await page.request.get(standing)).status()).toBe(status)).toPass({ timeout: 60_000, intervals: [100] });
}

test('an open record closes itself within 5 seconds of an objection @scripts', async ({ browser, baseURL }) => {
  test.setTimeout(150_000);
  const reader = await doctor(browser, baseURL!);
  const other = await doctor(browser, baseURL!);
  await open(reader, edith);
  await expect(reader.locator('h1')).toContainText('Shared record');
  const standing = (await reader.locator('[data-standing]').getAttribute('data-standing'))!;
  const record = reader.url();
  const hidden = await reader.context().newPage();
  await hidden.goto(record);
  await hidden.bringToFront(); // the reader's page is in the background from here on
  expect((await other.request.get(standing)).status()).toBe(204);
  const told = hidden.waitForResponse((r) => r.url().endsWith(standing) && r.status() === 410, { timeout: 90_000 });
  await atDesk(browser, 'refused');
  await until(other, standing, 410);
  const from = Date.now();
  await told;
  await expect(hidden.locator('h1')).toHaveText('This record is closed', { timeout: 5000 });
  const took = Date.now() - from;
  expect(took, 'from the first refusal to the closed page').toBeLessThan(5000);
  test.info().annotations.push({ type: 'closed after', description: `${took} ms` });
  expect(await hidden.evaluate(() => document.body.innerHTML)).not.toContain('AINSWORTH');
  expect(await hidden.evaluate(() => document.querySelectorAll('[data-item], .app-banner').length)).toBe(0);
  await expect(hidden).toHaveTitle('Record closed');
  if (shot) await hidden.screenshot({ path: `${shot}/closed.png` });
  await reader.bringToFront();
  await expect(reader.locator('h1')).toHaveText('This record is closed', { timeout: 5000 });
  await reader.goto(record);
  await expect(reader.locator('h1')).toHaveText('This person has chosen not to be viewed here');
  tick();
  await atDesk(browser, 'given');
  await until(other, standing, 204);
});

test('without scripts a record says that it does not close itself', async ({ page }) => {
  await signIn(page, 'gp', 'staff');
  await open(page, edith);
  const plain = page.locator('.app-plain');
  if (test.info().project.use.javaScriptEnabled === false) await expect(plain).toContainText('does not notice');
  else await expect(plain).toBeHidden();
});

test('somebody sees what would change, and through whose eyes @journey', async ({ page }) => {
  await signIn(page, 'merged-trust', 'patient', '/my/objection/what-changes');
  await expect(page.locator('h1')).toHaveText('What would change for you');
  const all = page.locator('main tr').filter({ hasText: 'All entries' });
  await expect(all).toContainText('0');
  await look(page, 'changes');
  await page.getByRole('link', { name: 'Choose somebody else' }).click();
  await expect(page.locator('h1')).toHaveText('Your record as they would see it');
  await look(page, 'as-they-see');
  await page.locator('#role').selectOption('R1720');
  await page.locator('main form[method="get"] button').click();
  await page.waitForLoadState();
  await expect(page.locator('[data-sight="today"]')).toContainText('Your role cannot open a shared record');
  await page.locator('#role').selectOption('R1330');
  await page.locator('main form[method="get"] button').click();
  await page.waitForLoadState();
  await expect(page.locator('[data-sight="today"] [data-part]').first()).toBeVisible();
  await expect(page.locator('[data-sight="then"] [data-told]')).toHaveText('This person has chosen not to be viewed here');
  await toggleContrast(page);
  await look(page, 'as-they-see-contrast');
  await toggleContrast(page);
  await page.goto('/my/access-history?own=1&single=1');
  await expect(page.locator('main')).toContainText('You looked at your own page');
});

test('somebody who objected sees what changing their mind would bring @journey', async ({ page }) => {
  await signIn(page, 'objected', 'patient', '/my/objection/what-changes');
  await expect(page.locator('main')).toContainText('After changing your mind');
  await look(page, 'changes-back');
  await page.goto('/my/as-they-see-you');
  await expect(page.locator('[data-sight="today"] [data-told]')).toHaveText('This person has chosen not to be viewed here');
  await expect(page.locator('[data-sight="then"] [data-part]').first()).toBeVisible();
  await look(page, 'as-they-see-back');
});

test('everybody can read how long objections take, and whether they hold @journey', async ({ page }) => {
  await page.goto('/status');
  await expect(async () => {
    tick();
    await page.goto('/status');
    await expect(page.locator('#objections')).toBeVisible();
    await expect(page.locator('main')).toContainText(/Refused at \d+ GP surger/, { timeout: 500 });
  }).toPass({ timeout: 30_000, intervals: [500, 1000] });
  await look(page, 'status');
  await page.getByRole('link', { name: 'How long objections take to have effect' }).click();
  await expect(page.locator('h1')).toHaveText('How long objections take to have effect');
  await look(page, 'numbers');
  const csv = await page.request.get('/numbers.csv');
  expect(await csv.text()).toContain('confirmed_to_effective');
  const json = await (await page.request.get('/numbers.json')).json();
  expect(Object.keys(json)).toContain('confirmed_to_effective');
});
