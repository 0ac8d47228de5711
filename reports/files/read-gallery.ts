import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../errors.js';
import { type Gallery, parsedGallery } from '../gallery.js';

/**
 * The pictures beside an uncertainty report; null where there are none.
 *
 * @throws InputError UNREADABLE_FILE if there is such a file and it cannot be read
 */
export async function readGallery(folder: string): Promise<Gallery | null> {
  const path = join(folder, 'gallery.json');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    return parsedGallery(JSON.parse(text));
  } catch (cause) {
    throw new InputError(
      'UNREADABLE_FILE',
      {
        where: path,
        expected: 'must hold the pictures of a report',
        help: 'Remove it to write the page without them, or run steadfid uncertainty again.',
      },
      { cause },
    );
  }
}
