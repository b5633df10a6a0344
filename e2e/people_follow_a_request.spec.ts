import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { check, here, setClock, signIn } from './portal.ts';

// What becomes of a request, as who made it sees it: the list, the page of one, what
// they were told, and how they want to be told.
test.beforeEach(() => setClock('2026-11-23T09:30:00Z'));

const shots = process.env.FOLLOW_SHOTS;
const post = () => join(here, 'out', process.env.CANDOUR_E2E!, 'data', 'post');

async function look(page: Page, name: string) {
  await check(page, name);
  if (shots) await page.screenshot({ path: `${shots}/${test.info().project.name}-${name}.png`, fullPage: true });
}

const press = async (page: Page, button: string) => {
  await page.locator('main').getByRole('button', { name: button, exact: true }).click();
  await page.waitForLoadState();
};

/** Objects for oneself, with as few answers as there can be; ends on the new request. */
async function object(page: Page) {
  await page.goto('/my/objection');
  await press(page, 'Start');
  await page.locator('main input[name="subject"][value="self"]').check({ force: true });
  for (const button of ['Continue', 'Continue', 'Continue', 'I understand, continue']) await press(page, button);
  for (const way of ['app', 'email']) await page.locator(`main input[name="ways"][value="${way}"]`).check({ force: true });
  await page.locator('#contact').fill('holiday@example.org'); // what is chosen here is how they are written to
  await press(page, 'Continue');
  await page.locator('main form button').last().click();
  await page.waitForURL(/\/sent$/);
  await page.goto('/my/requests');
  await page.locator('main li[data-state="submitted"] h3 a').first().click();
}

test('somebody follows their request, writes, reads a letter, and takes it back @journey', async ({ page }) => {
  await signIn(page, 'holiday', 'patient', '/my/notices');
  await look(page, 'notices');
  await page.locator('#email').fill('not an address');
  await press(page, 'Save choices');
  await expect(page.locator('.nhsuk-error-summary')).toContainText('Enter an email address like');
  await expect(page.locator('#email')).toHaveValue('not an address');
  await look(page, 'notices-wrong');
  await page.locator('#email').fill('holiday@example.org');
  await page.locator('input[name="progress"][value="email"]').check({ force: true });
  await press(page, 'Save choices');
  await expect(page.locator('.nhsuk-notification-banner')).toContainText('Your choices were saved');

  await object(page);
  await expect(page.locator('h1')).toContainText('Sent');
  await expect(page.locator('main')).toContainText('You will hear by 23 December 2026');
  await look(page, 'request');
  await press(page, 'Send message');
  await expect(page.locator('.nhsuk-error-summary')).toBeVisible();
  await page.locator('#body').fill('I can be reached in the evening.');
  await press(page, 'Send message');
  await expect(page.locator('.nhsuk-notification-banner')).toContainText('Your message was sent');
  await expect(page.locator('main')).toContainText('I can be reached in the evening.');
  const request = new URL(page.url()).pathname;

  await page.goto('/my/requests');
  await expect(page.locator('main')).toContainText('In progress');
  await look(page, 'requests');
  await page.locator('main a[href="/my/messages"]').click();
  await look(page, 'messages');
  await page.locator('main li[data-letter="objection_received"] a').first().click();
  await expect(page.locator('h1')).toContainText('We have the objection');
  await look(page, 'letter');
  await page.goto(page.url() + '?format=large_print');
  await expect(page.locator('article.app-sheet--large')).toBeVisible();
  await look(page, 'letter-large');
  await page.goto('/my/acting');
  await expect(page.locator('main')).toContainText('You have not asked for anything for somebody else');
  await look(page, 'acting');

  await page.goto(request);
  await page.getByRole('button', { name: 'Take this request back' }).or(page.locator('main a', { hasText: 'Take this request back' })).first().click();
  await page.locator('main form button, main a.nhsuk-button').first().click();
  await page.waitForLoadState();
  if (page.url().endsWith('/answers')) await page.locator('main form button').first().click();
  await page.waitForLoadState();
  await page.goto(request);
  await expect(page.locator('h1')).toContainText('Taken back');
  await expect(page.locator('main ol li[data-event]').first()).toContainText('The request was taken back');
  await look(page, 'request-taken-back');
});

test('what leaves the house says that there is a message, and not what about', async ({ page }) => {
  await signIn(page, 'many-sources', 'patient', '/my/requests');
  const mails = () => { try { return readdirSync(post()).filter((f) => f.endsWith('.email.txt')); } catch { return []; } };
  await expect.poll(() => mails().length, { timeout: 20_000 }).toBeGreaterThan(0);
  for (const name of mails()) {
    const text = readFileSync(join(post(), name), 'utf8');
    expect(text).toContain('/my/messages');
    expect(text.toLowerCase()).not.toMatch(/object|record|share|surgery|withdraw/);
  }
});

test('a code that nobody requested here stands in the list @journey', async ({ page }) => {
  await signIn(page, 'objected', 'patient', '/my/requests');
  await expect(page.locator('main')).toContainText('Recorded by services');
  await look(page, 'requests-code');
});

test('who administers an organisation sees the work that no person starts', async ({ page }) => {
  await signIn(page, 'practice-manager', 'staff', '/staff/sessions');
  await page.locator('main a[href="/staff/jobs"]').click();
  await expect(page.locator('main')).toContainText('Bring codes and requests together');
  await look(page, 'jobs');
});
