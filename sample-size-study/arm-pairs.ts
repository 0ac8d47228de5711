import { JACKKNIFE_GROUPS } from '../metrics/intervals/delete-group-jackknife.js';
import { studentProbability } from '../metrics/numerics/student-t.js';
import { holmAdjusted } from '../uncertainty/comparison/holm-adjusted.js';
import type { ArmPair, StudyCurve } from './study-report.js';

/** How often a study may rank any two arms of one distribution under a metric, at most: an order is not said lightly. */
export const FALSE_RANKINGS = 0.001;

/** Of each arm's error: a jackknife's, and fewer than the closed forms have. */
const DEGREES_OF_FREEDOM = JACKKNIFE_GROUPS - 1;

/** What arms are ranked by: limits where every curve is a line in 1/n, else means at the largest common size. */
export interface FinalValues {
  readonly finalIs: 'limit' | 'largest-size';
  readonly final: readonly number[];
  /** of each value, as of a new pool of the same size; null where nothing says it */
  readonly errors: readonly (number | null)[];
}

/** @param size  the largest that all arms have */
export function finalValues(arms: readonly StudyCurve[], size: number): FinalValues {
  if (arms.every(({ fit, limitInterval }) => fit?.holds && limitInterval !== null)) {
    return {
      finalIs: 'limit',
      final: arms.map(({ limitInterval }) => limitInterval!.estimate),
      errors: arms.map(({ limitInterval }) => limitInterval!.standardError),
    };
  }
  return {
    finalIs: 'largest-size',
    final: arms.map(({ points }) => points.find(({ sampleSize }) => sampleSize === size)!.mean),
    errors: arms.map((arm) => errorAt(arm, size)),
  };
}

/** The pool's own error, and that of the mean of the subsets drawn from it. */
function errorAt(arm: StudyCurve, size: number): number | null {
  const pool = arm.limitInterval?.standardError ?? errorOfDraws(arm);
  if (pool === null) return null;
  const { standardDeviation, values } = arm.points.find(({ sampleSize }) => sampleSize === size)!;
  return Math.hypot(pool, (standardDeviation ?? 0) / Math.sqrt(values.length));
}

/** Where a metric has no interval: the spread of independent draws at the largest size that shows it, brought to the pool. */
function errorOfDraws({ points, poolSize }: StudyCurve): number | null {
  const point = points.findLast(
    ({ independentDeviation, values }) => independentDeviation !== null && values.length > DEGREES_OF_FREEDOM,
  );
  return point === undefined ? null : point.independentDeviation! * Math.sqrt(point.sampleSize / poolSize);
}

/**
 * All pairs of arms, and which of them are told apart: where their difference is too large for the errors of both, by
 * Student's t with the p values adjusted for all pairs (Holm 1979). Errors count as independent: arms that share images
 * or a reference differ less than that, so that two arms of one distribution are ranked more seldom still.
 */
export function armPairs(
  arms: readonly string[],
  { final, errors }: Pick<FinalValues, 'final' | 'errors'>,
): readonly ArmPair[] {
  const pairs = arms.flatMap((first, i) =>
    arms.slice(i + 1).map((second, k) => {
      const j = i + 1 + k;
      const error = errors[i] === null || errors[j] === null ? null : Math.hypot(errors[i]!, errors[j]!);
      return { first, second, difference: final[i]! - final[j]!, standardError: error };
    }),
  );
  const adjusted = holmAdjusted(pairs.map(pValue));
  return pairs.map((pair, place) => ({
    ...pair,
    pValue: pair.standardError === null ? null : adjusted[place]!,
    isRanked: adjusted[place]! < FALSE_RANKINGS,
  }));
}

function pValue({ difference, standardError }: Pick<ArmPair, 'difference' | 'standardError'>): number {
  if (standardError === null || standardError === 0) return 1;
  const t = Math.abs(difference) / standardError;
  return Math.max(Number.EPSILON, 1 - studentProbability(t, DEGREES_OF_FREEDOM));
}
