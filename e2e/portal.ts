// What every journey needs: signing in as somebody of the demo world, opening a
// record, and the checks that hold on every page.
import { expect, test, type Page } from '@playwright/test';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepare, violations } from './crawl/inspect.ts';

export const here = dirname(fileURLToPath(import.meta.url));

/** People of the demo world, as staff would know them (born relative to 23 November 2026). */
export const people = {
  manySources: { family: 'Thackeray-Osei', born: '1948-07-06', persona: 'many-sources' },
  objected: { family: 'Marsham', born: '1979-11-11', persona: 'objected' },
  child: { family: 'Bright', born: '2017-10-14', persona: '' },
  movedAway: { family: 'Fairweather', born: '1965-05-27', persona: 'moved-away' },
  restricted: { family: 'Ravenhall', born: '1990-09-18', persona: 'restricted' },
  noKnownAllergies: { family: 'Raman', born: '1987-09-07', persona: 'no-known-allergies' },
};

/** The time of the portal; every use of its clock reads it anew. */
export function setClock(instant: string) {
  writeFileSync(join(here, 'out', process.env.CANDOUR_E2E!, 'clock'), instant + '\n');
}

/** Signs in through the demo identity provider and ends on `to`. */
export async function signIn(page: Page, persona: string, audience: 'patient' | 'staff', to = '') {
  const provider = audience === 'patient' ? 'nhs-login' : 'staff';
  await page.goto(`/sign-in/${provider}` + (to ? `?return=${encodeURIComponent(to)}` : ''));
  await page.locator(`a[data-persona="${persona}"]`).click();
  await page.waitForLoadState();
}

/** Finds a person by family name and date of birth. */
export async function find(page: Page, who: { family: string; born: string }) {
  await page.goto('/patients?by=name');
  await page.locator('#family').fill(who.family);
  const [year, month, day] = who.born.split('-');
  await page.locator('input[name="birth_date-day"]').fill(String(Number(day)));
  await page.locator('input[name="birth_date-month"]').fill(String(Number(month)));
  await page.locator('input[name="birth_date-year"]').fill(year);
  await page.locator('main form button').click();
  await page.waitForLoadState();
}

/** Goes from a search result as far as the record or whatever stands before it. */
export async function open(page: Page, who: { family: string; born: string }) {
  await find(page, who);
  await page.locator('main a[href^="/patients/"]').filter({ hasText: new RegExp(who.family, 'i') }).first().click();
  await page.waitForLoadState();
  if (page.url().endsWith('/reason')) {
    await page.locator('main form button').first().click();
    await page.waitForLoadState();
  }
}

/** Presses the first control of the page, the contrast toggle. */
export async function toggleContrast(page: Page) {
  await page.locator('form[action="/preferences/contrast"] button').click();
  await page.waitForLoadState();
}

/** Lets a test's own script run on a page that was loaded without scripts; the page's stay off. */
async function withScripts<T>(page: Page, run: () => Promise<T>): Promise<T> {
  if (test.info().project.use.javaScriptEnabled !== false) return run();
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Emulation.setScriptExecutionDisabled', { value: true }); // a session can only undo what it did itself
  await cdp.send('Emulation.setScriptExecutionDisabled', { value: false });
  try {
    return await run();
  } finally {
    await cdp.send('Emulation.setScriptExecutionDisabled', { value: true });
  }
}

/** WCAG 2.2 AA by axe; with scripts also: the contrast toggle comes first, nothing scrolls sideways, nothing is kept in the browser. */
export async function check(page: Page, name: string) {
  const scripts = page.context().browser() !== null && (page as any)._scripts !== false;
  if (scripts) {
    const first = await page.evaluate(() => {
      const el = document.querySelector('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]');
      return el?.closest('form')?.getAttribute('action') ?? el?.outerHTML.slice(0, 120);
    });
    expect(first, `${name}: the contrast toggle is the first control`).toContain('/preferences/contrast');
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(wide, `${name}: sideways scrolling`).toBeLessThanOrEqual(0);
    const kept = await page.evaluate(() => Object.keys(localStorage).length + Object.keys(sessionStorage).length);
    expect(kept, `${name}: something is kept in browser storage`).toBe(0);
  }
  expect(await withScripts(page, async () => { await prepare(page); return violations(page); }), `${name}: axe`).toEqual([]);
}
