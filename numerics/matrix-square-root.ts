import { NumericalError } from '../errors.js';
import { symmetricEigenDecomposition } from './symmetric-eigenvalues.js';

/** Relative to the largest eigenvalue: rounding of a float32 covariance stays above −1e-6 of it. */
const INDEFINITE = 1e-6;

/**
 * The positive semi-definite square root of a positive semi-definite matrix, by its eigenvectors: real, symmetric, and there
 * for singular matrices too. Eigenvalues that rounding has left below zero count as zero.
 *
 * @param matrix  (d, d) row-major, symmetric; its lower triangle is read
 * @returns (d, d), symmetric
 * @throws ShapeError SHAPE_MISMATCH, NumericalError NOT_FINITE
 * @throws NumericalError NOT_POSITIVE_SEMIDEFINITE if an eigenvalue is below −1e-6 times the largest
 * @agreesWith ml-matrix's eigenvectors and mathjs.sqrtm, to 1e-10 (test/numerics/decompositions.test.ts)
 * @example
 * matrixSquareRoot(Float64Array.of(4, 0, 0, 9), 2).join(' '); // 2 0 0 3
 */
export function matrixSquareRoot(matrix: Float64Array, d: number): Float64Array {
  const { values, vectors } = symmetricEigenDecomposition(matrix, d);
  const lowest = values[0] ?? 0;
  const highest = values[d - 1] ?? 0;
  if (lowest < -INDEFINITE * Math.max(Math.abs(highest), Math.abs(lowest))) {
    throw new NumericalError('NOT_POSITIVE_SEMIDEFINITE', {
      where: 'matrixSquareRoot',
      expected: 'the matrix must be positive semi-definite',
      received: `eigenvalues from ${lowest} to ${highest}`,
    });
  }
  const root = new Float64Array(d * d);
  for (let k = 0; k < d; k++) {
    const weight = Math.sqrt(Math.max(0, values[k]!));
    if (weight === 0) continue;
    for (let i = 0; i < d; i++) {
      const scaled = weight * vectors[k * d + i]!;
      for (let j = 0; j <= i; j++) root[i * d + j]! += scaled * vectors[k * d + j]!;
    }
  }
  for (let i = 0; i < d; i++) for (let j = 0; j < i; j++) root[j * d + i] = root[i * d + j]!;
  return root;
}
