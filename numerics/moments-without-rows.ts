import type { Algebra } from './algebra.js';
import { type GaussianMoments, momentsOfAny, removeMoments, scatterLeft } from './gaussian-moments.js';
import type { Rows } from './rows.js';
import { selectRows } from './rows.js';

/** Of each feature's scatter at least this share must stay, so that a down-date leaves 11 of 16 digits of its variance. */
const LEAST_LEFT = 1e-4;

/**
 * Moments of a set without some of its rows: a down-date, or those of the rows that stay where these are fewer, or where a down-date
 * would cost a variance more than 4 of its digits, as without an outlier.
 *
 * @param whole  moments of all rows
 * @param indices  of the rows that go and of those that stay
 * @throws SampleSizeError TOO_FEW_SAMPLES if fewer than two rows stay
 */
export async function momentsWithoutRows(
  vectors: Rows,
  whole: GaussianMoments,
  {
    excluded,
    stay,
    leastLeft = LEAST_LEFT,
  }: {
    readonly excluded: Uint32Array;
    readonly stay: Uint32Array;
    /** of each feature's scatter, or those of the rows that stay are taken */
    readonly leastLeft?: number;
  },
  algebra: Algebra,
): Promise<GaussianMoments> {
  if (excluded.length === 0) return whole;
  const direct = () => algebra.gaussianMoments(selectRows(vectors, stay));
  if (excluded.length > stay.length || stay.length < 2) return direct();
  const removed = selectRows(vectors, excluded);
  const part = excluded.length > 1 ? await algebra.gaussianMoments(removed) : momentsOfAny(removed);
  return scatterLeft(whole, part).least < leastLeft ? direct() : removeMoments(whole, part);
}
