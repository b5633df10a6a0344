// Where the crawl goes: every page of the route table, reached by following links
// as somebody of its audience, and the states that no link leads to.
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { find, here, open, people, signIn } from '../portal.ts';
import { following } from './following.ts';
import { objecting } from './objecting.ts';

export type Route = { method: string; pattern: string; audience: string; shape: string; discloses: boolean };

/**
 * A page in one state, as seen by one person. Without a walk its path is opened; scripts says that
 * only one kind of browser goes there, status what the answer is when it is a failure.
 */
export type Place = { pattern: string; name: string; who: string; path: string; walk?: (page: Page) => Promise<void>; scripts?: boolean; status?: number };

/** The route table as the program prints it. */
export function routes(): Route[] {
  const program = resolve(here, process.env.CANDOUR ?? '../candour');
  return JSON.parse(execFileSync(program, ['routes', '--json'], { encoding: 'utf8' }));
}

/** Routes that answer with a page; the others send files or send the browser on. */
export const pages = (all: Route[]) => all.filter((r) => ['page', 'print', 'fragment'].includes(r.shape) && r.audience !== 'asset');

// Who looks at the pages of an audience, unless a page is for somebody special.
const viewer: Record<string, string> = { public: '', 'sign-in': '', patient: 'many-sources', staff: 'hospital-doctor', 'any-signed-in': 'many-sources' };
const special: Record<string, string> = { 'GET /sign-in/role': 'two-roles', 'GET /staff/sessions/organisation': 'practice-manager', 'GET /staff/jobs': 'practice-manager', 'GET /staff/reconciliation': 'practice-manager' };
const whose = (r: Route) => special[key(r)] ?? (r.pattern.startsWith('/cases') ? 'practice-manager' : viewer[r.audience]);
const key = (r: Route) => `${r.method} ${r.pattern}`;

const patients = new Set(['many-sources', 'objected', 'unproven', 'partly-proven', 'not-held', 'turning-18', 'moved-away', 'reversed', 'holiday', 'merged-trust', 'ordinary-01']);

/** A context signed in as somebody of the demo world; '' is nobody. */
export async function as(browser: Browser, baseURL: string, who: string, options = {}): Promise<BrowserContext> {
  const context = await browser.newContext({ baseURL, locale: 'en-GB', timezoneId: 'Europe/London', ...options });
  context.setDefaultTimeout(30_000);
  if (who) {
    const page = await context.newPage();
    await signIn(page, who, patients.has(who) ? 'patient' : 'staff');
    await page.close();
  }
  return context;
}

/** Places of every route, the routes to which no link was found, and the names that pages mark as names. */
export async function places(browser: Browser, baseURL: string, all: Route[]): Promise<{ found: Place[]; lost: string[]; names: string[] }> {
  const found: Place[] = [];
  const names = new Set<string>();
  for (const who of new Set(pages(all).map(whose))) {
    const mine = pages(all).filter((r) => whose(r) === who && r.method === 'GET');
    const context = await as(browser, baseURL, who);
    const links = await gather(await context.newPage(), who, mine, names);
    for (const route of mine) {
      const path = route.pattern.includes(':') ? links.find((l) => leadsTo(l, route, all)) : route.pattern;
      if (path && !states.some((s) => s.path === path)) found.push({ pattern: key(route), name: path, who, path });
    }
    await context.close();
  }
  found.push(...await objecting(browser, baseURL));
  found.push(...await following(browser, baseURL));
  found.push(...states);
  const lost = pages(all).map(key).filter((k) => !found.some((p) => p.pattern === k));
  return { found, lost, names: [...names] };
}

/** Follows the links of one person's pages, and notes what is marked as a name on them. */
async function gather(page: Page, who: string, mine: Route[], names: Set<string>): Promise<string[]> {
  const links: string[] = [];
  const take = async () => {
    for (const name of await page.locator('bdi').allTextContents()) names.add(name.trim());
    links.push(...await page.evaluate(() => [...document.querySelectorAll('a[href], [hx-get]')]
    .map((a) => new URL(a.getAttribute('hx-get') ?? a.getAttribute('href')!, location.href)).filter((u) => u.origin === location.origin).map((u) => u.pathname + u.search)));
  };
  for (const route of mine.filter((r) => !r.pattern.includes(':'))) {
    await page.goto(route.pattern);
    await take();
  }
  if (who === 'many-sources') {
    await page.goto('/my/access-history?single=1');
    await take();
  }
  if (who === 'practice-manager') {
    await page.goto('/cases');
    for (const href of await page.locator('tr[data-case] a').evaluateAll((all) => all.map((a) => a.getAttribute('href')!))) {
      await page.goto(href);
      await take();
      for (const act of ['work', 'competence', 'clinician-entry', 'reversal', 'keeping']) links.push(`${href}/${act}`); // of another role or state
    }
    await newCase(page);
    links.push((await page.locator('main a[href^="/cases/new/"]').first().getAttribute('href'))!);
  }
  if (who === 'hospital-doctor') {
    await open(page, people.manySources);
    await take();
    const record = new URL(page.url()).pathname;
    links.push(record, record.replace(/record$/, 'reason'), `${record}/sections/allergies`);
  }
  return links;
}

function leadsTo(link: string, route: Route, all: Route[]): boolean {
  const path = link.split('?')[0];
  const fits = (pattern: string) => new RegExp(`^${pattern.replace(/:\w+/g, '[^/]+').replace('*', '.*')}$`).test(path);
  return fits(route.pattern) && !all.some((r) => r.method === 'GET' && r.pattern !== route.pattern && !r.pattern.includes(':') && !r.pattern.includes('*') && fits(r.pattern));
}

// A path that opens the record page of somebody, or what stands before it.
const record = (who: { family: string; born: string }) => async (page: Page) => {
  await find(page, who);
  const href = (await page.locator('main a[href^="/patients/"]').first().getAttribute('href'))!;
  await page.goto(href.replace(/\/reason$/, '/record'));
};

// A stop of the guided tour.
const scene = (name: string) => async (page: Page) => {
  await page.goto('/demo');
  await page.goto((await page.locator(`[data-scene="${name}"] a`).first().getAttribute('href'))!);
};

const filtered = (query: string) => async (page: Page) => {
  await open(page, people.manySources);
  await page.goto(new URL(page.url()).pathname + query);
};

// Ten misses in ten minutes are what staff are allowed.
const nobody = { family: 'Nobodyhere', born: '1950-01-01' };

async function submitEmpty(page: Page) {
  await page.goto('/patients');
  await page.locator('main form button').first().click();
  await page.waitForLoadState();
}

// Asks whether somebody is included, as born and registered.
const included = (born: string, registered: string, surgery = '') => async (page: Page) => {
  await page.goto('/included');
  const [year, month, day] = born.split('-');
  for (const [part, value] of [['day', day], ['month', month], ['year', year]]) await page.locator(`input[name="birth_date-${part}"]`).fill(value ?? '');
  if (registered) await page.locator(`input[name="registered"][value="${registered}"]`).check({ force: true });
  if (surgery) await page.locator('input[name="surgery"]').fill(surgery);
  await page.locator('main form[method="post"] button').first().click();
  await page.waitForLoadState();
};

// Presses a way in which logging in comes to nothing, on the demonstration's page.
const turnBack = (provider: string, way: string) => async (page: Page) => {
  await page.goto(`/sign-in/${provider}?return=%2Fmy`);
  await page.locator(`a[data-way="${way}"]`).click();
  await page.waitForLoadState();
};

// Looks for the person for whom a request is to be written down.
async function newCase(page: Page) {
  await page.goto('/cases/new');
  await page.locator('#family').fill(people.manySources.family);
  for (const [part, value] of [['year', '1948'], ['month', '7'], ['day', '6']]) await page.locator(`input[name="birth_date-${part}"]`).fill(value);
  await page.locator('main form button').first().click();
  await page.waitForLoadState();
}

// A page of the first case in a state, and its form sent as it is.
const ofCase = (state: string, act: string, send = false) => async (page: Page) => {
  await page.goto(`/cases?state=${state}`);
  const href = await page.locator('tr[data-case] a').first().getAttribute('href');
  await page.goto(href! + act);
  if (!send) return;
  await page.locator(`main form[action$="${act}"] button[type="submit"], main form[action$="${act}"] button`).last().click();
  await page.waitForLoadState();
};

const failures = [403, 404, 410, 422, 429, 500, 503];

// States that a page has beyond its plain address.
const states: Place[] = [
  ...failures.map((status) => ({ pattern: 'GET /demo/errors/:status', name: `error ${status}`, who: '', path: `/demo/errors/${status}`, status })),
  { pattern: 'POST /included', name: 'yes', who: '', path: '', walk: included('1980-5-6', 'yes', 'Riverside Surgery') },
  { pattern: 'POST /included', name: 'too young', who: '', path: '', walk: included('2015-5-6', 'yes', 'Riverside Surgery') },
  { pattern: 'POST /included', name: 'several surgeries', who: '', path: '', walk: included('1980-5-6', 'yes', 'surgery') },
  { pattern: 'POST /included', name: 'part of a name', who: '', path: '', walk: included('1980-5-6', 'yes', 'castle') },
  { pattern: 'POST /included', name: 'too young and elsewhere', who: '', path: '', walk: included('2015-5-6', 'yes', 'Saltmarsh Surgery') },
  { pattern: 'POST /included', name: 'no surgery', who: '', path: '', walk: included('1980-5-6', 'no') },
  { pattern: 'POST /included', name: 'errors in the form', who: '', path: '', walk: included('', '') },
  { pattern: 'GET /questions', name: 'found', who: '', path: '/questions?q=who+has+seen+my+notes' },
  { pattern: 'GET /questions', name: 'nothing found', who: '', path: '/questions?q=zxqv' },
  { pattern: 'GET /sign-in', name: 'log in, for patients', who: '', path: '/sign-in?for=patient' },
  { pattern: 'GET /demo-idp/*', name: 'demonstration log in, patients', who: '', path: '/sign-in/nhs-login' },
  { pattern: 'GET /demo-idp/*', name: 'demonstration log in, staff', who: '', path: '/sign-in/staff' },
  { pattern: 'error 404', name: 'no such page', who: '', path: '/nowhere', status: 404 },
  { pattern: 'error 401', name: 'not logged in', who: '', path: '/my', status: 401 },
  { pattern: 'error 403', name: 'a patient at a page of staff', who: 'many-sources', path: '/patients', status: 403 },
  { pattern: 'GET /my', name: 'identity not proven (P0)', who: 'unproven', path: '/my' },
  { pattern: 'GET /my', name: 'identity partly proven (P5)', who: 'partly-proven', path: '/my' },
  { pattern: 'GET /my', name: 'no record held', who: 'not-held', path: '/my', status: 404 },
  { pattern: 'GET /my', name: 'objected', who: 'objected', path: '/my' },
  { pattern: 'GET /my/inclusion', name: 'not included yet', who: 'turning-18', path: '/my/inclusion' },
  { pattern: 'GET /my/inclusion', name: 'moved away', who: 'moved-away', path: '/my/inclusion' },
  { pattern: 'GET /my/access-history', name: 'single accesses, own and system', who: 'many-sources', path: '/my/access-history?single=1&own=1&system=1' },
  { pattern: 'GET /my/access-history', name: 'filter with a wrong date', who: 'many-sources', path: '/my/access-history?from=2026-13-45' },
  { pattern: 'GET /my/access-history', name: 'nothing in the period', who: 'many-sources', path: '/my/access-history?from=1999-01-01&to=1999-01-02' },
  { pattern: 'GET /patients', name: 'by name', who: 'hospital-doctor', path: '/patients?by=name' },
  { pattern: 'GET /sign-in/:provider/callback', name: 'no role', who: '', path: '', walk: (page) => signIn(page, 'no-role', 'staff') },
  { pattern: 'GET /sign-in/:provider/callback', name: 'did not share', who: '', path: '', walk: turnBack('nhs-login', 'share') },
  { pattern: 'GET /sign-in/:provider/callback', name: 'provider out of order', who: '', path: '', walk: turnBack('nhs-login', 'down'), status: 503 },
  { pattern: 'POST /patients/search', name: 'found', who: 'hospital-doctor', path: '', walk: (page) => find(page, people.manySources) },
  { pattern: 'POST /patients/search', name: 'errors in the form', who: 'nurse', path: '', walk: submitEmpty },
  { pattern: 'POST /patients/search', name: 'nobody found', who: 'social-worker', path: '', walk: (page) => find(page, nobody), scripts: true },
  { pattern: 'POST /patients/search', name: 'nobody found', who: 'receptionist', path: '', walk: (page) => find(page, nobody), scripts: false },
  { pattern: 'GET /patients/:ref/record', name: 'filtered', who: 'hospital-doctor', path: '', walk: filtered('?q=metformin') },
  { pattern: 'GET /patients/:ref/record', name: 'filtered, nothing left', who: 'nurse', path: '', walk: filtered('?q=nothingofthekind') },
  { pattern: 'GET /patients/:ref/record', name: 'two doses', who: 'gp', path: '', walk: scene('doses') },
  { pattern: 'GET /patients/:ref/record', name: 'objected', who: 'gp', path: '', walk: record(people.objected) },
  { pattern: 'GET /patients/:ref/record', name: 'under 18', who: 'gp', path: '', walk: record(people.child) },
  { pattern: 'GET /patients/:ref/record', name: 'moved away', who: 'gp', path: '', walk: record(people.movedAway) },
  { pattern: 'GET /cases', name: 'overdue, with the filter open', who: 'practice-manager', path: '/cases?due=overdue' },
  { pattern: 'GET /cases', name: 'nothing left', who: 'practice-manager', path: '/cases?state=coded' },
  { pattern: 'GET /cases', name: 'closed', who: 'practice-manager', path: '/cases?closed=1&sort=changed&desc=1' },
  { pattern: 'GET /cases', name: 'none here', who: 'hospital-doctor', path: '/cases' },
  { pattern: 'GET /cases/:ref', name: 'disputed', who: 'gp', path: '', walk: ofCase('disputed', '') },
  { pattern: 'GET /cases/:ref', name: 'waiting for contact', who: 'gp', path: '', walk: ofCase('contact_wanted', '') },
  { pattern: 'GET /cases/:ref/decision', name: 'errors in the form', who: 'practice-manager', path: '', walk: ofCase('in_review', '/decision', true) },
  { pattern: 'GET /cases/:ref/identity', name: 'errors in the form', who: 'practice-manager', path: '', walk: ofCase('disputed', '/identity', true) },
  { pattern: 'POST /cases/search', name: 'found', who: 'practice-manager', path: '', walk: async (page) => {
    await page.goto('/cases');
    await page.locator('#text').fill('Gadsby');
    await page.locator('form[action="/cases/search"] button').click();
    await page.waitForLoadState();
  } },
  { pattern: 'POST /cases/assignment/check', name: 'one ticked', who: 'practice-manager', path: '', walk: async (page) => {
    await page.goto('/cases');
    await page.locator('tr[data-case] input[type=checkbox]').first().check({ force: true });
    await page.locator('form[action="/cases/assignment/check"] button').last().click();
    await page.waitForLoadState();
  } },
  { pattern: 'POST /cases/new/search', name: 'found', who: 'practice-manager', path: '', walk: newCase },
  { pattern: 'GET /patients/:ref/record', name: 'training ran out', who: 'expired-training', path: '', walk: (page) => find(page, people.manySources) },
];
