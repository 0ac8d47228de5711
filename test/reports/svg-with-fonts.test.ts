import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { curveFigure } from '../../reports/figures/curve-figure.js';
import { drawingBoard } from '../../reports/figures/drawing-board.js';
import { figureSheet } from '../../reports/figures/figure-sheet.js';
import { SHIPPED_FAMILY, shippedFonts } from '../../reports/files/shipped-fonts.js';
import { svgWithFonts } from '../../reports/files/svg-with-fonts.js';
import { CHROMIUM_ARGUMENTS, chromiumPath } from '../support/chromium.js';
import { PagePool } from '../support/opened-page.js';
import { exampleStudy } from '../support/study-report.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const executablePath = chromiumPath();

/** Widths of all texts of a figure, in a family that no machine has unless the file brings it. */
const WIDTHS = `(async () => {
  await document.fonts.ready;
  return [...document.querySelectorAll('text')].map((text) => text.getComputedTextLength());
})()`;

async function exampleSheet(): Promise<string> {
  const study = await exampleStudy({ arms: ['Ωμέγα & "Жук" <ß>', 'plain'], origin: 'demo' });
  return figureSheet(curveFigure(study.curves, await drawingBoard()));
}

describe('svgWithFonts', () => {
  test('svgWithFonts puts two faces into the file, a small part of the whole fonts, the same bytes each time', async () => {
    const sheet = await exampleSheet();
    const svg = await svgWithFonts(sheet);
    expect(await svgWithFonts(sheet)).toBe(svg);
    const faces = [...svg.matchAll(/font-weight:(\d+);src:url\(data:font\/woff;base64,([^)]+)\)/g)];
    expect(faces.map(([, weight]) => weight)).toEqual(['400', '700']);
    for (const [, , base64] of faces) {
      const bytes = Buffer.from(base64!, 'base64');
      expect(bytes.toString('latin1', 0, 4)).toBe('wOFF');
      expect(bytes.length).toBeLessThan(16_000);
    }
    // all else is as it was
    expect(svg.replace(/\n<style>[^<]*<\/style>/, '')).toBe(sheet);
  });
});

describe.skipIf(executablePath === null)(
  `svgWithFonts in Chromium${executablePath === null ? ' (skipped: there is none; STEADFID_CHROMIUM can name one)' : ''}`,
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await chromium.launch({
        executablePath: executablePath!,
        args: CHROMIUM_ARGUMENTS,
        timeout: 0,
      });
    });
    afterAll(() => browser?.close());

    async function widths(svg: string): Promise<readonly number[]> {
      const file = join(temporaryFolder(), 'figure.svg');
      writeFileSync(file, svg.replaceAll(SHIPPED_FAMILY, 'Nobody Has This').replace('Verdana, sans-', ''));
      const { page, complaints, requests } = await new PagePool(browser).open(file);
      expect([complaints, requests]).toEqual([[], []]);
      const found = await page.evaluate<number[]>(WIDTHS);
      await page.close();
      return found;
    }

    test('a figure in its file has the letters of the whole shipped font, where that is not installed', async () => {
      const sheet = await exampleSheet();
      const whole = shippedFonts().map(
        ({ path, weight }) =>
          `@font-face{font-family:"${SHIPPED_FAMILY}";font-weight:${weight};src:url(data:font/ttf;base64,${readFileSync(path, 'base64')})}`,
      );
      const expected = await widths(sheet.replace('\n', `\n<style>${whole.join('')}</style>\n`));
      const found = await widths(await svgWithFonts(sheet));
      expect(found.length).toBeGreaterThan(30);
      expect(found).toEqual(expected);
      expect(await widths(sheet)).not.toEqual(expected);
    });
  },
);
