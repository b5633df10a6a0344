import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, type BrowserContextOptions, type Page } from '@playwright/test';
import { edgesAreSeen, enoughContrast, focusIsSeen, mirrored, nothingTooWide, onPaper } from './gallery_checks.ts';
import { here, open, people, setClock, signIn } from './portal.ts';

// Every piece of a page in every state: photographed in seven variants, which go to
// e2e/out/gallery to be looked at, and held to what each variant promises.

const groups = ['links', 'words', 'news', 'fields', 'choices', 'lists', 'tables', 'own'];
const pictures = join(here, 'out', 'gallery');
mkdirSync(pictures, { recursive: true });

type Variant = { name: string; options: BrowserContextOptions; cookies?: Record<string, string>; media?: 'print'; holds: (page: Page, where: string) => Promise<void> };

const variants: Variant[] = [
  { name: '1280', options: {}, holds: focusIsSeen },
  { name: '320', options: { viewport: { width: 320, height: 640 } }, holds: nothingTooWide },
  { name: 'contrast', options: {}, cookies: { contrast: 'on' }, holds: async (page, where) => { await enoughContrast(page, where); await focusIsSeen(page, where); } },
  { name: 'rtl', options: {}, cookies: { language: 'en-XB' }, holds: mirrored },
  { name: 'rtl-320-contrast', options: { viewport: { width: 320, height: 640 } }, cookies: { language: 'en-XB', contrast: 'on' }, holds: nothingTooWide },
  { name: 'forced-colours', options: { forcedColors: 'active' }, holds: async (page, where) => { await edgesAreSeen(page, where); await focusIsSeen(page, where); } },
  { name: 'print', options: {}, cookies: { contrast: 'on' }, media: 'print', holds: onPaper },
];

for (const variant of variants)
  test(`the gallery, ${variant.name} @scripts`, async ({ browser, baseURL }) => {
    test.setTimeout(120_000);
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB', ...variant.options });
    await context.addCookies(Object.entries(variant.cookies ?? {}).map(([name, value]) => ({ name, value, url: baseURL! })));
    const page = await context.newPage();
    await page.emulateMedia({ media: variant.media ?? null });
    for (const group of groups) {
      const where = `${group}, ${variant.name}`;
      expect((await page.goto(`/gallery/${group}`))?.status()).toBe(200);
      await page.screenshot({ path: join(pictures, `${group}-${variant.name}.png`), fullPage: true });
      expect(await unseen(page), `${where}: stories that show nothing`).toEqual([]);
      await nothingTooWide(page, where);
      await variant.holds(page, where);
    }
    await context.close();
  });

// The same promises on pages that people use.
const used: Record<string, (page: Page) => Promise<void>> = {
  home: async (page) => { await page.goto('/'); },
  questions: async (page) => { await page.goto('/questions'); },
  'access history': async (page) => { await signIn(page, 'many-sources', 'patient', '/my/access-history'); },
  'errors in a search': async (page) => { await signIn(page, 'hospital-doctor', 'staff', '/patients'); await page.locator('main form button').click(); await page.waitForLoadState(); },
  record: async (page) => { await signIn(page, 'hospital-doctor', 'staff'); await open(page, people.manySources); },
};

for (const [name, go] of Object.entries(used))
  test(`${name}: contrast asked for by the device or the person, the device's own colours, from right to left, paper, zoom @scripts`, async ({ browser, baseURL }) => {
    test.setTimeout(120_000);
    setClock('2026-11-23T09:30:00Z');
    for (const variant of variants.filter((v) => !v.name.startsWith('rtl-'))) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB', ...variant.options });
      await context.addCookies(Object.entries(variant.cookies ?? {}).map(([key, value]) => ({ name: key, value, url: baseURL! })));
      const page = await context.newPage();
      await go(page);
      await page.emulateMedia({ media: variant.media ?? null });
      await variant.holds(page, `${name}, ${variant.name}`);
      if (variant.name === '1280') {
        await page.emulateMedia({ contrast: 'more' });
        await enoughContrast(page, `${name}, contrast asked for by the device`);
        await page.emulateMedia({ contrast: null });
        await page.setViewportSize({ width: 320, height: 256 });
        await nothingTooWide(page, `${name}, 400 % zoom`);
      }
      await context.close();
    }
  });

test('less motion is no motion @scripts', async ({ browser }) => {
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  const page = await context.newPage();
  for (const path of ['/', '/gallery/links', '/gallery/fields', '/gallery/tables']) {
    await page.goto(path);
    const moving = await page.evaluate(() => [...document.querySelectorAll('*')].filter((e) => ['', '::before', '::after'].some((part) => {
      const style = getComputedStyle(e, part);
      return [style.transitionDuration, style.animationDuration].some((all) => all.split(',').some((d) => parseFloat(d) > 0.001)) || style.scrollBehavior === 'smooth';
    })).map((e) => e.localName + '.' + e.className));
    expect(moving, path).toEqual([]);
  }
  await context.close();
});

test('a further question opens with its answer, and no radio says that it is expanded @scripts', async ({ page }) => {
  await page.goto('/gallery/choices');
  const further = page.locator('#conditional-radios-reveal-3'), expanded = page.locator('input[type=radio][aria-expanded]');
  await expect(further).toBeVisible();
  await expect(expanded).toHaveCount(0);
  await page.locator('#radios-reveal').check({ force: true });
  await expect(further).toBeHidden();
  await page.locator('#radios-reveal-3').check({ force: true });
  await expect(further).toBeVisible();
  await expect(expanded).toHaveCount(0);
});

test('the list of groups leads to each of them', async ({ page }) => {
  await page.goto('/gallery');
  expect(await page.locator('main a').evaluateAll((all) => all.map((a) => a.getAttribute('href')))).toEqual(groups.map((g) => `/gallery/${g}`));
});

test('without scripts every piece is there, and what is revealed is open', async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto('/gallery/choices');
  await expect(page.locator('#radios-number')).toBeVisible();
  await expect(page.locator('#boxes-further')).toBeVisible();
  await page.goto('/gallery/fields');
  await expect(page.locator('#count-plain-info')).toContainText('You can enter up to 200 characters');
  await expect(page.locator('#file-plain')).toBeVisible();
  await context.close();
});

/** Stories whose piece takes no room. The skip link is seen only when it has the focus. */
async function unseen(page: Page): Promise<string[]> {
  return page.locator('[data-story]').evaluateAll((all) => all.filter((story) => {
    const piece = story.querySelector('.app-story__piece')!.getBoundingClientRect();
    return matchMedia('screen').matches && (piece.width < 20 || piece.height < 10) && !(story as HTMLElement).dataset.story!.startsWith('skip');
  }).map((story) => (story as HTMLElement).dataset.story!));
}
