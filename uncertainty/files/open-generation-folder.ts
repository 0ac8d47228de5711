import { readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileExists } from '../../encoders/files/file-exists.js';
import { parsedJson } from '../../encoders/files/json-text.js';
import { readTextFile } from '../../encoders/files/regular-file.js';
import { sweepTemporaryFiles } from '../../encoders/files/temporary-files.js';
import { makeFolder } from '../../encoders/files/unwritable-file.js';
import { writeWhole } from '../../encoders/files/write-whole.js';
import { withLock } from '../../encoders/models/folder-lock.js';
import { type Shard, shardRange } from '../../encoders/shard.js';
import { InputError, OptionError } from '../../errors.js';
import {
  FIRST_ID,
  type GenerationRecord,
  type GenerationSettings,
  settingsDifference,
} from '../generation-record.js';
import { finishShards } from './finish-shards.js';
import {
  BEGIN_ANEW,
  readGeneratedCounts,
  recordText,
  removeScores,
  writeAlternatives,
} from './generated-counts.js';
import { type FinishedImage, imagePath, writeGeneratedImage } from './write-generated-image.js';

/** A folder that is being filled with images, taken up where it was left. */
export interface GenerationFolder {
  /** numbers of the images that are still to be made, rising */
  readonly missing: readonly number[];
  /** how many were there already */
  readonly found: number;
  /** Writes an image's files, each whole or not at all, its PNG last: an image that has one is done. */
  write(image: FinishedImage): Promise<void>;
  /** Writes `generation.json` (of a shard: `generation-I-of-N.json`, and the former too once all shards are done). */
  finish(): Promise<GenerationRecord>;
}

const WHOLE: Shard = { index: 1, count: 1 };

/** What a folder of a generation may hold, besides its records. */
const FOLDERS = [
  'images',
  'maps',
  'latent-maps',
  'maps-by-time',
  'var_tensors',
  'exp_tensors',
  'variances',
  '.scores',
];

/** How a folder is opened. */
export interface GenerationFolderOptions {
  readonly shard?: Shard | undefined;
  readonly existing: 'refused' | 'replaced';
}

/**
 * Opens a folder of generated images while no other run makes the same images there.
 *
 * @throws InputError IN_USE if another does
 * @throws what `openGenerationFolder` throws
 */
export async function withGenerationFolder<T>(
  folder: string,
  settings: GenerationSettings,
  options: GenerationFolderOptions,
  work: (output: GenerationFolder) => Promise<T>,
): Promise<T> {
  shardRange(settings.n, options.shard ?? WHOLE, folder); // refused before there is a folder
  await makeFolder(folder);
  const lock = join(folder, `.generation${partName(options.shard)}.lock`);
  return withLock(lock, async () => work(await openGenerationFolder(folder, settings, options)), {
    held: 'refused',
  });
}

/**
 * Opens or begins a folder of generated images. While it is not finished, `unfinished.json` tells what it is being made with.
 *
 * @throws InputError FILE_EXISTS if it is finished, or holds files of another origin, and may not be replaced
 * @throws OptionError CONFLICTING_OPTIONS if it was begun with other settings, naming the first
 */
export async function openGenerationFolder(
  folder: string,
  settings: GenerationSettings,
  { shard, existing }: GenerationFolderOptions,
): Promise<GenerationFolder> {
  const part = partName(shard);
  const recordPath = join(folder, `generation${part}.json`);
  const unfinishedPath = join(folder, `unfinished${part}.json`);
  const { start, end } = shardRange(settings.n, shard ?? WHOLE, folder);
  const isOwn = (image: number): boolean => image >= start && image < end;
  const all = Array.from({ length: end - start }, (_, i) => start + i);

  async function complete(): Promise<void> {
    await rm(unfinishedPath, { force: true });
    if (shard === undefined) await removeScores(folder, all);
    else await finishShards(folder, settings, shard.count);
  }

  await makeFolder(folder);
  if (existing === 'replaced')
    await removeImages(folder, isOwn, [
      join(folder, 'generation.json'),
      join(folder, 'alternatives.csv'),
      recordPath,
      unfinishedPath,
    ]);
  if (await fileExists(recordPath)) {
    const different = await differenceFrom(recordPath, settings);
    if (different === null) await complete(); // what a run left undone that was killed after its last image
    throw new InputError('FILE_EXISTS', {
      where: recordPath,
      expected: 'these images are finished, and were left as they are',
      ...(different === null
        ? {}
        : {
            received: `${different.setting} ${JSON.stringify(different.now) ?? 'absent'}, where they were made with ${JSON.stringify(different.before) ?? 'none'}`,
          }),
      help: 'Pass --force to make them anew, or write to another folder.',
    });
  }
  const missing: number[] = [];
  for (const image of all) if (!(await fileExists(imagePath(folder, image)))) missing.push(image);
  // a run that made no image yet binds no later one to its settings
  if ((await fileExists(unfinishedPath)) && missing.length < all.length) {
    await requireSameSettings(unfinishedPath, settings);
    await removeParts(folder);
  } else {
    await requireNoImages(folder, settings, isOwn);
    await removeParts(folder);
    await writeWhole(unfinishedPath, recordText(settings), { existing: 'replaced' });
  }

  return {
    missing,
    found: all.length - missing.length,
    write: (image) => writeGeneratedImage(folder, image, settings),
    async finish() {
      const counts = await readGeneratedCounts(folder, all, settings);
      const record: GenerationRecord = { ...settings, counts };
      if (shard === undefined) await writeAlternatives(folder, all, settings);
      await writeWhole(recordPath, recordText(record), { existing: 'replaced' });
      await complete();
      return record;
    },
  };
}

/** What stands behind the names of a shard's files. */
function partName(shard: Shard | undefined): string {
  return shard === undefined ? '' : `-${shard.index}-of-${shard.count}`;
}

/** The first setting in which a record, its counts aside, differs from these. */
async function differenceFrom(path: string, settings: object) {
  const record = parsedJson(await readTextFile(path), { where: path, help: BEGIN_ANEW });
  const { counts: _, ...before } = record as { readonly counts?: unknown };
  return settingsDifference(before, JSON.parse(JSON.stringify(settings)));
}

/**
 * Refuses to take up what was begun with other settings.
 *
 * @param path  of the JSON that was written when it was begun
 * @throws OptionError CONFLICTING_OPTIONS naming the first setting that differs
 */
export async function requireSameSettings(path: string, settings: object): Promise<void> {
  const different = await differenceFrom(path, settings);
  if (different === null) return;
  throw new OptionError('CONFLICTING_OPTIONS', {
    where: path,
    expected: `was begun with ${different.setting} ${JSON.stringify(different.before) ?? 'absent'}`,
    received: JSON.stringify(different.now) ?? 'none',
    help: 'Go on with the same settings, pass --force to begin anew, or write to another folder.',
  });
}

/** Images in a folder that nobody has begun could be anybody's. */
async function requireNoImages(
  folder: string,
  { n }: GenerationSettings,
  isOwn: (image: number) => boolean,
): Promise<void> {
  const names = await readdir(join(folder, 'images')).catch(() => [] as string[]);
  const foreign = names.find((name) => {
    const image = imageOfName(name);
    return image === null || image >= n || isOwn(image);
  });
  if (foreign === undefined) return;
  throw new InputError('FILE_EXISTS', {
    where: join(folder, 'images', foreign),
    expected: 'there are images of another origin, and they were left as they are',
    help: 'Write to another folder, or pass --force to replace images of these names.',
  });
}

/** Number of the image that a file of the layouts belongs to; null if it is none. */
function imageOfName(name: string): number | null {
  const id = /^\.?(?:img|var|exp)_(\d{7,})[_.]/.exec(name)?.[1];
  return id === undefined ? null : Number(id) - FIRST_ID;
}

async function filesOf(folder: string): Promise<string[]> {
  const files: string[] = [];
  for (const name of FOLDERS) {
    const below = await readdir(join(folder, name), { recursive: true, withFileTypes: true }).catch(() => []);
    for (const entry of below)
      if (entry.isFile()) files.push(join(entry.parentPath ?? join(folder, name), entry.name));
  }
  return files;
}

async function removeImages(
  folder: string,
  isOwn: (image: number) => boolean,
  records: readonly string[],
): Promise<void> {
  for (const path of await filesOf(folder)) {
    const image = imageOfName(path.replace(/^.*[\\/]/, ''));
    if (image !== null && isOwn(image)) await rm(path, { force: true });
  }
  for (const path of records) await rm(path, { force: true });
}

/** Files that a killed run left half-written; those of running ones stay. */
async function removeParts(folder: string): Promise<void> {
  const folders = new Set([folder, ...(await filesOf(folder)).map(dirname)]);
  for (const below of folders) await sweepTemporaryFiles(below);
}
