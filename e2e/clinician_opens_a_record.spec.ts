import { expect, test } from '@playwright/test';
import { find, open, people, setClock, signIn } from './portal.ts';

test.beforeEach(() => setClock('2026-11-23T09:30:00Z'));

test('a hospital doctor opens one record from five sources, and the patient sees it @journey', async ({ page, browser }, info) => {
  setClock(info.project.name === 'desktop' ? '2026-11-23T10:11:00Z' : info.project.name === 'phone' ? '2026-11-23T10:22:00Z' : '2026-11-23T10:33:00Z');
  await signIn(page, 'hospital-doctor', 'staff');
  await open(page, people.manySources);
  await expect(page).toHaveURL(/\/patients\/[a-z2-7]{26}\/record$/);
  await expect(page.locator('main, header').getByText('THACKERAY-OSEI').first()).toBeVisible();
  const html = await page.content();
  for (const source of ['Riverside Surgery', 'Harrowmere General Hospital', 'Vale and Fen', 'Harrowmere Borough Council', 'Eastern Counties'])
    expect(html, `the record names ${source}`).toContain(source);
  const shown = new Set((html.match(/data-item="[^"]+"/g) ?? []).flatMap((a) => a.slice(11, -1).split(' ')));
  expect(shown.size).toBeGreaterThan(30);

  const patient = await (await browser.newContext({ javaScriptEnabled: info.project.use.javaScriptEnabled ?? true, viewport: info.project.use.viewport })).newPage();
  await signIn(patient, people.manySources.persona, 'patient', '/my/access-history?single=1');
  await expect(patient).toHaveURL(/access-history/);
  const latest = patient.locator('[data-entry]').filter({ hasText: 'Dr Tomasz Zieliński' }).first();
  await expect(latest).toContainText('Harrowmere General Hospital');
  await latest.locator('a[href^="/my/access-history/"]').first().click();
  await patient.waitForLoadState();
  const own = await patient.locator('main').innerText();
  expect(own).toContain('Metformin 500mg tablets');
  expect(await patient.content(), 'no NHS number on a patient page').not.toMatch(/999 ?300 ?0000/);
  await patient.context().close();
});

test('a filter narrows the record, its address can be kept, and print and CSV follow it @journey', async ({ page }) => {
  await signIn(page, 'hospital-doctor', 'staff');
  await open(page, people.manySources);
  const whole = await page.locator('[data-item]').count();
  await page.goto(page.url() + '?q=metformin');
  const some = await page.locator('[data-item]').count();
  expect(some).toBeGreaterThan(0);
  expect(some).toBeLessThan(whole);
  await expect(page.locator('main')).toContainText('Metformin');
  await expect(page.locator('main')).not.toContainText('Sertraline');
  await page.goto(page.url().replace('/record?', '/record/print?'));
  await expect(page.locator('body')).toContainText('Metformin');
  await expect(page.locator('body')).not.toContainText('Sertraline');
});

test('nobody found and somebody restricted read the same @journey', async ({ page }) => {
  await signIn(page, 'hospital-doctor', 'staff');
  await find(page, people.restricted);
  const restricted = await page.locator('main').innerText();
  await find(page, { family: 'Nobodyhere', born: '1950-01-01' });
  expect(await page.locator('main').innerText()).toBe(restricted);
});

test('a wrong date and a wrong number are explained, and what was typed is kept @journey', async ({ page }) => {
  await signIn(page, 'hospital-doctor', 'staff');
  await page.goto('/patients');
  await page.locator('#nhs_number').fill('999 123 4568');
  await page.locator('main form button').click();
  await expect(page.locator('.nhsuk-error-summary')).toContainText('not a valid NHS number');
  await expect(page.locator('#nhs_number')).toHaveValue('999 123 4568');
});
