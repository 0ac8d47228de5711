import { SampleSizeError } from '../../errors.js';
import type { Algebra } from './algebra.js';
import { columnMeans } from './column-means.js';
import { type NearestFew, NeighbourCandidates } from './neighbour-candidates.js';
import { centered, commonlyCentered, squaredDifference, visitPairs } from './pair-distances.js';
import type { Rows } from './rows.js';

/** @throws SampleSizeError TOO_FEW_SAMPLES unless k < n */
export function requireNeighbours(
  n: number,
  { k, where }: { readonly k: number; readonly where: string },
): void {
  if (k < n) return;
  throw new SampleSizeError('TOO_FEW_SAMPLES', {
    where,
    expected: `${k} nearest neighbours need at least ${k + 1} images`,
    received: String(n),
    help: `Supply ${k + 1 - n} more.`,
    n,
    needed: k + 1,
  });
}

/**
 * Squared distance of each vector to its k-th nearest other one. Products find candidates; differences decide.
 *
 * @param vectors  (n, d)
 * @returns (n)
 * @throws SampleSizeError TOO_FEW_SAMPLES unless 1 ≤ k < n
 */
export async function squaredNeighbourRadii(
  vectors: Rows,
  { k, where }: { readonly k: number; readonly where: string },
  algebra: Algebra,
): Promise<Float64Array> {
  requireNeighbours(vectors.n, { k, where });
  const nearest = await nearestOthers(vectors, k, algebra);
  return Float64Array.from(nearest, ({ squaredDistances }) => squaredDistances[k - 1]!);
}

/**
 * The k nearest other ones of each vector, decided by differences.
 *
 * @param k  below n
 */
export async function nearestOthers(
  vectors: Rows,
  k: number,
  algebra: Algebra,
): Promise<readonly NearestFew[]> {
  const own = centered(vectors, columnMeans(vectors), algebra);
  const candidates = candidatesOf(vectors, vectors, k);
  await visitPairs(own, own, algebra, (i, j, approximate, error) => {
    candidates[i]!.offer(j, approximate, error);
    candidates[j]!.offer(i, approximate, error);
  });
  return candidates.map((near) => near.nearest());
}

function candidatesOf(from: Rows, to: Rows, k: number): readonly NeighbourCandidates[] {
  return Array.from(
    { length: from.n },
    (_, i) => new NeighbourCandidates(k, (place) => squaredDifference(from, i, to, place)),
  );
}

/**
 * The k nearest of `to` for each vector of `from`, decided by differences.
 *
 * @param k  at most as many as `to` has
 */
export async function nearestFew(
  { from, to }: { readonly from: Rows; readonly to: Rows },
  k: number,
  algebra: Algebra,
): Promise<readonly NearestFew[]> {
  const [first, second] = commonlyCentered(from, to, algebra);
  const candidates = candidatesOf(from, to, k);
  await visitPairs(first, second, algebra, (i, j, approximate, error) => {
    candidates[i]!.offer(j, approximate, error);
  });
  return candidates.map((near) => near.nearest());
}

/** The nearest of `to` for each vector of `from`. */
export interface Nearest {
  /** (n): places in `to`; the first of those equally near */
  readonly places: Uint32Array;
  /** (n) */
  readonly squaredDistances: Float64Array;
}

/** The nearest vector of `to` for each of `from`, decided by differences. */
export async function nearestNeighbours(from: Rows, to: Rows, algebra: Algebra): Promise<Nearest> {
  const nearest = await nearestFew({ from, to }, 1, algebra);
  return {
    places: Uint32Array.from(nearest, ({ places }) => places[0]!),
    squaredDistances: Float64Array.from(nearest, ({ squaredDistances }) => squaredDistances[0]!),
  };
}
