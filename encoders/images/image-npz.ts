import { InputError } from '../../errors.js';
import { LONGEST_HEAD, npyHeader } from '../files/npy.js';
import { npyArray } from '../files/npy-array.js';
import { openRangeFile } from '../files/range-file.js';
import type { ZipArchive } from '../files/zip-archive.js';
import type { ZipEntry } from '../files/zip-entry-reader.js';
import { arrayImages } from './array-images.js';
import type { ImageSet, StoredLabels } from './image-set.js';
import { SET_SOURCES } from './source-kinds.js';
import type { SourceOptions } from './source-options.js';

/** Arrays that hold the images of a file that has others too: of guided-diffusion's batches, and of what people save. */
export const IMAGE_ARRAYS = ['arr_0', 'images'] as const;
/** Those that hold their classes. */
const LABEL_ARRAYS = ['arr_1', 'labels'];
const ARRAYS_SHOWN = 10;

async function head(zip: ZipArchive, entry: ZipEntry): Promise<Uint8Array> {
  const length = Math.min(entry.size, LONGEST_HEAD + 12);
  if (entry.method === 'stored') return zip.readRange(entry, 0, length);
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of zip.chunks(entry)) {
    parts.push(chunk);
    if ((size += chunk.length) >= length) break;
  }
  return Buffer.concat(parts).subarray(0, length);
}

/** The array of images: the one that is named, the one array there is, or one of the usual names. */
function imageEntry(zip: ZipArchive, key: string | undefined): ZipEntry {
  const arrays = zip.entries.filter(({ name }) => name.endsWith('.npy'));
  const names = key === undefined ? IMAGE_ARRAYS : [key];
  const found = names.flatMap((name) => arrays.filter((entry) => entry.name === `${name}.npy`))[0];
  if (found !== undefined) return found;
  if (key === undefined && arrays.length === 1) return arrays[0]!;
  const shown = arrays.slice(0, ARRAYS_SHOWN).map(({ name }) => name.slice(0, -'.npy'.length));
  const more = arrays.length > ARRAYS_SHOWN ? ', …' : '';
  throw new InputError('UNREADABLE_FILE', {
    where: zip.path,
    expected: key === undefined ? `must be ${SET_SOURCES}` : `must hold the array ${key}`,
    received: `an .npz of ${shown.join(', ')}${more}`,
    ...(key === undefined ? { help: 'Name the array of images with --key.' } : {}),
  });
}

/** Classes of the images, where an array of as many whole numbers holds them. */
async function labelsOf(zip: ZipArchive, ids: readonly string[]): Promise<StoredLabels | null> {
  for (const name of LABEL_ARRAYS) {
    const entry = zip.entries.find((one) => one.name === `${name}.npy`);
    if (entry === undefined) continue;
    const { shape, data } = await npyArray(zip.chunks(entry), {
      size: entry.size,
      where: `${zip.path}, array ${name}`,
    });
    if (shape.length === 1 && data.length === ids.length)
      return { from: name, byId: new Map(ids.map((id, row) => [id, String(data[row])])) };
  }
  return null;
}

/**
 * The images of an array in an open `.npz`, as guided-diffusion's sample batches (`arr_0`: N × H × W × 3 uint8) and what else numpy
 * saves; closing the set closes the archive. numpy.savez stores the array as it is; numpy.savez_compressed makes one stream of it.
 *
 * @throws InputError UNREADABLE_FILE if there is no such array, or as `arrayImages`
 */
export async function imageNpz(
  zip: ZipArchive,
  source: string,
  { key, imageRange }: SourceOptions,
): Promise<ImageSet> {
  const entry = imageEntry(zip, key);
  const where = `${zip.path}, array ${entry.name.slice(0, -'.npy'.length)}`;
  const images = arrayImages(
    {
      where,
      header: npyHeader(await head(zip, entry), where),
      size: entry.size,
      fileSize: zip.fileSize,
      bytes:
        entry.method === 'stored'
          ? { kind: 'ranges', read: (start, length) => zip.readRange(entry, start, length) }
          : { kind: 'stream', open: () => zip.chunks(entry) },
    },
    imageRange,
  );
  const ids = images.entries.map(({ id }) => id);
  return {
    source,
    kind: 'array',
    entries: images.entries,
    labels: () => labelsOf(zip, ids),
    async close() {
      await images.close();
      await zip.close();
    },
  };
}

/**
 * The images of a `.npy`, each read by its place.
 *
 * @throws InputError UNREADABLE_FILE as `arrayImages`
 */
export async function imageNpy(
  path: string,
  source: string,
  { imageRange }: SourceOptions,
): Promise<ImageSet> {
  const file = await openRangeFile(path);
  try {
    const header = npyHeader(await file.read(0, Math.min(file.size, LONGEST_HEAD + 12)), path);
    const { entries } = arrayImages(
      {
        where: path,
        header,
        size: file.size,
        fileSize: file.size,
        bytes: { kind: 'ranges', read: file.read },
      },
      imageRange,
    );
    return { source, kind: 'array', entries, close: () => file.close() };
  } catch (error) {
    await file.close();
    throw error;
  }
}
