import type { ScoreReport } from '../metrics/score-report.js';
import { strictJson } from './strict-json.js';

/**
 * A report as JSON, two spaces deep, ending in a line feed.
 *
 * @throws NumericalError NOT_FINITE if a number in it is NaN or infinite, which JSON would turn into null unsaid
 */
export function scoreJson(report: ScoreReport): string {
  return strictJson(report, 'score report');
}
