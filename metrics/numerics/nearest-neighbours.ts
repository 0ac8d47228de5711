import { SampleSizeError } from '../../errors.js';
import type { Algebra } from './algebra.js';
import { columnMeans } from './gaussian-moments.js';
import { NeighbourCandidates } from './neighbour-candidates.js';
import { centered, commonlyCentered, squaredDifference, visitPairs } from './pair-distances.js';
import type { Rows } from './rows.js';

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
  if (!(k < vectors.n)) {
    throw new SampleSizeError('TOO_FEW_SAMPLES', {
      where,
      expected: `${k} nearest neighbours need at least ${k + 1} images`,
      received: String(vectors.n),
      help: `Supply ${k + 1 - vectors.n} more.`,
      n: vectors.n,
      needed: k + 1,
    });
  }
  const own = centered(vectors, columnMeans(vectors), algebra);
  const candidates = Array.from({ length: vectors.n }, () => new NeighbourCandidates(k));
  await visitPairs(own, own, algebra, (i, j, approximate, error) => {
    candidates[i]!.offer(j, approximate, error);
    candidates[j]!.offer(i, approximate, error);
  });
  return Float64Array.from(candidates, (near, i) => {
    const nearest: number[] = [];
    for (const j of near.places()) {
      const distance = squaredDifference(vectors, i, vectors, j);
      let at = nearest.length;
      while (at > 0 && nearest[at - 1]! > distance) at--;
      nearest.splice(at, 0, distance);
      if (nearest.length > k) nearest.pop();
      if (nearest.length === k && nearest[k - 1] === 0) break; // no distance is smaller
    }
    return nearest[k - 1]!;
  });
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
  const [first, second] = commonlyCentered(from, to, algebra);
  const candidates = Array.from({ length: from.n }, () => new NeighbourCandidates(1));
  await visitPairs(first, second, algebra, (i, j, approximate, error) => {
    candidates[i]!.offer(j, approximate, error);
  });
  const places = new Uint32Array(from.n);
  const squaredDistances = new Float64Array(from.n).fill(Number.POSITIVE_INFINITY);
  candidates.forEach((near, i) => {
    for (const j of near.places()) {
      const distance = squaredDifference(from, i, to, j);
      if (distance < squaredDistances[i]!) {
        squaredDistances[i] = distance;
        places[i] = j;
      }
      if (distance === 0) break;
    }
  });
  return { places, squaredDistances };
}
