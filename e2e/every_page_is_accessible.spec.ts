import { expect, test, type Page } from '@playwright/test';
import { HtmlValidate } from 'html-validate';
import { check, find, open, people, setClock, signIn, toggleContrast } from './portal.ts';

// Every page of this issue, in both themes, at 320 and 1280 px: axe WCAG 2.2 AA
// finds nothing, nothing scrolls sideways, the contrast toggle comes first, and
// the markup is valid.

const validator = new HtmlValidate({
  extends: ['html-validate:recommended'],
  rules: {
    'no-redundant-role': 'off', 'long-title': 'off', 'no-trailing-whitespace': 'off', 'void-style': 'off', 'doctype-style': 'off',
    'attribute-boolean-style': 'off', 'no-inline-style': 'error', 'prefer-native-element': 'off', 'attr-quotes': 'off', 'attribute-empty-style': 'off',
    'form-dup-name': ['error', { shared: ['radio', 'checkbox', 'submit', 'button'] }], 'tel-non-breaking': 'off', 'no-implicit-input-type': 'off',
    'require-sri': 'off',
  },
});

async function everywhere(page: Page, name: string, path: string) {
  await page.goto(path);
  const sent = await page.request.get(path);
  const report = await validator.validateString(await sent.text());
  expect(report.results.flatMap((r) => r.messages.map((m) => `${m.ruleId} ${m.line}:${m.column} ${m.message}`)), `${name}: markup`).toEqual([]);
  for (const theme of ['normal', 'contrast']) {
    for (const width of [1280, 320]) {
      await page.setViewportSize({ width, height: 800 });
      await check(page, `${name}, ${theme}, ${width}px`);
    }
    await toggleContrast(page);
    if (page.url() !== new URL(path, page.url()).href) await page.goto(path);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
}

test.beforeEach(() => { setClock('2026-11-23T09:30:00Z'); test.setTimeout(240_000); });

test('public pages', async ({ page }) => {
  for (const [name, path] of [['home', '/'], ['sign in', '/sign-in'], ['sign in, patients', '/sign-in?for=patient'], ['tour', '/demo'], ['not found', '/nowhere'], ['not signed in', '/my']])
    await everywhere(page, name, path);
});

test('the demo sign-in page', async ({ page }) => {
  await page.goto('/sign-in/staff');
  await check(page, 'demo sign-in');
  await page.setViewportSize({ width: 320, height: 800 });
  await check(page, 'demo sign-in, 320px');
});

test('patient pages', async ({ page }) => {
  await signIn(page, 'many-sources', 'patient');
  for (const path of ['/my', '/my/inclusion', '/my/access-history', '/my/access-history?single=1&own=1&system=1', '/my/access-history/print'])
    await everywhere(page, path, path);
  await page.goto('/my/access-history?single=1');
  await everywhere(page, 'one access', new URL((await page.locator('a[href^="/my/access-history/"]').filter({ hasNotText: /print|csv/i }).evaluateAll((all) => all.map((a) => a.getAttribute('href')).find((h) => /history\/\d+$/.test(h ?? ''))))!, page.url()).pathname);
});

test('a patient below P9, one who is not held, one who objected', async ({ page }) => {
  for (const persona of ['unproven', 'not-held', 'objected']) {
    await page.context().clearCookies();
    await signIn(page, persona, 'patient');
    await everywhere(page, persona, '/my');
  }
});

test('finding a person', async ({ page }) => {
  await signIn(page, 'hospital-doctor', 'staff');
  for (const path of ['/patients', '/patients?by=name']) await everywhere(page, path, path);
  await find(page, people.manySources);
  await check(page, 'results');
  await find(page, { family: 'Nobodyhere', born: '1950-01-01' });
  await check(page, 'nobody found');
  await page.goto('/patients');
  await page.locator('main form button').click();
  await check(page, 'errors in the search');
});

test('the record and its parts', async ({ page }) => {
  await signIn(page, 'hospital-doctor', 'staff');
  await open(page, people.manySources);
  const record = new URL(page.url()).pathname;
  await everywhere(page, 'record', record);
  for (const path of ['?q=metformin', '/print', '?q=nothingofthekind'])
    await everywhere(page, 'record' + path, record + path);
  await everywhere(page, 'reason', record.replace('/record', '/reason'));
  await page.goto(record);
  const letter = await page.locator('a[href*="documents/"]').first().evaluate((a) => (a as HTMLAnchorElement).pathname);
  await everywhere(page, 'letter', letter);
});

test('the dead ends', async ({ page }) => {
  await signIn(page, 'gp', 'staff');
  for (const who of [people.objected, people.child, people.movedAway]) {
    await find(page, who);
    const href = (await page.locator('main a[href^="/patients/"]').first().getAttribute('href'))!;
    await everywhere(page, who.family, href.replace(/\/reason$/, '/record'));
  }
});
