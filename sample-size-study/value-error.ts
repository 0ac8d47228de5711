import type { StudyCurve, StudyPoint } from './study-report.js';

/** What a mean's digits follow: the spread of a draw of its size, else the jackknife's error; null where nothing says either. */
export function valueError(
  { limitInterval }: Pick<StudyCurve, 'limitInterval'>,
  { independentDeviation, standardDeviation }: StudyPoint,
): number | null {
  return (
    [independentDeviation, limitInterval?.standardError, standardDeviation].find((error) => error) ?? null
  );
}
