// What is checked on a page that is open in the browser. Each check gives the list
// of what is wrong; an empty list is a page that holds.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import { HtmlValidate } from 'html-validate';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const standard = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Puts axe into the page once it is loaded; the page's own policy does not reach it. */
export const prepare = (page: Page) => page.evaluate(axe);

/** WCAG 2.2 AA by axe. */
export async function violations(page: Page): Promise<string[]> {
  return page.evaluate(async (values) => {
    const result = await (window as any).axe.run(document, { runOnly: { type: 'tag', values }, resultTypes: ['violations'] });
    return result.violations.map((v: any) => `${v.id}: ${v.nodes.map((n: any) => n.target.join(' ')).slice(0, 3).join(' | ')}`);
  }, standard);
}

const validator = new HtmlValidate({
  extends: ['html-validate:recommended'],
  rules: {
    'no-redundant-role': 'off', 'long-title': 'off', 'no-trailing-whitespace': 'off', 'void-style': 'off', 'doctype-style': 'off',
    'attribute-boolean-style': 'off', 'no-inline-style': 'error', 'prefer-native-element': 'off', 'attr-quotes': 'off', 'attribute-empty-style': 'off',
    'form-dup-name': ['error', { shared: ['radio', 'checkbox', 'submit', 'button'] }], 'tel-non-breaking': 'off', 'no-implicit-input-type': 'off',
    'require-sri': 'off',
  },
});

/** html-validate on the markup as it was sent. */
export async function markup(html: string): Promise<string[]> {
  const report = await validator.validateString(html);
  return report.results.flatMap((r) => r.messages.map((m) => `${m.ruleId} ${m.line}:${m.column} ${m.message}`));
}

/** Something scrolls sideways at this width. */
export async function overflow(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    if (wide <= 0) return [];
    const right = document.documentElement.clientWidth + 1;
    const who = [...document.body.querySelectorAll('*')].filter((e) => { const r = e.getBoundingClientRect(); return r.width > 0 && (r.right > right || r.left < -1); });
    return [`${wide} px too wide: ${who.slice(-2).map((e) => `${e.localName}.${e.className}`).join(', ')}`];
  });
}

/** The same with the text spacing of WCAG 1.4.12, and text that is then cut off. */
export async function spacing(page: Page): Promise<string[]> {
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-bottom: 2em !important }');
    (window as any).before = [...document.adoptedStyleSheets];
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  });
  const wrong = await overflow(page);
  wrong.push(...await page.evaluate(() => [...document.querySelectorAll('a, button, p, li, td, th, dd, dt, h1, h2, h3, label, summary, strong')].filter((e) => {
    const style = getComputedStyle(e), box = e.getBoundingClientRect();
    return e.checkVisibility() && box.width > 2 && box.height > 2 && (style.overflowX === 'hidden' || style.overflowY === 'hidden')
      && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1) && (e.textContent ?? '').trim() !== '';
  }).map((e) => `cut off: ${e.localName}.${e.className}`)));
  await page.evaluate(() => { document.adoptedStyleSheets = (window as any).before; });
  return wrong;
}

/** At 400 % zoom (320 × 256) nothing that stays in place covers more than a third of the window. */
export async function zoomed(page: Page): Promise<string[]> {
  const wrong = await overflow(page);
  wrong.push(...await page.evaluate(() => [...document.body.querySelectorAll('*')].filter((e) => {
    const style = getComputedStyle(e);
    return e.checkVisibility() && (style.position === 'fixed' || style.position === 'sticky' && (style.top !== 'auto' || style.bottom !== 'auto')) && e.getBoundingClientRect().height > innerHeight / 3;
  }).map((e) => `stays in the way: ${e.localName}.${e.className}`)));
  return wrong;
}

/** Anything that is kept in the browser, beyond cookies that scripts cannot read. */
export async function kept(page: Page): Promise<string[]> {
  return page.evaluate(async () => [
    ...Object.keys(localStorage).map((k) => `localStorage ${k}`), ...Object.keys(sessionStorage).map((k) => `sessionStorage ${k}`),
    ...(await indexedDB.databases()).map((d) => `indexedDB ${d.name}`), ...('caches' in window ? await caches.keys() : []).map((k) => `cache ${k}`),
    ...(document.cookie ? [`cookie ${document.cookie}`] : []),
  ]);
}

/** The contrast toggle is the very first control (promise S-01). */
export async function first(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const el = document.querySelector('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]');
    return el?.closest('form')?.getAttribute('action') === '/preferences/contrast' ? [] : [`the first control is ${el?.outerHTML.slice(0, 80)}`];
  });
}

/**
 * In en-XA every sentence of the catalogue is accented. What is not, and is not
 * marked as data (bdi, code, translate="no"), never went through the catalogue.
 * names are what other pages mark as data.
 */
export async function untranslated(page: Page, names: string[]): Promise<string[]> {
  return page.evaluate((names) => {
    const plain = /[aeiouyncAEIOUYNC]/;
    const data = 'bdi, code, kbd, [translate="no"], script, style, noscript, template, [lang]:not(html)';
    const wrong: string[] = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let n = walk.nextNode(); n; n = walk.nextNode()) {
      const text = n.textContent!.trim(), parent = n.parentElement!;
      if (!plain.test(text) || parent.closest(data)) continue;
      if (parent.matches('option, .nhsuk-label') && names.includes(text)) continue; // these hold no mark
      // A sentence with data put into it has accents somewhere and ends with its padding.
      if (/[áéíóúýñçÁÉÍÓÚÝÑÇ]/.test(text) || /·/.test(text)) continue;
      wrong.push(`${parent.localName}.${parent.className}: ${text.slice(0, 60)}`);
    }
    const spoken = (e: Element, name: string) => { const v = e.getAttribute(name); if (v && plain.test(v) && !/[áéíóúýñçÁÉÍÓÚÝÑÇ·]/.test(v) && !e.closest('[translate="no"], [lang]:not(html)')) wrong.push(`${e.localName} ${name}: ${v.slice(0, 60)}`); };
    for (const name of ['aria-label', 'title', 'alt', 'placeholder', 'aria-description', 'aria-roledescription']) for (const e of document.querySelectorAll(`[${name}]`)) spoken(e, name);
    for (const e of document.querySelectorAll('meta[name=description]')) spoken(e, 'content');
    if (plain.test(document.title) && !/[áéíóúýñçÁÉÍÓÚÝÑÇ]/.test(document.title)) wrong.push(`title: ${document.title}`);
    return wrong;
  }, names);
}

/** Numbers and clinical dates whose digits are not drawn from left to right. */
export async function backwards(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const number = /\d{2}-[A-Z][a-z]{2}-\d{4}(?: \d\d:\d\d)?|\+?\d+(?:[ \u00a0.,/:–-]\d+)+/g;
    const wrong: string[] = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let n = walk.nextNode(); n; n = walk.nextNode()) {
      if (!n.parentElement!.checkVisibility() || n.parentElement!.closest('script, style')) continue;
      for (const m of n.textContent!.matchAll(number)) {
        let last: DOMRect | undefined;
        for (let i = 0; i < m[0].length; i++) {
          if (!/\w/.test(m[0][i])) continue;
          const range = document.createRange();
          range.setStart(n, m.index + i);
          range.setEnd(n, m.index + i + 1);
          const box = range.getClientRects()[0];
          if (!box || box.width === 0) continue;
          if (last && Math.abs(box.top - last.top) < 2 && box.left < last.left) { wrong.push(`${n.parentElement!.localName}.${n.parentElement!.className}: ${m[0]} in “${n.textContent!.trim().slice(0, 50)}”`); break; }
          last = box;
        }
      }
    }
    return wrong;
  });
}
