import { byCodePoint } from '../embedded-set.js';
import type { ZipArchive } from '../files/zip-archive.js';
import { isImagePath } from './image-names.js';
import type { ImageSet } from './image-set.js';
import { requireImages } from './require-images.js';

/**
 * The images of an open zip, named by their paths in it; closing the set closes the zip.
 *
 * @throws SampleSizeError EMPTY_FOLDER, InputError DUPLICATE_IDS; loading throws UNREADABLE_FILE for a damaged entry
 */
export function imageZip(zip: ZipArchive): ImageSet {
  const images = zip.entries.filter(({ name }) => isImagePath(name));
  const others = zip.entries.filter(({ name }) => !isImagePath(name)).map(({ name }) => name);
  const help = 'Pass a .zip of images, or the folder that holds them.';
  requireImages(zip.path, { ids: images.map(({ name }) => name), others, help });
  return {
    source: zip.path,
    kind: 'zip',
    entries: [...images]
      .sort((a, b) => byCodePoint(a.name, b.name))
      .map((entry) => ({
        id: entry.name,
        load: async () => ({ kind: 'encoded', bytes: await zip.read(entry) }),
      })),
    close: () => zip.close(),
  };
}
