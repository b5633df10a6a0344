// The table of journeys: which passed on a desktop, on a telephone and without
// scripts, and which are about scripts and so have no twin without.
import type { FullResult, Reporter, TestCase, TestResult } from '@playwright/test/reporter';
import { basename } from 'node:path';
import { write } from './results.ts';

const columns = ['desktop', 'phone', 'nojs'];

export default class Journeys implements Reporter {
  rows = new Map<string, Record<string, string>>();

  onTestEnd(test: TestCase, result: TestResult) {
    const project = test.parent.project()?.name ?? '';
    if (!columns.includes(project)) return;
    const name = `${basename(test.location.file, '.spec.ts')}: ${test.title.replace(/ @\w+/g, '')}`;
    const row = this.rows.get(name) ?? {};
    row[project] = result.status;
    if (test.tags.includes('@scripts')) row.nojs = 'about scripts';
    this.rows.set(name, row);
  }

  onEnd(_: FullResult) {
    if (this.rows.size === 0) return;
    const all = [...this.rows].sort(([a], [b]) => a.localeCompare(b));
    const wide = Math.max(...all.map(([name]) => name.length));
    const line = (name: string, cells: string[]) => [name.padEnd(wide), ...cells.map((c) => c.padEnd(13))].join('  ').trimEnd();
    const passed = (column: string) => all.filter(([, row]) => row[column] === 'passed').length;
    console.log([line('journey', columns), ...all.map(([name, row]) => line(name, columns.map((c) => row[c] ?? '–'))), line('passed', columns.map((c) => String(passed(c))))].join('\n'));
    write('journeys.json', all.map(([name, row]) => ({ name, ...row })));
  }
}
