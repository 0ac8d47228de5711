import type { Algebra } from '../../numerics/algebra.js';
import { nearestFew, nearestOthers } from '../../numerics/nearest-neighbors.js';
import { median } from '../../numerics/order-statistics.js';
import { squaredDistancesFromMean } from '../../numerics/pair-distances.js';
import { type Rows, selectRows } from '../../numerics/rows.js';
import { equalRows, repeatedRows } from '../overlap.js';

/** Two images whose embeddings are the same, or nearly: indices in one set, or in the first and the second. */
export type Copy = readonly [number, number];

/**
 * A neighbor is a near-copy where it is at less than this share of the distance of the next: a copy that was saved again or slightly changed lies
 * far below. Where chance alone has such neighbors, as in few dimensions, the share is smaller: see `copyLimits`.
 */
const NEAR_COPY_RATIO = 0.25;

/** Or at less than this share of the root mean squared distance of two images: where there are more copies than neighbors are looked at. */
const NEAR_COPY_SHARE = 0.01;

/** Near-copies that chance may find in a set: one in a thousand sets, as strata that chance makes as even. */
const NEAR_COPIES_BY_CHANCE = 0.001;

/** Neighbors that are looked at: of copies up to so many fold the next one is seen. */
const NEIGHBORS = 10;

/** Fewer different images have no typical distance. */
const FEWEST_IMAGES = 20;

/** Products of pairs that a search may take: a minute or so. */
export const THOROUGH_SEARCH = 1e12;

/** The same where no interval is asked for: under a second. */
export const QUICK_SEARCH = 1e10;

/** Copies of a set within itself, or of one set in another. */
export interface Copies {
  readonly exact: readonly Copy[];
  readonly near: readonly Copy[];
  /** whether near-copies were looked for: not in sets too large for all pairs */
  readonly searched: boolean;
}

/** Twice the total variance: the mean squared distance of two rows. */
function meanSquaredDistance(vectors: Rows): number {
  const sum = squaredDistancesFromMean(vectors).reduce((total, square) => total + square, 0);
  return (2 * sum) / vectors.n;
}

/** Below which distance a neighbor is a near-copy. */
interface CopyLimits {
  /** of the next neighbor's */
  readonly ratio: number;
  /** absolute, squared */
  readonly square: number;
}

/**
 * The dimension D of the images around an image: k·ln(rₖ₊₁/rₖ) of the distances of its neighbors is exponential with mean 1/D, its median ln 2/D.
 * A median, which copies do not move: each image has one distance at most that jumps from its copies to the others.
 *
 * @source Facco et al. 2017, Scientific Reports 7:12140, for k = 1
 */
function localDimension(squares: readonly ArrayLike<number>[]): number {
  const logarithms = squares.flatMap((own) =>
    Array.from(own)
      .slice(1)
      .flatMap((next, k) => (own[k]! > 0 ? [((k + 1) / 2) * Math.log(next / own[k]!)] : [])),
  );
  return Math.LN2 / (median(logarithms) ?? Number.POSITIVE_INFINITY);
}

/**
 * The shares as they are, or smaller ones where chance would find more near-copies: in D dimensions a neighbor is at less than a share q of the next one's
 * distance with a probability of qᴰ, and two images at less than a share of the typical distance.
 *
 * @param squares  squared distances of each image's neighbors, ascending
 * @param scale  mean squared distance of two images
 */
function copyLimits(
  squares: readonly ArrayLike<number>[],
  { scale, pairs }: { readonly scale: number; readonly pairs: number },
): CopyLimits {
  const dimension = localDimension(squares);
  const byChance = (trials: number) => (NEAR_COPIES_BY_CHANCE / trials) ** (1 / dimension);
  return {
    ratio: Math.min(NEAR_COPY_RATIO, byChance(squares.length)),
    square: Math.min(NEAR_COPY_SHARE, byChance(pairs)) ** 2 * scale,
  };
}

/**
 * How many of the nearest are near-copies.
 *
 * @param squares  squared distances, ascending
 */
function nearCopyCount(squares: ArrayLike<number>, { ratio, square }: CopyLimits): number {
  let count = 0;
  for (let k = 0; k < squares.length; k++) {
    const next = squares[k + 1];
    const isFar = next !== undefined && squares[k]! < ratio ** 2 * next;
    if (isFar || squares[k]! < square) count = k + 1;
  }
  return count;
}

/** Copies within a set, each with one that is alike. */
export async function copiesWithin(vectors: Rows, algebra: Algebra, budget: number): Promise<Copies> {
  const { firsts, pairs: exact } = repeatedRows(vectors);
  const different = selectRows(vectors, firsts);
  const { n, d } = different;
  if (n < FEWEST_IMAGES || n * n * d > budget) return { exact, near: [], searched: n * n * d <= budget };
  const scale = meanSquaredDistance(different);
  const found = await nearestOthers(different, Math.min(NEIGHBORS, n - 1), algebra);
  const limits = copyLimits(
    found.map(({ squaredDistances }) => squaredDistances),
    { scale, pairs: (n * (n - 1)) / 2 },
  );
  const near = found.flatMap(({ indices, squaredDistances }, i) =>
    Array.from(
      indices.slice(0, nearCopyCount(squaredDistances, limits)),
      (j): Copy => [firsts[i]!, firsts[j]!],
    ),
  );
  return { exact, near, searched: true };
}

/** Copies of images of the first set in the second. */
export async function copiesAcross(
  first: Rows,
  second: Rows,
  algebra: Algebra,
  budget: number,
): Promise<Copies> {
  if (first.d !== second.d) return { exact: [], near: [], searched: true };
  const exact = equalRows(first, second);
  const known = new Set(exact.map(([, j]) => j));
  const { firsts } = repeatedRows(first);
  const others = Uint32Array.from([...repeatedRows(second).firsts].filter((j) => !known.has(j)));
  const cost = firsts.length * others.length * first.d;
  if (firsts.length < FEWEST_IMAGES || others.length === 0 || cost > budget) {
    return { exact, near: [], searched: cost <= budget };
  }
  const from = selectRows(second, others);
  const to = selectRows(first, firsts);
  const scale = meanSquaredDistance(to);
  const found = await nearestFew({ from, to }, NEIGHBORS, algebra);
  const limits = copyLimits(
    found.map(({ squaredDistances }) => squaredDistances),
    { scale, pairs: firsts.length * others.length },
  );
  const near = found.flatMap(({ indices, squaredDistances }, at) =>
    nearCopyCount(squaredDistances, limits) === 0 ? [] : [[firsts[indices[0]!]!, others[at]!] satisfies Copy],
  );
  return { exact, near, searched: true };
}
