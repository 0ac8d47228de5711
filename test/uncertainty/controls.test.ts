import { describe, expect, test } from 'vitest';
import type { Image } from '../../encoders/images/image.js';
import { embeddingNorms, neighborDistances } from '../../filtering/embedding-controls.js';
import { plainAlgebra } from '../../numerics/algebra.js';
import { seededRandom } from '../../numerics/seeded-random.js';
import { randomScore } from '../../uncertainty/controls.js';
import {
  brightness,
  gradientEnergy,
  IMAGE_CONTROLS,
  laplacianVariance,
  localEntropy,
  pngBytes,
} from '../../uncertainty/image-controls.js';
import { projectFile } from '../support/project.js';
import { expectClose, SUMMATION_TOLERANCE } from '../support/tolerance.js';

interface Case {
  readonly width: number;
  readonly height: number;
  readonly pixels: readonly number[];
  readonly expected: Readonly<Record<string, number>>;
}
const { cases } = JSON.parse(projectFile('test/reference/control-scores.json')) as { cases: readonly Case[] };

/** A gray image from a function of x and y. */
function gray(width: number, height: number, level: (x: number, y: number) => number): Image {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++)
    data.fill(level(i % width, Math.floor(i / width)), 3 * i, 3 * i + 3);
  return { width, height, data };
}
const random = seededRandom(1, 'pixels');
const flat = gray(16, 16, () => 128);
const ramp = gray(16, 16, (x) => 8 * x);
const noisy = gray(16, 16, () => Math.floor(256 * random()));

describe('controls from pixels', () => {
  test('a flat image has no gradient, no focus and no entropy', () => {
    expect([gradientEnergy(flat), laplacianVariance(flat)]).toEqual([0, 0]);
    expect(localEntropy(flat)).toBeLessThan(SUMMATION_TOLERANCE);
  });

  test('a ramp has gradient (8/255)², and no Laplacian inside', () => {
    expectClose(gradientEnergy(ramp), (8 / 255) ** 2, 1e-9);
    expect(laplacianVariance(ramp)).toBeLessThan(1e-20);
  });

  test('every detail control rises from flat over ramp to noise', () => {
    for (const { family, value } of IMAGE_CONTROLS) {
      if (family !== 'detail') continue;
      expect(value(ramp)).toBeGreaterThanOrEqual(value(flat));
      expect(value(noisy)).toBeGreaterThan(value(ramp));
    }
  });

  test('brightness of white is 1, of black 0', () => {
    expectClose(brightness(gray(2, 2, () => 255)), 1, SUMMATION_TOLERANCE);
    expect(brightness(gray(2, 2, () => 0))).toBe(0);
  });

  test('images of one pixel have controls too', () => {
    for (const { value } of IMAGE_CONTROLS) expect(Number.isFinite(value(gray(1, 1, () => 7)))).toBe(true);
  });
});

describe('controls against numpy, scipy, scikit-image and Pillow', () => {
  test.each(cases)('of a $width × $height image', ({ width, height, pixels, expected }) => {
    const image = { width, height, data: Uint8Array.from(pixels) };
    for (const { id, value } of IMAGE_CONTROLS) {
      if (id === 'png-bytes') continue;
      expectClose(value(image), expected[id]!, 1e-9);
    }
    // Pillow filters and compresses by other heuristics: the same size to a few percent
    expectClose(pngBytes(image), expected['png-bytes']!, 0.06);
  });
});

describe('controls from embeddings', () => {
  const generated = { n: 2, d: 2, data: Float64Array.of(3, 4, 0, 0) };
  const reference = { n: 3, d: 2, data: Float64Array.of(0, 0, 0, 1, 3, 0) };

  test('embeddingNorms of (3, 4) is 5', () => {
    expect([...embeddingNorms(generated)]).toEqual([5, 0]);
  });

  test('neighborDistances is the mean distance to the k nearest, or to all if there are fewer', async () => {
    const near = await neighborDistances({ reference, generated }, { k: 2, algebra: plainAlgebra });
    expectClose(near[0], (4 + Math.sqrt(18)) / 2, SUMMATION_TOLERANCE);
    expectClose(near[1], (0 + 1) / 2, SUMMATION_TOLERANCE);
    const all = await neighborDistances({ reference, generated }, { k: 9, algebra: plainAlgebra });
    expectClose(all[1], (0 + 1 + 3) / 3, SUMMATION_TOLERANCE);
  });

  test('randomScore is of the id and the seed, not of the order', () => {
    const [forth, back] = [randomScore(['a', 'b'], 1), randomScore(['b', 'a'], 1)];
    expect(forth.byId.get('a')).toBe(back.byId.get('a'));
    expect(forth.byId.get('a')).not.toBe(forth.byId.get('b'));
    expect(randomScore(['a'], 2).byId.get('a')).not.toBe(forth.byId.get('a'));
  });
});
