// What every variant of a page promises: how it looks in high contrast, in the colours
// of the device, from right to left, on paper and on a phone.
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

export async function nothingTooWide(page: Page, where: string) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wide, `${where}: sideways scrolling`).toBeLessThanOrEqual(0);
}

/** AAA: 7 to 1 for words, 4.5 to 1 for large ones; and no colour but the theme's own, which axe cannot measure behind a drawing. */
export async function enoughContrast(page: Page, where: string) {
  const odd = await page.evaluate(() => [...document.body.querySelectorAll('*')].filter((e) => e.checkVisibility()
    && [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent!.trim())
    && !['rgb(255, 255, 255)', 'rgb(255, 255, 0)', 'rgb(0, 0, 0)', 'rgb(204, 204, 204)'].includes(getComputedStyle(e).color)).map((e) => `${getComputedStyle(e).color} ${e.outerHTML.slice(0, 100)}`));
  expect(odd, `${where}: colours that are not the theme's`).toEqual([]);
  const result = await new AxeBuilder({ page }).withRules(['color-contrast-enhanced']).analyze();
  expect(result.violations.flatMap((v) => v.nodes.map((n) => n.target.join(' '))), `${where}: contrast`).toEqual([]);
  expect(result.passes.flatMap((p) => p.nodes).length, `${where}: words whose contrast was measured`).toBeGreaterThan(10);
}

/** Whatever has the focus looks different from when it has not. */
export async function focusIsSeen(page: Page, where: string) {
  await page.keyboard.press('Tab');
  const same = await page.evaluate(() => {
    const look = (e: Element) => {
      const drawn = [e, e.querySelector('.nhsuk-details__summary-text'), (e as HTMLInputElement).labels?.[0]].filter((x) => x) as Element[];
      return JSON.stringify(drawn.flatMap((d) => ['', '::before'].map((part) => {
        const s = getComputedStyle(d, part);
        return [s.outlineWidth, s.outlineStyle, s.outlineColor, s.boxShadow, s.backgroundColor, s.borderColor];
      })));
    };
    return [...document.querySelectorAll<HTMLElement>('main a[href], main button, main input, main select, main textarea, main summary')]
      .filter((e) => e.checkVisibility() && !(e as HTMLInputElement).disabled && e.getBoundingClientRect().width > 1).filter((e) => {
        (document.activeElement as HTMLElement | null)?.blur();
        const before = look(e);
        e.focus({ preventScroll: true });
        return document.activeElement === e && look(e) === before;
      }).map((e) => e.outerHTML.slice(0, 160));
  });
  expect(same, `${where}: the focus cannot be seen`).toEqual([]);
}

/** In the colours of the device: boxes and controls have an edge, since their surfaces are gone. */
export async function edgesAreSeen(page: Page, where: string) {
  expect(await page.evaluate(() => matchMedia('(forced-colors: active)').matches)).toBe(true);
  const bare = await page.locator('main .nhsuk-button, main input[type=text], main select, main textarea, main .nhsuk-tag:not(.nhsuk-tag--no-border), main .nhsuk-panel, main .nhsuk-error-summary, main .nhsuk-card').evaluateAll((all) =>
    all.filter((e) => e.checkVisibility() && ['', '::before', '::after'].every((part) => {
      const s = getComputedStyle(e, part);
      return !(parseFloat(s.borderBottomWidth) > 0 && s.borderBottomStyle !== 'none') && !(parseFloat(s.outlineWidth) > 0 && s.outlineStyle !== 'none');
    })).map((e) => e.className));
  expect(bare, `${where}: without an edge`).toEqual([]);
}

/** From right to left: words begin on the right, digits do not turn, and what the library hard-codes to the left is on the right. */
export async function mirrored(page: Page, where: string) {
  expect(await page.locator('html').getAttribute('dir')).toBe('rtl');
  const wrong = await page.evaluate(() => {
    const bad: string[] = [];
    const box = (e: Element) => e.getBoundingClientRect();
    const right = (a: Element, b: Element, what: string) => { if (box(a).left + box(a).width / 2 <= box(b).left + box(b).width / 2) bad.push(what); };
    for (const item of document.querySelectorAll('main .nhsuk-radios__item, main .nhsuk-checkboxes__item')) right(item.querySelector('input')!, item.querySelector('label')!, 'a box is not before its label');
    for (const group of document.querySelectorAll('main .nhsuk-form-group--error:not(.nhsuk-form-group .nhsuk-form-group)')) {
      const s = getComputedStyle(group);
      if (!(parseFloat(s.borderRightWidth) > 0) || parseFloat(s.borderLeftWidth) > 0) bad.push('the edge of an error is on the wrong side');
    }
    for (const row of document.querySelectorAll('main .nhsuk-summary-list__row')) right(row.querySelector('dt')!, row.querySelector('dd')!, 'a value is before its key');
    for (const task of document.querySelectorAll('main .nhsuk-task-list__item')) right(task.children[0], task.children[1], 'a status is before its task');
    for (const inset of document.querySelectorAll('main .nhsuk-inset-text, main details:not(.nhsuk-expander)[open] > .nhsuk-details__text')) if (!(parseFloat(getComputedStyle(inset).borderRightWidth) > 2)) bad.push('inset text has its line on the wrong side');
    for (const digits of document.querySelectorAll('main bdi[dir=ltr]')) {
      const text = digits.firstChild;
      if (!(text instanceof Text) || /[\u200e-\u202e]/.test(text.data)) continue; // words of the test language are turned on purpose
      const at = (i: number) => { const r = document.createRange(); r.setStart(text, i); r.setEnd(text, i + 1); return r.getBoundingClientRect(); };
      for (let i = 1; i < text.length; i++) if (Math.abs(at(i).top - at(i - 1).top) < 2 && at(i).left < at(i - 1).left) { bad.push(`${text.data} is turned`); break; }
    }
    return bad;
  });
  expect(wrong, where).toEqual([]);
}

/** On paper: black on white whatever the theme, no controls, no addresses of links. */
export async function onPaper(page: Page, where: string) {
  const paper = await page.evaluate(() => ({
    surface: getComputedStyle(document.body).backgroundColor, words: getComputedStyle(document.querySelector('h1')!).color,
    shown: ['.app-preferences', '.nhsuk-header__navigation', '.nhsuk-button', '.nhsuk-back-link'].filter((s) => [...document.querySelectorAll(s)].some((e) => e.checkVisibility())),
    addresses: [...document.querySelectorAll('main a')].filter((a) => a.checkVisibility() && !['none', 'normal'].includes(getComputedStyle(a, '::after').content) && /#|http|\//.test(getComputedStyle(a, '::after').content)).length,
    dark: [...document.querySelectorAll('main *')].filter((e) => {
      const [r, g, b, a = 1] = (getComputedStyle(e).backgroundColor.match(/[\d.]+/g) ?? []).map(Number);
      return e.checkVisibility() && a > 0 && 0.2126 * r + 0.7152 * g + 0.0722 * b < 128;
    }).map((e) => e.className),
  }));
  expect(paper, where).toEqual({ surface: 'rgb(255, 255, 255)', words: expect.stringMatching(/rgb\((0, 0, 0|33, 43, 50)\)/), shown: [], addresses: 0, dark: [] });
}
