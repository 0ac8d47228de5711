import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import sharp from 'sharp';
import { CHROMIUM_ARGUMENTS, chromiumPath } from './chromium.js';
import { EXAMPLE_PAGES } from './example-pages.js';
import { figurePictures, PICTURED } from './figure-pictures.js';
import { PagePool } from './opened-page.js';
import { projectRoot } from './project.js';

// npm run demo && node dist/test/support/write-pictures.js: the README's pictures of pages, taken of the
// demo's, and those that test/reports/pages.test.ts compares figures with.

/** What is shown of which page; of a page without a named part, so much from its top. */
const PICTURES = [
  { name: 'score', page: 'twemoji', part: null, height: 1180 },
  {
    name: 'neighbors',
    page: 'twemoji',
    part: 'details.sheet:has-text("nearest to a reference image")',
    height: null,
  },
] as const;
const WIDTH = 1000;

const executablePath = chromiumPath();
if (executablePath === null)
  throw new Error('write-pictures needs a Chromium; STEADFID_CHROMIUM can name one');
const folder = join(projectRoot, 'docs', 'pictures');
await mkdir(folder, { recursive: true });
const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGUMENTS });
for (const { name, page: of, part, height } of PICTURES) {
  const file = join(projectRoot, 'steadfid-demo', of, 'report.html');
  const { page } = await new PagePool(browser).open(file, { width: WIDTH });
  if (height !== null) await page.setViewportSize({ width: WIDTH, height });
  if (part !== null) await page.locator(part).first().evaluate('(sheet) => { sheet.open = true; }');
  const picture =
    part === null
      ? await page.screenshot({ clip: { x: 0, y: 0, width: WIDTH, height } })
      : await page.locator(part).first().screenshot();
  await sharp(picture)
    .png({ palette: true, quality: 90, effort: 10 })
    .toFile(join(folder, `${name}.png`));
  await page.close();
}
const scratch = await mkdtemp(join(tmpdir(), 'steadfid-pages-'));
const compared = join(projectRoot, 'test', 'reports', 'pictures');
await mkdir(compared, { recursive: true });
for (const kind of Object.keys(PICTURED) as (keyof typeof PICTURED)[]) {
  const file = join(scratch, `${kind}.html`);
  await writeFile(file, await EXAMPLE_PAGES[kind]());
  const { page } = await new PagePool(browser).open(file);
  for (const [name, picture] of await figurePictures(page, kind))
    await writeFile(join(compared, `${name}.png`), picture);
  await page.close();
}
await rm(scratch, { recursive: true });
await browser.close();
