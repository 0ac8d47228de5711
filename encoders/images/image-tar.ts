import { InputError } from '../../errors.js';
import { byCodePoint } from '../embedded-set.js';
import { openRangeFile } from '../files/range-file.js';
import { readTarEntries, type TarContent, type TarEntry } from '../files/tar-archive.js';
import { extension, isImagePath } from './image-names.js';
import type { ImageEntry, ImageSet, StoredLabels } from './image-set.js';
import { described, requireImages } from './require-images.js';

/** What WebDataset keeps beside an image, under its name. */
const COMPANIONS = ['json', 'txt', 'cls'];
/** Of a class in its file: a number or a name. */
const LONGEST_LABEL_BYTES = 1024;

/** An image in a tar. The archive is opened for each: there may be thousands of shards. */
class TarImage implements ImageEntry {
  readonly id: string;
  readonly #archive: string;
  readonly #entry: TarEntry;

  constructor(id: string, archive: string, entry: TarEntry) {
    this.id = id;
    this.#archive = archive;
    this.#entry = entry;
  }

  get load(): ImageEntry['load'] {
    return async () => ({ kind: 'encoded', bytes: await bytesOf(this.#archive, this.#entry) });
  }
}

async function bytesOf(archive: string, { name, offset, size }: TarEntry): Promise<Uint8Array> {
  const file = await openRangeFile(archive);
  try {
    return await file.read(offset, size);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(
      'UNREADABLE_IMAGE',
      { where: `${archive}, entry ${name}`, expected: `cannot be read (${(error as Error).message})` },
      { cause: error },
    );
  } finally {
    await file.close();
  }
}

/** A file of an archive, with the id that its name gives. */
type Named = readonly [id: string, entry: TarEntry];

/** What one archive holds, by names below the folder that is taken. */
interface Shard {
  readonly path: string;
  readonly images: readonly Named[];
  /** texts of classes */
  readonly classes: readonly Named[];
  /** names of what is neither an image nor kept beside one */
  readonly passedOver: readonly string[];
}

function withoutEnding(name: string): string {
  return name.slice(0, -extension(name).length - 1);
}

/** WebDataset's view of a name: the sample is what comes before the first dot, the field what comes after it. */
function sampleOf(name: string): { readonly key: string; readonly field: string } {
  const dot = name.indexOf('.', name.lastIndexOf('/') + 2);
  return dot < 0 ? { key: name, field: '' } : { key: name.slice(0, dot), field: name.slice(dot + 1) };
}

function shardOf(
  path: string,
  { entries, links }: TarContent,
  { within, field }: { readonly within: string; readonly field: string | undefined },
): Shard {
  const idOf = (name: string): string => (field === undefined ? withoutEnding(name) : sampleOf(name).key);
  const images: Named[] = [];
  const others: (readonly [name: string, entry: TarEntry])[] = [];
  for (const entry of entries) {
    if (!entry.name.startsWith(within)) continue;
    const name = entry.name.slice(within.length);
    const isTaken = isImagePath(name) && (field === undefined || sampleOf(name).field === field);
    if (isTaken) images.push([idOf(name), entry]);
    else others.push([name, entry]);
  }
  const ids = new Set(images.map(([id]) => id));
  if (field === undefined) requireOneField(path, images, ids);
  const beside = ([name]: (typeof others)[number]): boolean =>
    COMPANIONS.includes(extension(name)) && ids.has(idOf(name));
  return {
    path,
    images,
    classes: others
      .filter((one) => extension(one[0]) === 'cls' && beside(one))
      .map(([name, entry]) => [idOf(name), entry]),
    passedOver: [
      ...others.filter((one) => !beside(one)).map(([name]) => name),
      ...links.filter((name) => name.startsWith(within)),
    ],
  };
}

/** @throws InputError DUPLICATE_IDS where a sample has several images: `7.jpg` and `7.mask.png` */
function requireOneField(path: string, images: readonly Named[], ids: ReadonlySet<string>): void {
  const seen = new Set<string>();
  for (const [id, { name }] of images) {
    const isSecond = seen.size === seen.add(id).size;
    const dot = id.indexOf('.', id.lastIndexOf('/') + 2);
    const sample = isSecond ? id : dot < 0 ? undefined : id.slice(0, dot);
    if (sample === undefined || !(isSecond || ids.has(sample))) continue;
    throw new InputError('DUPLICATE_IDS', {
      where: path,
      expected: 'must hold one image for each sample',
      received: `${name} beside another image of ${sample}`,
      help: `Name the field that is taken with --key, as in --key ${sampleOf(name).field}.`,
    });
  }
}

/** What stands before the ids of each shard: its name, where images of two shards have one id. */
function prefixes(shards: readonly Shard[]): readonly string[] {
  const seen = new Set<string>();
  let count = 0;
  for (const { images } of shards) {
    for (const [id] of images) seen.add(id);
    count += images.length;
  }
  const isUnique = seen.size === count || shards.length === 1;
  return shards.map(({ path }) =>
    isUnique ? '' : `${withoutEnding(path.slice(path.lastIndexOf('/') + 1))}/`,
  );
}

/** The text of each `.cls` file. */
async function classesOf(
  shards: readonly (Pick<Shard, 'path' | 'classes'> & { readonly prefix: string })[],
): Promise<StoredLabels | null> {
  const byId = new Map<string, string>();
  for (const { path, classes, prefix } of shards) {
    if (classes.length === 0) continue;
    const file = await openRangeFile(path);
    try {
      for (const [id, { offset, size }] of classes) {
        if (size > LONGEST_LABEL_BYTES) continue;
        const text = new TextDecoder().decode(await file.read(offset, size)).trim();
        if (text !== '') byId.set(`${prefix}${id}`, text);
      }
    } finally {
      await file.close();
    }
  }
  return byId.size === 0 ? null : { from: '.cls files', byId };
}

/**
 * The images of one tar or of several (WebDataset shards), named by their paths without ending. Their classes are those of `.cls` files
 * beside them; `.json` and `.txt` beside them are left alone.
 *
 * @param within  a folder in the archive, with `/` at its end; ids are below it
 * @param field  of samples with several images: `seg.png` of `7.jpg`, `7.seg.png`
 * @throws InputError UNREADABLE_FILE as `readTarEntries`; DUPLICATE_IDS for two images of one name; SampleSizeError EMPTY_FOLDER
 */
export async function imageTars(
  source: string,
  paths: readonly string[],
  options: { readonly within: string; readonly field: string | undefined },
): Promise<ImageSet> {
  const shards: Shard[] = [];
  for (const path of paths) shards.push(shardOf(path, await readTarEntries(path), options));
  const before = prefixes(shards);
  const entries = shards
    .flatMap(({ path, images }, i) =>
      images.map(([id, entry]) => new TarImage(`${before[i]}${id}`, path, entry)),
    )
    .sort((a, b) => byCodePoint(a.id, b.id));
  const passedOver = shards.flatMap((shard) => shard.passedOver);
  const { field } = options;
  const help =
    field === undefined
      ? 'Pass an archive of images.'
      : `Check the field ${field}: it is all that comes after the first dot of a name.`;
  requireImages(source, { ids: entries.map(({ id }) => id), others: passedOver, help });
  const classes = shards.map((shard, i) => ({
    path: shard.path,
    classes: shard.classes,
    prefix: before[i]!,
  }));
  return {
    source,
    kind: 'tar',
    passedOver: passedOver.length === 0 ? null : described(passedOver),
    entries,
    labels: () => classesOf(classes),
    close: async () => {},
  };
}
