import type { Rows } from './numerics/rows.js';

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

/** Rows as float64, so that the same values compare equal whatever they are stored as. */
function hashes({ n, d, data }: Rows): Float64Array {
  const row = new Float64Array(d);
  const bits = new Uint32Array(row.buffer);
  return Float64Array.from({ length: n }, (_, i) => {
    for (let j = 0; j < d; j++) row[j] = data[i * d + j]! + 0; // −0 becomes 0
    return rowHash(bits, 0, 2 * d);
  });
}

function equalRows(first: Rows, i: number, second: Rows, j: number): boolean {
  for (let k = 0; k < first.d; k++) {
    if (first.data[i * first.d + k] !== second.data[j * second.d + k]) return false;
  }
  return true;
}

/** The different rows of a set. */
interface DifferentRows {
  /** places of the first of each, by hash */
  readonly places: ReadonlyMap<number, readonly number[]>;
  readonly count: number;
}

const known = new WeakMap<Rows, DifferentRows>();

function differentRows(vectors: Rows): DifferentRows {
  const kept = known.get(vectors);
  if (kept !== undefined) return kept;
  const places = new Map<number, number[]>();
  let count = 0;
  hashes(vectors).forEach((hash, i) => {
    const alike = places.get(hash) ?? [];
    if (alike.some((place) => equalRows(vectors, place, vectors, i))) return;
    places.set(hash, [...alike, i]);
    count++;
  });
  const found = { places, count };
  known.set(vectors, found);
  return found;
}

/** How many rows equal one before them, value for value. */
export function repeatedRowCount(vectors: Rows): number {
  return vectors.n - differentRows(vectors).count;
}

/** How many rows of the second set equal a row of the first, value for value. */
export function equalRowCount(first: Rows, second: Rows): number {
  if (first.d !== second.d) return 0;
  const { places } = differentRows(first);
  let equal = 0;
  hashes(second).forEach((hash, j) => {
    if (places.get(hash)?.some((i) => equalRows(first, i, second, j))) equal++;
  });
  return equal;
}
