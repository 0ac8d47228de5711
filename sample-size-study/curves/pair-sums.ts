import type { Algebra } from '../../numerics/algebra.js';
import { type Kernel, reducedKernel } from '../../numerics/kernel.js';
import { squaredNorms } from '../../numerics/products.js';
import type { Rows } from '../../numerics/rows.js';
import { rowRange } from '../../numerics/rows.js';

/** Rows of one set in the order of each draw; the first n of an order are its subset of size n. */
export interface DrawnRows {
  readonly vectors: Rows;
  readonly orders: readonly Uint32Array[];
}

const BLOCK = 256;

/**
 * Sums of k over the pairs of nested subsets, k less its offset: of each draw the sum at index p is over the pairs of which
 * the later one stands at p, so that those of size n are the first n summed up. A block of rows of the kernel matrix is made
 * once for all draws and sizes.
 *
 * @param second  the same object as `first` for the ordered pairs within one set, without those of an image with itself
 * or its own copy
 * @returns (indices) of each draw
 *
 * Cost: n·m kernels, then one addition for each pair of each draw's largest subset, whatever the number of sizes.
 */
export async function nestedPairSums(
  first: DrawnRows,
  second: DrawnRows,
  kernel: Kernel,
  algebra: Algebra,
): Promise<readonly Float64Array[]> {
  const value = reducedKernel(kernel);
  const within = first === second;
  const sums = first.orders.map((order) => new Float64Array(order.length));
  const indices = first.orders.map((order) => positionsOfRows(order, first.vectors.n));
  const firstNorms = squaredNorms(first.vectors);
  const secondNorms = squaredNorms(second.vectors);
  const m = second.vectors.n;
  for (let top = 0; top < first.vectors.n; top += BLOCK) {
    const rows = rowRange(first.vectors, top, Math.min(top + BLOCK, first.vectors.n));
    const kernels = await algebra.innerProducts(rows, second.vectors); // (rows, m)
    for (let i = 0; i < rows.n; i++) {
      const row = kernels.subarray(i * m, (i + 1) * m);
      const norm = firstNorms[top + i]!;
      for (let j = 0; j < m; j++) row[j] = value(row[j]!, norm, secondNorms[j]!);
      if (within) row[top + i] = 0;
      for (const [r, { starts, at }] of indices.entries()) {
        for (let a = starts[top + i]!; a < starts[top + i + 1]!; a++) {
          if (within) addPairsWithin(sums[r]!, row, second.orders[r]!, at[a]!);
          else addPairsAcross(sums[r]!, row, second.orders[r]!, at[a]!);
        }
      }
    }
  }
  return sums;
}

/** Both orders of the pairs with everything that stands before `index`. */
function addPairsWithin(sums: Float64Array, row: Float64Array, order: Uint32Array, index: number): void {
  let sum = 0;
  for (let q = 0; q < index; q++) sum += row[order[q]!]!;
  sums[index]! += 2 * sum;
}

/** The pairs with everything of the other set: what stands later there counts from there on. */
function addPairsAcross(sums: Float64Array, row: Float64Array, order: Uint32Array, index: number): void {
  let sum = 0;
  for (let q = 0; q <= index; q++) sum += row[order[q]!]!;
  sums[index]! += sum;
  for (let q = index + 1; q < sums.length; q++) sums[q]! += row[order[q]!]!;
}

/** Where each row stands in an order: row i at `at[starts[i]]` to before `at[starts[i + 1]]`. */
function positionsOfRows(order: Uint32Array, n: number): { starts: Uint32Array; at: Uint32Array } {
  const starts = new Uint32Array(n + 1);
  for (const row of order) starts[row + 1]! += 1;
  for (let i = 0; i < n; i++) starts[i + 1]! += starts[i]!;
  const next = starts.slice();
  const at = new Uint32Array(order.length);
  order.forEach((row, index) => {
    at[next[row]!++] = index;
  });
  return { starts, at };
}

/** Pairs of an image with itself or its own copy that each index of an order adds, and their sums of k less its offset. */
export function ownPairs(
  { vectors }: DrawnRows,
  order: Uint32Array,
  kernel: Kernel,
): { readonly counts: Float64Array; readonly sums: Float64Array } {
  const value = reducedKernel(kernel);
  const diagonal = squaredNorms(vectors).map((norm) => value(norm, norm, norm));
  const times = new Uint32Array(vectors.n);
  const counts = Float64Array.from(order, (row) => 2 * times[row]!++ + 1);
  return { counts, sums: counts.map((count, index) => count * diagonal[order[index]!]!) };
}
