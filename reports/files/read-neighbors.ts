import { type Neighbors, parsedNeighbors } from '../score/neighbors.js';
import { readBeside } from './read-beside.js';

/**
 * The pairs of nearest images beside a score report; null where there are none.
 *
 * @throws InputError UNREADABLE_FILE if there is such a file and it cannot be read
 */
export function readNeighbors(folder: string): Promise<Neighbors | null> {
  return readBeside(folder, 'neighbors.json', {
    name: 'neighbors',
    parsed: parsedNeighbors,
    help: 'Remove it to write the page without them, or run steadfid score again.',
  });
}
