import type { Algebra } from '../../metrics/numerics/algebra.js';
import { squaredDifference } from '../../metrics/numerics/pair-distances.js';
import { squaredNorms } from '../../metrics/numerics/products.js';
import type { Rows } from '../../metrics/numerics/rows.js';
import { rowRange } from '../../metrics/numerics/select-rows.js';

/** Others in order of distance, nearest first. */
export interface Neighbors {
  readonly places: Uint32Array;
  readonly squares: Float64Array;
}

const BLOCK = 256;
/** Below this share of ‖x‖² + ‖y‖² an expanded square has lost half of its digits. */
const CANCELLED = 1e-8;

/**
 * Squared distances of each row of one set to all of another, a row at a time; the array is used again for the next row.
 */
export async function eachRowOfDistances(
  { from, to }: { readonly from: Rows; readonly to: Rows },
  algebra: Algebra,
  visit: (row: number, squares: Float64Array) => void,
): Promise<void> {
  const toNorms = squaredNorms(to);
  const squares = new Float64Array(to.n);
  for (let start = 0; start < from.n; start += BLOCK) {
    const block = rowRange(from, start, Math.min(start + BLOCK, from.n));
    const norms = squaredNorms(block);
    const products = await algebra.innerProducts(block, to);
    for (let i = 0; i < block.n; i++) {
      for (let j = 0; j < to.n; j++) {
        const size = norms[i]! + toNorms[j]!;
        const square = size - 2 * products[i * to.n + j]!;
        // so near that rounding of the expansion counts: equal rows must be at distance 0, both ways
        squares[j] = square > CANCELLED * size ? square : squaredDifference(block, i, to, j);
      }
      visit(start + i, squares);
    }
  }
}

/** The `count` nearest of a row of squared distances, ties by place; `except` is left out. */
export function nearestOf(squares: Float64Array, count: number, except?: number): Neighbors {
  const places = new Uint32Array(count);
  const found = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  for (let place = 0; place < squares.length; place++) {
    const square = squares[place]!;
    if (square >= found[count - 1]! || place === except) continue;
    let at = count - 1;
    while (at > 0 && found[at - 1]! > square) {
      found[at] = found[at - 1]!;
      places[at] = places[at - 1]!;
      at--;
    }
    found[at] = square;
    places[at] = place;
  }
  return { places, squares: found };
}

/** Places within a squared distance, nearest first. */
export function within(squares: Float64Array, limit: number): Neighbors {
  const chosen: number[] = [];
  for (let place = 0; place < squares.length; place++) if (squares[place]! <= limit) chosen.push(place);
  chosen.sort((a, b) => squares[a]! - squares[b]! || a - b);
  return { places: Uint32Array.from(chosen), squares: Float64Array.from(chosen, (place) => squares[place]!) };
}
