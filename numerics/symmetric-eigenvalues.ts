import { NumericalError, ShapeError } from '../errors.js';
import { tridiagonalEigenvalues, tridiagonalize } from './tridiagonal.js';

/**
 * The largest magnitude of a square matrix, which also checks it.
 *
 * @throws ShapeError SHAPE_MISMATCH unless it holds d × d values
 * @throws NumericalError NOT_FINITE at the first value that is NaN or infinite
 */
export function checkedMagnitude(matrix: Float64Array, d: number, where: string): number {
  if (matrix.length !== d * d) {
    throw new ShapeError('SHAPE_MISMATCH', {
      where,
      expected: `must hold d × d = ${d} × ${d} = ${d * d} values`,
      received: String(matrix.length),
    });
  }
  let largest = 0;
  for (let i = 0; i < matrix.length; i++) {
    const magnitude = Math.abs(matrix[i]!);
    if (!(magnitude < Number.POSITIVE_INFINITY)) {
      throw new NumericalError('NOT_FINITE', {
        where,
        expected: 'every value must be finite',
        received: `${matrix[i]} in row ${Math.floor(i / d)}, column ${i % d} (counted from 0)`,
      });
    }
    if (magnitude > largest) largest = magnitude;
  }
  return largest;
}

/**
 * Eigenvalues of a symmetric matrix, ascending: Householder reduction, then implicit QL. Each is within about d·ε times the
 * largest.
 *
 * @param matrix  (d, d) row-major; its lower triangle is read
 * @throws ShapeError SHAPE_MISMATCH, NumericalError NOT_FINITE, DID_NOT_CONVERGE
 * @agreesWith numpy.linalg.eigvalsh, to 1e-13 of the largest (test/reference/eigenvalues.json)
 * @example
 * symmetricEigenvalues(Float64Array.of(2, 1, 1, 2), 2).join(' '); // 1 3
 */
export function symmetricEigenvalues(matrix: Float64Array, d: number): Float64Array {
  const scale = checkedMagnitude(matrix, d, 'symmetricEigenvalues');
  if (scale === 0) return new Float64Array(d);
  const { diagonal, offDiagonal } = tridiagonalize(
    matrix.map((value) => value / scale),
    d,
  );
  tridiagonalEigenvalues(diagonal, offDiagonal);
  return diagonal.map((value) => value * scale).sort();
}

/** Eigenvalues, ascending, with the vector of each in the row of the same number. */
export interface EigenDecomposition {
  /** (d) */
  readonly values: Float64Array;
  /** (d, d): row i is the unit eigenvector of `values[i]` */
  readonly vectors: Float64Array;
}

/**
 * Eigenvalues and orthonormal eigenvectors of a symmetric matrix.
 *
 * @param matrix  (d, d) row-major; its lower triangle is read
 * @throws ShapeError SHAPE_MISMATCH, NumericalError NOT_FINITE, DID_NOT_CONVERGE
 */
export function symmetricEigenDecomposition(matrix: Float64Array, d: number): EigenDecomposition {
  const scale = checkedMagnitude(matrix, d, 'symmetricEigenDecomposition') || 1;
  const { diagonal, offDiagonal, reflectors, tau } = tridiagonalize(
    matrix.map((value) => value / scale),
    d,
  );
  const vectors = transposedProductOfReflectors(reflectors, tau, d);
  tridiagonalEigenvalues(diagonal, offDiagonal, (i, cosine, sine) => {
    const upper = i * d;
    const lower = upper + d;
    for (let k = 0; k < d; k++) {
      const x = vectors[upper + k]!;
      const y = vectors[lower + k]!;
      vectors[lower + k] = sine * x + cosine * y;
      vectors[upper + k] = cosine * x - sine * y;
    }
  });
  const order = Array.from(diagonal.keys()).sort((i, j) => diagonal[i]! - diagonal[j]!);
  const sorted = new Float64Array(d * d);
  order.forEach((from, to) => {
    sorted.set(vectors.subarray(from * d, (from + 1) * d), to * d);
  });
  return { values: Float64Array.from(order, (i) => diagonal[i]! * scale), vectors: sorted };
}

/** Qᵀ of Q = H₀·H₁ ⋯: its rows become the eigenvectors. Applying from the last reflector on touches the least. */
function transposedProductOfReflectors(reflectors: Float64Array, tau: Float64Array, d: number): Float64Array {
  const q = new Float64Array(d * d); // Qᵀ
  for (let i = 0; i < d; i++) q[i * d + i] = 1;
  for (let k = d - 2; k >= 0; k--) {
    if (tau[k] === 0) continue;
    const v = reflectors.subarray(k * d, (k + 1) * d);
    for (let row = k + 1; row < d; row++) {
      let dot = 0;
      for (let j = k + 1; j < d; j++) dot += q[row * d + j]! * v[j]!;
      dot *= tau[k]!;
      for (let j = k + 1; j < d; j++) q[row * d + j]! -= dot * v[j]!;
    }
  }
  return q;
}
