import { NumericalError, ShapeError } from '../errors.js';
import { type Algebra, type ApproximateProducts, plainAlgebra } from './algebra.js';
import { columnMeans } from './column-means.js';
import type { Rows } from './rows.js';
import { rowRange } from './rows.js';

/** Rows and columns of a block of products. */
const BLOCK = 512;

/**
 * ‖x − y‖² from the differences: exactly 0 for equal rows and the same in both directions, which an expansion by inner
 * products is not. Ties between distances are decided by this, so what rounding takes off each sum is added at the end (Knuth’s
 * two-sum): the order of columns does not matter where the squares are exact, and elsewhere not in the last bit but by rare chance.
 */
export function squaredDifference(first: Rows, i: number, second: Rows, j: number): number {
  const { d } = first;
  const a = i * d;
  const b = j * d;
  let sum = 0;
  let rest = 0;
  for (let k = 0; k < d; k++) {
    const difference = first.data[a + k]! - second.data[b + k]!;
    const square = difference * difference;
    const next = sum + square;
    const added = next - sum;
    rest += sum - (next - added) + (square - added);
    sum = next;
  }
  return sum + rest;
}

/** ‖xᵢ − x̄‖² of each row, (n). */
export function squaredDistancesFromMean(vectors: Rows): Float64Array {
  const center = { n: 1, d: vectors.d, data: columnMeans(vectors) };
  return Float64Array.from({ length: vectors.n }, (_, i) => squaredDifference(vectors, i, center, 0));
}

/** Rows about a common center, with what bounds the error of distances that are expanded from inner products. */
export interface Centered {
  readonly rows: Rows;
  readonly norms: Float64Array;
}

/** Beyond these lengths float32 would overflow, or lose entries below its smallest. */
const FLOAT32_LENGTHS = { least: 1e-12, most: 1e12 };

/** Squares below it are about to lose digits. */
const SMALLEST_SQUARE = 1e-290;

/** @throws NumericalError NOT_FINITE where squared distances would overflow, or lose their digits below the smallest numbers */
function requireSquares(norms: Float64Array): void {
  const largest = norms.reduce((most, norm) => Math.max(most, norm), 0);
  if (largest === 0 || (largest < Number.MAX_VALUE / 8 && largest > SMALLEST_SQUARE)) return;
  throw new NumericalError('NOT_FINITE', {
    where: 'nearestNeighbors',
    expected: 'squared distances must lie within the range of float64',
    received: `vectors of length ${Math.sqrt(largest).toPrecision(2)} about their mean`,
    help: 'Scale the embeddings.',
  });
}

/**
 * Rows about a center, in the type of the engine's approximate products where their lengths allow it.
 *
 * @param type  the type that is wanted
 * @throws NumericalError NOT_FINITE where squared distances would leave the range of float64
 */
export function centered(
  vectors: Rows,
  center: Float64Array,
  algebra: Algebra,
  type: ApproximateProducts['type'] = algebra.approximateProducts.type,
): Centered {
  const { n, d, data } = vectors;
  const norms = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const from = i * d;
    let sum = 0;
    for (let j = 0; j < d; j++) sum += (data[from + j]! - center[j]!) ** 2;
    norms[i] = sum;
  }
  requireSquares(norms);
  const { least, most } = FLOAT32_LENGTHS;
  const fits = norms.every((norm) => norm === 0 || (norm > least ** 2 && norm < most ** 2));
  const Kind = type === 'float32' && fits ? Float32Array : Float64Array;
  const deviations = new Kind(n * d);
  for (let i = 0; i < n; i++) {
    const from = i * d;
    for (let j = 0; j < d; j++) deviations[from + j] = data[from + j]! - center[j]!;
  }
  return { rows: { n, d, data: deviations }, norms };
}

/** |expanded − differenced| is at most this, times ‖x‖² + ‖y‖²: rounding of the center and of two norms. */
function expansionError(d: number): number {
  return 3 * (d + 8) * Number.EPSILON;
}

/** Receives each pair: its indices, ‖x − y‖² by expansion, and the largest error of that. */
export type Visit = (i: number, j: number, approximate: number, error: number) => void;

/** Visits all pairs in blocks, or the pairs j < i of one set. */
export async function visitPairs(
  first: Centered,
  second: Centered,
  algebra: Algebra,
  visit: Visit,
): Promise<void> {
  const own = first === second;
  const { d } = first.rows;
  const products = approximateProducts(first, second, algebra);
  // 2·‖x‖·‖y‖ ≤ ‖x‖² + ‖y‖²
  const errorScale = expansionError(d) + products.relativeError(d);
  for (let top = 0; top < first.rows.n; top += BLOCK) {
    const rows = rowRange(first.rows, top, Math.min(top + BLOCK, first.rows.n));
    for (let left = 0; left < (own ? top + 1 : second.rows.n); left += BLOCK) {
      const columns = rowRange(second.rows, left, Math.min(left + BLOCK, second.rows.n));
      const block = await products.innerProducts(rows, columns);
      for (let i = 0; i < rows.n; i++) {
        const norm = first.norms[top + i]!;
        const end = own && left === top ? i : columns.n;
        for (let j = 0; j < end; j++) {
          const norms = norm + second.norms[left + j]!;
          visit(top + i, left + j, norms - 2 * block[i * columns.n + j]!, norms * errorScale);
        }
      }
    }
  }
}

/** The engine's approximate products, or float64 ones where a set does not fit their type. */
function approximateProducts(first: Centered, second: Centered, algebra: Algebra): ApproximateProducts {
  const fits = [first, second].every(({ rows }) => rows.data instanceof Float32Array);
  if (algebra.approximateProducts.type === 'float32' && !fits) {
    return { ...plainAlgebra.approximateProducts, innerProducts: algebra.innerProducts };
  }
  return algebra.approximateProducts;
}

/**
 * Two sets about the mean of the first, which makes products small and their error with them.
 *
 * @throws ShapeError SHAPE_MISMATCH if the vectors differ in length
 */
export function commonlyCentered(first: Rows, second: Rows, algebra: Algebra): [Centered, Centered] {
  if (first.d !== second.d) {
    throw new ShapeError('SHAPE_MISMATCH', {
      where: 'nearestNeighbors',
      expected: 'both sides must have vectors of one length',
      received: `${first.d} and ${second.d}`,
    });
  }
  const center = columnMeans(first);
  const both = [centered(first, center, algebra), centered(second, center, algebra)] as const;
  // what was rounded to float32 must not meet the bound of float64's products
  const [x, y] = both.map(({ rows }) => rows.data instanceof Float32Array);
  if (x === y) return [...both];
  return [centered(first, center, algebra, 'float64'), centered(second, center, algebra, 'float64')];
}
