import { describe, expect, test } from 'vitest';
import { fastPivotedCholesky } from '../../numerics/fast-covariance-factor.js';
import { gaussianMoments } from '../../numerics/gaussian-moments.js';
import { type PivotedCholesky, pivotedCholesky } from '../../numerics/pivoted-cholesky.js';
import { innerProducts } from '../../numerics/products.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';
import { sameBits } from '../support/same-bits.js';
import { rejected } from '../support/thrown.js';
import { EIGEN_TOLERANCE, expectAllClose, SUMMATION_TOLERANCE } from '../support/tolerance.js';

const D = 230;

function covariance(cloud: { readonly n: number; readonly smallest?: number }): Float64Array {
  return gaussianMoments(gaussianCloud({ d: D, seed: 5, ...cloud })).covariance;
}

function withDeadFeatures(matrix: Float64Array): Float64Array {
  return matrix.map((value, at) => (at % D < 7 || at < 7 * D ? 0 : value));
}

/** Every feature twice: feature j + 115 is feature j. */
function doubled(matrix: Float64Array): Float64Array {
  return matrix.map((_, at) => matrix[(Math.floor(at / D) % 115) * D + ((at % D) % 115)]!);
}

const full = covariance({ n: 700 });
const covariances: Readonly<Record<string, Float64Array>> = {
  'full-rank': full,
  graded: covariance({ n: 700, smallest: 1e-7 }),
  '90-vector': covariance({ n: 90 }),
  'dead-feature': withDeadFeatures(full),
  'doubled-feature': doubled(full),
  'block-edge': covariance({ n: 129 }),
};

/** FᵀF */
function squared({ rank, factor }: PivotedCholesky): Float64Array {
  const columns = new Float64Array(D * rank);
  for (let i = 0; i < rank; i++) for (let j = 0; j < D; j++) columns[j * rank + i] = factor[i * D + j]!;
  const rows = { n: D, d: rank, data: columns };
  return innerProducts(rows, rows);
}

/** Features of far smaller variance than the first, which takes no rank away from them. */
function beside(large: number): Float64Array {
  const cloud = gaussianCloud({ n: 700, d: D, seed: 6 });
  for (let i = 0; i < 700; i++) cloud.data[i * D]! *= large;
  return gaussianMoments(cloud).covariance;
}

describe('fastPivotedCholesky', () => {
  test.each([1e8, 1e12])('keeps every feature beside one that is %d times as wide', async (large) => {
    const matrix = beside(large);
    for (const found of [await fastPivotedCholesky(matrix, D), pivotedCholesky(matrix, D)]) {
      expect(found.rank).toBe(D);
      const back = squared(found);
      const error = Math.max(
        ...matrix.map((value, at) => {
          const [i, j] = [Math.floor(at / D), at % D];
          return Math.abs(back[at]! - value) / Math.sqrt(matrix[i * (D + 1)]! * matrix[j * (D + 1)]!);
        }),
      );
      expect(error).toBeLessThan(SUMMATION_TOLERANCE);
    }
  });

  test('drops small variances that contradict each other, as rounding beside large ones leaves them', async () => {
    const matrix = full.slice();
    for (const [i, j, value] of [
      [3, 3, 1e-20],
      [4, 4, 1e-20],
      [3, 4, 1e-9],
    ] as const) {
      for (let k = 0; k < D; k++) if (i === j && k !== i) matrix[i * D + k] = matrix[k * D + i] = 0;
      matrix[i * D + j] = matrix[j * D + i] = value;
    }
    for (const found of [await fastPivotedCholesky(matrix, D), pivotedCholesky(matrix, D)]) {
      expect(found.rank).toBe(D - 2);
      expectAllClose(squared(found), matrix, 1e-8);
    }
  });

  test.each(Object.entries(covariances))('FᵀF gives a %s covariance back', async (_, matrix) => {
    expectAllClose(squared(await fastPivotedCholesky(matrix, D)), matrix, SUMMATION_TOLERANCE);
  });

  test('ranks are 230 in full, 89 of 90 vectors, 223 with 7 dead features, 115 of doubled ones', async () => {
    const names = ['full-rank', '90-vector', 'dead-feature', 'doubled-feature', 'block-edge'];
    const factors = await Promise.all(names.map((name) => fastPivotedCholesky(covariances[name]!, D)));
    expect(factors.map(({ rank }) => rank)).toEqual([230, 89, 223, 115, 128]);
  });

  test('chooses the pivots of the plain routine, and gives its factor', async () => {
    const plain = pivotedCholesky(full, D);
    const fast = await fastPivotedCholesky(full, D);
    expect([...fast.pivots]).toEqual([...plain.pivots]);
    expectAllClose(fast.factor, plain.factor, EIGEN_TOLERANCE);
  });

  test('row i is exactly 0 at the pivots before it', async () => {
    const { rank, factor, pivots } = await fastPivotedCholesky(covariances.graded!, D);
    let largest = 0;
    for (let i = 0; i < rank; i++)
      for (let k = 0; k < i; k++) largest = Math.max(largest, Math.abs(factor[i * D + pivots[k]!]!));
    expect(largest).toBe(0);
  });

  test.each(
    Object.entries(covariances),
  )('of a %s covariance has the same bits with 1, 2 and 3 threads', async (_, matrix) => {
    const alone = await fastPivotedCholesky(matrix, D, { threads: 1 });
    for (const threads of [2, 3]) {
      expect(sameBits((await fastPivotedCholesky(matrix, D, { threads })).factor, alone.factor)).toBe(true);
    }
  });

  test('a zero matrix has rank 0', async () => {
    const { rank, factor } = await fastPivotedCholesky(new Float64Array(D * D), D);
    expect([rank, factor.length]).toEqual([0, 0]);
  });

  test('an indefinite matrix is refused', async () => {
    const negative = full.map((value, at) => (at === 12 * D + 12 ? -1 : value));
    expect(await rejected(fastPivotedCholesky(negative, D))).toContain(
      'NOT_POSITIVE_SEMIDEFINITE covariance: must be positive semi-definite; got variance -1 of feature 12',
    );
    const hidden = full.slice(); // each 2 × 2 block is fine; together three features contradict each other
    for (const [i, j, value] of [
      [0, 1, 0.9],
      [1, 2, 0.9],
      [0, 2, -0.9],
    ] as const) {
      const size = Math.sqrt(full[i * D + i]! * full[j * D + j]!);
      hidden[i * D + j] = hidden[j * D + i] = value * size;
    }
    expect(await rejected(fastPivotedCholesky(hidden, D))).toContain(
      'NOT_POSITIVE_SEMIDEFINITE covariance: must be positive semi-definite; got a negative variance left in feature',
    );
  });
});
