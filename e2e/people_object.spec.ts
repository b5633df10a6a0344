import { deflateSync } from 'node:zlib';
import { expect, test, type Page } from '@playwright/test';
import { check, people, setClock, signIn } from './portal.ts';

test.beforeEach(() => setClock('2026-11-23T09:30:00Z'));

const shot = process.env.OBJECTION_SHOTS;

/** Looks at the page as it is: axe and the rest, and a picture for whoever wants one. */
async function look(page: Page, name: string) {
  await check(page, name);
  if (shot) await page.screenshot({ path: `${shot}/${test.info().project.name}-${name}.png`, fullPage: true });
}

const goOn = async (page: Page, button = 'Continue') => {
  await page.locator('main').getByRole('button', { name: button, exact: true }).click();
  await page.waitForLoadState();
};
const choose = (page: Page, name: string, value: string) => page.locator(`main input[name="${name}"][value="${value}"]`).check({ force: true });

/** Answers from the first question to the answers, for oneself, entering nothing that need not be. */
async function briefly(page: Page) {
  await page.goto('/my/objection');
  await goOn(page, 'Start');
  await choose(page, 'subject', 'self');
  await goOn(page);
  await goOn(page); // worries
  await goOn(page); // effect
  await goOn(page, 'I understand, continue');
  await choose(page, 'ways', 'app');
  await goOn(page);
}

/** A grey picture of 8 by 8 points. */
function picture(): Buffer {
  const crc = (b: Buffer) => { let c = ~0; for (const x of b) { c ^= x; for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1; } return ~c >>> 0; };
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(crc(body), body.length + 4);
    return out;
  };
  const head = Buffer.from([0, 0, 0, 8, 0, 0, 0, 8, 8, 0, 0, 0, 0]);
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk('IHDR', head), chunk('IDAT', deflateSync(Buffer.alloc(72))), chunk('IEND', Buffer.alloc(0))]);
}

test('somebody objects for themselves, page by page, and changes their mind @journey', async ({ page }) => {
  await signIn(page, 'allergy-conflict', 'patient', '/my/objection');
  await look(page, 'start');
  await goOn(page, 'Start');
  await goOn(page);
  await expect(page.locator('.nhsuk-error-summary')).toContainText('Select whose record this is about');
  await look(page, 'whom-wrong');
  await choose(page, 'subject', 'self');
  await goOn(page);
  await look(page, 'worries');
  await choose(page, 'worries', 'who_sees');
  await page.locator('#words').fill('A cousin of mine works at the hospital.');
  await goOn(page);
  await expect(page.locator('h1')).toContainText('What would change for you');
  await look(page, 'effect');
  await goOn(page);
  await look(page, 'plainly');
  await goOn(page, 'I understand, continue');
  await look(page, 'contact');
  await choose(page, 'ways', 'phone');
  await goOn(page);
  await expect(page.locator('.nhsuk-error-summary')).toContainText('Enter the email address or phone number to use');
  await page.locator('#contact').fill('01632 960444');
  await page.locator('#language').selectOption('ur');
  await goOn(page);
  await expect(page.locator('main')).toContainText('A cousin of mine works at the hospital.');
  await look(page, 'answers');
  await page.locator('main a[href*="/worries?from=answers"]').first().click();
  await page.locator('#words').fill('A cousin works there.');
  await goOn(page);
  await expect(page).toHaveURL(/\/answers$/);
  await goOn(page, 'Send my objection');
  await expect(page.locator('h1')).toContainText('Your objection has been sent');
  await look(page, 'sent');
  const sent = page.url();
  await page.goBack();
  await page.goto(sent);
  await expect(page.locator('h1')).toContainText('Your objection has been sent');

  await page.locator('main').getByRole('link', { name: 'I have changed my mind' }).click();
  await look(page, 'back');
  await page.locator('main').getByRole('button', { name: 'I understand, continue' }).click();
  await look(page, 'back-answers');
  await goOn(page, 'Take my objection back');
  await expect(page.locator('h1')).toContainText('Your objection has been taken back');
  await look(page, 'back-sent');
});

test('a draft is left, taken up elsewhere, and two windows do not overwrite each other', async ({ page, browser, baseURL }) => {
  await signIn(page, 'allergy-conflict', 'patient');
  await briefly(page);
  const answers = page.url();
  const other = await browser.newContext({ baseURL });
  const second = await other.newPage();
  await signIn(second, 'allergy-conflict', 'patient', '/my/objection');
  await expect(second.locator('main')).toContainText('Go on with what you began');
  await look(second, 'drafts');
  await second.locator('main a[href$="/answers"]').first().click();
  await second.locator('main a[href*="/contact?from=answers"]').first().click();
  await page.goto(answers.replace('answers', 'contact') + '?from=answers');
  await choose(page, 'ways', 'letter');
  await goOn(page);
  await choose(second, 'ways', 'email');
  await second.locator('#contact').fill('george@example.org');
  await goOn(second);
  await expect(second.locator('main')).toContainText('This was changed in another window');
  await expect(second.locator('#contact')).toHaveValue('george@example.org');
  await look(second, 'conflict');
  await goOn(second);
  await expect(second).toHaveURL(/\/answers$/);
  await second.goto('/my/objection');
  await second.locator('form[action$="/removal"] button').first().click();
  await second.waitForLoadState();
  await expect(second.locator('main')).toContainText('What you had begun is deleted');
  await page.goto(answers);
  await expect(page.locator('h1')).toContainText('Page not found');
  await other.close();
});

test('a parent objects for a child, with a document @journey', async ({ page }) => {
  await signIn(page, 'many-sources', 'patient', '/my/objection');
  await goOn(page, 'Start');
  await choose(page, 'subject', 'child');
  await goOn(page);
  const [year, month, day] = people.child.born.split('-');
  await page.locator('#given').fill('Leo');
  await page.locator('#family').fill(people.child.family);
  await page.locator('#birth_date-day').fill(String(Number(day)));
  await page.locator('#birth_date-month').fill(String(Number(month)));
  await page.locator('#birth_date-year').fill(year);
  await look(page, 'child-details');
  await goOn(page);
  await page.locator('#relation').fill('grandmother');
  await choose(page, 'ground', 'special_guardian');
  await look(page, 'child-relation');
  await goOn(page);
  await choose(page, 'evidence', 'court_order');
  await look(page, 'child-evidence');
  await goOn(page);
  await page.locator('input[type="file"]').setInputFiles({ name: 'order.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\n1 0 obj <</S /JavaScript>>\n%%EOF') });
  await goOn(page, 'Add this file');
  await expect(page.locator('.nhsuk-error-summary')).toContainText('The PDF has parts that run');
  await look(page, 'child-files-wrong');
  await page.locator('input[type="file"]').setInputFiles({ name: 'order.png', mimeType: 'image/png', buffer: picture() });
  await goOn(page, 'Add this file');
  await expect(page.locator('main')).toContainText('1 file added');
  await look(page, 'child-files');
  await goOn(page);
  await choose(page, 'understands', 'yes');
  await choose(page, 'agrees', 'cannot_say');
  await look(page, 'child-wish');
  await goOn(page);
  await goOn(page); // worries
  await expect(page.locator('main')).toContainText('14 October 2035');
  await look(page, 'child-effect');
  await goOn(page);
  await look(page, 'child-plainly');
  await goOn(page, 'I understand, continue');
  await choose(page, 'ways', 'app');
  await goOn(page);
  await expect(page.locator('main')).toContainText('1 file');
  await look(page, 'child-answers');
  await goOn(page, 'Send my objection');
  await expect(page.locator('main')).toContainText('14 October 2035');
  await look(page, 'child-sent');
});
