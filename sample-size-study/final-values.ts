import { JACKKNIFE_GROUPS } from '../metrics/intervals/delete-group-jackknife.js';
import { METRICS } from '../metrics/metric-catalog.js';
import { studentProbability } from '../numerics/student-t.js';
import type { StudyCurve, StudyPoint } from './study-report.js';

/** Of each value's error: a jackknife's, and fewer than the closed forms have. */
export const DEGREES_OF_FREEDOM = JACKKNIFE_GROUPS - 1;

/** What sets are ranked by: limits where every curve is linear in 1/n, else means at the largest common size. */
export interface FinalValues {
  readonly rankedBy: 'limit' | 'largest-size';
  readonly final: readonly number[];
  /** of each value, as of a new pool of the same size; null where nothing says it */
  readonly errors: readonly (number | null)[];
}

/** What the error of a curve's value is taken from. */
interface CurveSpread extends Pick<StudyCurve, 'limitInterval' | 'poolSize'> {
  readonly points: readonly Pick<
    StudyPoint,
    'sampleSize' | 'values' | 'standardDeviation' | 'independentDeviation'
  >[];
}

/** @param size  the largest that all sets have */
export function finalValues(arms: readonly StudyCurve[], size: number): FinalValues {
  if (arms.every(({ fit, limitInterval }) => fit?.holds && limitInterval !== null)) {
    return {
      rankedBy: 'limit',
      final: arms.map(({ limitInterval }) => limitInterval!.unclippedEstimate ?? limitInterval!.estimate),
      errors: arms.map(({ limitInterval }) =>
        Math.hypot(limitInterval!.standardError, limitInterval!.jackknifeDisagreement ?? 0),
      ),
    };
  }
  return {
    rankedBy: 'largest-size',
    final: arms.map(({ points }) => points.find(({ sampleSize }) => sampleSize === size)!.mean),
    errors: arms.map((arm) => errorAt(arm, size)),
  };
}

/** The error of a mean that more draws from its pool do not lower; null where nothing says it. */
export function poolError(arm: CurveSpread, fewestDraws = JACKKNIFE_GROUPS): number | null {
  return arm.limitInterval?.standardError ?? errorOfDraws(arm, fewestDraws);
}

/** The pool's own error, and that of the mean of the subsets drawn from it. */
export function errorAt(
  arm: CurveSpread,
  size: number,
  { fewestDraws = JACKKNIFE_GROUPS }: { readonly fewestDraws?: number } = {},
): number | null {
  const pool = poolError(arm, fewestDraws);
  if (pool === null) return null;
  const { standardDeviation, values } = arm.points.find(({ sampleSize }) => sampleSize === size)!;
  return Math.hypot(pool, (standardDeviation ?? 0) / Math.sqrt(values.length));
}

/** Where a metric has no interval: the spread of independent draws at the largest size that shows it, brought to the pool. */
function errorOfDraws({ points, poolSize }: CurveSpread, fewestDraws: number): number | null {
  const point = points.findLast(
    ({ independentDeviation, values }) => independentDeviation !== null && values.length >= fewestDraws,
  );
  return point === undefined ? null : point.independentDeviation! * Math.sqrt(point.sampleSize / poolSize);
}

/**
 * How often two equal values differ by as much, by Student's t of both tails; 1 where nothing says how sure they are.
 */
export function differenceProbability({
  difference,
  standardError,
}: {
  readonly difference: number;
  readonly standardError: number | null;
}): number {
  if (standardError === null || standardError === 0) return 1;
  const t = Math.abs(difference) / standardError;
  return Math.max(Number.EPSILON, 1 - studentProbability(t, DEGREES_OF_FREEDOM));
}

const UNBIASED: ReadonlySet<string> = new Set(
  METRICS.filter((metric) => metric.isUnbiased).flatMap(({ results }) => results.map(({ id }) => id)),
);

/**
 * Whether a number's mean is the same at every n, so that no line in 1/n is needed to find its limit: of independent images. Pairs of a draw
 * within strata are less often of one class, pairs of clusters more often of one cluster, by 1/n.
 */
export function isUnbiased({
  metric,
  drawnBy,
}: {
  readonly metric: string;
  readonly drawnBy?: StudyCurve['drawnBy'];
}): boolean {
  return UNBIASED.has(metric) && drawnBy === undefined;
}

const ERRORS_FROM_ZERO = 2;

/**
 * Whether a value of a curve is farther from 0 than two of its errors, so that a share of it says something. Where nothing
 * says how large its error is, whatever is not 0.
 */
export function differsFromZero(value: number, curve: CurveSpread): boolean {
  const largest = curve.points.at(-1);
  const error = largest === undefined ? null : errorAt(curve, largest.sampleSize, { fewestDraws: 2 });
  return value !== 0 && Math.abs(value) > ERRORS_FROM_ZERO * (error ?? 0);
}

/**
 * What a mean's digits follow: the spread of a draw of its size, or the jackknife's error; where the draws are too large a share of
 * the pool to have either, the spread of the largest that are not, brought to this size. Null where nothing says it.
 */
export function valueError(
  { limitInterval, points }: Pick<StudyCurve, 'limitInterval' | 'points'>,
  { independentDeviation, sampleSize }: Pick<StudyPoint, 'independentDeviation' | 'sampleSize'>,
): number | null {
  const known = independentDeviation ?? limitInterval?.standardError;
  if (known != null) return known;
  const smaller = points.findLast((point) => point.independentDeviation !== null);
  return smaller === undefined
    ? null
    : smaller.independentDeviation! * Math.sqrt(smaller.sampleSize / sampleSize);
}
