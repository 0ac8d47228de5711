import type { FloatArray } from './matrix-sessions.js';

/** Columns `left` … `left + width − 1` of a matrix. */
export interface ColumnBlock {
  readonly left: number;
  readonly width: number;
}

/** d columns in blocks of nearly equal width, none wider than `most`. */
export function columnBlocks(d: number, most: number): readonly ColumnBlock[] {
  const count = Math.ceil(d / most);
  return Array.from({ length: count }, (_, b) => {
    const left = Math.floor((b * d) / count);
    return { left, width: Math.floor(((b + 1) * d) / count) - left };
  });
}

/** Adds products of two blocks of columns to the part of a (d, d) matrix where they belong. */
export function addBlock(
  matrix: Float64Array,
  d: number,
  products: FloatArray,
  rows: ColumnBlock,
  columns: ColumnBlock,
): void {
  for (let i = 0; i < rows.width; i++) {
    const to = (rows.left + i) * d + columns.left;
    const from = i * columns.width;
    for (let j = 0; j < columns.width; j++) matrix[to + j]! += products[from + j]!;
  }
}

/** Copies what is below the diagonal of a (d, d) matrix to above it. */
export function mirrorLower(matrix: Float64Array, d: number): Float64Array {
  for (let i = 0; i < d; i++) for (let j = 0; j < i; j++) matrix[j * d + i] = matrix[i * d + j]!;
  return matrix;
}
