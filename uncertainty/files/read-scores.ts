import { readFile } from 'node:fs/promises';
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
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new InputError(
      'UNREADABLE_FILE',
      {
        where: path,
        expected: (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such file' : 'cannot be read',
        help: 'Make scores with steadfid uncertainty, or write a CSV with a header id,<score>,….',
      },
      { cause: error },
    );
  }
  return scoreTable(text, { source: path });
}
