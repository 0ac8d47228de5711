import { parse } from 'csv-parse/sync';
import { defined } from '../../defined.js';
import { InputError } from '../../errors.js';

/** Each takes some 50 bytes of memory, however short it is: a million images with eight columns, in some 500 MB. */
const MOST_CELLS = 2 ** 23;

/** How CSV is written, and what an error about it says. */
export interface CsvOrigin {
  /** the file, as the caller typed it */
  readonly where: string;
  /** what the file must be, where it is no CSV */
  readonly expected: string;
  readonly help?: string;
  /** default: whichever the file has; empty lines are then passed over */
  readonly lineEnd?: '\r\n';
}

/**
 * The cells of CSV (RFC 4180), a list for each line.
 *
 * @throws InputError UNREADABLE_FILE if it is none, or has more cells than are read
 */
export function csvLines(text: string, { where, expected, help, lineEnd }: CsvOrigin): string[][] {
  const cells = separatorsIn(text);
  if (cells > MOST_CELLS) {
    throw new InputError('UNREADABLE_FILE', {
      where,
      expected: `must have at most ${MOST_CELLS.toLocaleString('en-US')} lines and commas together`,
      received: cells.toLocaleString('en-US'),
      ...defined({ help }),
    });
  }
  try {
    return lineEnd === undefined
      ? parse(text, { bom: true, skip_empty_lines: true })
      : parse(text, { record_delimiter: lineEnd });
  } catch (cause) {
    const received = (cause as Error).message;
    throw new InputError('UNREADABLE_FILE', { where, expected, received, ...defined({ help }) }, { cause });
  }
}

function separatorsIn(text: string): number {
  let count = 0;
  for (const separator of [',', '\n', '\r'])
    for (let at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, at + 1)) count++;
  return count;
}
