import { NumericalError } from '../errors.js';
import { binaryScale } from './rows.js';
import { checkedMagnitude } from './symmetric-eigenvalues.js';

/** A thin factor F of a positive semi-definite matrix: FᵀF is the matrix, to rounding. */
export interface PivotedCholesky {
  readonly rank: number;
  /** (rank, d) row-major */
  readonly factor: Float64Array;
  /** row i eliminated column `pivots[i]` */
  readonly pivots: Uint32Array;
}

/** Relative to the largest variance: beyond it an indefinite matrix is no longer one that was rounded to float32. */
const INDEFINITE = 1e-6;

/**
 * Rank-revealing Cholesky factor of a positive semi-definite matrix: each feature is scaled to a variance near 1, by a power of two,
 * then the largest variance that is left is the next pivot, until it is below d·ε: what remains may be rounding
 * of the feature's own variance, however large those of others are.
 *
 * @param matrix  (d, d) row-major, symmetric
 * @throws ShapeError SHAPE_MISMATCH
 * @throws NumericalError NOT_FINITE; NOT_POSITIVE_SEMIDEFINITE if a variance, or what is left of one, is clearly negative
 * @source Higham 1990, in Reliable Numerical Computation, pp. 161–185
 * @example
 * pivotedCholesky(Float64Array.of(4, 2, 2, 1), 2).rank; // 1
 */
export function pivotedCholesky(matrix: Float64Array, d: number): PivotedCholesky {
  checkedMagnitude(matrix, d, 'pivotedCholesky');
  requireCauchySchwarz(matrix, d, largestVariance(matrix, d));
  const scales = featureScales(matrix, d);
  try {
    return withColumnsTimes(factorOf(scaledBoth(matrix, scales), d), scales);
  } catch (error) {
    if (!isIndefinite(error)) throw error;
    return factorOf(matrix, d); // rounded beside far larger ones, small variances may contradict each other: then they are dropped
  }
}

/** Whether a matrix was refused for being no covariance. */
export function isIndefinite(error: unknown): boolean {
  return error instanceof NumericalError && error.code === 'NOT_POSITIVE_SEMIDEFINITE';
}

/** A power of two for each feature, near its standard deviation; 1 where it has none. */
export function featureScales(matrix: Float64Array, d: number): Float64Array {
  return Float64Array.from({ length: d }, (_, j) => binaryScale(Math.sqrt(Math.max(0, matrix[j * d + j]!))));
}

/** The matrix with row and column j divided by the j-th scale. */
function scaledBoth(matrix: Float64Array, scales: Float64Array): Float64Array {
  const d = scales.length;
  return matrix.map((value, at) => value / scales[Math.floor(at / d)]! / scales[at % d]!);
}

/** The factor of a matrix from that of the scaled one. */
export function withColumnsTimes(found: PivotedCholesky, scales: Float64Array): PivotedCholesky {
  const d = scales.length;
  const { rank, factor } = found;
  for (let i = 0; i < rank; i++) for (let j = 0; j < d; j++) factor[i * d + j]! *= scales[j]!;
  return found;
}

/** The largest magnitude on the diagonal. */
export function largestVariance(matrix: Float64Array, d: number): number {
  let largest = 0;
  for (let j = 0; j < d; j++) largest = Math.max(largest, Math.abs(matrix[j * d + j]!));
  return largest;
}

function factorOf(matrix: Float64Array, d: number): PivotedCholesky {
  const left = Float64Array.from({ length: d }, (_, j) => matrix[j * d + j]!);
  const largest = largestVariance(matrix, d);
  const factor = new Float64Array(d * d);
  const pivots = new Uint32Array(d);
  let rank = 0;
  for (; rank < d; rank++) {
    const pivot = placeOfLargest(left);
    if (!(left[pivot]! > d * Number.EPSILON * largest)) break;
    const row = factor.subarray(rank * d, (rank + 1) * d);
    for (let j = 0; j < d; j++) row[j] = matrix[pivot * d + j]!;
    for (let i = 0; i < rank; i++) {
      const weight = factor[i * d + pivot]!;
      if (weight === 0) continue;
      for (let j = 0; j < d; j++) row[j]! -= weight * factor[i * d + j]!;
    }
    const root = Math.sqrt(left[pivot]!);
    for (let j = 0; j < d; j++) {
      row[j]! /= root;
      left[j]! -= row[j]! * row[j]!;
    }
    for (let i = 0; i < rank; i++) row[pivots[i]!] = 0; // eliminated: what stands there is rounding
    row[pivot] = root;
    left[pivot] = 0;
    pivots[rank] = pivot;
    requireNotNegative(left, largest);
  }
  return { rank, factor: factor.slice(0, rank * d), pivots: pivots.slice(0, rank) };
}

function placeOfLargest(values: Float64Array): number {
  let index = 0;
  for (let j = 1; j < values.length; j++) if (values[j]! > values[index]!) index = j;
  return index;
}

/** What a covariance that is none is refused with. */
export function notSemidefinite(received: string): NumericalError {
  return new NumericalError('NOT_POSITIVE_SEMIDEFINITE', {
    where: 'covariance',
    expected: 'must be positive semi-definite',
    received,
    help: 'Compute the statistics again from the images.',
  });
}

function requireNotNegative(left: Float64Array, largest: number): void {
  for (let j = 0; j < left.length; j++) {
    if (left[j]! < -INDEFINITE * largest) {
      throw notSemidefinite(`variance ${left[j]} left in feature ${j} (counted from 0)`);
    }
  }
}

/**
 * |Σᵢⱼ| ≤ √(Σᵢᵢ·Σⱼⱼ): without it a matrix with a zero diagonal would pass for rank 0.
 *
 * @throws NumericalError NOT_POSITIVE_SEMIDEFINITE
 */
export function requireCauchySchwarz(matrix: Float64Array, d: number, largest: number): void {
  for (let i = 0; i < d; i++) {
    const own = matrix[i * d + i]!;
    if (own < -INDEFINITE * largest)
      throw notSemidefinite(`variance ${own} of feature ${i} (counted from 0)`);
    for (let j = 0; j < i; j++) {
      const bound = Math.sqrt(Math.max(0, own)) * Math.sqrt(Math.max(0, matrix[j * d + j]!)); // no underflow
      if (Math.abs(matrix[i * d + j]!) > bound + INDEFINITE * largest + Number.MIN_VALUE) {
        throw notSemidefinite(
          `covariance ${matrix[i * d + j]} of features ${j} and ${i}, above the bound ${bound}`,
        );
      }
    }
  }
}
