import { describe, expect, test } from 'vitest';
import { fastScatter, float32Scatter } from '../../numerics/fast-scatter.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';
import { expectAllClose } from '../support/tolerance.js';

/** Roundings of float32 products, of either sign, as a share of the largest sum of squares. */
const FLOAT32_TOLERANCE = 1e-6;

describe('sums of outer products in float32', () => {
  // 300 and 523 columns: two and three blocks, of unlike width; 2,600 rows: two blocks of rows
  test.each([
    [2600, 300],
    [700, 523],
  ])('of %d vectors of %d entries equal those in float64, whole and symmetric', async (n, d) => {
    const rows = gaussianCloud({ n, d, seed: 3, shift: 2 });
    const center = Float64Array.from({ length: d }, (_, j) => 2 + j / d);
    const scatter = await float32Scatter(rows, center);
    expectAllClose(scatter, await fastScatter(rows, center), FLOAT32_TOLERANCE);
    expect(scatter[d - 1]).toBe(scatter[(d - 1) * d]);
  });

  test('are weighted row by row', async () => {
    const rows = gaussianCloud({ n: 2600, d: 300, seed: 4 });
    const center = new Float64Array(300);
    const weights = Float64Array.from({ length: 2600 }, (_, i) => (i % 5) / 2);
    expectAllClose(
      await float32Scatter(rows, center, weights),
      await fastScatter(rows, center, weights),
      FLOAT32_TOLERANCE,
    );
  });
});
