import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EXAMPLE_PAGES } from '../support/example-pages.js';
import { figurePictures, PICTURED } from '../support/figure-pictures.js';
import { describeInChromium } from '../support/page-browser.js';
import { pictureDifference } from '../support/picture-difference.js';
import { projectRoot } from '../support/project.js';

/**
 * Of 255, at any place. Chromium 141 and 156 differ by 0, a screen of twice as many pixels, which smooths every edge anew, by
 * 20; a label that moves by 6 of 720 pixels makes 43 or more, a curve less 42 or more.
 */
const TOLERANCE = 30;

const KINDS = Object.keys(PICTURED) as (keyof typeof PICTURED)[];

/** What must be seen, in the page's own words. */
const FAULTS = {
  'a label that moved by 6 of 720 pixels': `(svg) => {
    const label = [...svg.querySelectorAll('text')].find((one) => /\\d/.test(one.textContent));
    label.setAttribute('transform', 'translate(' + (6 * svg.viewBox.baseVal.width) / 720 + ',0) ' + (label.getAttribute('transform') ?? ''));
  }`,
  'a curve that is missing': `(svg) => svg.querySelector('[stroke="#009E73"]:has(path)')?.remove()`,
  'a dot that is missing': `(svg) => svg.querySelector('circle')?.remove()`,
  'a curve of another color': `(svg) => svg.querySelector('[stroke="#009E73"]:has(path)')?.setAttribute('stroke', '#CC79A7')`,
} as const;

describeInChromium('pictures of figures', EXAMPLE_PAGES, (open) => {
  const storedAs = (name: string) => readFileSync(join(projectRoot, 'test/reports/pictures', `${name}.png`));

  test.each(KINDS)('the figures of %s look as their stored pictures do', async (kind) => {
    const { page, leave } = await open(kind);
    for (const [name, drawn] of await figurePictures(page, kind))
      expect(await pictureDifference(drawn, storedAs(name)), name).toBeLessThan(TOLERANCE);
    leave();
  });

  test.each(Object.entries(FAULTS))('%s is seen in a stored picture', async (_, change) => {
    const { page, leave } = await open('study');
    const [[name, drawn]] = [...(await figurePictures(page, 'study', change))] as [[string, Buffer]];
    expect(await pictureDifference(drawn, storedAs(name))).toBeGreaterThan(TOLERANCE);
    leave();
  });
});
