// The pages of objecting that no link leads to from a page that is always there: a
// draft with every question on it, a request that was sent, one that was taken back,
// and one whose reversal was asked for.
import type { Browser, Page } from '@playwright/test';
import { as, type Place } from './places.ts';

const press = async (page: Page, name: string) => {
  await page.locator('main').getByRole('button', { name, exact: true }).click();
  await page.waitForLoadState();
};
const choose = (page: Page, name: string, value: string) => page.locator(`main input[name="${name}"][value="${value}"]`).check({ force: true });
const id = (page: Page) => new URL(page.url()).pathname.split('/')[3];

/** Fills a draft in as far as the answers: for oneself, or for a child. */
async function fill(page: Page, whom: 'self' | 'child'): Promise<string> {
  await page.goto('/my/objection');
  await press(page, 'Start');
  await choose(page, 'subject', whom);
  await press(page, 'Continue');
  if (whom === 'child') {
    for (const [field, value] of [['given', 'Leo'], ['family', 'Bright'], ['birth_date-day', '14'], ['birth_date-month', '10'], ['birth_date-year', '2017']]) await page.locator(`#${field}`).fill(value);
    await press(page, 'Continue');
    await page.locator('#relation').fill('aunt');
    await choose(page, 'ground', 'special_guardian');
    for (let i = 0; i < 3; i++) await press(page, 'Continue'); // relation, evidence, files
    await choose(page, 'understands', 'yes');
    await choose(page, 'agrees', 'agrees');
    await press(page, 'Continue');
  }
  await press(page, 'Continue'); // worries
  await press(page, 'Continue'); // effect
  await press(page, 'I understand, continue');
  await choose(page, 'ways', 'app');
  await press(page, 'Continue');
  return id(page);
}

const steps = ['whom', 'details', 'relation', 'evidence', 'files', 'child', 'worries', 'effect', 'plainly', 'provider', 'contact', 'answers'];
const place = (pattern: string, name: string, who: string, path: string): Place => ({ pattern: `GET /my/objection/${pattern}`, name, who, path });

/** Every page of the way to object and of the way back. */
export async function objecting(browser: Browser, baseURL: string): Promise<Place[]> {
  const who = 'many-sources';
  const context = await as(browser, baseURL, who);
  const page = await context.newPage();
  const draft = await fill(page, 'child');
  const found = steps.map((step) => place(`:draft/${step}`, step, who, `/my/objection/${draft}/${step}`));
  await fill(page, 'child');
  await press(page, 'Send my objection');
  const sent = id(page);
  found.push(place(':ref/sent', 'sent', who, `/my/objection/${sent}/sent`));
  for (const screen of ['change-of-mind', 'change-of-mind/answers']) found.push(place(`:ref/${screen}`, screen, who, `/my/objection/${sent}/${screen}`));
  await fill(page, 'child');
  await press(page, 'Send my objection');
  const back = id(page);
  await page.goto(`/my/objection/${back}/change-of-mind/answers`);
  await press(page, 'Take my objection back');
  found.push(place(':ref/change-of-mind/sent', 'taken back', who, `/my/objection/${back}/change-of-mind/sent`));
  await context.close();
  return [...found, ...await reversed(browser, baseURL)];
}

/** Somebody whose objection stands, and who asked for its reversal. */
async function reversed(browser: Browser, baseURL: string): Promise<Place[]> {
  const who = 'objected';
  const hers = await as(browser, baseURL, who);
  const page = await hers.newPage();
  await page.goto('/my/objection');
  await press(page, 'Change my mind'); // what her surgery recorded becomes a request of hers
  const ref = id(page);
  await page.goto(`/my/objection/${ref}/change-of-mind/answers`);
  await press(page, 'Send my change of mind');
  await hers.close();
  return [place(':ref/change-of-mind/sent', 'reversal asked for', who, `/my/objection/${ref}/change-of-mind/sent`), place(':ref/kept', 'to be kept', who, `/my/objection/${ref}/kept`)];
}
