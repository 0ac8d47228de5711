import { InputError } from '../../errors.js';
import { byCodePoint } from '../embedded-set.js';
import { openRangeFile } from '../files/range-file.js';
import { type TarEntry, visitTar } from '../files/tar-archive.js';
import { extension, isImagePath } from './image-names.js';
import type { ImageEntry, ImageSet, StoredImage, StoredLabels } from './image-set.js';
import { described, requireImages } from './require-images.js';

/** What WebDataset keeps beside an image under its name, as it does its class (`.cls`). */
const COMPANIONS = ['json', 'txt'];
/** Of a class in its file: a number or a name. */
const LONGEST_LABEL_BYTES = 1024;

/** An image in a tar: one of a million, so that it holds no more than it must. The archive is opened for each, since there may be thousands of shards. */
class TarImage implements ImageEntry {
  readonly id: string;
  readonly #archive: string;
  readonly #name: string;
  readonly #offset: number;
  readonly #size: number;

  constructor(id: string, archive: string, { name, offset, size }: TarEntry) {
    this.id = id;
    this.#archive = archive;
    this.#name = name;
    this.#offset = offset;
    this.#size = size;
  }

  /** path in the archive */
  get name(): string {
    return this.#name;
  }

  /** The same image under an id with a prefix. */
  within(prefix: string): TarImage {
    const entry = { name: this.#name, offset: this.#offset, size: this.#size };
    return prefix === '' ? this : new TarImage(`${prefix}${this.id}`, this.#archive, entry);
  }

  get load(): ImageEntry['load'] {
    return () => this.#read();
  }

  async #read(): Promise<StoredImage> {
    const file = await openRangeFile(this.#archive);
    try {
      return { kind: 'encoded', bytes: await file.read(this.#offset, this.#size) };
    } catch (error) {
      if (error instanceof InputError) throw error;
      const expected = `cannot be read (${(error as Error).message})`;
      throw new InputError(
        'UNREADABLE_IMAGE',
        { where: `${this.#archive}, entry ${this.#name}`, expected },
        { cause: error },
      );
    } finally {
      await file.close();
    }
  }
}

/** A text of a class, with the id that its name gives. */
type NamedClass = readonly [id: string, entry: TarEntry];

/** What one archive holds, by names below the folder that is taken. */
interface Shard {
  readonly path: string;
  /** by id */
  readonly images: readonly TarImage[];
  readonly classes: readonly NamedClass[];
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

async function shardOf(
  path: string,
  { within, field }: { readonly within: string; readonly field: string | undefined },
): Promise<Shard> {
  const idOf = (name: string): string => (field === undefined ? withoutEnding(name) : sampleOf(name).key);
  const images: TarImage[] = [];
  const classes: NamedClass[] = [];
  const companions: string[] = [];
  const passedOver: string[] = [];
  await visitTar(path, {
    file: (entry) => {
      if (!entry.name.startsWith(within)) return;
      const name = entry.name.slice(within.length);
      const isTaken = isImagePath(name) && (field === undefined || sampleOf(name).field === field);
      if (isTaken) images.push(new TarImage(idOf(name), path, entry));
      else if (extension(name) === 'cls') classes.push([idOf(name), entry]);
      else (COMPANIONS.includes(extension(name)) ? companions : passedOver).push(name);
    },
    link: (name) => {
      if (name.startsWith(within)) passedOver.push(name);
    },
  });
  images.sort((a, b) => byCodePoint(a.id, b.id));
  if (field === undefined) requireOneField(path, images);
  for (const name of companions) if (!hasId(images, idOf(name))) passedOver.push(name);
  const beside = classes.filter(([id, { name }]) => {
    const isBeside = hasId(images, id);
    if (!isBeside) passedOver.push(name.slice(within.length));
    return isBeside;
  });
  return { path, images, classes: beside, passedOver };
}

/** Whether one of the images, which are in code-point order, has the id. */
function hasId(images: readonly TarImage[], id: string): boolean {
  let [from, to] = [0, images.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (byCodePoint(images[middle]!.id, id) < 0) from = middle + 1;
    else to = middle;
  }
  return images[from]?.id === id;
}

/** @throws InputError DUPLICATE_IDS where a sample has several images: `7.jpg` and `7.mask.png` */
function requireOneField(path: string, images: readonly TarImage[]): void {
  for (const [i, { id, name }] of images.entries()) {
    const isSecond = images[i - 1]?.id === id;
    const { key } = sampleOf(id);
    const sample = isSecond ? id : key;
    if (!isSecond && (key === id || !hasId(images, key))) continue;
    throw new InputError('DUPLICATE_IDS', {
      where: path,
      expected: 'must hold one image for each sample',
      received: `${name} beside another image of ${sample}`,
      help: `Name the field that is taken with --key, as in --key ${sampleOf(name).field}.`,
    });
  }
}

/** All images by id, with the name of their shard before it where images of two shards have one id. */
function joined(shards: readonly Shard[]): {
  readonly images: readonly TarImage[];
  readonly prefixes: readonly string[];
} {
  if (shards.length === 1) return { images: shards[0]!.images, prefixes: [''] };
  const byId = (images: TarImage[]) => images.sort((a, b) => byCodePoint(a.id, b.id));
  const images = byId(shards.flatMap((shard) => shard.images));
  if (images.every(({ id }, i) => images[i - 1]?.id !== id))
    return { images, prefixes: shards.map(() => '') };
  const prefixes = shards.map(({ path }) => `${withoutEnding(path.slice(path.lastIndexOf('/') + 1))}/`);
  return {
    images: byId(shards.flatMap((shard, i) => shard.images.map((image) => image.within(prefixes[i]!)))),
    prefixes,
  };
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
 * @throws InputError UNREADABLE_FILE as `visitTar`; DUPLICATE_IDS for two images of one name; SampleSizeError EMPTY_FOLDER
 */
export async function imageTars(
  source: string,
  paths: readonly string[],
  options: { readonly within: string; readonly field: string | undefined },
): Promise<ImageSet> {
  const shards: Shard[] = [];
  for (const path of paths) shards.push(await shardOf(path, options));
  const { images: entries, prefixes } = joined(shards);
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
    prefix: prefixes[i]!,
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
