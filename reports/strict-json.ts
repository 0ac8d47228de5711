import { NumericalError } from '../errors.js';

/**
 * A report as JSON, two spaces deep, ending in a line feed.
 *
 * @param name  what the report is called, for the error
 * @throws NumericalError NOT_FINITE if a number in it is NaN or infinite, which JSON would turn into null unsaid
 */
export function strictJson(report: object, name: string): string {
  const text = JSON.stringify(
    report,
    (key, value: unknown) => {
      if (typeof value === 'number' && !Number.isFinite(value)) {
        throw new NumericalError('NOT_FINITE', {
          where: `${name}, "${key}"`,
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
