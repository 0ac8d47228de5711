import { ShapeError } from '../errors.js';
import type { Rows } from './rows.js';

/** Inner product of two vectors of one length, summed in order. */
export function dotProduct(first: Float64Array, second: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < first.length; i++) sum += first[i]! * second[i]!;
  return sum;
}

/**
 * All inner products of two sets of vectors: A·Bᵀ in float64.
 *
 * @param first  (n, d)
 * @param second  (m, d)
 * @returns (n, m) row-major
 * @throws ShapeError SHAPE_MISMATCH if the vectors differ in length
 */
export function innerProducts(first: Rows, second: Rows): Float64Array {
  const { d } = first;
  requireEqualWidth(first, second, 'innerProducts');
  const a = Float64Array.from(first.data);
  const b = second === first ? a : Float64Array.from(second.data);
  const products = new Float64Array(first.n * second.n);
  for (let i = 0; i < first.n; i++) {
    for (let j = 0; j < second.n; j++) {
      let even = 0;
      let odd = 0;
      let k = 0;
      for (; k + 1 < d; k += 2) {
        even += a[i * d + k]! * b[j * d + k]!;
        odd += a[i * d + k + 1]! * b[j * d + k + 1]!;
      }
      if (k < d) even += a[i * d + k]! * b[j * d + k]!;
      products[i * second.n + j] = even + odd;
    }
  }
  return products;
}

/** @throws ShapeError SHAPE_MISMATCH if the vectors differ in length */
export function requireEqualWidth(first: Rows, second: Rows, where: string): void {
  if (first.d === second.d) return;
  throw new ShapeError('SHAPE_MISMATCH', {
    where,
    expected: 'both sides must have vectors of one length',
    received: `${first.d} and ${second.d}`,
  });
}

/** ‖x‖² of every row, (n). */
export function squaredNorms({ n, d, data }: Rows): Float64Array {
  const norms = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < d; j++) sum += data[i * d + j]! * data[i * d + j]!;
    norms[i] = sum;
  }
  return norms;
}
