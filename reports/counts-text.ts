import type { ScoreReport, ScoreResult } from '../metrics/score-report.js';
import { countText } from './number-text.js';

/** How many images a result is of, reference : generated; the generated alone where the reference is not looked at. */
export function countsText(
  { n }: Pick<ScoreResult, 'n'>,
  { reference }: Pick<ScoreReport, 'reference'>,
): string {
  const isGeneratedAlone = n.reference === null && reference.n !== null;
  return isGeneratedAlone ? countText(n.generated) : `${countText(n.reference)} : ${countText(n.generated)}`;
}
