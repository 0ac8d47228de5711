import { describe, expect, test } from 'vitest';
import { standardDeviation } from '../../../numerics/mean-and-variance.js';
import { sampleIndices, seededRandom, standardNormals } from '../../../numerics/seeded-random.js';
import { independentSpreads } from '../../../sample-size-study/analysis/finite-pool.js';

const N = 400;
const SIZES = [50, 100, 200, 300];

/** Spreads of subsets of a statistic whose independent draws have the variance a/n + b/n². */
function subsetSpreads(a: number, b: number) {
  return SIZES.map((sampleSize) => ({
    sampleSize,
    standardDeviation: Math.sqrt(a * (1 / sampleSize - 1 / N) + b * (1 / sampleSize ** 2 - 1 / N ** 2)),
  }));
}

describe('independentSpreads', () => {
  test('brings back √(a/n + b/n²) for linear, degenerate and mixed statistics', () => {
    for (const [a, b] of [
      [4, 0],
      [0, 900],
      [2, 300],
    ] as const) {
      const found = independentSpreads(subsetSpreads(a, b), N);
      SIZES.forEach((n, i) => {
        expect(found[i]! / Math.sqrt(a / n + b / n ** 2)).toBeCloseTo(1, 6);
      });
    }
  });

  test('divides by √(1 − n/N) with fewer than three sizes, and is null above 80 % of the pool', () => {
    expect(independentSpreads([{ sampleSize: 300, standardDeviation: 3 }], N)).toEqual([
      expect.closeTo(6, 12),
    ]);
    expect(independentSpreads([{ sampleSize: 360, standardDeviation: 3 }], N)).toEqual([null]);
    expect(independentSpreads([{ sampleSize: 100, standardDeviation: null }], N)).toEqual([null]);
  });

  test('has less than two thirds of the error of 1/√(1 − n/N) for the squared mean of a world at 0', () => {
    const random = seededRandom(7);
    const pools = 300;
    const repeats = 20;
    const estimate = (values: Float64Array, order: Uint32Array, n: number) => {
      let [sum, squares] = [0, 0];
      for (let i = 0; i < n; i++) {
        sum += values[order[i]!]!;
        squares += values[order[i]!]! ** 2;
      }
      return (sum * sum - squares) / (n * (n - 1));
    };
    const variances = { found: 0, usual: 0 };
    for (let p = 0; p < pools; p++) {
      const pool = standardNormals(N, random);
      const orders = Array.from({ length: repeats }, () => sampleIndices({ n: N, size: N }, random));
      const spreads = SIZES.map((sampleSize) => ({
        sampleSize,
        standardDeviation: standardDeviation(
          orders.map((order) => estimate(pool, order, sampleSize)),
          1,
        )!,
      }));
      variances.found += independentSpreads(spreads, N)[3]! ** 2 / pools;
      variances.usual += spreads[3]!.standardDeviation ** 2 / (1 - 300 / N) / pools;
    }
    const truth = Math.sqrt(2 / (300 * 299)); // Var of the U-statistic xᵢxⱼ is 2/(n(n − 1))
    const excess = (variance: number) => Math.sqrt(variance) / truth - 1;
    expect(excess(variances.usual)).toBeGreaterThan(0.2);
    expect(Math.abs(excess(variances.found))).toBeLessThan((2 / 3) * excess(variances.usual));
  });
});
