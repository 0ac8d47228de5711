import { NumericalError } from '../errors.js';
import { fastColumnProducts, fastInnerProducts } from './fast-products.js';
import { checkedMagnitude } from './symmetric-eigenvalues.js';

/** Columns of a block: within one, plain loops; between blocks, ONNX Runtime's products. */
const BLOCK = 64;

/**
 * Cholesky factor of a positive definite matrix in its own order, A = L·Lᵀ.
 *
 * @param matrix  (d, d) row-major, symmetric; its lower triangle is read
 * @returns (d, d) row-major, lower triangular, 0 above the diagonal
 * @throws ShapeError SHAPE_MISMATCH; NumericalError NOT_FINITE; NOT_POSITIVE_SEMIDEFINITE at the first pivot that rounding or
 *   the matrix leaves at 0 or below
 * @source Golub & Van Loan 2013, Matrix Computations, §4.2 (in blocks, left-looking)
 */
export async function lowerCholesky(matrix: Float64Array, d: number): Promise<Float64Array> {
  checkedMagnitude(matrix, d, 'lowerCholesky');
  const lower = new Float64Array(d * d);
  for (let i = 0; i < d; i++) lower.set(matrix.subarray(i * d, i * d + i + 1), i * d);
  for (let left = 0; left < d; left += BLOCK) {
    const right = Math.min(d, left + BLOCK);
    if (left > 0) await subtractEarlier(lower, d, { left, right });
    for (let j = left; j < right; j++) {
      const pivot = lower[j * d + j]! - squares(lower, j * d + left, j * d + j);
      if (!(pivot > 0)) throw notDefinite(pivot, j);
      const root = Math.sqrt(pivot);
      lower[j * d + j] = root;
      for (let i = j + 1; i < d; i++) {
        lower[i * d + j] = (lower[i * d + j]! - dot(lower, i * d + left, j * d + left, j - left)) / root;
      }
    }
  }
  return lower;
}

/** Columns left … right − 1 less what the columns before them explain. */
async function subtractEarlier(
  lower: Float64Array,
  d: number,
  { left, right }: { readonly left: number; readonly right: number },
): Promise<void> {
  const width = right - left;
  const below = part(lower, d, { rows: [left, d], columns: [0, left] });
  const beside = { n: width, d: left, data: below.subarray(0, width * left) };
  const explained = await fastInnerProducts({ n: d - left, d: left, data: below }, beside);
  for (let i = left; i < d; i++) {
    const end = Math.min(i + 1, right);
    for (let j = left; j < end; j++) lower[i * d + j]! -= explained[(i - left) * width + j - left]!;
  }
}

/**
 * Inverse of a lower triangular matrix, which is lower triangular too.
 *
 * @param lower  (d, d) row-major, its diagonal not 0; what is above the diagonal is not read
 * @returns (d, d) row-major
 */
export async function inverseOfLower(lower: Float64Array, d: number): Promise<Float64Array> {
  const inverse = new Float64Array(d * d);
  for (let top = 0; top < d; top += BLOCK) {
    const bottom = Math.min(d, top + BLOCK);
    // L[rows, before] · M[before, before]: what the rows of the inverse must cancel
    if (top > 0) {
      const height = bottom - top;
      const turned = new Float64Array(top * height);
      for (let i = top; i < bottom; i++)
        for (let k = 0; k < top; k++) turned[k * height + i - top] = lower[i * d + k]!;
      const before = part(inverse, d, { rows: [0, top], columns: [0, top] });
      const product = await fastColumnProducts(
        { n: top, d: height, data: turned },
        { n: top, d: top, data: before },
      );
      for (let i = top; i < bottom; i++)
        for (let j = 0; j < top; j++) inverse[i * d + j] = -product[(i - top) * top + j]!;
    }
    for (let i = top; i < bottom; i++) {
      inverse[i * d + i] = 1;
      for (let k = top; k < i; k++) {
        const factor = lower[i * d + k]!;
        for (let j = 0; j <= k; j++) inverse[i * d + j]! -= factor * inverse[k * d + j]!;
      }
      const pivot = lower[i * d + i]!;
      for (let j = 0; j <= i; j++) inverse[i * d + j]! /= pivot;
    }
  }
  return inverse;
}

/** A part of a matrix with memory of its own. */
function part(
  matrix: Float64Array,
  d: number,
  {
    rows,
    columns,
  }: { readonly rows: readonly [number, number]; readonly columns: readonly [number, number] },
): Float64Array {
  const width = columns[1] - columns[0];
  const result = new Float64Array((rows[1] - rows[0]) * width);
  for (let i = rows[0]; i < rows[1]; i++) {
    result.set(matrix.subarray(i * d + columns[0], i * d + columns[1]), (i - rows[0]) * width);
  }
  return result;
}

function squares(data: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += data[i]! * data[i]!;
  return sum;
}

function dot(data: Float64Array, first: number, second: number, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += data[first + i]! * data[second + i]!;
  return sum;
}

function notDefinite(pivot: number, at: number): NumericalError {
  return new NumericalError('NOT_POSITIVE_SEMIDEFINITE', {
    where: 'lowerCholesky',
    expected: 'the matrix must be positive definite beyond rounding',
    received: `${pivot} left on its diagonal in row ${at} (counted from 0)`,
  });
}
