import type { Algebra } from '../../numerics/algebra.js';
import { type GaussianMoments, mergeMoments } from '../../numerics/gaussian-moments.js';
import { momentsWithoutRows } from '../../numerics/moments-without-rows.js';
import type { Rows } from '../../numerics/rows.js';
import { selectRows } from '../../numerics/rows.js';
import type { DrawnImages } from './subset-metric.js';
import { indicesOutside } from './subset-metric.js';

/** Moments of one set, and of any of its subsets. */
interface MomentsOfSubsets {
  readonly whole: GaussianMoments;
  /** @param drawn  images that the subset was taken from */
  of(indices: Uint32Array, drawn?: DrawnImages): Promise<GaussianMoments>;
}

/** Of two down-dates one after the other, each may cost 2 digits: `momentsWithoutRows` alone, 4. */
const LEAST_LEFT_OF_TWO = 1e-2;

/**
 * A subset's moments are those of the draw that it was taken from, without the rows it leaves out; of no draw, or one of no more rows
 * than dimensions, the whole set's. The same bits whatever was asked for before.
 */
export async function momentsOfSubsets(rows: Rows, algebra: Algebra): Promise<MomentsOfSubsets> {
  const whole = await algebra.gaussianMoments(rows);
  const draws = new LatestDraw({ rows, whole, algebra });
  return {
    whole,
    async of(indices, drawn) {
      const from = drawn === undefined ? null : await draws.moments(drawn);
      if (from === null || drawn!.size === rows.n) {
        const excluded = indicesOutside(indices, rows.n);
        return momentsWithoutRows(rows, whole, { excluded, stay: indices }, algebra);
      }
      const excluded = difference(drawn!.order.subarray(0, drawn!.size), indices);
      const parts = { excluded, stay: indices, leastLeft: LEAST_LEFT_OF_TWO };
      return momentsWithoutRows(rows, from, parts, algebra);
    },
  };
}

/** Moments of the nested subsets of the latest draw: all arms of a set take theirs from them. */
class LatestDraw {
  readonly #set: { readonly rows: Rows; readonly whole: GaussianMoments; readonly algebra: Algebra };
  #order: Uint32Array = new Uint32Array();
  #known = new Map<number, Promise<GaussianMoments>>();

  constructor(set: { readonly rows: Rows; readonly whole: GaussianMoments; readonly algebra: Algebra }) {
    this.#set = set;
  }

  /** Of the images drawn; null where they are no more than their dimensions. */
  async moments({ order, sizes, size }: DrawnImages): Promise<GaussianMoments | null> {
    const shared = Math.min(order.length, this.#order.length);
    if (shared === 0 || order.subarray(0, shared).some((index, at) => index !== this.#order[at]))
      this.#known = new Map();
    if (order.length > this.#order.length || this.#known.size === 0) this.#order = order;
    let before: GaussianMoments | null = null;
    for (const next of sizes.filter((own) => own > this.#set.rows.d && own <= size)) {
      const known: Promise<GaussianMoments> = this.#known.get(next) ?? this.#grown(before, order, next);
      this.#known.set(next, known);
      before = await known;
    }
    return before;
  }

  /** From those of the size before and the rows added, or the whole set's without the rest, whichever has fewer rows. */
  async #grown(before: GaussianMoments | null, order: Uint32Array, size: number): Promise<GaussianMoments> {
    const { rows, whole, algebra } = this.#set;
    if (size === rows.n) return whole;
    const added = order.subarray(before?.n ?? 0, size);
    if (before !== null && added.length > 1 && added.length <= rows.n - size)
      return mergeMoments(before, await algebra.gaussianMoments(selectRows(rows, added)));
    const stay = order.slice(0, size).sort();
    const parts = { excluded: indicesOutside(stay, rows.n), stay, leastLeft: LEAST_LEFT_OF_TWO };
    return momentsWithoutRows(rows, whole, parts, algebra);
  }
}

/** Indices that are not among others, ascending. */
function difference(indices: Uint32Array, others: Uint32Array): Uint32Array {
  const known = new Set(others);
  return indices.filter((index) => !known.has(index)).sort();
}
