import { defineConfig } from '@playwright/test';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { dirname, join } from 'node:path';

// The journeys run against the built program in demo mode, on a port of its own,
// with a clock that the tests set. Chromium is Debian's: nothing is downloaded.
const here = dirname(fileURLToPath(import.meta.url));
const port = (process.env.CANDOUR_E2E ??= String(20000 + Math.floor(Math.random() * 20000)));
process.env.E2E_PRACTICE ??= String(Number(port) - 5000); // the practices' own clinical system
const base = `http://127.0.0.1:${port}`;
const out = join(here, 'out', port); // of this run alone: two may run beside each other
if (!process.env.TEST_WORKER_INDEX) {
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, 'clock'), '2026-11-23T09:30:00Z\n');
  process.on('exit', () => rmSync(out, { recursive: true, force: true }));
}

const launchOptions = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1'],
};

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: 'test-results',
  workers: 1,
  fullyParallel: false,
  timeout: 60_000,
  reporter: [['./crawl/journeys.ts'], ['list']], // what failed comes last
  use: { baseURL: base, launchOptions, locale: 'en-GB', timezoneId: 'Europe/London' },
  webServer: {
    command: `${process.env.CANDOUR ?? '../candour'} demo --listen 127.0.0.1:${port} --practice-listen 127.0.0.1:${process.env.E2E_PRACTICE} --data out/${port}/data --clock out/${port}/clock`,
    url: `${base}/readyz`,
    timeout: 60_000,
    stdout: 'ignore',
    stderr: 'ignore',
  },
  // Every journey runs with and without scripts; @scripts marks the few tests whose
  // subject is a script itself. @matrix walks all pages in all variants by itself.
  projects: [
    { name: 'desktop', use: { viewport: { width: 1280, height: 900 } }, grepInvert: /@screenshots|@matrix|@lighthouse/ },
    { name: 'phone', use: { viewport: { width: 320, height: 640 } }, grep: /@journey/ },
    { name: 'nojs', use: { viewport: { width: 1280, height: 900 }, javaScriptEnabled: false }, grepInvert: /@screenshots|@matrix|@lighthouse|@scripts/ },
    { name: 'matrix', use: { viewport: { width: 1280, height: 900 } }, grep: /@matrix/ },
    { name: 'lighthouse', grep: /@lighthouse/ },
    { name: 'screenshots', use: { viewport: { width: 1280, height: 900 } }, grep: /@screenshots/ },
  ],
});
