import { latestMemoized, memoized } from '../numerics/memoized.js';
import type { Rows } from '../numerics/rows.js';

/** A hash of the bits of each row, in two halves of 26 bits so that a double holds both. */
function rowHash(bits: Uint32Array, start: number, length: number): number {
  let low = 0x811c9dc5;
  let high = 0x9e3779b9;
  for (let i = start; i < start + length; i++) {
    low = Math.imul(low ^ bits[i]!, 0x01000193);
    high = Math.imul(high ^ (bits[i]! >>> 7) ^ (bits[i]! << 25), 0x85ebca6b);
  }
  low ^= low >>> 15;
  high ^= high >>> 13;
  return (low >>> 6) * 2 ** 26 + (high >>> 6);
}

/** A hash of each row: as float64, so that the same values compare equal whatever they are stored as. */
export function rowHashes({ n, d, data }: Rows): Float64Array {
  const row = new Float64Array(d);
  const bits = new Uint32Array(row.buffer);
  return Float64Array.from({ length: n }, (_, i) => {
    for (let j = 0; j < d; j++) row[j] = data[i * d + j]! + 0; // −0 becomes 0
    return rowHash(bits, 0, 2 * d);
  });
}

function areEqual(first: Rows, i: number, second: Rows, j: number): boolean {
  for (let k = 0; k < first.d; k++) {
    if (first.data[i * first.d + k] !== second.data[j * second.d + k]) return false;
  }
  return true;
}

/** Two rows that are the same, value for value: indices in one set, or in the first and the second. */
type RowPair = readonly [number, number];

/** The different rows of a set. */
interface DifferentRows {
  /** indices of the first of each, by hash */
  readonly indices: ReadonlyMap<number, readonly number[]>;
  /** indices of the first of each, ascending */
  readonly firsts: Uint32Array;
  /** every other row with the first that it equals */
  readonly pairs: readonly RowPair[];
}

const differentRows = memoized((vectors: Rows): DifferentRows => {
  const indices = new Map<number, number[]>();
  const firsts: number[] = [];
  const pairs: RowPair[] = [];
  rowHashes(vectors).forEach((hash, i) => {
    const alike = indices.get(hash) ?? [];
    const first = alike.find((index) => areEqual(vectors, index, vectors, i));
    if (first === undefined) {
      indices.set(hash, [...alike, i]);
      firsts.push(i);
    } else pairs.push([first, i]);
  });
  return { indices, firsts: Uint32Array.from(firsts), pairs };
});

/** The first of each different row, ascending, and every other row with the first that it equals. */
export function repeatedRows(vectors: Rows): Pick<DifferentRows, 'firsts' | 'pairs'> {
  return differentRows(vectors);
}

/** Rows of the second set that equal a row of the first, value for value, each with the first such. */
export const equalRows = latestMemoized((first: Rows, second: Rows): readonly RowPair[] => {
  if (first.d !== second.d) return [];
  const { indices } = differentRows(first);
  const pairs: RowPair[] = [];
  rowHashes(second).forEach((hash, j) => {
    const equal = indices.get(hash)?.find((i) => areEqual(first, i, second, j));
    if (equal !== undefined) pairs.push([equal, j]);
  });
  return pairs;
});

/** How many rows equal one before them, value for value. */
export function repeatedRowCount(vectors: Rows): number {
  return differentRows(vectors).pairs.length;
}

/** How many rows of the second set equal a row of the first, value for value. */
export function equalRowCount(first: Rows, second: Rows): number {
  return equalRows(first, second).length;
}
