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
