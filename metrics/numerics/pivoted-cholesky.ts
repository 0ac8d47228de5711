import { NumericalError } from '../../errors.js';
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
 * Rank-revealing Cholesky factor of a positive semi-definite matrix, pivoting on the largest variance that is left and
 * stopping when that is below d·ε times the largest there was: what remains cannot be told from rounding.
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
  const left = Float64Array.from({ length: d }, (_, j) => matrix[j * d + j]!);
  const largest = left.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  requireCauchySchwarz(matrix, d, largest);
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
  let place = 0;
  for (let j = 1; j < values.length; j++) if (values[j]! > values[place]!) place = j;
  return place;
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
