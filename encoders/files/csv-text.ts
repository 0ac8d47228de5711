import { stringify } from 'csv-stringify/sync';

export type CsvCell = string | number | null | undefined;

/**
 * Lines as CSV (RFC 4180): a field with a comma, a quote or any line break is quoted, a number has as many digits as bring it
 * back, and what does not exist is empty.
 */
export function csvText(lines: readonly (readonly CsvCell[])[]): string {
  return stringify(
    lines.map((line) => [...line]),
    {
      record_delimiter: 'windows',
      quoted_match: /[\r\n]/, // one alone is no end of a line to csv-stringify; to others it is
      cast: { number: (value) => (Object.is(value, -0) ? '-0' : String(value)) },
    },
  );
}
