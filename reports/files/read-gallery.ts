import { type Gallery, parsedGallery } from '../uncertainty/gallery.js';
import { readBeside } from './read-beside.js';

/**
 * The pictures beside an uncertainty report; null where there are none.
 *
 * @throws InputError UNREADABLE_FILE if there is such a file and it cannot be read
 */
export function readGallery(folder: string): Promise<Gallery | null> {
  return readBeside(folder, 'gallery.json', {
    name: 'gallery',
    parsed: parsedGallery,
    help: 'Remove it to write the page without them, or run steadfid uncertainty again.',
  });
}
