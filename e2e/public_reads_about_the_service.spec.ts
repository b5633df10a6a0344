import { expect, test, type Page } from '@playwright/test';
import { check as whole, setClock, signIn } from './portal.ts';

// axe once; the crawl looks at every page in every variant.
const check = async (page: Page, name: string) => { if (test.info().project.name === 'desktop') await whole(page, name); };

test.beforeEach(() => setClock('2026-11-23T09:30:00Z'));

test('somebody finds out whether they are included @journey', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('link', { name: 'Check whether you are included' }).click();
  await check(page, 'the question');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page).toHaveTitle(/^Error: /);
  await expect(page.getByRole('link', { name: 'Enter your date of birth' })).toBeVisible();
  await check(page, 'errors');
  const answer = async (day: string, month: string, year: string, surgery: string) => {
    await page.goto('/included');
    await page.getByLabel('Day').fill(day);
    await page.getByLabel('Month').fill(month);
    await page.getByLabel('Year').fill(year);
    await page.getByRole('radio', { name: 'Yes' }).check({ force: true });
    await page.locator('#surgery').fill(surgery);
    await page.getByRole('button', { name: 'Continue' }).click();
  };
  await answer('23', '11', '2008', 'Riverside Surgery');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Yes, you are included');
  await check(page, 'yes');
  await answer('24', '11', '2008', 'K89903');
  await expect(page.getByText('24 November 2026, when you turn 18')).toBeVisible();
  await answer('1', '1', '1980', 'Saltmarsh Surgery');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('No, your GP surgery is outside this area');
  await check(page, 'no');
  await answer('1', '1', '1980', 'castle'); // part of a name is asked about, not answered
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Is this your GP surgery?');
  await page.getByRole('radio', { name: 'Castle Street Medical Centre' }).check({ force: true });
  await check(page, 'this one');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Yes, you are included');
  await answer('6', '5', '2015', 'Saltmarsh Surgery');
  await expect(page.getByText('6 May 2033, when you turn 18, if you are then registered')).toBeVisible();
  await answer('1', '1', '1980', 'surgery');
  await page.getByRole('radio', { name: 'Old Mill Surgery' }).check({ force: true });
  await check(page, 'which one');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByText('Your GP surgery is paused at the moment')).toBeVisible();
});

test('somebody looks up an organisation and whom to ask there @journey', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('link', { name: 'Who takes part' }).first().click();
  await page.getByLabel('Name or code').fill('ouse valley');
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await expect(page).toHaveURL(/\/partners\?q=ouse\+valley/);
  await expect(page.getByText('1 organisation', { exact: true })).toBeVisible();
  await page.getByRole('link', { name: 'Ouse Valley Community Services NHS Trust' }).click();
  await expect(page.getByText('On 1 April 2026 it became part of')).toBeVisible(); // the day after its last
  await check(page, 'one that left');
  await page.getByRole('link', { name: 'Eastern Counties Community Health NHS Trust' }).first().click();
  await expect(page.getByRole('link', { name: 'objections@eastern-counties.example' })).toBeVisible();
  await check(page, 'its successor');
  await page.getByRole('link', { name: 'Who takes part' }).first().click();
  await page.getByLabel('Taking part').selectOption('planned');
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await expect(page.getByRole('link', { name: 'Northfield City Council adult social care' })).toBeVisible();
  await page.goto('/partners?q=nobodyhere');
  await page.getByRole('link', { name: 'Show the whole list' }).click();
  await expect(page.getByText('16 organisations')).toBeVisible();
});

test('the status says what is late, in words and to machines, and the clock moves it', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('link', { name: 'Service status' }).first().click();
  await expect(page.getByText('Working, with gaps')).toBeVisible();
  await expect(page.getByText('1 source is late')).toBeVisible();
  const before = await (await page.request.get('/status.json')).json();
  expect(before.verdict).toBe('partly');
  expect(before.log.number).toBeGreaterThan(1000);
  expect(JSON.stringify(before)).not.toMatch(/Thackeray|999300/);
  setClock('2026-11-26T09:30:00Z');
  await page.reload();
  await expect(page.getByText(/\d+ sources are late/)).toBeVisible();
  const after = await (await page.request.get('/status.json')).json();
  expect(after.feeds.filter((f: any) => f.condition === 'late').length).toBeGreaterThan(5);
});

test('what the service says of itself is a link away on every page @journey', async ({ page }) => {
  for (const [name, heading] of [['What is new', 'What is new in your record'], ['Service status', 'Service status'], ['Accessibility statement', 'Accessibility statement'],
    ['Privacy', 'How your information is used'], ['Cookies', 'Cookies'], ['Contact us', 'How your information is used']]) {
    await page.goto('/questions');
    await page.locator('footer').getByRole('link', { name, exact: true }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(heading);
  }
  await page.goto('/whats-new');
  await page.getByRole('link', { name: 'See whether everything is working' }).click();
  await expect(page).toHaveURL(/\/whats-new\/service-status$/);
  const file = await page.request.get('/.well-known/security.txt');
  expect(await file.text()).toMatch(/^Contact: mailto:security@care-board\.example\nExpires: 2027-/);
});

test('the cookies there are stand on the page of cookies', async ({ page }) => {
  await signIn(page, 'many-sources', 'patient', '/cookies');
  const text = await page.locator('main').innerText();
  for (const c of await page.context().cookies()) expect(text, c.name).toContain(c.name);
});
