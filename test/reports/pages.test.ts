import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM_ARGUMENTS, chromiumPath } from '../support/chromium.js';
import { examplePages, HOSTILE } from '../support/example-pages.js';
import { figurePictures, PICTURED } from '../support/figure-pictures.js';
import { openedPage } from '../support/opened-page.js';
import { projectRoot } from '../support/project.js';

const KINDS = ['score', 'study', 'compare', 'uncertainty'] as const;
const executablePath = chromiumPath();
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What a page lets a reader do, in its own words. */
const CONTROLS =
  '[...document.querySelectorAll("button, select, summary, svg.plot")].filter((one) => one.checkVisibility())';

/** Of 255 grays; and how many pixels may be so far off, where a browser smooths letters otherwise. */
const VISIBLE = 48;
const MOST_DIFFERENT = 0.01;

async function gray(picture: string | Buffer) {
  const { data, info } = await sharp(picture).greyscale().raw().toBuffer({ resolveWithObject: true });
  return { data: [...data], width: info.width, height: info.height };
}

interface Findings {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

describe.skipIf(executablePath === null)(
  `pages in Chromium${executablePath === null ? ' (skipped: there is none; STEADFID_CHROMIUM can name one)' : ''}`,
  () => {
    let folder: string;
    const fileOf = (name: string) => join(folder, `${name}.html`);
    let browser: Browser;

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'steadfid-pages-'));
      for (const [name, markup] of Object.entries(await examplePages())) writeFileSync(fileOf(name), markup);
      browser = await chromium.launch({ executablePath: executablePath!, args: CHROMIUM_ARGUMENTS });
    });
    afterAll(async () => {
      await browser?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    for (const kind of [...KINDS, 'forty', 'scores'] as const)
      for (const width of [1200, 360])
        for (const scheme of ['light', 'dark'] as const)
          test(`the page of ${kind} at ${width} px in ${scheme} asks for nothing, complains of nothing, fits, and follows axe's rules`, async () => {
            const { page, complaints, requests } = await openedPage(browser, fileOf(kind), { width, scheme });
            expect(requests).toEqual([]);
            expect(complaints).toEqual([]);
            const [needed, given] = await page.evaluate<number[]>(
              '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
            );
            expect(needed).toBeLessThanOrEqual(given!);
            await page.evaluate(AXE);
            const { violations } = await page.evaluate<Findings>(
              'axe.run({ resultTypes: ["violations"], preload: false })',
            );
            expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]!.html.slice(0, 200)}`)).toEqual([]);
            await page.close();
          });

    test('a mean under the pointer is read out, and the reading goes when the pointer leaves', async () => {
      const { page } = await openedPage(browser, fileOf('study'));
      const mark = page.locator('#curve-fid svg.plot:not([hidden]) circle').nth(2);
      await mark.scrollIntoViewIfNeeded();
      await mark.hover({ force: true });
      const tip = page.getByRole('status');
      await expect.poll(() => tip.textContent()).toMatch(/, n = 200: mean \d+\.\d+ of 24 draws/);
      await page.mouse.move(2, 2);
      await expect.poll(() => tip.isHidden()).toBe(true);
      await page.close();
    });

    test('the arrow keys read the values of a figure one after the other', async () => {
      const { page } = await openedPage(browser, fileOf('study'));
      await page.locator('#curve-fid svg.plot:not([hidden])').first().focus();
      const tip = page.getByRole('status');
      await page.keyboard.press('ArrowRight');
      const first = await tip.textContent();
      await page.keyboard.press('ArrowRight');
      const second = await tip.textContent();
      expect([first, second].every((text) => text !== '')).toBe(true);
      expect(second).not.toBe(first);
      await page.keyboard.press('Escape');
      expect(await tip.isHidden()).toBe(true);
      await page.close();
    });

    test('every control and every drawing of a study is reached by the Tab key', async () => {
      const { page } = await openedPage(browser, fileOf('study'));
      const wanted = await page.evaluate<number>(`${CONTROLS}.length`);
      const reached = new Set<string>();
      for (let i = 0; i < wanted + 40; i++) {
        await page.keyboard.press('Tab');
        reached.add(await page.evaluate<string>(`String(${CONTROLS}.indexOf(document.activeElement))`));
      }
      reached.delete('-1');
      expect(reached.size).toBe(wanted);
      await page.close();
    });

    test('a press on an arm takes its marks out of every panel, and a second one brings them back', async () => {
      const { page } = await openedPage(browser, fileOf('study'));
      const figure = page.locator('#curve-fid');
      const visible = () => figure.locator('svg.plot:not([hidden]) [data-series="1"]:visible').count();
      const before = await visible();
      expect(before).toBeGreaterThan(2);
      const arm = figure.getByRole('button', { name: 'plain' });
      await arm.press('Enter');
      expect(await visible()).toBe(0);
      expect(await arm.getAttribute('aria-pressed')).toBe('false');
      await arm.press('Enter');
      expect(await visible()).toBe(before);
      await page.close();
    });

    test('metrics, panels and the kind of axis are chosen by a press', async () => {
      const { page } = await openedPage(browser, fileOf('study'));
      const metrics = page.getByRole('group', { name: 'Metrics' });
      await metrics.getByRole('button', { name: 'kid' }).click();
      expect(await page.locator('#curve-kid').isVisible()).toBe(false);
      expect(await page.locator('#curve-fid').isVisible()).toBe(true);
      const figure = page.locator('#curve-fid');
      const shown = () =>
        figure
          .locator('svg.plot:visible')
          .evaluateAll((all) => all.map((one) => one.getAttribute('data-view')));
      expect(await shown()).toEqual(['log n', 'log n']);
      await figure.getByRole('button', { name: 'linear n' }).click();
      expect(await shown()).toEqual(['linear n', 'linear n']);
      await figure.getByRole('button', { name: 'value', exact: true }).click();
      expect(await shown()).toEqual(['linear n']);
      // the last one stays
      await figure.getByRole('button', { name: 'relative to' }).click();
      expect(await shown()).toEqual(['linear n']);
      await page.close();
    });

    test('a chosen sample size shows its values, and marks them in the figures', async () => {
      const { page } = await openedPage(browser, fileOf('study'));
      const shown = () =>
        page
          .locator('details.size:visible')
          .evaluateAll((all) => all.map((one) => one.getAttribute('data-n')));
      expect(await shown()).toEqual(['800']);
      await page.getByRole('combobox').selectOption('n = 100');
      expect(await shown()).toEqual(['100']);
      expect(await page.locator('details.size:visible tbody tr:visible').count()).toBe(6);
      expect(await page.locator('#curve-fid svg.plot:not([hidden]) .picked').count()).toBe(6); // three arms, two panels
      await page.close();
    });

    test('on paper no table is wider than the page, and the colors are those of paper', async () => {
      const { page } = await openedPage(browser, fileOf('forty'), { width: 700, scheme: 'dark' });
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      const widest = await page.evaluate<number>(
        'Math.max(...[...document.querySelectorAll("table")].filter((one) => one.checkVisibility()).map((one) => one.getBoundingClientRect().right))',
      );
      expect(widest).toBeLessThanOrEqual(700);
      expect(await page.evaluate<string>('getComputedStyle(document.body).backgroundColor')).toBe(
        'rgb(255, 255, 255)',
      );
      await page.close();
    });

    test('without its script a page shows all figures and all tables', async () => {
      const { page, complaints } = await openedPage(browser, fileOf('study'), { script: 'off' });
      expect(await page.locator('#curve-fid svg.plot:visible').count()).toBe(2);
      expect(await page.locator('#curve-kid svg.plot:visible').count()).toBe(2);
      await page.locator('#curve-fid summary').click();
      expect(await page.locator('#curve-fid tbody tr:visible').count()).toBe(15);
      expect(complaints).toEqual([]);
      await page.close();
    });

    test('names that are markup are read as they were written', async () => {
      const { page } = await openedPage(browser, fileOf('study'));
      expect(
        await page.locator('#curve-fid').getByRole('button', { name: HOSTILE, exact: true }).count(),
      ).toBe(1);
      expect(await page.locator('img').count()).toBe(0);
      await page.close();
    });

    for (const kind of Object.keys(PICTURED) as (keyof typeof PICTURED)[])
      test(`the figures of ${kind} look as their stored pictures do`, async () => {
        const { page } = await openedPage(browser, fileOf(kind));
        for (const [name, drawn] of await figurePictures(page, kind)) {
          const stored = join(projectRoot, 'test/reports/pictures', `${name}.png`);
          const [now, then] = [await gray(drawn), await gray(stored)];
          expect([now.width, now.height], name).toEqual([then.width, then.height]);
          const off = now.data.map((value, i) => Math.abs(value - then.data[i]!));
          const share = off.filter((by) => by > VISIBLE).length / off.length;
          expect(share, `${name}: share of pixels that differ visibly`).toBeLessThan(MOST_DIFFERENT);
        }
        await page.close();
      });
  },
);
