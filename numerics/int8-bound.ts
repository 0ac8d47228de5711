import { COLUMN_LEVELS, largestEntry, ROW_LEVELS } from './quantized-rows.js';
import { largestExponent, offInRounded, type SplitKernel, seriesBound } from './split-kernel.js';

/** Rows of each side from which the bound is estimated: for sets of 2,000 their pairs cost a thousandth of all. */
const PILOT_ROWS = 64;

/** One set, seen from the origin. */
interface Side extends SplitKernel {
  readonly vectors: { readonly d: number; readonly data: Float32Array };
}

/**
 * Whether products of bytes are worth trying: the bound of their error, estimated from evenly spaced rows. A wrong estimate costs time
 * but changes no result, because the exact bound decides afterwards.
 *
 * @param scale  1/σ²
 * @param most  what the mean may be off by
 */
export function int8BoundHolds(x: Side, y: Side, scale: number, most: number): boolean {
  const [some, others] = [spacedIndices(x), spacedIndices(y)];
  const rowError = roundingOfSome(x, some, ROW_LEVELS);
  const columnError = roundingOfSome(y, others, COLUMN_LEVELS);
  const estimate = seriesBound({
    square: meanSquareOfSome({ x, some }, { y, others }, scale),
    off: scale * offInRounded(x, y, { rowError, columnError }),
    largest: largestExponent(x, y, scale),
    products: 'int8',
  });
  return estimate <= most;
}

function spacedIndices({ weights: { length } }: Side): readonly number[] {
  const count = Math.min(length, PILOT_ROWS);
  return Array.from({ length: count }, (_, i) => Math.floor((i * length) / count));
}

/** The mean of t² over pairs of some rows. */
function meanSquareOfSome(
  { x, some }: { readonly x: Side; readonly some: readonly number[] },
  { y, others }: { readonly y: Side; readonly others: readonly number[] },
  scale: number,
): number {
  const { d, data } = x.vectors;
  let sum = 0;
  let total = 0;
  for (const i of some) {
    for (const j of others) {
      let product = 0;
      for (let k = 0; k < d; k++) product += data[i * d + k]! * y.vectors.data[j * d + k]!;
      const weight = x.weights[i]! * y.weights[j]!;
      sum += weight * (scale * product) ** 2;
      total += weight;
    }
  }
  return sum / total;
}

/** How far the farthest of some rows is from its bytes, by a step's standard deviation for each entry: less where it is rounded to 0. */
function roundingOfSome(side: Side, indices: readonly number[], levels: number): number {
  const { d, data } = side.vectors;
  const step = largestEntry(data) / levels;
  let largest = 0;
  for (const i of indices) {
    let square = 0;
    for (let at = i * d; at < (i + 1) * d; at++) square += Math.min(data[at]! ** 2, step ** 2 / 12);
    largest = Math.max(largest, square);
  }
  return Math.sqrt(largest);
}
