import { expect, test, type Browser, type CDPSession, type Page, type Response } from '@playwright/test';
import { as, pages, places, routes, type Place } from './crawl/places.ts';
import * as inspect from './crawl/inspect.ts';
import { matrix, statement, Tally, write, type Kind } from './crawl/results.ts';
import { setClock } from './portal.ts';

// Every page of the route table and every state of the list in crawl/places.ts, in
// two themes, at two widths, in three languages, with and without scripts: axe
// WCAG 2.2 AA, valid markup, no sideways scrolling, text spacing, 400 % zoom,
// nothing kept in the browser, nothing asked of another host, no word that cannot
// be translated, no digit out of order. ONLY=/questions limits the walk to
// routes whose pattern it matches, QUICK=1 to 3 variants of the 12.

const themes = ['normal', 'contrast'], widths = [1280, 320], languages = ['en', 'en-XA', 'en-XB'];
const variants = [true, false].flatMap((scripts) => languages.flatMap((language) => themes.map((theme) => ({ scripts, language, theme }))))
  .filter((v, i) => !process.env.QUICK || [0, 9, 4].includes(i));
const answers = [200, 403, 422]; // a page, a page that says why not, a form with errors
const lanes = 2; // one for each core
const chunk = 5; // places that one signed-in browser visits

test('every page in every variant @matrix', async ({ browser, baseURL }) => {
  test.setTimeout(45 * 60_000);
  setClock('2026-11-23T09:30:00Z');
  const all = routes();
  const { found, lost, names } = await places(browser, baseURL!, all);
  expect(lost, 'routes to which no link was found: name a place in crawl/places.ts').toEqual([]);
  const only = process.env.ONLY; // a regular expression
  const wanted = found.filter((p) => !only || new RegExp(only).test(p.pattern));
  const tally = new Tally();
  const queue = chunks(wanted);
  const parts = queue.length;
  const started = Date.now();
  await Promise.all(Array.from({ length: lanes }, async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      await visit(browser, baseURL!, next, tally, names);
      console.log(`${parts - queue.length} of ${parts} parts, ${tally.problems.length} problems, ${Math.round((Date.now() - started) / 1000)} s`);
    }
  }));
  console.log(`${tally.table()}\n\nwrong/views over ${pages(all).length} page routes in ${Math.round((Date.now() - started) / 1000)} s; themes ${themes}, widths ${widths}, languages ${languages}, scripts on and off`);
  if (!only) { // a walk over some routes says nothing of the others
    write('accessibility.json', statement(matrix(tally), { themes, widths, languages }));
    write('matrix.json', matrix(tally));
  }
  expect([...new Set(tally.problems)].slice(0, 60), `${tally.problems.length} problems`).toEqual([]);
});

function chunks(all: Place[]): Place[][] {
  return [...new Set(all.map((p) => p.who))].map((who) => all.filter((p) => p.who === who)).flatMap((mine) => Array.from({ length: Math.ceil(mine.length / chunk) }, (_, i) => mine.slice(i * chunk, (i + 1) * chunk)));
}

async function visit(browser: Browser, baseURL: string, mine: Place[], tally: Tally, names: string[]) {
  const context = await as(browser, baseURL, mine[0].who);
  const visitor = new Visitor(await context.newPage(), await context.newCDPSession(context.pages()[0]), baseURL, tally, names);
  for (const place of mine)
    for (const { scripts, language, theme } of variants)
      if (place.scripts === undefined || place.scripts === scripts) {
        await context.addCookies([{ name: 'language', value: language, url: baseURL, httpOnly: true }, { name: 'contrast', value: theme === 'contrast' ? 'on' : 'off', url: baseURL, httpOnly: true }]);
        await visitor.look(place, scripts, language, theme);
      }
  await context.close();
}

/** One browser tab that goes from place to place and notes what it finds. */
class Visitor {
  document?: Response;
  foreign: string[] = [];
  said: string[] = [];

  constructor(readonly page: Page, readonly cdp: CDPSession, readonly baseURL: string, readonly tally: Tally, readonly names: string[]) {
    page.on('response', (r) => { if (r.request().isNavigationRequest() && (r.status() < 300 || r.status() >= 400)) this.document = r; });
    page.on('request', (r) => { if (new URL(r.url()).origin !== baseURL && !r.url().startsWith('data:')) this.foreign.push(r.url()); });
    page.on('console', (m) => { if (['error', 'warning'].includes(m.type()) && !/^Failed to load resource/.test(m.text())) this.said.push(m.text()); });
    page.on('pageerror', (e) => this.said.push(String(e)));
  }

  async look(place: Place, scripts: boolean, language: string, theme: string) {
    const { page, tally } = this;
    this.foreign = [];
    this.said = [];
    await page.setViewportSize({ width: widths[0], height: 800 });
    await this.cdp.send('Emulation.setScriptExecutionDisabled', { value: !scripts });
    const where = `${language}, ${theme}, scripts ${scripts ? 'on' : 'off'}`;
    const note = (kind: Kind, found: string[], at = where) => tally.note(place.pattern, place.name, kind, found, at);
    try {
      if (place.walk) await place.walk(page);
      else await page.goto(place.path);
      const status = this.document?.status() ?? 0;
      note('reached', (place.status ? [place.status] : answers).includes(status) ? [] : [`status ${status}`]);
    } catch (e) {
      return note('reached', [String(e).split('\n')[0]]);
    } finally {
      await this.cdp.send('Emulation.setScriptExecutionDisabled', { value: false });
    }
    if (theme === themes[0] && scripts) note('markup', await inspect.markup(await this.document!.text()), language);
    await inspect.prepare(page);
    for (const width of widths) {
      await page.setViewportSize({ width, height: 800 });
      const at = `${where}, ${width} px`;
      note('axe', await inspect.violations(page), at);
      note('overflow', await inspect.overflow(page), at);
      if (language === 'en-XB') note('digits', await inspect.backwards(page), at);
    }
    if (language === 'en-XA') note('words', await inspect.untranslated(page, this.names));
    note('spacing', await inspect.spacing(page));
    await page.setViewportSize({ width: 320, height: 256 });
    note('zoom', await inspect.zoomed(page));
    note('first', await inspect.first(page));
    note('storage', await inspect.kept(page));
    note('foreign', this.foreign);
    note('console', this.said);
  }
}
