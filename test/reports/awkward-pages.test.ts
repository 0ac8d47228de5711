import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { AWKWARD_PAGES } from '../support/awkward-pages.js';
import { BEYOND, describeInChromium } from '../support/page-browser.js';

const MOST_BYTES = 3_000_000;
/** What is written where a number does not exist and nobody said so. */
const BROKEN = /\bNaN\b|\bInfinity\b|(?<!a dash: )\bundefined\b|\bnull\b(?!,)|\[object/;

describeInChromium('awkward pages', AWKWARD_PAGES, (open) => {
  test.each(
    Object.keys(AWKWARD_PAGES),
  )('the page of %s is below 3 MB, opens without complaint, fits, and has no broken number', async (name) => {
    const { page, complaints, leave } = await open(name, { width: 360, scheme: 'dark' });
    const file = fileURLToPath(page.url());
    expect(readFileSync(file).length).toBeLessThan(MOST_BYTES);
    for (const width of [360, 1200]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await page.evaluate(BEYOND), `right of ${width} px`).toEqual([]);
    }
    const text = await page.evaluate<string>(
      `(() => { const main = document.querySelector('main').cloneNode(true);
        for (const code of main.querySelectorAll('pre')) code.remove();
        return main.textContent; })()`,
    );
    expect(text.match(BROKEN)?.[0]).toBeUndefined();
    expect(
      await page
        .locator('svg.plot')
        .evaluateAll((all) => all.filter((one) => /NaN|Infinity|undefined/.test(one.outerHTML)).length),
    ).toBe(0);
    expect(await page.locator('tbody tr').count()).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
    leave();
  });

  test('a page says what it leaves out to stay small, and leaves nothing out of a study of 10,000 draws', async () => {
    const said: number[] = [];
    for (const name of ['study of forty arms and six metrics', 'study of 10,000 draws']) {
      const { page, leave } = await open(name);
      said.push(await page.getByText('To keep this page below 3 MB it leaves out').count());
      leave();
    }
    expect(said).toEqual([1, 0]);
  });
});
