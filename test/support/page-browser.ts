import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { CHROMIUM_ARGUMENTS, chromiumPath } from './chromium.js';
import { type OpenedPage, type PageOptions, PagePool } from './opened-page.js';

export type OpenPage = (name: string, options?: PageOptions) => Promise<OpenedPage>;

/** In a page's own words: what is shown and lies right of it, tables, drawings and code that scroll by themselves aside. */
export const BEYOND = `[...document.querySelectorAll('body *')]
  .filter((one) => one.checkVisibility() && !one.closest('.scroll, pre, thead, .panel') && one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map((one) => one.outerHTML.slice(0, 80))`;

/** Tests of pages in a Chromium of their own; skipped, and said so, where there is none. */
export function describeInChromium(
  title: string,
  pages: Readonly<Record<string, () => string | Promise<string>>>,
  tests: (open: OpenPage) => void,
): void {
  const executablePath = chromiumPath();
  const skipped = executablePath === null ? ' (skipped: there is none; STEADFID_CHROMIUM can name one)' : '';
  describe.skipIf(executablePath === null)(`${title} in Chromium${skipped}`, () => {
    let folder: string;
    let browser: Browser;
    let pool: PagePool;
    const written = new Map<string, Promise<string>>();
    const fileOf = async (name: string) => {
      const file = join(folder, `${name}.html`);
      writeFileSync(file, await pages[name]!());
      return file;
    };
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'steadfid-pages-'));
      browser = await chromium.launch({
        executablePath: executablePath!,
        args: CHROMIUM_ARGUMENTS,
        timeout: 0,
      });
      pool = new PagePool(browser);
    });
    afterAll(async () => {
      await browser?.close();
      rmSync(folder, { recursive: true, force: true });
    });
    tests(async (name, options) => {
      if (!written.has(name)) written.set(name, fileOf(name));
      return pool.open(await written.get(name)!, options);
    });
  });
}
