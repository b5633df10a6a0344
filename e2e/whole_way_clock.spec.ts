import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test, type Browser, type Page } from '@playwright/test';
import { check, find, here, signIn } from './portal.ts';

// A 17-year-old objects, and turns 18 on the London day itself. The clock of this
// portal goes forward and never back, so it has a portal of its own.

let program: ChildProcess, folder: string, base: string;
const clock = (instant: string) => writeFileSync(join(folder, 'clock'), instant + '\n');

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'candour-clock-'));
  clock('2026-11-23T09:30:00Z');
  program = spawn(resolve(here, process.env.CANDOUR ?? '../candour'), ['demo', '--listen', '127.0.0.1:0', '--data', join(folder, 'data'), '--clock', join(folder, 'clock')], { stdio: ['ignore', 'pipe', 'ignore'] });
  base = await new Promise<string>((found, lost) => {
    let said = '';
    program.stdout!.on('data', (text) => {
      said += text;
      const at = /demo world: (http:\S+)/.exec(said);
      if (at) found(at[1]);
    });
    program.on('exit', () => lost(new Error(`the portal has ended: ${said}`)));
  });
});
test.afterAll(async () => {
  program.removeAllListeners('exit');
  const gone = new Promise((done) => program.on('exit', done));
  program.kill();
  await gone;
  rmSync(folder, { recursive: true, force: true });
});

async function as(browser: Browser, persona: string, audience: 'patient' | 'staff', to = ''): Promise<Page> {
  const page = await (await browser.newContext({ baseURL: base, javaScriptEnabled: test.info().project.use.javaScriptEnabled })).newPage();
  page.setDefaultTimeout(15_000);
  await signIn(page, persona, audience, to);
  return page;
}

const press = async (page: Page, button: string) => {
  await page.locator('main').getByRole('button', { name: button, exact: true }).click();
  await page.waitForLoadState();
};
const choose = (page: Page, name: string, value: string) => page.locator(`main input[name="${name}"][value="${value}"]`).check({ force: true });

async function act(page: Page, kase: string, noun: string, fill: (page: Page) => Promise<void> = async () => {}) {
  await page.goto(`${kase}/${noun}`);
  await fill(page);
  await page.locator('main form button').last().click();
  await page.waitForLoadState();
  await expect(page.locator('.nhsuk-error-summary'), noun).toHaveCount(0);
}

/** What a doctor is told who asks for the record. */
async function doctor(browser: Browser): Promise<string> {
  const page = await as(browser, 'gp', 'staff');
  await find(page, { family: 'Hussain', born: '2008-11-26' });
  const href = await page.locator('main a[href^="/patients/"]').filter({ hasText: /hussain/i }).first().getAttribute('href');
  await page.goto(href!.replace(/\/reason$/, '/record'));
  if (page.url().endsWith('/reason')) await page.locator('main form button').first().click();
  await page.waitForLoadState();
  const said = (await page.locator('main').textContent())!;
  await page.context().close();
  return said;
}

test('an objection made at 17 stands at 18, and the young person is asked @journey', async ({ browser }) => {
  test.setTimeout(180_000);
  expect(await doctor(browser)).toMatch(/18/); // nobody under age is in the record
  const zara = await as(browser, 'turning-18', 'patient', '/my/objection');
  await press(zara, 'Start');
  await choose(zara, 'subject', 'self');
  for (const button of ['Continue', 'Continue']) await press(zara, button);
  await expect(zara.locator('main')).toContainText('26 November 2026'); // from when it matters
  await press(zara, 'Continue');
  await press(zara, 'I understand, continue');
  await choose(zara, 'ways', 'app');
  await press(zara, 'Continue');
  await press(zara, 'Send my objection');
  const ref = zara.url().split('/').at(-2)!;
  await zara.context().close();

  clock('2026-11-23T09:40:00Z');
  const gp = await as(browser, 'gp', 'staff');
  const kase = `/cases/${ref}`;
  await act(gp, kase, 'review');
  await act(gp, kase, 'clinician-entry', (page) => choose(page, 'outcome', 'no_concern'));
  clock('2026-11-23T09:41:00Z');
  await act(gp, kase, 'decision', (page) => choose(page, 'decision', 'confirm'));
  await gp.context().close();
  expect(await doctor(browser)).toContain('chosen not to be viewed here');

  clock('2026-11-25T23:59:59Z'); // the last second of being 17; in winter London's clock is UTC's
  let of18 = await as(browser, 'turning-18', 'patient', `/my/requests/${ref}`);
  await expect(of18.locator('main')).not.toContainText('You were asked at 18');
  await of18.context().close();

  clock('2026-11-26T00:06:00Z');
  expect(await doctor(browser)).toContain('chosen not to be viewed here'); // of age, and the objection stands
  const manager = await as(browser, 'practice-manager', 'staff', kase);
  await expect(async () => {
    await manager.goto(kase);
    await expect(manager.locator('main')).toContainText(/26 November 2026, 12:06am/, { timeout: 500 });
  }).toPass({ timeout: 30_000 });
  await check(manager, 'clock-case');
  of18 = await as(browser, 'turning-18', 'patient', `/my/requests/${ref}`);
  await expect(of18.locator('main')).toContainText('You were asked at 18 whether the objection is to stay');
  await check(of18, 'clock-request');
  await of18.goto(`/my/objection/${ref}/kept`);
  await of18.locator('main form button').last().click();
  await of18.waitForLoadState();
  expect(await doctor(browser)).toContain('chosen not to be viewed here');
  for (const page of [manager, of18]) await page.context().close();
});
