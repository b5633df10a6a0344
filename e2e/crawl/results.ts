// The figures of a crawl: what was checked how often and what was found, a row for
// each route. They are printed, written to out/results, and with UPDATE_RESULTS=1 to
// results, which the accessibility statement reads.
import { createRequire } from 'node:module';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { here } from '../portal.ts';

export const kinds = ['reached', 'axe', 'markup', 'overflow', 'spacing', 'zoom', 'storage', 'foreign', 'console', 'first', 'words', 'digits'] as const;
export type Kind = (typeof kinds)[number];
export type Row = { pattern: string; states: Set<string>; checks: Record<Kind, number>; wrong: Record<Kind, number> };

const zero = () => Object.fromEntries(kinds.map((k) => [k, 0])) as Record<Kind, number>;

const said = join(here, 'out', 'problems.txt');

export class Tally {
  constructor() {
    mkdirSync(join(here, 'out'), { recursive: true });
    writeFileSync(said, '');
  }

  rows = new Map<string, Row>();
  problems: string[] = [];

  /** Notes one check and what it found. */
  note(pattern: string, state: string, kind: Kind, found: string[], where: string) {
    let row = this.rows.get(pattern);
    if (!row) this.rows.set(pattern, row = { pattern, states: new Set(), checks: zero(), wrong: zero() });
    row.states.add(state);
    row.checks[kind]++;
    if (found.length > 0) row.wrong[kind]++;
    for (const f of found) {
      this.problems.push(`${kind}: ${pattern}, ${state}, ${where}: ${f}`);
      appendFileSync(said, this.problems.at(-1) + '\n'); // to be read while the crawl goes on
    }
  }

  sorted = () => [...this.rows.values()].sort((a, b) => a.pattern.localeCompare(b.pattern));
  total = (of: 'checks' | 'wrong', kind: Kind) => this.sorted().reduce((sum, row) => sum + row[of][kind], 0);

  /** The table, a line for each route: on how many views something was found, of how many. */
  table(): string {
    const head = ['route', 'states', ...kinds];
    const cells = this.sorted().map((r) => [r.pattern, String(r.states.size), ...kinds.map((k) => `${r.wrong[k]}/${r.checks[k]}`)]);
    cells.push(['all', String(this.sorted().reduce((n, r) => n + r.states.size, 0)), ...kinds.map((k) => `${this.total('wrong', k)}/${this.total('checks', k)}`)]);
    const wide = head.map((h, i) => Math.max(h.length, ...cells.map((c) => c[i].length)));
    return [head, ...cells].map((c) => c.map((x, i) => (i === 0 ? x.padEnd(wide[i]) : x.padStart(wide[i]))).join('  ')).join('\n');
  }
}

const version = (name: string) => (createRequire(import.meta.url)(`${name}/package.json`) as { version: string }).version;

/** The same table for machines. */
export type Line = { pattern: string; states: string[]; checks: Record<Kind, number>; wrong: Record<Kind, number> };
export const matrix = (tally: Tally): Line[] => tally.sorted().map((r) => ({ pattern: r.pattern, states: [...r.states].sort(), checks: r.checks, wrong: r.wrong }));

/** Writes one file of results; the committed ones only when asked to. */
export function write(name: string, value: unknown) {
  for (const folder of ['out/results', ...(process.env.UPDATE_RESULTS ? ['results'] : [])]) {
    mkdirSync(join(here, folder), { recursive: true });
    writeFileSync(join(here, folder, name), JSON.stringify(value, null, 2) + '\n');
  }
}

// The checks that the statement speaks of, by the names of results/results.go.
const told: [string, Kind][] = [['axe', 'axe'], ['markup', 'markup'], ['overflow', 'overflow'], ['spacing', 'spacing'], ['zoom', 'zoom'], ['storage', 'storage'], ['third_party', 'foreign']];

/** What the accessibility statement reads; results/results.go is its shape. */
export function statement(lines: Line[], variants: { themes: string[]; widths: number[]; languages: string[] }) {
  const sum = (of: 'checks' | 'wrong', kind: Kind) => lines.reduce((n, l) => n + l[of][kind], 0);
  return {
    measured: new Date().toISOString().slice(0, 10),
    standard: 'WCAG 2.2 AA',
    tools: Object.fromEntries([['axe-core', version('axe-core')], ['html-validate', version('html-validate')], ['Playwright', version('@playwright/test')]]),
    ...variants,
    scripts: ['on', 'off'],
    patterns: lines.map((l) => l.pattern),
    checks: told.map(([name, kind]) => ({ name, views: sum('checks', kind), found: sum('wrong', kind) })),
  };
}
