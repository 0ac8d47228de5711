import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../numerics/seeded-random.js';
import { smallPicture, withPngPictures } from '../../reports/files/small-picture.js';
import { writeScoreReport } from '../../reports/files/write-score-report.js';
import { writeUncertaintyReport } from '../../reports/files/write-uncertainty-report.js';
import { scorePage } from '../../reports/score/score-page.js';
import type { Gallery } from '../../reports/uncertainty/gallery.js';
import { exampleNeighbors, PIXEL } from '../support/neighbors.js';
import { exampleReport } from '../support/score-report.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { exampleUncertainty } from '../support/uncertainty-report.js';

const picture = Buffer.from(PIXEL.replace(/^.*,/, ''), 'base64');

/** Whether a PNG has the color of the one pixel of {@link PIXEL}, on white, in the middle of its first picture. */
async function showsPixel(png: string, top: number): Promise<boolean> {
  const wanted = await sharp(picture).flatten({ background: '#fff' }).raw().toBuffer();
  const shown = await sharp(png).extract({ left: 80, top, width: 1, height: 1 }).raw().toBuffer();
  return wanted.every((value, i) => Math.abs(value - shown[i]!) <= 1);
}

describe('sheets of pictures', () => {
  test('the gallery is a figure too: image, map, score and what became of it, and its numbers', async () => {
    const folder = temporaryFolder();
    const gallery: Gallery = {
      schema: 'steadfid/gallery/1',
      score: 'sum',
      images: 9,
      threshold: 1,
      scale: { low: 0, high: 1 },
      entries: [
        { id: 'a<b>', score: 2.5, rank: 1, isKept: false, image: PIXEL, map: PIXEL },
        { id: 'c', score: 0.5, rank: 9, isKept: true, image: null, map: PIXEL },
      ],
    };
    await writeUncertaintyReport(folder, exampleUncertainty({ images: 9 }), { existing: 'refused', gallery });
    const svg = readFileSync(join(folder, 'figures', 'gallery.svg'), 'utf8');
    expect(svg.split('<image ')).toHaveLength(4);
    expect(svg).toContain('>a&lt;b&gt;</text>');
    expect(svg).toContain('Drawn from gallery.json, its numbers in gallery.csv.');
    expect(readFileSync(join(folder, 'figures', 'gallery.csv'), 'utf8')).toBe(
      'id,score,rank,kept\r\na<b>,2.5,1,no\r\nc,0.5,9,yes\r\n',
    );
    const top = Number(/<g transform="translate\([\d.]+,([\d.]+)\)"><text/.exec(svg)![1]) + 15 + 6 + 26;
    expect(await showsPixel(join(folder, 'figures', 'gallery.png'), Math.round(top * 2.8125))).toBe(true);
  });

  test('pictures in WebP become PNG in the files, and the same pixels', async () => {
    const webp = await sharp(picture).webp({ lossless: true }).toBuffer();
    const address = `data:image/webp;base64,${webp.toString('base64')}`;
    const svg = await withPngPictures(`<image href="${address}"/><image href="${address}"/>`);
    const [first, second] = [...svg.matchAll(/data:image\/png;base64,([^"]+)/g)].map(([, data]) => data!);
    expect(second).toBe(first);
    const pixels = (bytes: Buffer) => sharp(bytes).flatten({ background: '#fff' }).raw().toBuffer();
    expect(await pixels(Buffer.from(first!, 'base64'))).toEqual(await pixels(picture));
    expect(svg).not.toContain('webp');
  });

  test('a page of 128 random pictures of noise, which no format makes small, is below 3 MB', async () => {
    const size = 128;
    const pictures = await Promise.all(
      Array.from({ length: 64 }, async (_, seed) => {
        const random = seededRandom(seed, 'noise');
        const data = Uint8Array.from({ length: 3 * size * size }, () => 256 * random());
        return {
          id: `${seed}.png`,
          picture: await smallPicture({ width: size, height: size, data }, 'smooth'),
        };
      }),
    );
    const neighbors = { ...exampleNeighbors, samples: { generated: pictures, reference: pictures } };
    expect(Buffer.byteLength(scorePage(exampleReport, { neighbors }))).toBeLessThan(3_000_000);
  });

  test('nearest neighbors are a figure too, a panel for each sheet that has any', async () => {
    const folder = temporaryFolder();
    await writeScoreReport(folder, exampleReport, { existing: 'refused', neighbors: exampleNeighbors });
    const svg = readFileSync(join(folder, 'figures', 'neighbors.svg'), 'utf8');
    expect(svg.split('<image ')).toHaveLength(5);
    expect(svg).toContain('Generated images nearest to a reference image');
    expect(svg).not.toContain('Reference images farthest');
    expect(svg).toContain('>a/&lt;b&gt;.png</text>');
    expect(readFileSync(join(folder, 'figures', 'neighbors.csv'), 'utf8')).toBe(
      'sheet,generated,reference,distance\r\nnearest,a/<b>.png,"""c"".png",0.5\r\nfarthest,a/<b>.png,"""c"".png",0.5\r\n',
    );
  });
});
