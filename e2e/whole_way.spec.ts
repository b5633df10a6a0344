import { expect, test, type Browser, type Page } from '@playwright/test';
import { check, find, people, setClock, signIn } from './portal.ts';

// Objections the whole way, through every page and over the practices' own clinical
// system: asked, reviewed, confirmed, written, seen in the feed, denied everywhere,
// proven, taken back, seen again.

const practices = () => `http://127.0.0.1:${process.env.E2E_PRACTICE}/practices`;
const samuel = { family: 'Adeyemi', born: '1960-10-23', persona: 'conflicting-doses', record: 'bisoprolol' };

let minute = 0;
/** The portal's clock, a minute later each time: what is decided has its order, also after what an earlier project decided. */
const tick = () => {
  minute++;
  const hour = 10 + 2 * ['desktop', 'phone', 'nojs'].indexOf(test.info().project.name);
  setClock(new Date(Date.UTC(2026, 10, 23, hour, minute)).toISOString().replace('.000', ''));
};
test.beforeEach(() => tick());
test.afterAll(() => setClock('2026-11-23T09:30:00Z'));

const shots = process.env.WHOLE_SHOTS;
async function look(page: Page, name: string) {
  await check(page, name);
  if (shots) await page.screenshot({ path: `${shots}/${test.info().project.name}-${name}.png`, fullPage: true });
}

const press = async (page: Page, button: string | RegExp) => {
  await page.locator('main').getByRole('button', typeof button === 'string' ? { name: button, exact: true } : { name: button }).first().click();
  await page.waitForLoadState();
};
const choose = (page: Page, name: string, value: string) => page.locator(`main input[name="${name}"][value="${value}"]`).check({ force: true });

/** Somebody in a browser of their own. */
async function as(browser: Browser, baseURL: string, persona: string, audience: 'patient' | 'staff', to = ''): Promise<Page> {
  const page = await (await browser.newContext({ baseURL, javaScriptEnabled: test.info().project.use.javaScriptEnabled })).newPage();
  page.setDefaultTimeout(15_000);
  await signIn(page, persona, audience, to);
  return page;
}

/** Objects for oneself; ends on the page of the new request and gives its address. */
async function object(page: Page): Promise<string> {
  await page.goto('/my/objection');
  await press(page, 'Start');
  await choose(page, 'subject', 'self');
  for (const button of ['Continue', 'Continue', 'Continue', 'I understand, continue']) await press(page, button);
  await choose(page, 'ways', 'app');
  await press(page, 'Continue');
  await press(page, 'Send my objection');
  await expect(page).toHaveURL(/\/sent$/);
  return '/my/requests/' + page.url().split('/').at(-2);
}

const caseOf = (request: string) => request.replace('/my/requests/', '/cases/');

/** Waits, by asking the page again, until it says something. */
async function until(page: Page, path: string, what: string | RegExp) {
  await expect(async () => {
    await page.goto(path);
    await expect(page.locator('main')).toContainText(what, { timeout: 500 });
  }).toPass({ timeout: 30_000, intervals: [500, 1000] });
}

/** Every surface of somebody's record, as a doctor asks for it: each is denied, or none is. */
async function surfaces(page: Page, ref: string, denied: boolean) {
  for (const path of ['record', 'record/print', 'record/csv', 'record/sections/allergies', 'record/sections/medicines', 'record?section=medicines']) {
    const answer = await page.request.get(`/patients/${ref}/${path}`, { maxRedirects: 0 });
    const text = await answer.text();
    expect(answer.status() === 200 && /data-item|resource|,/.test(text) && !/chosen not to be viewed/.test(text), `${path}: ${answer.status()}`).toBe(!denied);
  }
}

/** Enters a code at a practice's own desk. */
async function atDesk(page: Page, practice: string, patient: RegExp, code: 'refused' | 'given') {
  await page.goto(`${practices()}/${practice}`);
  const option = page.locator('#patient option').filter({ hasText: patient }).first();
  await page.locator('#patient').selectOption((await option.getAttribute('value'))!);
  await page.locator(`input[name="code"][value="${code}"]`).check({ force: true });
  await page.getByRole('button', { name: 'Enter the code' }).click();
  await page.waitForLoadState();
}

/** The opaque reference of somebody's record, as the doctor's search gives it. */
async function refOf(page: Page, who: { family: string; born: string }): Promise<string> {
  await find(page, who);
  const href = await page.locator('main a[href^="/patients/"]').filter({ hasText: new RegExp(who.family, 'i') }).first().getAttribute('href');
  return href!.split('/')[2];
}

/** Makes the doctor involved, so that only an objection stands between them and the record. */
async function involved(page: Page, ref: string) {
  await page.goto(`/patients/${ref}/record`);
  if (page.url().endsWith('/reason')) await page.locator('main form button').first().click();
  await page.waitForLoadState();
}

test('for oneself: asked, reviewed with a contact, confirmed, written, seen, denied, proven, taken back, seen again @journey', async ({ browser, baseURL }) => {
  test.setTimeout(180_000);
  const gp = await as(browser, baseURL!, 'gp', 'staff');
  const ref = await refOf(gp, samuel);
  await involved(gp, ref);
  await surfaces(gp, ref, false);

  const me = await as(browser, baseURL!, samuel.persona, 'patient');
  const request = await object(me);
  await me.goto(request);
  await look(me, 'whole-sent');

  const manager = await as(browser, baseURL!, 'practice-manager', 'staff');
  const kase = caseOf(request);
  tick();
  await manager.goto(kase);
  await look(manager, 'whole-case');
  await manager.goto(`${kase}/review`);
  await press(manager, /./);
  await manager.goto(`${kase}/decision`);
  await choose(manager, 'decision', 'contact');
  await manager.locator('[name="why"]').fill('To understand what worries you');
  await press(manager, /./);
  tick();
  await manager.goto(`${kase}/contact`);
  await look(manager, 'whole-contact');
  for (const field of await manager.locator('main input[type="radio"][value="phone"], main input[type="radio"][value="reached"]').all()) await field.check({ force: true });
  await press(manager, 'Log the attempt');
  await me.goto(request);
  await expect(me.locator('main')).toContainText(/phone/i);
  await surfaces(gp, ref, false); // nobody has decided

  tick();
  await manager.goto(`${kase}/decision`);
  await choose(manager, 'decision', 'confirm');
  await press(manager, /./);
  await surfaces(gp, ref, true); // the next request after the acknowledgement

  await until(manager, kase, 'Seen in the feed');
  await expect(manager.locator('#coding-refused')).toContainText('416409005');
  await look(manager, 'whole-coded');
  await manager.goto(`${practices()}/riverside`);
  await expect(manager.locator('tr[data-code="refused"][data-by="portal"]').filter({ hasText: 'Adeyemi' }).first()).toBeVisible();
  if (shots) await manager.screenshot({ path: `${shots}/${test.info().project.name}-whole-practice.png`, fullPage: true });
  await until(manager, kase, 'In effect');
  await surfaces(gp, ref, true);
  await gp.goto(`/patients/${ref}/record`);
  await expect(gp.locator('main')).toContainText('chosen not to be viewed here');

  await me.goto(request);
  await expect(me.locator('main')).toContainText("All of them were refused"); // the evidence of the probes
  await look(me, 'whole-proven');

  tick();
  await me.goto(request.replace('/my/requests/', '/my/objection/') + '/change-of-mind');
  await press(me, 'I understand, continue');
  await press(me, /./); // the last word
  await surfaces(gp, ref, true);
  tick();
  await manager.goto(`${kase}/reversal`);
  await press(manager, /./);
  await until(manager, kase, 'Viewable again');
  await expect(manager.locator('#coding-given')).toContainText('417528008');
  await look(manager, 'whole-visible');
  await involved(gp, ref);
  await surfaces(gp, ref, false);
  for (const page of [gp, me, manager]) await page.context().close();
});

test('a code that nobody requested takes effect at once and stands in the person’s own timeline @journey', async ({ browser, baseURL }) => {
  test.setTimeout(120_000);
  const gp = await as(browser, baseURL!, 'gp', 'staff');
  const ref = await refOf(gp, people.manySources);
  await involved(gp, ref);
  const desk = await (await browser.newContext({ javaScriptEnabled: test.info().project.use.javaScriptEnabled })).newPage();
  await atDesk(desk, 'riverside', /Thackeray-Osei/, 'refused');
  await expect(async () => surfaces(gp, ref, true)).toPass({ timeout: 30_000 });
  const me = await as(browser, baseURL!, 'many-sources', 'patient');
  await until(me, '/my/requests', 'Riverside Surgery');
  await look(me, 'whole-unrequested');
  tick();
  await atDesk(desk, 'riverside', /Thackeray-Osei/, 'given');
  await expect(async () => surfaces(gp, ref, false)).toPass({ timeout: 30_000 });
  for (const page of [gp, me, desk]) await page.context().close();
});

/** Fills the fields by which staff find somebody. */
async function sought(page: Page, who: { family: string; born: string }) {
  const [year, month, day] = who.born.split('-');
  await page.locator('#family').fill(who.family);
  await page.locator('#birth_date-day').fill(String(Number(day)));
  await page.locator('#birth_date-month').fill(String(Number(month)));
  await page.locator('#birth_date-year').fill(year);
}

/** Does one thing on a case, on the page of it. */
async function act(page: Page, kase: string, noun: string, fill: (page: Page) => Promise<void> = async () => {}) {
  tick();
  await page.goto(`${kase}/${noun}`);
  await fill(page);
  await page.locator('main form button').last().click();
  await page.waitForLoadState();
  await expect(page.locator('.nhsuk-error-summary'), noun).toHaveCount(0);
}

test('by phone: staff write it down, and take it back by phone @journey', async ({ browser, baseURL }) => {
  test.setTimeout(180_000);
  const gp = await as(browser, baseURL!, 'gp', 'staff');
  const ref = await refOf(gp, people.manySources);
  await involved(gp, ref);
  const desk = await as(browser, baseURL!, 'practice-manager', 'staff', '/cases/new');
  await sought(desk, people.manySources);
  await desk.locator('main form button').last().click();
  await desk.waitForLoadState();
  await desk.locator('main a[href^="/cases/new/"]').first().click();
  await desk.waitForLoadState();
  await choose(desk, 'subject', 'self');
  await choose(desk, 'route', 'phone');
  for (const box of await desk.locator('main input[name="checked"], main input[name="ways"][value="phone"]').all()) await box.check({ force: true });
  await look(desk, 'whole-phone-entry');
  await desk.locator('main form button').last().click();
  await desk.waitForLoadState();
  await expect(desk).toHaveURL(/\/cases\/[a-z2-7]{20,}/);
  const kase = new URL(desk.url()).pathname;
  await act(desk, kase, 'review');
  await act(desk, kase, 'decision', (page) => choose(page, 'decision', 'confirm'));
  await surfaces(gp, ref, true);
  await until(desk, kase, 'In effect');
  await expect(desk.locator('main')).toContainText(/by phone/i);

  const me = await as(browser, baseURL!, 'many-sources', 'patient', '/my/requests'); // the same case, in the person's own list
  await expect(me.locator(`main a[href="${kase.replace('/cases/', '/my/requests/')}"]`).first()).toBeVisible();

  await act(desk, kase, 'withdrawal');
  await surfaces(gp, ref, true);
  await act(desk, kase, 'reversal');
  await until(desk, kase, 'Viewable again');
  await involved(gp, ref);
  await surfaces(gp, ref, false);
  for (const page of [gp, desk, me]) await page.context().close();
});

/** Has Riverside Surgery decide. */
async function chooseProvider(page: Page) {
  const one = page.locator('main select[name="provider"]');
  if (await one.count()) await one.selectOption({ label: (await one.locator('option').filter({ hasText: 'Riverside' }).first().textContent())!.trim() });
  else await page.getByRole('radio', { name: 'Riverside Surgery' }).check({ force: true });
}

test('for a child: competence, a named clinician, evidence; the code is entered where the child is a patient @journey', async ({ browser, baseURL }) => {
  test.setTimeout(180_000);
  const parent = await as(browser, baseURL!, 'allergy-conflict', 'patient', '/my/objection');
  await press(parent, 'Start');
  await choose(parent, 'subject', 'child');
  await press(parent, 'Continue');
  await parent.locator('#given').fill('Leo');
  await sought(parent, people.child);
  await press(parent, 'Continue');
  await parent.locator('#relation').fill('father');
  await choose(parent, 'ground', 'special_guardian');
  await press(parent, 'Continue');
  await choose(parent, 'evidence', 'court_order');
  await press(parent, 'Continue');
  await press(parent, 'Continue'); // nothing is sent
  await choose(parent, 'understands', 'no');
  await choose(parent, 'agrees', 'cannot_say');
  await press(parent, 'Continue');
  for (const button of ['Continue', 'Continue', 'I understand, continue']) await press(parent, button);
  await choose(parent, 'ways', 'app');
  await press(parent, 'Continue');
  await parent.goto(parent.url().replace(/answers$/, 'provider?from=answers')); // not the father's own surgery
  await look(parent, 'whole-child-provider');
  await chooseProvider(parent);
  await press(parent, 'Continue');
  await look(parent, 'whole-child-answers');
  await press(parent, 'Send my objection');
  const kase = '/cases/' + parent.url().split('/').at(-2);

  const manager = await as(browser, baseURL!, 'practice-manager', 'staff');
  const gp = await as(browser, baseURL!, 'gp', 'staff');
  await act(manager, kase, 'review');
  tick();
  await manager.goto(`${kase}/identity`);
  await sought(manager, people.child);
  await manager.locator('main form button').last().click();
  await manager.waitForLoadState();
  await press(manager, 'This is the person');
  tick();
  await manager.goto(`${kase}/decision`);
  await choose(manager, 'decision', 'confirm');
  await manager.locator('main form button').last().click();
  await manager.waitForLoadState();
  await expect(manager.locator('main')).toContainText('A named clinician must make an entry first'); // staff alone cannot
  await look(manager, 'whole-child-barred');
  await act(gp, kase, 'clinician-entry', async (page) => {
    await choose(page, 'outcome', 'no_concern');
    await page.locator('[name="note"]').fill('Spoke with both.');
  });
  await act(gp, kase, 'competence', async (page) => {
    await choose(page, 'outcome', 'not_competent');
    await page.locator('[name="note"]').fill('Nine years old; cannot yet weigh this up.');
  });
  await act(manager, kase, 'wish', (page) => choose(page, 'outcome', 'cannot_say'));
  await act(manager, kase, 'authority', async (page) => {
    const ground = page.locator('main select[name="ground"]');
    if (await ground.count()) await ground.selectOption('special_guardian');
    else await choose(page, 'ground', 'special_guardian');
    await choose(page, 'seen_proof', 'court_order');
  });
  await act(manager, kase, 'decision', (page) => choose(page, 'decision', 'confirm'));
  await until(manager, kase, 'It has no patient with this NHS number'); // Leo is on another practice's list
  await look(manager, 'whole-child-by-hand');
  const desk = await (await browser.newContext({ javaScriptEnabled: test.info().project.use.javaScriptEnabled })).newPage();
  tick();
  await atDesk(desk, 'lime-tree', /Bright/, 'refused');
  await until(manager, kase, 'Seen in the feed');
  await until(manager, kase, 'In effect');
  await parent.goto(kase.replace('/cases/', '/my/requests/'));
  await expect(parent.locator('main')).toContainText('14 October 2035'); // from when it matters
  await look(parent, 'whole-child-proven');

  tick(); // and back, so that the next run finds the world as it was
  await parent.goto(kase.replace('/cases/', '/my/objection/') + '/change-of-mind');
  await press(parent, 'I understand, continue');
  await press(parent, /./);
  await act(gp, kase, 'clinician-entry', (page) => choose(page, 'outcome', 'no_concern'));
  await act(manager, kase, 'reversal');
  tick();
  await atDesk(desk, 'lime-tree', /Bright/, 'given');
  await until(manager, kase, 'Viewable again');
  for (const page of [parent, manager, gp, desk]) await page.context().close();
});
