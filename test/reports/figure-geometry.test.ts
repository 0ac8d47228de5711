import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Figure } from '../../reports/figures/figure.js';
import { captionText, figureSheet, printedFigure } from '../../reports/figures/figure-sheet.js';
import { svgWithFonts } from '../../reports/files/svg-with-fonts.js';
import { CHROMIUM_ARGUMENTS, chromiumPath } from '../support/chromium.js';
import { figuresOfModels } from '../support/many-models.js';
import { PagePool } from '../support/opened-page.js';

const executablePath = chromiumPath();
const folder = mkdtempSync(join(tmpdir(), 'steadfid-geometry-'));
let browser: Browser;
let pages: PagePool;

beforeAll(async () => {
  if (executablePath === null) return;
  browser = await chromium.launch({ executablePath, args: [...CHROMIUM_ARGUMENTS] });
  pages = new PagePool(browser);
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

/** Run in the browser. A line of text is as high as its tallest letters may be, so that a third of it may lie on another's air; the mark across a page's drawing is meant to. */
const TEXTS = `(async () => {
  await document.fonts.ready;
  const sheet = document.documentElement;
  const edge = sheet.getBoundingClientRect();
  const texts = [...document.querySelectorAll('text')]
    .filter((text) => text.textContent.trim() !== '' && text.closest('[pointer-events=none]') === null)
    .map((text) => ({ text: text.textContent, box: text.getBoundingClientRect(), size: parseFloat(getComputedStyle(text).fontSize) }));
  const overlaps = texts
    .filter(({ box }) => box.left < edge.left - 1 || box.right > edge.right + 1 || box.top < edge.top - 1 || box.bottom > edge.bottom + 1)
    .map(({ text }) => text + ' | beyond the edge');
  for (const [i, { text, box }] of texts.entries())
    for (const other of texts.slice(i + 1)) {
      const across = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
      const down = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
      if (across > 1 && down > 0.35 * Math.min(box.height, other.box.height)) overlaps.push(text + ' | ' + other.text);
    }
  return { overlaps, points: Math.min(...texts.map(({ size }) => size)) * sheet.getScreenCTM().a * 0.75 };
})()`;

/** Texts of a drawing that lie on one another or beyond its edge, and the size of its smallest letters, in points at 96 pixels to the inch. */
async function textsOf(svg: string, name: string) {
  const file = join(folder, `${name}.svg`);
  writeFileSync(file, await svgWithFonts(svg));
  const { page, leave } = await pages.open(file, { width: 1400 });
  const found: { readonly overlaps: readonly string[]; readonly points: number } = await page.evaluate(TEXTS);
  leave();
  return found;
}

describe.skipIf(executablePath === null)('figures of 1 to 40 models', () => {
  test.each([
    [1, 'long'],
    [1, 'short'],
    [2, 'long'],
    [4, 'short'],
    [5, 'short'],
    [9, 'long'],
    [13, 'long'],
    [40, 'long'],
  ] as const)('no texts of figures of %i models of %s names lie on one another, on a page or in print', async (count, names) => {
    const figures = await figuresOfModels(count, names);
    expect(figures.length).toBeGreaterThan(1);
    const found: string[] = [];
    for (const figure of figures) {
      const { overlaps } = await textsOf(figureSheet(figure), figure.name);
      found.push(...overlaps.map((pair) => `${figure.name}: ${pair}`));
      for (const wanted of ['85', '174'] as const) {
        const { svg, width } = printedFigure(figure, wanted);
        const print = await textsOf(svg, `${figure.name}-${width}`);
        found.push(...print.overlaps.map((pair) => `${figure.name}, ${width} mm: ${pair}`));
        expect(print.points).toBeGreaterThanOrEqual(7);
      }
    }
    expect(found).toEqual([]);
  });
});

describe('printedFigure', () => {
  let figure: Figure;
  beforeAll(async () => {
    figure = (await figuresOfModels(2)).find(({ name }) => name === 'curve-fid')!;
  });

  test('holds panels and key, and says below the data, not across them, that an encoder is a demo', () => {
    const { svg } = printedFigure(figure, '174');
    expect(svg).toMatch(/^<svg [^>]*width="174mm" height="[\d.]+mm"/);
    const texts = svg.replace(/<metadata>.*<\/metadata>/s, '').match(/(?<=<text[^>]*>)[^<]+/g)!;
    expect(texts).not.toContain(figure.title);
    expect(texts.filter((text) => text.startsWith('demo encoder'))).toEqual([
      'demo encoder: not comparable with published values',
    ]);
    expect(texts.at(-1)).toMatch(/^demo encoder/);
    expect(svg).not.toContain('rotate(-16)');
    expect(figureSheet(figure)).toContain('rotate(-16)');
  });

  test.each([
    [4, 'short', 0],
    [5, 'short', 5],
    [2, 'long', 2],
  ] as const)('of %i sets of %s names, the key has %i: up to four are named at the ends of their lines', async (count, names, keyed) => {
    const drawn = (await figuresOfModels(count, names)).filter(({ name }) => /^curve/.test(name));
    expect(drawn.map(({ name }) => name)).toEqual(['curves', 'curve-fid', 'curve-cmmd']);
    for (const each of drawn) {
      const { svg } = printedFigure(each, '174');
      expect(svg.split('data-key="')).toHaveLength(keyed + 1);
      expect(svg.split('>set 1</text>')).toHaveLength(
        (keyed === 0 ? each.panels.length : names === 'short' ? 1 : 0) + 1,
      );
    }
  });

  test('has its title, caption and warnings as a text', () => {
    const text = captionText(figure, '85');
    expect(text.startsWith(`${figure.title}. ${figure.caption}\n`)).toBe(true);
    expect(text).toContain('\nDemo encoder: not comparable with published values.\n');
    for (const warning of figure.warnings) expect(text).toContain(`\n${warning}\n`);
    expect(text).toMatch(/\n85 mm wide\. Drawn from study\.json/);
  });
});
