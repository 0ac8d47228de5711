import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import sharp from 'sharp';

/** Of which a picture is stored. */
export const PICTURED = {
  study: ['#curve-fid', '#bias-fid', '#rank-fid'],
  compare: ['figure.figure'],
  uncertainty: ['#scores-by-rank', '#scores-by-control', '#settings'],
} as const;
/** Of a drawing on the page, and of its picture: three pixels to one, so that the smoothing of edges hardly counts. */
const WIDTH = { drawn: 720, stored: 240 };

/** Letters from the font that ships with the suite, as wide as the font has them: systems round their widths unlike one another. */
async function useShippedFont(page: Page): Promise<void> {
  const path = createRequire(import.meta.url).resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf');
  const font = readFileSync(path).toString('base64');
  await page.evaluate(`(async () => {
    const bytes = Uint8Array.from(atob('${font}'), (letter) => letter.charCodeAt(0));
    document.fonts.add(await new FontFace('Shipped', bytes.buffer).load());
    for (const svg of document.querySelectorAll('svg.plot')) 
      Object.assign(svg.style, { fontFamily: 'Shipped', textRendering: 'geometricPrecision' });
  })()`);
}

/**
 * Small pictures of the first drawing of figures, by name.
 *
 * @param change  a function in the page's own words, done to each drawing first
 */
export async function figurePictures(
  page: Page,
  kind: keyof typeof PICTURED,
  change = '() => {}',
): Promise<ReadonlyMap<string, Buffer>> {
  await page.evaluate(`for (const one of document.querySelectorAll('details')) one.open = true`);
  await useShippedFont(page);
  const pictures = new Map<string, Buffer>();
  for (const figure of PICTURED[kind]) {
    const svg = page.locator(`${figure} svg.plot:not([hidden])`).first();
    await page.evaluate(`(${change})(document.querySelector('${figure} svg.plot:not([hidden])'))`);
    // at the corner of the window, so that nothing else on the page moves it by parts of a pixel
    await svg.evaluate((element, width) => {
      element.setAttribute('class', 'plot alone');
      Object.assign(element.style, {
        position: 'fixed',
        inset: '0 auto auto 0',
        width: `${width}px`,
        zIndex: '2',
        maxWidth: 'none',
        boxShadow: '0 0 0 8px #fff',
        background: '#fff',
      });
    }, WIDTH.drawn);
    const shot = await svg.screenshot();
    await svg.evaluate((element) => {
      element.style.display = 'none';
    });
    const name = `${kind}-${figure.replace(/^.*[#.]/, '')}`;
    pictures.set(name, await sharp(shot).removeAlpha().resize(WIDTH.stored).png().toBuffer());
  }
  return pictures;
}
