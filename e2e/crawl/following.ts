// The pages of following a request that no link leads to from a page of whom the
// crawl is: a parent's requests and letters, and the young person's own page.
import type { Browser } from '@playwright/test';
import { as, type Place } from './places.ts';

/** What a practice writes down on the telephone for somebody of 17, whose mother rang. */
async function entered(browser: Browser, baseURL: string) {
  const context = await as(browser, baseURL, 'practice-manager');
  const page = await context.newPage();
  await page.goto('/cases/new');
  for (const [name, value] of [['family', 'Hussain'], ['birth_date-day', '26'], ['birth_date-month', '11'], ['birth_date-year', '2008']]) await page.locator(`main input[name="${name}"]`).fill(value);
  await page.locator('main form button').first().click();
  await page.locator('main a[href^="/cases/new/"]').first().click();
  for (const [name, value] of [['route', 'phone'], ['subject', 'child'], ['agrees', 'cannot_say'], ['ways', 'phone']]) await page.locator(`main input[name="${name}"][value="${value}"]`).check({ force: true });
  await page.locator('main input[name="checked"]').check({ force: true });
  await page.locator('main input[name="name"]').fill('Mrs Hussain');
  await page.locator('main form button').last().click();
  await page.waitForURL(/\/cases\/[a-z2-7]{26}/);
  await context.close();
}

/** A request with its letters, and the page on which a young person says what they want. */
export async function following(browser: Browser, baseURL: string): Promise<Place[]> {
  await entered(browser, baseURL);
  const found: Place[] = [];
  for (const [who, wish] of [['ordinary-01', false], ['turning-18', true]] as const) {
    const context = await as(browser, baseURL, who);
    const page = await context.newPage();
    await page.goto('/my/requests');
    const request = (await page.locator('main a[href^="/my/requests/"]').first().getAttribute('href'))!;
    found.push({ pattern: 'GET /my/requests', name: `requests of ${who}`, who, path: '/my/requests' }, { pattern: 'GET /my/requests/:ref', name: `request of ${who}`, who, path: request });
    if (wish) found.push({ pattern: 'GET /my/requests/:ref/wish', name: 'what a young person wants', who, path: `${request}/wish` });
    await page.goto('/my/messages');
    const letter = (await page.locator('main a[href^="/my/messages/"]').first().getAttribute('href'))!;
    found.push({ pattern: 'GET /my/messages', name: `messages of ${who}`, who, path: '/my/messages' }, { pattern: 'GET /my/messages/:letter', name: `letter of ${who}`, who, path: letter },
      { pattern: 'GET /my/messages/:letter', name: `letter of ${who}, easy words`, who, path: `${letter}?format=easy_read` });
    await context.close();
  }
  found.push({ pattern: 'GET /my/acting', name: 'acting for 2 children', who: 'ordinary-01', path: '/my/acting' });
  return found;
}
