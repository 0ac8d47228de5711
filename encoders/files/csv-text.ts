import { stringify } from 'csv-stringify/sync';

export type CsvCell = string | number | null | undefined;

/** What spreadsheets take for a formula, or would once the apostrophes before it were gone. */
const FORMULA = /^'*[=+\-@\t\r]/;

/**
 * CSV for files that people open in a spreadsheet: a text that a spreadsheet would run as a formula (`=HYPERLINK(…)` as the name
 * of a file) gets an apostrophe before it, which makes it text there. Numbers stay as they are, also those below 0. Whoever
 * reads such a file by program drops one apostrophe before `=`, `+`, `-`, `@`, a tab or a carriage return.
 */
export function spreadsheetText(lines: readonly (readonly CsvCell[])[]): string {
  return csvText(
    lines.map((line) =>
      line.map((cell) => {
        const isFormula = typeof cell === 'string' && FORMULA.test(cell) && !Number.isFinite(Number(cell));
        return isFormula ? `'${cell}` : cell;
      }),
    ),
  );
}

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
