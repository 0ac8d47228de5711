import { describe, expect, test } from 'vitest';
import { compensatedSum, mean, standardDeviation, variance } from '../../numerics/mean-and-variance.js';
import { kthSmallest, median, quantile } from '../../numerics/order-statistics.js';
import { seededRandom } from '../../numerics/seeded-random.js';
import { thrown } from '../support/thrown.js';

describe('sums', () => {
  test('compensatedSum keeps a 1 between 1e16 and −1e16', () => {
    expect(compensatedSum([1e16, 1, -1e16])).toBe(1);
  });

  test('compensatedSum of ten tenths is 1', () => {
    expect(compensatedSum(new Array(10).fill(0.1))).toBe(1);
  });

  test('variance of 1e9 + {4, 7, 13, 16} is 30', () => {
    expect(variance([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16], 1)).toBe(30);
  });

  test('mean of nothing and variance of one value are undefined', () => {
    expect([mean([]), variance([5], 1), standardDeviation([5], 1), variance([5], 0)]).toEqual([
      undefined,
      undefined,
      undefined,
      0,
    ]);
  });
});

describe('order statistics', () => {
  test('quantile interpolates linearly between neighbors', () => {
    expect([0, 0.25, 0.5, 1].map((p) => quantile([10, 1, 3, 2], p))).toEqual([1, 1.75, 2.5, 10]);
  });

  test('median of an even count is the mean of the two in the middle', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  test('kthSmallest agrees with sorting, duplicates included', () => {
    const random = seededRandom(1);
    const values = Array.from({ length: 101 }, () => Math.floor(random() * 20));
    const sorted = [...values].sort((a, b) => a - b);
    expect(sorted.map((_, i) => kthSmallest(values, i + 1))).toEqual(sorted);
  });

  test('kthSmallest refuses a rank that is not there', () => {
    expect(thrown(() => kthSmallest([1, 2], 3))).toBe(
      'TOO_FEW_SAMPLES kthSmallest: k must be a whole number from 1 to the 2 values; got 3.',
    );
  });

  test('quantile refuses p outside [0, 1]', () => {
    expect(thrown(() => quantile([1], 1.5))).toBe('OUT_OF_RANGE quantile: p must lie in [0, 1]; got 1.5.');
  });
});
