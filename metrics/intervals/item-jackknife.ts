import { mean, variance } from '../../numerics/mean-and-variance.js';
import { normalProbability, normalQuantile, studentQuantile } from '../../numerics/student-t.js';
import { intervalMethod, jackknifeProcedure } from '../interval-procedure.js';
import type { EstimatedInterval } from './delete-group-jackknife.js';
import { indicesWithout } from './jackknife-of-metric.js';

/** One number of a metric, as the mean over the images of one side of what each of them scores. */
export interface ItemScores {
  /** which side the images are of */
  readonly side: 'reference' | 'generated';
  /** what an image scores that counts, where the others score 0 and the number is a share; null where scores may be of any size from 0 */
  readonly full: number | null;
  /** (n), in the order of the set */
  readonly scores: Float64Array;
}

/** The same number without a group of each side. */
export interface ItemReplicate {
  /** (n − excluded) */
  readonly scores: Float64Array;
  /** indices of that side that are left out, ascending */
  readonly excluded: Uint32Array;
}

/**
 * The median of what a quantity that cannot be negative may be, known as `estimate` with a normal error: it leaves a clear
 * estimate alone, and makes of an unclear one no certain 0.
 */
function positiveMedian(estimate: number, error: number): number {
  if (error === 0) return Math.max(0, estimate);
  const ratio = Math.max(-5, estimate / error); // farther out it is next to nothing
  const positive = (1 + Math.sign(ratio) * normalProbability(Math.abs(ratio))) / 2;
  return error * (ratio + normalQuantile(1 - positive / 2));
}

/**
 * Wilson's interval of a share p whose standard error is known, by the number of independent images that would have it. Unlike
 * p ± t·se it does not leave 0 … 1, and holds its level near the ends.
 *
 * @param n  taken for that number where every image counts, or none, unless fewer could have that standard error at any p
 * @source Wilson 1927, JASA 22:209
 */
function shareBounds(
  p: number,
  { standardError, n, t }: { readonly standardError: number; readonly n: number; readonly t: number },
): { readonly low: number; readonly high: number } {
  const independent =
    p > 0 && p < 1 ? (p * (1 - p)) / standardError ** 2 : Math.min(n, 1 / (4 * standardError ** 2));
  const shrink = 1 + t ** 2 / independent;
  const middle = (p + t ** 2 / (2 * independent)) / shrink;
  const half = (t * Math.sqrt((p * (1 - p)) / independent + t ** 2 / (4 * independent ** 2))) / shrink;
  return { low: Math.max(0, Math.min(p, middle - half)), high: Math.min(1, Math.max(p, middle + half)) };
}

/**
 * The interval of a mean that cannot be negative, and whose variance grows with it: the means μ that are t of the standard errors
 * they would have, se·√(μ/mean), away from it. Wilson's where there is no upper end.
 */
function meanBounds(
  mean: number,
  { standardError, t }: { readonly standardError: number; readonly t: number },
): { readonly low: number; readonly high: number } {
  const shift = (t * standardError) ** 2 / mean;
  const half = Math.sqrt(shift * mean + shift ** 2 / 4);
  return { low: Math.max(0, mean + shift / 2 - half), high: mean + shift / 2 + half };
}

/**
 * Standard error and interval of a mean of per-image scores that depend on other images: share of images within balls, number
 * of balls around an image. Two parts add up: the spread of the images themselves, var/n, and how their scores change
 * when groups of the others are left out, by jackknife, less what chance of the images adds to those changes, which a plain
 * jackknife would count for the others' spread.
 *
 * @param whole  scores of all images of the side
 * @param options  level, and the score of an image that counts (null: no share)
 * @returns Wilson's interval, or its like for a mean without an upper end, by Student's t with Satterthwaite's degrees of freedom;
 * no bias is removed: it is of the number to expect of sets of these sizes. A reason where nothing counts and there is no upper end
 * @source decomposition Var = E Var(· | others) + Var E(· | others); coverage: bench/results/coverage.json
 */
export function itemJackknife(
  whole: Float64Array,
  replicates: readonly ItemReplicate[],
  {
    level,
    full,
    ownVariance = variance(whole, 1)! / whole.length,
    units = whole.length,
  }: {
    readonly level: number;
    readonly full: number | null;
    /** of the mean, as the images were drawn, and how many of them are independent; default: all */
    readonly ownVariance?: number;
    readonly units?: number;
  },
): EstimatedInterval | { readonly reason: string } {
  const n = whole.length;
  const groups = replicates.length;
  const value = mean(whole)!;
  if (full === null && value === 0) return { reason: 'no image scores above 0, so the spread is unknown' };
  const changes = replicates.map(({ scores, excluded }) => {
    const stay = indicesWithout(n, excluded);
    return scores.map((score, i) => score - whole[stay[i]!]!);
  });
  const shifts = changes.map((change) => mean(change)!);
  const noise = mean(changes.map((change) => variance(change, 1)! / change.length))!;
  const scale = (groups - 1) ** 2 / groups;
  const shiftVariance = scale * variance(shifts, 1)!;
  const otherVariance = positiveMedian(
    shiftVariance - scale * noise,
    shiftVariance * Math.sqrt(2 / (groups - 1)),
  );
  const total = ownVariance + otherVariance;
  const standardError = Math.sqrt(total);
  const uncertainty = ownVariance ** 2 / (units - 1) + otherVariance ** 2 / (groups - 1);
  const freedom = total === 0 ? groups - 1 : Math.max(1, Math.floor(total ** 2 / uncertainty));
  const t = studentQuantile((1 + level) / 2, freedom);
  const procedure = jackknifeProcedure(groups, { bounds: 'wilson' });
  const how = { level, method: intervalMethod(procedure), procedure, of: 'value' } as const;
  if (full === null) {
    return {
      standardError,
      interval: { ...meanBounds(value, { standardError, t }), ...how },
    };
  }
  const { low, high } = shareBounds(value / full, { standardError: standardError / full, n: units, t });
  return { standardError, interval: { low: full * low, high: full * high, ...how } };
}
