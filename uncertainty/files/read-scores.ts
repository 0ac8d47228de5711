import { LARGEST_TABLE_BYTES, readTextFile } from '../../encoders/files/regular-file.js';
import { InputError } from '../../errors.js';
import { type ScoreTable, scoreTable } from '../score-table.js';

/**
 * Scores out of a CSV file.
 *
 * @throws InputError UNREADABLE_FILE, DUPLICATE_IDS
 */
export async function readScores(path: string): Promise<ScoreTable> {
  let text: string;
  try {
    text = await readTextFile(path, LARGEST_TABLE_BYTES);
  } catch (error) {
    const { details } = error as InputError;
    throw new InputError(
      'UNREADABLE_FILE',
      {
        ...details,
        help: 'Make scores with steadfid uncertainty, or write a CSV with a header id,<score>,….',
      },
      { cause: error },
    );
  }
  return scoreTable(text, { source: path });
}
