import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { defined } from '../../defined.js';
import { InputError } from '../../errors.js';
import { byCodePoint } from '../embedded-set.js';
import { drawnByReports, readFolderFiles } from '../files/folder-files.js';
import { readImageFile } from '../files/image-file.js';
import { isPattern, matchedFiles } from '../files/matched-files.js';
import { extension, isHidden, isImagePath } from './image-names.js';
import type { ImageEntry, ImageSet } from './image-set.js';
import { described, requireImages } from './require-images.js';
import { type ImageKindId, SET_SOURCES, SOURCE_KINDS, type SourceKind } from './source-kinds.js';
import { limitedIndices, limitWarning, requireTaken, type SourceOptions } from './source-options.js';

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

/** A source that was found: its file, and what stands behind it in the path (`sub/folder` of `a.zip/sub/folder`). */
interface Found {
  /** as the caller typed it */
  readonly source: string;
  readonly path: string;
  readonly within: string;
}

type Opener = (found: Found, options: SourceOptions) => Promise<ImageSet>;

/**
 * Ids of the images of a folder, in code-point order, and what was passed over beside them.
 *
 * @throws SampleSizeError EMPTY_FOLDER if there is none; InputError UNREADABLE_FILE if a folder cannot be read
 */
export async function listFolder(
  path: string,
): Promise<{ readonly ids: readonly string[]; readonly passedOver: string | null }> {
  const files = await readFolderFiles(path, { skipped: isHidden });
  const isDrawn = drawnByReports(files);
  const isOfSet = (file: string) => isImagePath(file) && !isDrawn(file);
  const ids = files.filter(isOfSet).sort(byCodePoint);
  const others = ids.length === files.length ? [] : files.filter((file) => !isOfSet(file));
  requireImages(path, { ids, others, help: 'Pass the folder that holds the images.' });
  return { ids, passedOver: others.length === 0 ? null : described(others) };
}

async function folderSet({ source, path }: Found): Promise<ImageSet> {
  const { ids, passedOver } = await listFolder(path);
  return {
    source,
    kind: 'folder',
    passedOver,
    entries: ids.map((id) => new FolderEntry(path, id)),
    labels: async () => (await import('../files/read-labels.js')).readFolderLabels(path),
    close: async () => {},
  };
}

async function zipSet({ source, path, within }: Found, options: SourceOptions): Promise<ImageSet> {
  // loaded here, since it takes as much memory as the names of 100,000 images
  const [{ openZip }, { imageZip }] = await Promise.all([
    import('../files/zip-archive.js'),
    import('./image-zip.js'),
  ]);
  const zip = await openZip(path);
  try {
    const arrays = zip.entries.filter(({ name }) => name.endsWith('.npy'));
    if (arrays.length > 0 && !zip.entries.some(({ name }) => isImagePath(name)))
      return await (await import('./image-npz.js')).imageNpz(zip, source, options);
    return imageZip(zip, { source, within });
  } catch (error) {
    await zip.close();
    throw error;
  }
}

async function arraySet(found: Found, options: SourceOptions): Promise<ImageSet> {
  if (extension(found.path) === 'npz') return zipSet(found, options);
  return (await import('./image-npz.js')).imageNpy(found.path, found.source, options);
}

async function listSet({ source, path }: Found, { key }: SourceOptions): Promise<ImageSet> {
  const { readFileList } = await import('../files/file-list.js');
  const { folder, files, labels } = await readFileList(path, key);
  requireImages(path, { ids: files, others: [], help: 'List the images.' });
  return {
    source,
    kind: 'list',
    entries: [...files].sort(byCodePoint).map((id) => new FolderEntry(folder, id)),
    labels: async () =>
      labels && {
        from: `${labels.column} in ${basename(path)}`,
        byId: new Map(files.map((id, i) => [id, labels.values[i]!])),
      },
    close: async () => {},
  };
}

/** The files of a pattern: images, or shards of one kind. */
async function globSet({ source }: Found, options: SourceOptions): Promise<ImageSet> {
  const { folder, files, drawn } = await matchedFiles(source);
  const paths = files.map((file) => join(folder, file));
  const endings = new Set(files.map(extension));
  if (endings.size === 1 && endings.has('tar')) return tarSet({ source, path: paths, within: '' }, options);
  if (endings.size === 1 && endings.has('parquet')) return parquetSet({ source, path: paths }, options);
  if (files.length === 1) return { ...(await openSource(paths[0]!, options)), source };
  const ids = files.filter(isImagePath);
  const others = [...files.filter((file) => !isImagePath(file)), ...drawn];
  requireImages(source, {
    ids,
    others,
    help: 'Give a pattern of images, .tar shards or .parquet files alone.',
  });
  return {
    source,
    kind: 'glob',
    passedOver: others.length === 0 ? null : described(others),
    entries: ids.map((id) => new FolderEntry(folder, id)),
    close: async () => {},
  };
}

async function tarSet(
  {
    source,
    path,
    within,
  }: { readonly source: string; readonly path: string | readonly string[]; readonly within: string },
  { key }: SourceOptions,
): Promise<ImageSet> {
  const { imageTars } = await import('./image-tar.js');
  return imageTars(source, typeof path === 'string' ? [path] : path, { within, field: key });
}

async function parquetSet(
  { source, path }: { readonly source: string; readonly path: string | readonly string[] },
  { key }: SourceOptions,
): Promise<ImageSet> {
  const { parquetImages } = await import('./parquet-images.js');
  return parquetImages(source, typeof path === 'string' ? [path] : path, key);
}

const OPENERS = {
  folder: folderSet,
  zip: zipSet,
  tar: tarSet,
  parquet: parquetSet,
  array: arraySet,
  idx: async ({ source, path }) => (await import('./image-idx.js')).imageIdx(path, source),
  list: listSet,
  glob: globSet,
} satisfies Readonly<Record<ImageKindId, Opener>>;

/** Kinds with folders in them that a path may lead into. */
const WITH_FOLDERS: readonly ImageKindId[] = ['zip', 'tar'];

/** What to do with files that are converted first. */
const CONVERSIONS: readonly (readonly [ending: RegExp, help: string])[] = [
  [
    /\.(tgz|tar\.(gz|bz2|xz|zst|lz4))$/i,
    'Unpack it first: the images of a compressed tar cannot be read in any order.',
  ],
  [/\.(mp4|webm|mov|avi|mkv)$/i, 'Write its frames as images first: ffmpeg -i clip.mp4 frames/%06d.png.'],
  [/\.(tfrecords?|mdb|lmdb)$/i, 'Write its images to a .tar or a folder first.'],
];

/** The kind of a file by its ending. */
function kindOfFile(path: string): ImageKindId | undefined {
  const ending = extension(path);
  const kinds = Object.keys(OPENERS) as ImageKindId[];
  if (/idx[34]-ubyte$/.test(path)) return 'idx';
  return kinds.find((id) => (SOURCE_KINDS[id].endings as readonly string[]).includes(ending));
}

/** The archive that a path leads into, and the folder in it. */
async function archiveIn(
  source: string,
): Promise<{ readonly kind: ImageKindId; readonly found: Found } | undefined> {
  const parts = source.split('/');
  for (let length = parts.length - 1; length > 0; length--) {
    const path = parts.slice(0, length).join('/');
    const kind = kindOfFile(path);
    if (kind === undefined || !WITH_FOLDERS.includes(kind)) continue;
    const isFile = await stat(path).then(
      (there) => there.isFile(),
      () => false,
    );
    const within = parts.slice(length).filter((part) => part !== '');
    if (isFile) return { kind, found: { source, path, within: within.map((part) => `${part}/`).join('') } };
  }
  return undefined;
}

async function openSource(source: string, options: SourceOptions): Promise<ImageSet> {
  const found = { source, path: source, within: '' };
  try {
    const there = await stat(source);
    if (there.isDirectory()) return await folderSet(found);
    const help = there.isFile() ? CONVERSIONS.find(([ending]) => ending.test(source))?.[1] : undefined;
    const kind = there.isFile() && help === undefined ? kindOfFile(source) : undefined;
    if (kind !== undefined) return await OPENERS[kind](found, options);
    throw new InputError('UNREADABLE_FILE', {
      where: source,
      expected: `must be ${SET_SOURCES}`,
      received: there.isFile() ? 'another file' : 'something that is neither a file nor a folder',
      ...defined({ help }),
    });
  } catch (error) {
    const { code, message, syscall } = error as NodeJS.ErrnoException;
    if (syscall !== 'stat') throw error;
    const missing = code === 'ENOENT' || code === 'ENOTDIR';
    const inside = missing ? await archiveIn(source) : undefined;
    if (inside !== undefined) return await OPENERS[inside.kind](inside.found, options);
    if (missing && isPattern(source)) return await globSet(found, options);
    throw new InputError(
      'UNREADABLE_FILE',
      {
        where: source,
        expected: missing ? 'there is no such folder or file' : `cannot be read (${message})`,
        ...(missing ? { help: 'Check the path.' } : {}),
      },
      { cause: error },
    );
  }
}

/** Some of the images, drawn by the seed, in the set's order. */
function limited(set: ImageSet, limit: NonNullable<SourceOptions['limit']>): ImageSet {
  const n = set.entries.length;
  const indices = limitedIndices(set.source, n, limit);
  return {
    ...set,
    entries: Array.from(indices, (i) => set.entries[i]!),
    warnings: [...(set.warnings ?? []), limitWarning(set.source, limit, n)],
  };
}

/**
 * Opens the images of a source, in code-point order of their ids; no image is read before it is loaded.
 *
 * A source is a folder (recursive), a `.zip` or `.tar` (or a folder in it: `a.zip/sub`), WebDataset shards, `.parquet` files, an array
 * of images (`.npy`, `.npz`), MNIST's idx file, a list of files, or a glob. Files are images by their ending
 * (`IMAGE_EXTENSIONS`, any case); others are passed over, and so are pictures that a report drew, and hidden files and folders, as
 * the Python tools do. Links are followed, circles are not.
 *
 * @param path  as the caller typed it; errors name it so
 * @throws InputError UNREADABLE_FILE if there is no such path, it cannot be read, or it is none of these; DUPLICATE_IDS if an archive
 *   has a name twice; MISSING_IDS if a list or brace range names files that are not there
 * @throws SampleSizeError EMPTY_FOLDER if there is no image in it
 * @throws OptionError OUT_OF_RANGE for a limit above the number of images, CONFLICTING_OPTIONS for a key or range of a source that has none
 */
export async function openImageSet(path: string, options: SourceOptions = {}): Promise<ImageSet> {
  const set = await openSource(path, options);
  try {
    const { takes = [] }: SourceKind = SOURCE_KINDS[set.kind];
    requireTaken(path, options, takes);
    return options.limit === undefined ? set : limited(set, options.limit);
  } catch (error) {
    await set.close();
    throw error;
  }
}
