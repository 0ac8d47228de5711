import { spreadsheetText } from '../encoders/files/csv-text.js';
import type { Figure } from './figures/figure.js';

/** The numbers of a figure as CSV (RFC 4180), in as many digits as bring them back. */
export function figureCsv({ numbers: { header, rows } }: Figure): string {
  return spreadsheetText([header, ...rows]);
}
