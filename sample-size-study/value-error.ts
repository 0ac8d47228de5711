import type { StudyCurve, StudyPoint } from './study-report.js';

/**
 * What a mean's digits follow: the spread of a draw of its size, or the jackknife's error; where the draws are too large a share of
 * the pool to have either, the spread of the largest that are not, brought to this size. Null where nothing says it.
 */
export function valueError(
  { limitInterval, points }: Pick<StudyCurve, 'limitInterval' | 'points'>,
  { independentDeviation, sampleSize }: StudyPoint,
): number | null {
  const known = independentDeviation ?? limitInterval?.standardError;
  if (known != null) return known;
  const smaller = points.findLast((point) => point.independentDeviation !== null);
  return smaller === undefined
    ? null
    : smaller.independentDeviation! * Math.sqrt(smaller.sampleSize / sampleSize);
}
