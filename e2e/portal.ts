// What every journey needs: signing in as somebody of the demo world, opening a
// record, and the checks that hold on every page.
import { expect, type Page } from '@playwright/test';
import AxeBuilder from '@axe-core/playwright';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const here = dirname(fileURLToPath(import.meta.url));

/** The time of the portal; every use of its clock reads it anew. */
export function setClock(instant: string) {
  writeFileSync(join(here, 'out', 'clock'), instant + '\n');
}

/** Signs in through the demo identity provider and ends on `to`. */
export async function signIn(page: Page, persona: string, audience: 'patient' | 'staff', to = '') {
  const provider = audience === 'patient' ? 'nhs-login' : 'staff';
  await page.goto(`/sign-in/${provider}` + (to ? `?return=${encodeURIComponent(to)}` : ''));
  await page.locator(`a[data-persona="${persona}"]`).click();
  await page.waitForLoadState();
}

/** Finds a person by family name and date of birth and opens their reason page or record. */
export async function find(page: Page, family: string, born: string) {
  await page.goto('/patients?by=name');
  await page.locator('#family').fill(family);
  const [year, month, day] = born.split('-');
  await page.locator('input[name="birth_date.day"], input[name="birth_date-day"]').fill(String(Number(day)));
  await page.locator('input[name="birth_date.month"], input[name="birth_date-month"]').fill(String(Number(month)));
  await page.locator('input[name="birth_date.year"], input[name="birth_date-year"]').fill(year);
  await page.locator('main form button[type=submit], main form button').first().click();
  await page.waitForLoadState();
}

/** Opens somebody's record from a search result, confirming the relationship offered. */
export async function open(page: Page, family: string, born: string) {
  await find(page, family, born);
  await page.locator('main a[href^="/patients/"]').filter({ hasText: new RegExp(family, 'i') }).first().click();
  await page.waitForLoadState();
  if (page.url().endsWith('/reason')) {
    await page.locator('main form button').click();
    await page.waitForLoadState();
  }
}

/** WCAG 2.2 AA by axe, no sideways scrolling, and the contrast toggle first. */
export async function check(page: Page, name: string) {
  const scripts = await page.evaluate(() => true).catch(() => false);
  if (scripts) {
    const first = await page.evaluate(() => {
      const el = document.querySelector('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]');
      return el?.closest('form')?.getAttribute('action') ?? el?.outerHTML.slice(0, 120);
    });
    expect(first, `${name}: the contrast toggle is the first control`).toContain('/preferences/contrast');
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(overflow, `${name}: no sideways scrolling`).toBeLessThanOrEqual(0);
  }
  const result = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
  expect(result.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).slice(0, 4).join(' | ')}`), `${name}: axe`).toEqual([]);
}

/** The people of the demo world whom the journeys use. */
export const people = {
  manySources: { family: 'Thackeray-Osei', persona: 'many-sources' },
};
