import { NumericalError } from '../errors.js';
import type { ScoreReport } from '../metrics/score-report.js';

/**
 * A report as JSON, two spaces deep, ending in a line feed.
 *
 * @throws NumericalError NOT_FINITE if a number in it is NaN or infinite, which JSON would turn into null unsaid
 */
export function scoreJson(report: ScoreReport): string {
  const text = JSON.stringify(
    report,
    (key, value: unknown) => {
      if (typeof value === 'number' && !Number.isFinite(value)) {
        throw new NumericalError('NOT_FINITE', {
          where: `score report, "${key}"`,
          expected: 'every number must be finite',
          received: String(value),
        });
      }
      return value;
    },
    2,
  );
  return `${text}\n`;
}
