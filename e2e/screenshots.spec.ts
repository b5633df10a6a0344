import { test } from '@playwright/test';
import { join } from 'node:path';
import { here, open, people, setClock, signIn, toggleContrast } from './portal.ts';

// The pictures of the README, made anew by each run: home, access history and
// record, wide and narrow, in both themes. UPDATE_SCREENSHOTS=1 writes them to
// e2e/screenshots; otherwise they go to e2e/out.
const dir = process.env.UPDATE_SCREENSHOTS ? 'screenshots' : 'out';

test('home, access history and record, at 1280 and 320 px, in both themes @screenshots', async ({ page }) => {
  test.setTimeout(180_000);
  setClock('2026-11-23T09:30:00Z');
  const take = async (name: string, path: string) => {
    for (const theme of ['light', 'contrast']) {
      for (const width of [1280, 320]) {
        await page.setViewportSize({ width, height: width === 320 ? 700 : 900 });
        await page.goto(path);
        await page.screenshot({ path: join(here, dir, `${name}-${theme}-${width}.png`) });
      }
      await page.setViewportSize({ width: 1280, height: 900 });
      await toggleContrast(page);
    }
  };
  await take('home', '/');
  await signIn(page, 'many-sources', 'patient');
  await take('access-history', '/my/access-history');
  await page.context().clearCookies();
  await signIn(page, 'hospital-doctor', 'staff');
  await open(page, people.manySources);
  await take('record', new URL(page.url()).pathname);
});

// Every public page in five variants, to be looked at: wide, narrow, in contrast, from
// right to left, and on paper.
const everybody = ['/', '/questions', '/questions?q=who+has+seen+my+notes', '/questions/object', '/choices', '/partners', '/partners/ouse-valley', '/included', '/status', '/whats-new',
  '/accessibility', '/privacy', '/cookies', '/sign-in', '/demo', '/demo/languages', '/gallery', '/demo/errors/404', '/demo/errors/503'];
const variants = [
  { name: '1280', width: 1280 }, { name: '320', width: 320 }, { name: 'contrast', width: 1280, contrast: 'on' },
  { name: 'rtl', width: 1280, language: 'en-XB' }, { name: 'paper', width: 800, paper: true },
];

test('every public page in five variants @screenshots', async ({ browser, baseURL }) => {
  test.setTimeout(300_000);
  for (const v of variants) {
    const context = await browser.newContext({ viewport: { width: v.width, height: 900 } });
    await context.addCookies([{ name: 'language', value: v.language ?? 'en', url: baseURL! }, { name: 'contrast', value: v.contrast ?? 'off', url: baseURL! }]);
    const page = await context.newPage();
    if (v.paper) await page.emulateMedia({ media: 'print' });
    for (const path of everybody) {
      await page.goto(baseURL + path);
      await page.screenshot({ path: join(here, 'out', 'public', `${path.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '') || 'home'}-${v.name}.png`), fullPage: true });
    }
    await context.close();
  }
});
