import { ShapeError } from '../errors.js';
import { compensatedSum } from './mean-and-variance.js';
import { transposed } from './rows.js';
import { reflect, tridiagonalEigenvalues } from './tridiagonal.js';

/** Rows and columns of a row-major matrix. */
export interface MatrixShape {
  readonly rows: number;
  readonly columns: number;
}

/** Golub–Kahan reduction of a (rows ≥ columns) matrix to upper bidiagonal form: diagonal and superdiagonal, in place. */
function bidiagonalize(
  a: Float64Array,
  { rows, columns }: MatrixShape,
): { readonly diagonal: Float64Array; readonly superdiagonal: Float64Array } {
  const diagonal = new Float64Array(columns);
  const superdiagonal = new Float64Array(Math.max(0, columns - 1));
  const left = new Float64Array(rows);
  const products = new Float64Array(columns);
  for (let k = 0; k < columns; k++) {
    for (let i = k; i < rows; i++) left[i] = a[i * columns + k]!;
    const fromLeft = reflect(left, k);
    diagonal[k] = fromLeft.head;
    if (fromLeft.tau !== 0) reflectColumns(a, { rows, columns, k, v: left, tau: fromLeft.tau, products });
    if (k >= columns - 1) continue;
    const right = a.slice(k * columns, (k + 1) * columns);
    const fromRight = reflect(right, k + 1);
    superdiagonal[k] = fromRight.head;
    if (fromRight.tau !== 0) reflectRows(a, { rows, columns, k, v: right, tau: fromRight.tau });
  }
  return { diagonal, superdiagonal };
}

/** A ← (I − τvvᵀ)·A on rows k … and columns k + 1 … */
function reflectColumns(
  a: Float64Array,
  {
    rows,
    columns,
    k,
    v,
    tau,
    products,
  }: MatrixShape & {
    readonly k: number;
    readonly v: Float64Array;
    readonly tau: number;
    readonly products: Float64Array;
  },
): void {
  products.fill(0, k + 1);
  for (let i = k; i < rows; i++) {
    const vi = v[i]!;
    for (let j = k + 1; j < columns; j++) products[j]! += vi * a[i * columns + j]!;
  }
  for (let i = k; i < rows; i++) {
    const scaled = tau * v[i]!;
    for (let j = k + 1; j < columns; j++) a[i * columns + j]! -= scaled * products[j]!;
  }
}

/** A ← A·(I − τvvᵀ) on rows k + 1 … and columns k + 1 … */
function reflectRows(
  a: Float64Array,
  {
    rows,
    columns,
    k,
    v,
    tau,
  }: MatrixShape & { readonly k: number; readonly v: Float64Array; readonly tau: number },
): void {
  for (let i = k + 1; i < rows; i++) {
    let dot = 0;
    for (let j = k + 1; j < columns; j++) dot += a[i * columns + j]! * v[j]!;
    dot *= tau;
    for (let j = k + 1; j < columns; j++) a[i * columns + j]! -= dot * v[j]!;
  }
}

/**
 * Singular values, ascending. The bidiagonal's come as the non-negative eigenvalues of the (2c, 2c) tridiagonal with zero
 * diagonal and its entries interleaved, which never squares them: each is within about ε times the largest, the smallest too.
 *
 * @param matrix  (rows, columns) row-major
 * @returns (min(rows, columns))
 * @throws ShapeError SHAPE_MISMATCH, NumericalError DID_NOT_CONVERGE
 * @source Golub & Kahan 1965, SIAM J. Numer. Anal. 2:205–224
 * @agreesWith numpy.linalg.svd, to 1e-13 of the largest (test/reference/eigenvalues.json)
 * @example
 * singularValues(Float64Array.of(3, 0, 0, -4), { rows: 2, columns: 2 }).join(' '); // 3 4
 */
export function singularValues(matrix: Float64Array, shape: MatrixShape): Float64Array {
  const { rows, columns } = shape;
  if (matrix.length !== rows * columns) {
    throw new ShapeError('SHAPE_MISMATCH', {
      where: 'singularValues',
      expected: `must hold rows × columns = ${rows} × ${columns} = ${rows * columns} values`,
      received: String(matrix.length),
    });
  }
  const tall = rows >= columns ? matrix.slice() : transposed({ n: rows, d: columns, data: matrix }).data;
  const count = Math.min(rows, columns);
  if (count === 0) return new Float64Array(0);
  let scale = 0;
  for (const value of tall) scale = Math.max(scale, Math.abs(value));
  if (scale === 0) return new Float64Array(count);
  for (let i = 0; i < tall.length; i++) tall[i]! /= scale;
  const { diagonal, superdiagonal } = bidiagonalize(tall, { rows: Math.max(rows, columns), columns: count });
  const eigenvalues = new Float64Array(2 * count);
  const interleaved = new Float64Array(2 * count - 1);
  for (let i = 0; i < count; i++) interleaved[2 * i] = diagonal[i]!;
  for (let i = 0; i < count - 1; i++) interleaved[2 * i + 1] = superdiagonal[i]!;
  tridiagonalEigenvalues(eigenvalues, interleaved);
  return eigenvalues
    .sort()
    .subarray(count)
    .map((value) => Math.max(0, value) * scale);
}

/**
 * Nuclear norm: the sum of the singular values.
 *
 * @example
 * nuclearNorm(Float64Array.of(3, 0, 0, -4), { rows: 2, columns: 2 }); // 7
 */
export function nuclearNorm(matrix: Float64Array, shape: MatrixShape): number {
  return compensatedSum(singularValues(matrix, shape));
}
