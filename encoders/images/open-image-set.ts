import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../errors.js';
import { byCodePoint } from '../embedded-set.js';
import { readFolderFiles } from '../files/folder-files.js';
import { readImageFile } from '../files/image-file.js';
import { isHidden, isImagePath } from './image-names.js';
import type { ImageEntry, ImageSet } from './image-set.js';
import { described, requireImages } from './require-images.js';

const KINDS =
  'a folder of images, a .zip of images, an ADM batch .npz (arr_0: N × H × W × 3 uint8) or, where embeddings serve, a .npy or .npz of them or of statistics (mu, sigma)';

/** One of a great many: it holds no function until its image is wanted. */
class FolderEntry implements ImageEntry {
  readonly id: string;
  readonly #folder: string;

  constructor(folder: string, id: string) {
    this.#folder = folder;
    this.id = id;
  }

  get load(): ImageEntry['load'] {
    const path = join(this.#folder, this.id);
    return async () => ({ kind: 'encoded', bytes: await readImageFile(path) });
  }
}

async function folderSet(path: string): Promise<ImageSet> {
  const files = await readFolderFiles(path, { skipped: isHidden });
  const ids = files.filter(isImagePath).sort(byCodePoint);
  const others = ids.length === files.length ? [] : files.filter((file) => !isImagePath(file));
  requireImages(path, { ids, others, help: 'Pass the folder that holds the images.' });
  return {
    source: path,
    kind: 'folder',
    passedOver: others.length === 0 ? null : described(others),
    entries: ids.map((id) => new FolderEntry(path, id)),
    close: async () => {},
  };
}

/** A zip by its content: numpy's arrays make it an ADM batch or nothing that holds images. */
async function archiveSet(path: string): Promise<ImageSet> {
  // loaded here, since it takes as much memory as the names of 100,000 images
  const [{ openZip }, { ADM_ARRAY, admBatch }, { imageZip }] = await Promise.all([
    import('../files/zip-archive.js'),
    import('./adm-batch.js'),
    import('./image-zip.js'),
  ]);
  const zip = await openZip(path);
  try {
    const batch = zip.entries.find(({ name }) => name === ADM_ARRAY);
    if (batch) return await admBatch(zip, batch);
    const arrays = zip.entries.filter(({ name }) => name.endsWith('.npy'));
    if (arrays.length > 0 && !zip.entries.some(({ name }) => isImagePath(name)))
      throw new InputError('UNREADABLE_FILE', {
        where: path,
        expected: `must be ${KINDS}`,
        received: `an .npz of ${arrays.map(({ name }) => name.slice(0, -'.npy'.length)).join(', ')}`,
      });
    return imageZip(zip);
  } catch (error) {
    await zip.close();
    throw error;
  }
}

/**
 * Opens the images of a folder (recursive), a `.zip` or an ADM batch `.npz`, in code-point order of their relative
 * paths; no image is read before it is loaded.
 *
 * Files are images by their ending (`IMAGE_EXTENSIONS`, any case); others are passed over, and so are hidden files and
 * folders, as the Python tools do. Links are followed, circles are not.
 *
 * @param path  as the caller typed it; errors name it so
 * @throws InputError UNREADABLE_FILE if there is no such path, it cannot be read, or it is neither of the three;
 *   DUPLICATE_IDS if a zip has a name twice
 * @throws SampleSizeError EMPTY_FOLDER if there is no image in it
 */
export async function openImageSet(path: string): Promise<ImageSet> {
  const kind = await stat(path).catch((error: NodeJS.ErrnoException) => {
    const missing = error.code === 'ENOENT' || error.code === 'ENOTDIR';
    throw new InputError(
      'UNREADABLE_FILE',
      {
        where: path,
        expected: missing ? 'there is no such folder or file' : `cannot be read (${error.message})`,
        ...(missing ? { help: 'Check the path.' } : {}),
      },
      { cause: error },
    );
  });
  if (kind.isDirectory()) return folderSet(path);
  if (kind.isFile() && /\.(zip|npz)$/i.test(path)) return archiveSet(path);
  throw new InputError('UNREADABLE_FILE', {
    where: path,
    expected: `must be ${KINDS}`,
    received: kind.isFile() ? 'another file' : 'something that is neither a file nor a folder',
  });
}
