import type { Kernel } from './kernel.js';
import { reducedKernel } from './kernel.js';
import { innerProducts, squaredNorms } from './products.js';
import type { Rows } from './rows.js';
import { rowRange } from './rows.js';

/** Sums of the reduced kernel over all pairs of two sets. */
export interface CrossKernelSums {
  /** (n): over the second set, for each vector of the first */
  readonly rowSums: Float64Array;
  /** (m): over the first set, for each vector of the second */
  readonly columnSums: Float64Array;
}

/** Sums of the reduced kernel over the pairs of one set. */
export interface OwnKernelSums {
  /** (n): for each vector over all others, itself left out */
  readonly rowSums: Float64Array;
  /** (n): of each vector with itself; 0 for `rbf` */
  readonly diagonal: Float64Array;
}

/** Rows and columns of a block: 512 × 512 products are 2 MB. */
const BLOCK = 512;

/**
 * Sums of k (less its offset) over all pairs (xᵢ, yⱼ), in blocks: memory does not grow with n·m.
 *
 * @param first  (n, d)
 * @param second  (m, d)
 * @throws ShapeError SHAPE_MISMATCH if the vectors differ in length
 */
export function crossKernelSums(first: Rows, second: Rows, kernel: Kernel): CrossKernelSums {
  const value = reducedKernel(kernel);
  const firstNorms = squaredNorms(first);
  const secondNorms = squaredNorms(second);
  const rowSums = new Float64Array(first.n);
  const columnSums = new Float64Array(second.n);
  for (let top = 0; top < first.n; top += BLOCK) {
    const rows = rowRange(first, top, Math.min(top + BLOCK, first.n));
    for (let left = 0; left < second.n; left += BLOCK) {
      const columns = rowRange(second, left, Math.min(left + BLOCK, second.n));
      const products = innerProducts(rows, columns);
      for (let i = 0; i < rows.n; i++) {
        let sum = 0;
        for (let j = 0; j < columns.n; j++) {
          const k = value(products[i * columns.n + j]!, firstNorms[top + i]!, secondNorms[left + j]!);
          sum += k;
          columnSums[left + j]! += k;
        }
        rowSums[top + i]! += sum;
      }
    }
  }
  return { rowSums, columnSums };
}

/**
 * Sums of k (less its offset) over the pairs (xᵢ, xⱼ), i ≠ j, and of the diagonal; each pair is computed once, in blocks.
 *
 * @param vectors  (n, d)
 */
export function ownKernelSums(vectors: Rows, kernel: Kernel): OwnKernelSums {
  const value = reducedKernel(kernel);
  const { n } = vectors;
  const norms = squaredNorms(vectors);
  const rowSums = new Float64Array(n);
  const diagonal = norms.map((norm) => value(norm, norm, norm));
  for (let top = 0; top < n; top += BLOCK) {
    const rows = rowRange(vectors, top, Math.min(top + BLOCK, n));
    for (let left = 0; left <= top; left += BLOCK) {
      const columns = rowRange(vectors, left, Math.min(left + BLOCK, n));
      const products = innerProducts(rows, columns);
      for (let i = 0; i < rows.n; i++) {
        const end = left === top ? i : columns.n;
        let sum = 0;
        for (let j = 0; j < end; j++) {
          const k = value(products[i * columns.n + j]!, norms[top + i]!, norms[left + j]!);
          sum += k;
          rowSums[left + j]! += k;
        }
        rowSums[top + i]! += sum;
      }
    }
  }
  return { rowSums, diagonal };
}

function joined(first: Float64Array, second: Float64Array): Float64Array {
  const both = new Float64Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

function added(first: Float64Array, second: Float64Array): Float64Array {
  return first.map((value, i) => value + second[i]!);
}

/**
 * Own sums of two shards of one set, from those of each and the sums across them.
 *
 * @param across  of the first shard against the second
 */
export function mergeOwnSums(
  first: OwnKernelSums,
  second: OwnKernelSums,
  across: CrossKernelSums,
): OwnKernelSums {
  return {
    rowSums: joined(added(first.rowSums, across.rowSums), added(second.rowSums, across.columnSums)),
    diagonal: joined(first.diagonal, second.diagonal),
  };
}

/** Cross sums of two shards of the first set against the same second set. */
export function mergeCrossSums(upper: CrossKernelSums, lower: CrossKernelSums): CrossKernelSums {
  return {
    rowSums: joined(upper.rowSums, lower.rowSums),
    columnSums: added(upper.columnSums, lower.columnSums),
  };
}
