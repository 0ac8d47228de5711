import { describe, expect, test } from 'vitest';
import { MomentsFold } from '../../encoders/fold-moments.js';
import { gaussianMoments } from '../../numerics/gaussian-moments.js';
import type { Rows } from '../../numerics/rows.js';

const FOLD_TOLERANCE = 1e-12; // sums of 3,000 products in another order

const whole: Rows = {
  n: 3000,
  d: 4,
  data: Float32Array.from({ length: 12000 }, (_, i) => 100 + Math.sin(i * i)),
};

function part(from: number, to: number): Rows {
  return { n: to - from, d: 4, data: whole.data.subarray(4 * from, 4 * to) };
}

async function folded(cuts: readonly number[]) {
  const fold = new MomentsFold();
  for (let i = 0; i + 1 < cuts.length; i++) await fold.add(part(cuts[i]!, cuts[i + 1]!));
  return fold.moments('images');
}

describe('MomentsFold', () => {
  test('MomentsFold of rows that come little by little is the moments of all of them', async () => {
    const expected = gaussianMoments(whole);
    const { n, mean, covariance } = await folded([0, 1, 1, 500, 3000]);
    expect(n).toBe(3000);
    const scale = Math.abs(expected.covariance[0]!);
    covariance.forEach((value, i) => {
      expect(Math.abs(value - expected.covariance[i]!)).toBeLessThanOrEqual(FOLD_TOLERANCE * scale);
    });
    mean.forEach((value, i) => {
      expect(Math.abs(value - expected.mean[i]!)).toBeLessThanOrEqual(FOLD_TOLERANCE * 100);
    });
  });

  test('MomentsFold gives the same bits however the rows were divided', async () => {
    expect(await folded([0, 1023, 1024, 1025, 3000])).toEqual(await folded([0, 3000]));
  });

  test.each([
    2, 3, 1023, 1024, 1025, 1026, 2046, 2047,
  ])('MomentsFold of %d rows leaves none out', async (n) => {
    expect((await folded([0, n])).n).toBe(n);
  });

  test('MomentsFold of fewer than two rows is refused', async () => {
    await expect(folded([0, 1])).rejects.toThrow('images: a covariance needs at least 2 images; got 1.');
    await expect(folded([0])).rejects.toThrow('got 0.');
  });
});
