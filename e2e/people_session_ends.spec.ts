import { expect, test, type BrowserContext, type Page } from '@playwright/test';
import { check as checkWithScripts, setClock, signIn } from './portal.ts';

// Sessions as people meet them: the warning, the end, what was typed, other browsers.
const day = '2026-11-23T';
const at = (time: string) => setClock(`${day}${time.length === 5 ? `${time}:00` : time}Z`);
test.beforeEach(() => at('09:30'));
test.afterAll(() => at('09:30'));

/** The checks need scripts of their own in the page. */
const check = async (page: Page, name: string) => test.info().project.use.javaScriptEnabled === false || await checkWithScripts(page, name);

const note = 'Telephone call about a sprained wrist';

/** The page that asks a doctor from elsewhere for a reason, with something to type in. */
async function reasonPage(page: Page) {
  await signIn(page, 'out-of-area-doctor', 'staff', '/patients?by=name');
  await page.locator('#family').fill('Obuya');
  for (const [part, value] of [['day', '27'], ['month', '1'], ['year', '1982']]) await page.locator(`input[name="birth_date-${part}"]`).fill(value);
  await page.locator('main form button').click();
  const href = await page.locator('main a[href^="/patients/"]').first().getAttribute('href');
  await page.goto(href!.replace(/\/(record|reason)$/, '/reason'));
  await page.evaluate(() => document.querySelectorAll('details').forEach((d) => { d.open = true; })).catch(() => null);
}

async function again(page: Page, persona: string, provider = '') {
  await page.locator(`main a.nhsuk-button[href^="/sign-in/${provider}"]`).first().click();
  await page.locator(`a[data-persona="${persona}"]`).click();
  await page.waitForLoadState();
}

test('two browsers: one is logged out from the other, and its next request is refused @journey', async ({ browser }) => {
  const [here, there] = await Promise.all([browser.newContext(), browser.newContext()]);
  const mine = await here.newPage(), other = await there.newPage();
  await signIn(other, 'many-sources', 'patient', '/my/access-history');
  await signIn(mine, 'many-sources', 'patient', '/my/sessions');
  await expect(mine.locator('main')).toContainText('This browser');
  await expect(mine.locator('main')).toContainText(/Chrome on Linux/);
  await check(mine, 'my sessions');
  for (const line = mine.locator('tr[data-session] button'); await line.count() > 0;) { // an earlier project's browsers as well
    await line.first().click();
    await mine.waitForLoadState();
  }
  await expect(mine.locator('main')).toContainText('You are not logged in anywhere else');
  const answer = await other.goto('/my/access-history');
  expect(answer!.status()).toBe(401);
  await expect(other.locator('h1')).toContainText('You have been logged out');
  await check(other, 'logged out elsewhere');
  await again(other, 'many-sources');
  await expect(other).toHaveURL(/\/my\/access-history$/);
  await Promise.all([here.close(), there.close()]);
});

test('a practice manager logs a colleague out @journey', async ({ browser }) => {
  const [office, surgery] = await Promise.all([browser.newContext(), browser.newContext()]);
  const manager = await office.newPage(), gp = await surgery.newPage();
  await signIn(gp, 'gp', 'staff', '/patients');
  await signIn(manager, 'practice-manager', 'staff', '/staff/sessions');
  await manager.locator('a[href="/staff/sessions/organisation"]').click();
  await expect(manager.locator('main')).toContainText('Dr Amara Nwosu');
  await check(manager, 'colleagues');
  for (const line = manager.locator('tr[data-session]').filter({ hasText: 'Dr Amara Nwosu' }); await line.count() > 0;) {
    await line.first().locator('button').click();
    await manager.waitForLoadState();
  }
  expect((await gp.goto('/patients'))!.status()).toBe(401);
  await Promise.all([office.close(), surgery.close()]);
});

test('the page says when the session ends, and the end leads back to the same page @journey', async ({ page }) => {
  await signIn(page, 'many-sources', 'patient', '/my/access-history?own=1');
  await expect(page.locator('footer')).toContainText('log you out at 10am');
  at('10:00');
  expect((await page.goto('/my/access-history?own=1'))!.status()).toBe(401);
  await expect(page.locator('main')).toContainText('30 minutes');
  await check(page, 'logged out by time');
  await again(page, 'many-sources');
  await expect(page).toHaveURL(/\/my\/access-history\?own=1$/);
  await expect(page.locator('footer')).toContainText('log you out at 10:30am');
});

test('what was typed is there again after logging in, for the same person only @journey', async ({ page }) => {
  await reasonPage(page);
  await page.locator('input[name="choice"][value="declared.referral"]').check({ force: true });
  await page.locator('textarea').fill(note);
  at('09:45');
  await page.locator('form:has(textarea) button').click();
  await expect(page.locator('h1')).toContainText('You have been logged out');
  await expect(page.locator('main')).toContainText('We kept it for 1 hour');
  await check(page, 'logged out with something typed');
  await again(page, 'out-of-area-doctor');
  await expect(page).toHaveURL(/\/reason$/);
  await expect(page.locator('textarea')).toHaveValue(note);
  await expect(page.locator('input[name="choice"][value="declared.referral"]')).toBeChecked();
  await expect(page.locator('main')).toContainText('We kept what you typed');
  await check(page, 'typed again');

  at('10:00');
  await page.locator('textarea').fill(note + ' again');
  await page.locator('form:has(textarea) button').click();
  await again(page, 'hospital-doctor');
  await expect(page).toHaveURL(/\/reason$|\/record$/);
  expect(await page.content()).not.toContain('sprained');
});

/** Moves the clock of the server and of the browser on to the same time. */
async function onTo(context: BrowserContext, time: string) {
  at(time);
  const [h, m, s = 0] = time.split(':').map(Number);
  const to = Date.UTC(2026, 10, 23, h, m, s);
  const now = await context.pages()[0].evaluate(() => Date.now());
  await context.clock.fastForward(to - now);
}

test.describe('with scripts @scripts', () => {
  test.beforeEach(async ({ context }) => context.clock.install({ time: new Date(`${day}09:30:00Z`) }));

  test('a warning comes two minutes before, says how long is left, and the session goes on', async ({ page, context }) => {
    await signIn(page, 'hospital-doctor', 'staff', '/patients');
    const dialog = page.locator('dialog#app-session');
    await onTo(context, '09:42');
    await expect(dialog).toBeHidden();
    await onTo(context, '09:43:20');
    await expect(dialog).toBeVisible();
    await expect(dialog.locator('[data-session-left]')).toContainText(/Time left: 1 minute \d+ seconds?/);
    await expect(dialog.getByRole('button', { name: 'Stay logged in' })).toBeFocused();
    await check(page, 'warning');
    const size = page.viewportSize()!;
    await page.setViewportSize({ width: 320, height: 256 }); // 1280 pixels at 400 %
    const box = (await dialog.boundingBox())!;
    expect(box.x >= 0 && box.y >= 0 && box.x + box.width <= 320 && box.y + box.height <= 256, JSON.stringify(box)).toBe(true);
    await dialog.getByRole('button', { name: 'Log out' }).scrollIntoViewIfNeeded();
    await check(page, 'warning at 400 %');
    await page.setViewportSize(size);
    const said = await dialog.locator('[aria-live=assertive]').textContent();
    await context.clock.fastForward(15_000);
    await expect(dialog.locator('[aria-live=assertive]')).not.toHaveText(said!);
    await dialog.getByRole('button', { name: 'Stay logged in' }).click();
    await expect(dialog).toBeHidden();
    await expect(page.locator('footer')).toContainText('log you out at 9:58am');
    await onTo(context, '09:55');
    await expect(dialog).toBeHidden();
    await onTo(context, '09:57');
    await expect(dialog).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await expect(page.locator('footer')).toContainText('log you out at 10:12am');
    expect(await page.evaluate(() => Object.keys(localStorage).length + Object.keys(sessionStorage).length)).toBe(0);
  });

  test('when nobody answers, the page goes and what was typed is kept', async ({ page, context }) => {
    await reasonPage(page);
    const path = new URL(page.url()).pathname;
    await page.locator('textarea').fill(note);
    await onTo(context, '09:43:20');
    await expect(page.locator('dialog#app-session')).toBeVisible();
    await onTo(context, '09:46');
    await expect(page).toHaveURL(/\/session\/ended/);
    await expect(page.locator('main')).toContainText('15 minutes');
    await expect(page.locator('main')).toContainText('We kept it for 1 hour');
    expect(await page.content()).not.toContain('sprained');
    await page.goBack().catch(() => null);
    await expect.poll(() => page.content().catch(() => 'sprained')).not.toContain('sprained');
    await page.goto(`/session/ended?return=${encodeURIComponent(path)}`);
    await again(page, 'out-of-area-doctor', 'staff');
    await expect(page).toHaveURL(path);
    await expect(page.locator('textarea')).toHaveValue(note);
  });

  test('all tabs go by the same time, and go when one logs out', async ({ page, context }) => {
    await signIn(page, 'hospital-doctor', 'staff', '/patients');
    await page.locator('form[action="/preferences/contrast"] button').click();
    const second = await context.newPage();
    await second.goto('/staff/sessions');
    await onTo(context, '09:43:20');
    for (const tab of [page, second]) await expect(tab.locator('dialog#app-session')).toBeVisible();
    await check(second, 'warning in high contrast');
    await page.getByRole('button', { name: 'Stay logged in' }).click();
    for (const tab of [page, second]) await expect(tab.locator('dialog#app-session')).toBeHidden();
    await page.locator('form[action="/sign-out"] button').first().click();
    await expect(page).toHaveURL(/\/sign-in/);
    await expect(second).toHaveURL(/\/session\/ended/);
    expect((await second.goto('/staff/sessions'))!.status()).toBe(401);
  });

  test('a page whose session is over for others goes by itself', async ({ page, context, browser }) => {
    await signIn(page, 'many-sources', 'patient', '/my/access-history');
    const elsewhere = await browser.newContext();
    const other = await elsewhere.newPage();
    await signIn(other, 'many-sources', 'patient', '/my/sessions');
    await other.locator('button[name="others"]').click();
    await expect(page.locator('main')).toContainText('Who');
    await context.clock.runFor(61_000);
    await expect(page).toHaveURL(/\/session\/ended/);
    await expect(page.locator('main')).toContainText('You logged out in another place');
    await elsewhere.close();

    await signIn(page, 'hospital-doctor', 'staff', '/patients');
    const second = await context.newPage();
    await signIn(second, 'gp', 'staff', '/patients');
    await expect(page).toHaveURL(/\/session\/ended/);
    await expect(page.locator('h1')).toContainText('You are still logged in');
  });

  test('after twelve hours staying is not offered', async ({ page, context }) => {
    await signIn(page, 'many-sources', 'patient', '/my');
    for (let hour = 9.5; hour < 21.2; hour += 0.4) {
      const minutes = Math.round((hour + 0.4) * 60);
      if (minutes > 21 * 60 + 10) break;
      at(`${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`);
      expect((await page.request.get('/my/inclusion', { headers: { 'Sec-Fetch-Site': 'same-origin' } })).status()).toBe(200);
    }
    at('21:10');
    await context.clock.setSystemTime(new Date(`${day}21:10:00Z`));
    await page.goto('/my');
    await expect(page.locator('footer')).toContainText('log you out at 9:30pm');
    await onTo(context, '21:28:20');
    const dialog = page.locator('dialog#app-session');
    await expect(dialog).toBeVisible();
    await expect(dialog.getByRole('button', { name: 'Stay logged in' })).toBeHidden();
    await expect(dialog).toContainText('after 12 hours');
    await check(page, 'last warning');
    await onTo(context, '21:31');
    await expect(page).toHaveURL(/\/session\/ended/);
    await expect(page.locator('main')).toContainText('12 hours');
  });
});
