import { ShapeError } from '../../errors.js';
import type { Algebra } from './algebra.js';
import { columnMeans } from './gaussian-moments.js';
import { squaredNorms } from './products.js';
import type { Rows } from './rows.js';
import { rowRange } from './select-rows.js';

/** Rows and columns of a block of products. */
const BLOCK = 512;

/**
 * ‖x − y‖² from the differences: exactly 0 for equal rows and the same in both directions, which an expansion by inner
 * products is not. Ties between distances are decided by this.
 */
export function squaredDifference(first: Rows, i: number, second: Rows, j: number): number {
  const { d } = first;
  const a = i * d;
  const b = j * d;
  let sum = 0;
  for (let k = 0; k < d; k++) {
    const difference = first.data[a + k]! - second.data[b + k]!;
    sum += difference * difference;
  }
  return sum;
}

/** Rows about a common center, with what bounds the error of distances that are expanded from inner products. */
export interface Centered {
  readonly rows: Rows;
  readonly norms: Float64Array;
}

/** Rows about a center. */
export function centered(vectors: Rows, center: Float64Array): Centered {
  const { n, d } = vectors;
  const data = new Float64Array(n * d);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < d; j++) data[i * d + j] = vectors.data[i * d + j]! - center[j]!;
  const rows = { n, d, data };
  return { rows, norms: squaredNorms(rows) };
}

/** |expanded − differenced| is at most this, times ‖x‖² + ‖y‖²: rounding of the center, two norms and a product. */
function expansionError(d: number): number {
  return 4 * (d + 8) * Number.EPSILON;
}

/** Told of each pair: its places, ‖x − y‖² by expansion, and the largest error of that. */
export type Visit = (i: number, j: number, approximate: number, error: number) => void;

/** Visits all pairs in blocks, or the pairs j < i of one set. */
export async function visitPairs(
  first: Centered,
  second: Centered,
  algebra: Algebra,
  visit: Visit,
): Promise<void> {
  const own = first === second;
  const errorScale = expansionError(first.rows.d);
  for (let top = 0; top < first.rows.n; top += BLOCK) {
    const rows = rowRange(first.rows, top, Math.min(top + BLOCK, first.rows.n));
    for (let left = 0; left < (own ? top + 1 : second.rows.n); left += BLOCK) {
      const columns = rowRange(second.rows, left, Math.min(left + BLOCK, second.rows.n));
      const products = await algebra.innerProducts(rows, columns);
      for (let i = 0; i < rows.n; i++) {
        const norm = first.norms[top + i]!;
        const end = own && left === top ? i : columns.n;
        for (let j = 0; j < end; j++) {
          const norms = norm + second.norms[left + j]!;
          visit(top + i, left + j, norms - 2 * products[i * columns.n + j]!, norms * errorScale);
        }
      }
    }
  }
}

/**
 * Two sets about the mean of the first, which makes products small and their error with them.
 *
 * @throws ShapeError SHAPE_MISMATCH if the vectors differ in length
 */
export function commonlyCentered(first: Rows, second: Rows): [Centered, Centered] {
  if (first.d !== second.d) {
    throw new ShapeError('SHAPE_MISMATCH', {
      where: 'nearestNeighbours',
      expected: 'both sides must have vectors of one length',
      received: `${first.d} and ${second.d}`,
    });
  }
  const center = columnMeans(first);
  return [centered(first, center), centered(second, center)];
}
