import { byCodePoint } from '../embedded-set.js';
import type { ZipArchive } from '../files/zip-archive.js';
import { isImagePath } from './image-names.js';
import type { ImageSet } from './image-set.js';
import { requireImages } from './require-images.js';

/**
 * The images of an open zip, named by their paths in it; closing the set closes the zip.
 *
 * @param within  the folder in it that is taken, with `/` at its end; ids are below it
 * @throws SampleSizeError EMPTY_FOLDER, InputError DUPLICATE_IDS; loading throws UNREADABLE_FILE for a damaged entry
 */
export function imageZip(
  zip: ZipArchive,
  { source, within }: { readonly source: string; readonly within: string },
): ImageSet {
  const below = zip.entries.filter(({ name }) => name.startsWith(within));
  const id = (name: string): string => name.slice(within.length);
  const images = below.filter(({ name }) => isImagePath(id(name)));
  const others = below.filter(({ name }) => !isImagePath(id(name))).map(({ name }) => name);
  const help = 'Pass a .zip of images, or the folder that holds them.';
  requireImages(source, { ids: images.map(({ name }) => id(name)), others, help });
  return {
    source,
    kind: 'zip',
    entries: [...images]
      .sort((a, b) => byCodePoint(a.name, b.name))
      .map((entry) => ({
        id: id(entry.name),
        load: async () => ({ kind: 'encoded', bytes: await zip.read(entry) }),
      })),
    labels: async () => (await import('../files/read-labels.js')).readZipLabels(zip, within),
    close: () => zip.close(),
  };
}
