import { expect, test, type Browser, type Locator, type Page } from '@playwright/test';
import { check, people, setClock, signIn } from './portal.ts';

// Those who handle requests: the queue, a request by telephone, the decision, two at
// once, and many given away and back. Every journey leaves the queue as it found it.

test.beforeAll(() => setClock('2026-11-23T09:30:00Z'));

const scripts = () => test.info().project.use.javaScriptEnabled !== false;

/** Somebody of staff in a browser of their own. */
async function as(browser: Browser, baseURL: string, persona: string, to: string): Promise<Page> {
  const page = await (await browser.newContext({ baseURL, javaScriptEnabled: scripts() })).newPage();
  await signIn(page, persona, 'staff', to);
  return page;
}

const main = (page: Page) => page.locator('main');

async function go(page: Page, what: Locator) {
  await what.click();
  await page.waitForLoadState();
}

const press = (page: Page, button: string | RegExp) => go(page, main(page).getByRole('button', { name: button }).first());
const follow = (page: Page, link: string | RegExp) => go(page, main(page).getByRole('link', { name: link }).first());
const choose = (page: Page, name: string, value: string) => main(page).locator(`input[name="${name}"][value="${value}"]`).check({ force: true });

/** Writes down what somebody said on the telephone; ends on the page of the request. */
async function byPhone(page: Page, who: { family: string; born: string }, words: string) {
  await page.goto('/cases');
  await follow(page, 'Write down a request for somebody');
  await check(page, 'new request');
  await main(page).locator('#family').fill(who.family);
  for (const [part, value] of [['year', who.born.slice(0, 4)], ['month', who.born.slice(5, 7)], ['day', who.born.slice(8)]]) await main(page).locator(`input[name="birth_date-${part}"]`).fill(value);
  await press(page, 'Find');
  await check(page, 'who fits');
  await follow(page, new RegExp(`Write down a request for ${who.family}`, 'i'));
  await press(page, 'Write down the request');
  await expect(main(page)).toContainText('Establish who is asking');
  await check(page, 'request by phone, errors');
  await choose(page, 'route', 'phone');
  await choose(page, 'subject', 'self');
  await choose(page, 'checked', '1');
  await main(page).locator('#words').fill(words);
  await press(page, 'Write down the request');
  await expect(main(page)).toContainText('The request is written down');
}

async function takeBack(page: Page, path: string) {
  await page.goto(path);
  await follow(page, 'Take it back for the person');
  await press(page, 'Take it back');
  await expect(main(page)).toContainText('It is taken back');
}

test('a request by telephone is reviewed, and refusing it asks once more @journey', async ({ page }) => {
  await signIn(page, 'practice-manager', 'staff', '/cases');
  await byPhone(page, people.noKnownAllergies, 'She rang and does not want it.');
  const path = new URL(page.url()).pathname;
  await expect(main(page)).toContainText('By phone, taken by Devinder Gill');
  await expect(main(page)).toContainText('She rang and does not want it.');
  await check(page, 'a case');
  await follow(page, 'Start the review');
  await press(page, 'Start the review');
  await follow(page, 'Log a contact attempt');
  await choose(page, 'way', 'phone');
  await choose(page, 'outcome', 'not_reached');
  await main(page).locator('#note').fill('No answer.');
  await check(page, 'contact attempt');
  await press(page, 'Log the attempt');
  await expect(main(page)).toContainText('Contact attempt: Not reached');
  await follow(page, 'Decide, or ask for something first');
  await check(page, 'decision');
  await choose(page, 'decision', 'refuse');
  await check(page, 'refusing');
  await press(page, 'Save the decision');
  await expect(main(page)).toContainText('Choose the ground of the refusal');
  await check(page, 'refusing, errors');
  await choose(page, 'ground', 'identity_not_proven');
  await main(page).locator('#reason').fill('She could not say when she was born.');
  await press(page, 'Save the decision');
  await expect(page.locator('h1, .nhsuk-panel__title').first()).toContainText('You are about to refuse an objection');
  await expect(main(page)).toContainText('She could not say when she was born.');
  await check(page, 'a last word before refusing');
  await press(page, 'Refuse the objection');
  await expect(main(page)).toContainText('A named clinician must make an entry first'); // staff alone do not
  await takeBack(page, path);
});

test('two decide at once: the other sees what changed and keeps their text @journey', async ({ browser, baseURL }) => {
  const [manager, gp] = [await as(browser, baseURL!, 'practice-manager', '/cases'), await as(browser, baseURL!, 'gp', '/cases')];
  await byPhone(manager, people.noKnownAllergies, 'Again.');
  const path = new URL(manager.url()).pathname;
  await follow(manager, 'Start the review');
  await press(manager, 'Start the review');
  for (const page of [manager, gp]) await page.goto(`${path}/decision`);
  await choose(manager, 'decision', 'contact');
  await main(manager).locator('#why').fill('To understand why.');
  await press(manager, 'Save the decision');
  await expect(main(manager)).toContainText('Waiting for contact');
  await choose(gp, 'decision', 'contact');
  await main(gp).locator('#why').fill('My own question.');
  await press(gp, 'Save the decision');
  await expect(main(gp)).toContainText('This request changed while you were writing');
  await expect(main(gp)).toContainText('Devinder Gill');
  await expect(main(gp).locator('[data-typed]')).toContainText('My own question.');
  await check(gp, 'changed meanwhile');
  await takeBack(manager, path);
  for (const page of [manager, gp]) await page.context().close();
});

test('the queue is filtered, sorted, searched, and cases are given away and back @journey', async ({ page }) => {
  await signIn(page, 'practice-manager', 'staff', '/cases');
  await check(page, 'queue');
  await go(page, page.locator('[data-cards] a').first());
  await expect(page).toHaveURL(/due=overdue/);
  await expect(page.locator('tr[data-case]')).toHaveCount(1);
  await expect(main(page)).toContainText('GADSBY, Farouk (Mr)');
  await check(page, 'queue, overdue');
  await main(page).locator('#state').selectOption('refused');
  if (scripts()) {
    await expect(page).toHaveURL(/state=refused/); // the list follows by itself
  } else {
    await press(page, 'Apply filters');
  }
  await expect(main(page)).toContainText(/hidden by your filters/);
  await check(page, 'queue, nothing left');
  await page.goto('/cases');
  await main(page).locator('#text').fill('gadsby');
  await press(page, 'Find');
  await expect(page.locator('tr[data-case]')).toHaveCount(1);
  expect(page.url()).not.toMatch(/gadsby/i);
  await check(page, 'queue, found by name');
  await page.goto('/cases');
  await page.locator('tr[data-case] input[type=checkbox]').first().check({ force: true });
  await press(page, 'Give the ticked requests to somebody');
  await expect(main(page)).toContainText('1 request will change hands');
  await check(page, 'giving away');
  await press(page, 'Give the requests');
  await expect(main(page)).toContainText('Choose who gets it');
  await check(page, 'giving away, errors');
  await main(page).locator('#assigned').selectOption({ label: 'Me' });
  await press(page, 'Give the requests');
  await expect(main(page)).toContainText('1 request was given away');
  await check(page, 'given away');
  await press(page, 'Undo');
  await expect(main(page)).toContainText('1 request is back with whoever had it');
});

test('filters get a name, and lose it again @journey', async ({ page }) => {
  await signIn(page, 'practice-manager', 'staff', '/cases?due=overdue');
  await main(page).locator('#name').fill('Late ones');
  await press(page, 'Save the view');
  await expect(main(page)).toContainText('The view is saved');
  await page.goto('/cases');
  await check(page, 'queue with a view');
  await follow(page, 'Late ones');
  await expect(page).toHaveURL(/\/cases\?due=overdue$/);
  await press(page, /Remove.*Late ones/);
  await expect(main(page)).toContainText('The view is removed');
});

test('every page of what can be done with a child\'s case @journey', async ({ browser, baseURL }) => {
  const gp = await as(browser, baseURL!, 'gp', '/cases');
  for (const state of ['Waiting for a clinician', 'Disputed']) {
    await gp.goto('/cases');
    await go(gp, gp.locator('tr[data-case]').filter({ hasText: state }).locator('a').first());
    const path = new URL(gp.url()).pathname;
    await check(gp, `case, ${state}`);
    const acts = await gp.locator('[data-acts] a').evaluateAll((all) => all.map((a) => a.getAttribute('href')!)).catch(() => []);
    for (const act of acts) {
      await gp.goto(act);
      await check(gp, act.split('/').pop()!);
    }
    for (const act of ['message', 'note', 'work']) {
      await gp.goto(`${path}/${act}`);
      await check(gp, act);
    }
    for (const part of ['decisions', 'messages', 'work']) await gp.goto(`${path}?log=${part}`);
    await check(gp, 'part of the history');
  }
  await gp.context().close();
});
