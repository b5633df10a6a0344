import { expect, test } from '@playwright/test';
import { check, setClock } from './portal.ts';

test.beforeEach(() => setClock('2026-11-23T09:30:00Z'));

const first = (page: import('@playwright/test').Page) => page.locator('.app-results__item a').first();

test('somebody types what worries them and reads the answer @journey', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('link', { name: 'Questions and answers' }).first().click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Questions and answers');
  await check(page, 'questions');
  await page.getByLabel('Search the answers').fill('who has seen my notes');
  await page.getByRole('button', { name: 'Search' }).click();
  await expect(page).toHaveURL(/[?&]q=who\+has\+seen\+my\+notes/);
  await expect(page.locator('#found')).toHaveText(/answers? found/);
  await expect(first(page)).toHaveText('Can I see who has looked at my record?');
  expect(await page.locator('.app-results mark').count()).toBeGreaterThan(0);
  await check(page, 'results');
  await first(page).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Can I see who has looked at my record?');
  await expect(page.getByText('Last checked 23 November 2026')).toBeVisible();
  await check(page, 'an answer');
});

test('the four questions of the issue are answered among the first three @journey', async ({ page }) => {
  for (const [typed, slug] of [['opt out', 'object'], ['who has seen my notes', 'who-has-looked'], ['copy of records', 'copy-of-record'], ["stop sharing my child's data", 'object-for-child']]) {
    await page.goto('/questions');
    await page.locator('#q').fill(typed);
    await page.getByRole('button', { name: 'Search' }).click();
    await expect(page).toHaveURL(/[?&]q=/);
    const slugs = await page.locator('.app-results__item').evaluateAll((all) => all.slice(0, 3).map((li) => (li as HTMLElement).dataset.slug));
    expect(slugs, typed).toContain(slug);
  }
});

test('a slip is understood, and nothing found goes on @journey', async ({ page }) => {
  await page.goto('/questions?q=sumary+care+recrod');
  await expect(first(page)).toHaveText('What is the difference from the Summary Care Record?');
  await expect(page.getByText('instead of recrod')).toBeVisible();
  await page.goto('/questions?q=zebra');
  await expect(page.locator('#found')).toHaveText('No answer found for zebra');
  await check(page, 'nothing found');
  await page.getByRole('link', { name: 'Objecting', exact: true }).click();
  await expect(page).toHaveURL(/\/questions#topic-objecting$/);
  await expect(page.getByRole('heading', { name: 'How do I object or opt out?' })).toBeVisible();
});

test('a link to an answer opens it, with scripts and without @journey', async ({ page }) => {
  await page.goto('/questions#copy-of-record');
  await expect(page.locator('#copy-of-record')).toBeVisible();
  expect(await page.locator('details.app-question[open]').count()).toBe(1);
  await page.goto('/questions?open=object#object');
  await expect(page.locator('#object')).toBeVisible();
  await page.getByRole('link', { name: /^Page of this answer/ }).click();
  await expect(page).toHaveURL(/\/questions\/object$/);
  await page.getByRole('link', { name: 'Questions and answers', exact: true }).last().click();
  await page.goto('/questions?all=1');
  expect(await page.locator('details.app-question[open]').count()).toBe(32);
  await check(page, 'all answers');
});

test('an answer is judged once, and thanks are all that comes back @journey', async ({ page }) => {
  await page.goto('/questions/copy-of-record');
  await page.getByRole('button', { name: 'Yes this answer was useful' }).click();
  await expect(page.locator('#useful')).toHaveText(/Thank you/);
  await check(page, 'thanks');
  expect(await page.context().cookies()).toEqual([]);
  await page.goto('/questions/object');
  await page.getByRole('button', { name: 'No this answer was not useful' }).click();
  await expect(page.locator('#useful')).toHaveText(/Thank you/);
});

test('on paper every answer stands, without buttons', async ({ page }) => {
  await page.goto('/questions');
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('#complain')).toBeVisible();
  await expect(page.locator('form[role=search]')).toBeHidden();
  await page.goto('/questions/complain');
  await expect(page.locator('#useful')).toBeHidden();
  await expect(page.getByText('You cannot complain through this website yet.')).toBeVisible();
});

test('the answers follow what is typed @scripts', async ({ page }) => {
  await page.goto('/questions');
  await page.locator('#q').pressSequentially('opt out', { delay: 20 });
  await expect(first(page)).toHaveText('How do I object or opt out?');
  await expect(page).toHaveURL(/[?&]q=opt(\+|%20)out/);
  await expect(page.locator('#found')).toHaveText(/answers found/);
  await expect(page.locator('#q')).toBeFocused();
  await check(page, 'as somebody types');
  await page.reload();
  await expect(first(page)).toHaveText('How do I object or opt out?');
  await page.locator('#q').fill('');
  await expect(page.locator('details.app-question')).toHaveCount(32);
});

test('the link to an answer is copied @scripts', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto('/questions/object');
  await page.getByRole('button', { name: /^Copy link to this answer/ }).click();
  await expect(page.getByText('Link copied')).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/questions\/object$/);
  await check(page, 'copied');
});

test('without scripts there are no buttons that do nothing @journey', async ({ page, javaScriptEnabled }) => {
  await page.goto('/questions/object');
  const buttons = page.getByRole('button', { name: /^(Print|Copy link to) this answer/ });
  if (javaScriptEnabled === false) await expect(buttons).toHaveCount(0);
  else await expect(buttons).toHaveCount(2);
});
