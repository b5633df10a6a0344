import { expect, test, type Page } from '@playwright/test';
import { check as whole, setClock } from './portal.ts';

// axe once; the crawl looks at every page in every variant.
const check = async (page: Page, name: string) => { if (test.info().project.name === 'desktop') await whole(page, name); };

test.beforeEach(() => setClock('2026-11-23T09:30:00Z'));

// Each scene of the guided tour is one link: it logs in as its person and comes out
// where its text says, whoever was logged in before. Staff confirm why first.
const scenes: [string, RegExp, RegExp][] = [
  ['record', /\/record$/, /THACKERAY-OSEI/],
  ['seen', /\/my\/access-history$/, /Harrowmere General Hospital/],
  ['doses', /\/record$/, /Sources differ/i],
  ['allergy', /\/record$/, /no known allerg/i],
  ['objected', /\/record$/, /chosen not to be viewed here/],
  ['reason', /\/reason$/, /nothing that links your organisation/],
  ['excluded', /\/record$/, /what is never included|sexual health/i],
  ['child', /\/my\/inclusion$/, /26 November 2026/],
  ['stale', /\/record$/, /Delayed|17-Nov-2026/],
  ['contrast', /\/$/, /Your shared care record/],
];

test('ten scenes, each one link @journey', async ({ page }) => {
  test.setTimeout(180_000);
  await page.goto('/demo');
  await check(page, 'the tour');
  await expect(page.locator('.app-tour__scene')).toHaveCount(10);
  for (const [key, where, what] of scenes) {
    await page.goto('/demo');
    await page.locator(`[data-scene="${key}"] a`).click();
    await page.waitForLoadState();
    if (page.url().endsWith('/sign-in/role')) {
      await page.locator('input[type=radio]').first().check({ force: true });
      await page.locator('main form button').click();
      await page.waitForLoadState();
    }
    // Another journey may have given this doctor's reason already: then it stands, and is on its own page.
    if (page.url().endsWith('/record') && key === 'reason') await page.goto(page.url().replace(/record$/, 'reason'));
    if (page.url().endsWith('/reason') && key !== 'reason') {
      const choices = page.locator('main input[type=radio]:visible');
      if (await choices.count() && !await page.locator('.app-evidence').count()) await choices.first().check({ force: true });
      await page.locator('main form button').first().click();
      await page.waitForLoadState();
    }
    expect(new URL(page.url()).pathname, key).toMatch(where);
    await expect(page.locator('main'), key).toContainText(what);
  }
});

test('every error page says what happened and what to do next @journey', async ({ page }) => {
  await page.goto('/demo');
  const links = page.locator('main a[href^="/demo/errors/"]');
  await expect(links).toHaveCount(7);
  for (let i = 0; i < 7; i++) {
    await page.goto('/demo');
    const status = Number((await links.nth(i).getAttribute('href'))!.split('/').pop());
    const [answer] = await Promise.all([page.waitForResponse((r) => r.url().endsWith(`/demo/errors/${status}`)), links.nth(i).click()]);
    expect(answer.status()).toBe(status);
    await expect(page.getByText('give the reference')).toBeVisible();
    await expect(page.getByRole('link', { name: 'Go to the home page' })).toBeVisible();
    await check(page, `error ${status}`);
  }
});
