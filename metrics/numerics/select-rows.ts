import type { Rows } from './rows.js';

/**
 * The rows at the given places, in the given order, copied.
 *
 * @param places  indices in 0 … n − 1
 * @returns (places, d)
 */
export function selectRows(vectors: Rows, places: ArrayLike<number>): Rows {
  const { d, data } = vectors;
  const Kind = data.constructor as Float32ArrayConstructor | Float64ArrayConstructor;
  const selected = new Kind(places.length * d);
  for (let i = 0; i < places.length; i++) {
    selected.set(data.subarray(places[i]! * d, (places[i]! + 1) * d), i * d);
  }
  return { n: places.length, d, data: selected };
}

/** Rows `start … end − 1`, sharing storage. */
export function rowRange(vectors: Rows, start: number, end: number): Rows {
  const { d, data } = vectors;
  return { n: end - start, d, data: data.subarray(start * d, end * d) };
}
