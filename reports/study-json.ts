import type { StudyReport } from '../sample-size-study/study-report.js';
import { strictJson } from './strict-json.js';

/**
 * A study's report as JSON, two spaces deep, ending in a line feed.
 *
 * @throws NumericalError NOT_FINITE if a number in it is NaN or infinite, which JSON would turn into null unsaid
 */
export function studyJson(report: StudyReport): string {
  return strictJson(report, 'study report');
}
