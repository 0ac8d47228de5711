import { compensatedSum } from './mean-and-variance.js';

/**
 * Logarithm of the determinant of a symmetric positive definite matrix, by Cholesky's factor.
 *
 * @param matrix  (d, d) row-major; its upper triangle is read
 * @returns null where the matrix, or what rounding makes of it, is not positive definite
 * @example
 * logDeterminant(Float64Array.of(2, 1, 1, 2), 2); // log 3
 */
export function logDeterminant(matrix: Float64Array, d: number): number | null {
  const pivots = choleskyPivots(matrix.slice(), d);
  return pivots === null ? null : 2 * compensatedSum(pivots.map(Math.log));
}

/**
 * The upper factor R with RᵀR = A, in place of the upper triangle of A.
 *
 * @returns (d) its diagonal; null where A is not positive definite
 */
export function choleskyPivots(a: Float64Array, d: number): Float64Array | null {
  const pivots = new Float64Array(d);
  for (let k = 0; k < d; k++) {
    const square = a[k * d + k]!;
    if (!(square > 0)) return null;
    const pivot = Math.sqrt(square);
    pivots[k] = pivot;
    a[k * d + k] = pivot;
    for (let j = k + 1; j < d; j++) a[k * d + j]! /= pivot;
    for (let i = k + 1; i < d; i++) {
      const factor = a[k * d + i]!;
      for (let j = i; j < d; j++) a[i * d + j]! -= factor * a[k * d + j]!;
    }
  }
  return pivots;
}
