import { join } from 'node:path';
import { parsedInParts } from '../../encoders/files/parsed-in-parts.js';
import { type FilteredImages, parsedFilteredImages } from '../filtering/filtered-images.js';
import type { Provenance } from '../page/page.js';
import { type Neighbors, parsedNeighbors } from '../score/neighbors.js';
import { parsedSamples, type Samples } from '../score/samples.js';
import { type Gallery, parsedGallery } from '../uncertainty/gallery.js';
import { reportProvenanceSchema } from './json-formats.js';
import { type Format, readFormat } from './read-format.js';

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

/**
 * The random images beside a report of several models; null where there are none.
 *
 * @throws InputError UNREADABLE_FILE if there is such a file and it cannot be read
 */
export function readSamples(folder: string): Promise<Samples | null> {
  return readBeside(folder, 'samples.json', {
    name: 'samples',
    parsed: parsedSamples,
    help: 'Remove it to write the page without them, or run steadfid score again.',
  });
}

/**
 * The images dropped and kept beside a comparison or a study; null where there are none.
 *
 * @throws InputError UNREADABLE_FILE if there is such a file and it cannot be read
 */
export function readFilteredImages(folder: string): Promise<FilteredImages | null> {
  return readBeside(folder, 'filtered-images.json', {
    name: 'filtered-images',
    parsed: parsedFilteredImages,
    help: 'Remove it to write the page without them, or run the command again that made it.',
  });
}

/**
 * When and where the report of a folder was made; null where the folder does not say.
 *
 * @throws InputError UNREADABLE_FILE if there is such a file and it cannot be read
 */
export function readProvenance(folder: string): Promise<Provenance | null> {
  return readBeside(folder, 'provenance.json', {
    name: 'report-provenance',
    parsed: (json) => parsedInParts(reportProvenanceSchema, json),
    help: 'Remove it, and the page will say that it is not recorded.',
  });
}

/**
 * What a JSON file beside a report holds; null where there is no such file.
 *
 * @throws InputError UNREADABLE_FILE if there is such a file and it cannot be read
 */
async function readBeside<T>(folder: string, file: string, format: Format<T>): Promise<T | null> {
  try {
    return await readFormat(join(folder, file), format);
  } catch (error) {
    if (((error as Error).cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') return null;
    throw error;
  }
}
