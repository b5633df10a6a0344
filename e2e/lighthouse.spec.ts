import { chromium, expect, test, type BrowserContext } from '@playwright/test';
import lighthouse from 'lighthouse';
import { createServer } from 'node:net';
import { as } from './crawl/places.ts';
import { write } from './crawl/results.ts';
import { open, people, setClock } from './portal.ts';

// Lighthouse on the pages that most people meet, as on a mid-range phone over a slow
// network: performance 95 or more, accessibility, best practices and SEO 100. A run
// of Lighthouse varies with the machine, so a page may have a second try and a third.

const wanted: Record<string, number> = { performance: 95, accessibility: 100, 'best-practices': 100, seo: 100 };
const tries = 3;

type Score = { page: string; path: string; scores: Record<string, number>; tries: number; failed: string[] };

async function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
}

const cookies = async (context: BrowserContext) => (await context.cookies()).map((c) => `${c.name}=${c.value}`).join('; ');

async function measure(port: number, page: string, url: string, cookie: string): Promise<Score> {
  const flags = { port, onlyCategories: Object.keys(wanted), logLevel: 'error' as const, ...(cookie ? { extraHeaders: { Cookie: cookie }, disableStorageReset: true } : {}) };
  let best: Score | undefined;
  for (let n = 1; n <= tries; n++) {
    const { lhr } = (await lighthouse(url, flags))!;
    const scores = Object.fromEntries(Object.entries(lhr.categories).map(([k, c]) => [k, Math.round((c.score ?? 0) * 100)]));
    const failed = Object.values(lhr.categories).flatMap((c) => c.auditRefs).filter((r) => r.weight > 0 && (lhr.audits[r.id].score ?? 1) < 0.9).map((r) => `${r.id} ${lhr.audits[r.id].displayValue ?? ''}`.trim());
    const score = { page, path: new URL(url).pathname.replace(/\/patients\/[^/]+/, '/patients/:ref'), scores, tries: n, failed };
    if (!best || score.scores.performance > best.scores.performance) best = score;
    if (scores.performance >= wanted.performance) break; // the other scores do not vary
  }
  return { ...best!, tries: best!.tries };
}

test('Lighthouse on home, questions, access history and record @lighthouse', async ({ browser, baseURL }) => {
  test.setTimeout(10 * 60_000);
  setClock('2026-11-23T09:30:00Z');
  const patient = await as(browser, baseURL!, 'many-sources');
  const doctor = await as(browser, baseURL!, 'hospital-doctor');
  const page = await doctor.newPage();
  await open(page, people.manySources);
  const record = page.url();
  const port = await freePort();
  const chrome = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: [`--remote-debugging-port=${port}`, '--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking', '--disable-component-update', '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1'] });
  const results: Score[] = [];
  try {
    for (const [name, url, cookie] of [['home', `${baseURL}/`, ''], ['questions', `${baseURL}/questions`, ''], ['access history', `${baseURL}/my/access-history`, await cookies(patient)], ['record', record, await cookies(doctor)]])
      results.push(await measure(port, name, url, cookie));
  } finally {
    await chrome.close();
    await patient.close();
    await doctor.close();
  }
  const kinds = Object.keys(wanted);
  console.log(['page'.padEnd(16), ...kinds, 'try'].join('  ') + '\n' + results.map((r) => [r.page.padEnd(16), ...kinds.map((k) => String(r.scores[k]).padStart(k.length)), String(r.tries).padStart(3), r.failed.join('; ')].join('  ')).join('\n'));
  write('lighthouse.json', { measured: new Date().toISOString().slice(0, 10), wanted, pages: results.map(({ page, path, scores }) => ({ page, path, scores })) });
  for (const r of results) for (const k of kinds) expect(r.scores[k], `${r.page}: ${k} (${r.failed.join('; ')})`).toBeGreaterThanOrEqual(wanted[k]);
});
