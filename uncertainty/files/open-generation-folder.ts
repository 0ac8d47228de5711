import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileExists } from '../../encoders/files/file-exists.js';
import { makeFolder } from '../../encoders/files/unwritable-file.js';
import { writeWhole } from '../../encoders/files/write-whole.js';
import type { Shard } from '../../encoders/shard.js';
import { InputError, OptionError } from '../../errors.js';
import {
  FIRST_ID,
  type GenerationRecord,
  type GenerationSettings,
  settingsDifference,
  totalCounts,
} from '../generation-record.js';
import { alternativesCsv, readGeneratedCounts, readScores, removeScores } from './generated-counts.js';
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

/** What a folder of a generation may hold, besides its records. */
const FOLDERS = ['images', 'maps', 'maps-by-time', 'var_tensors', 'exp_tensors', 'variances', '.scores'];

/** Numbers of the images of a shard: a stretch of 0 … n − 1. */
function imagesOfShard(
  n: number,
  shard: Shard | undefined,
): { readonly start: number; readonly end: number } {
  if (shard === undefined) return { start: 0, end: n };
  const { index, count } = shard;
  if (n < count)
    throw new OptionError('OUT_OF_RANGE', {
      where: '--shard',
      expected: `must have at most as many parts as there are images, ${n}`,
      received: `${index}/${count}`,
    });
  return { start: Math.floor(((index - 1) * n) / count), end: Math.floor((index * n) / count) };
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
  { shard, existing }: { readonly shard: Shard | undefined; readonly existing: 'refused' | 'replaced' },
): Promise<GenerationFolder> {
  const part = shard === undefined ? '' : `-${shard.index}-of-${shard.count}`;
  const recordPath = join(folder, `generation${part}.json`);
  const unfinishedPath = join(folder, `unfinished${part}.json`);
  const { start, end } = imagesOfShard(settings.n, shard);
  const isOwn = (image: number): boolean => image >= start && image < end;

  await makeFolder(folder);
  if (existing === 'replaced')
    await removeImages(folder, isOwn, [recordPath, unfinishedPath, join(folder, 'alternatives.csv')]);
  if (await fileExists(recordPath))
    throw new InputError('FILE_EXISTS', {
      where: recordPath,
      expected: 'these images are finished, and were left as they are',
      help: 'Pass --force to make them anew, or write to another folder.',
    });
  if (await fileExists(unfinishedPath)) {
    await requireSame(unfinishedPath, settings);
    await removeParts(folder, isOwn);
  } else {
    await requireNoImages(folder, settings, isOwn);
    await writeWhole(unfinishedPath, json(settings), { existing: 'replaced' });
  }
  const all = Array.from({ length: end - start }, (_, i) => start + i);
  const missing: number[] = [];
  for (const image of all) if (!(await fileExists(imagePath(folder, image)))) missing.push(image);

  return {
    missing,
    found: all.length - missing.length,
    write: (image) => writeGeneratedImage(folder, image, settings),
    async finish() {
      const counts = await readGeneratedCounts(folder, all, settings);
      const record: GenerationRecord = { ...settings, counts };
      const scores = settings.alternatives.length === 0 ? [] : await readScores(folder, all);
      if (shard === undefined) {
        if (scores.length > 0)
          await writeWhole(join(folder, 'alternatives.csv'), await alternativesCsv(settings, scores), {
            existing: 'replaced',
          });
        await writeWhole(recordPath, json(record), { existing: 'replaced' });
        await removeScores(folder, all);
        await rm(unfinishedPath, { force: true });
        return record;
      }
      await writeWhole(recordPath, json(record), { existing: 'replaced' });
      await rm(unfinishedPath, { force: true });
      await finishWhole(folder, settings, shard.count);
      return record;
    },
  };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

async function requireSame(path: string, settings: GenerationSettings): Promise<void> {
  let before: unknown;
  try {
    before = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new InputError('UNREADABLE_FILE', { where: path, expected: 'must be JSON' }, { cause: error });
  }
  const different = settingsDifference(before, JSON.parse(json(settings)));
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

/** Files that a killed run left half-written. */
async function removeParts(folder: string, isOwn: (image: number) => boolean): Promise<void> {
  for (const path of await filesOf(folder)) {
    const name = path.replace(/^.*[\\/]/, '');
    const image = imageOfName(name);
    if (name.endsWith('.part') && image !== null && isOwn(image)) await rm(path, { force: true });
  }
}

/** Once all shards are done, the whole's files: the same bytes whoever comes last. */
async function finishWhole(folder: string, settings: GenerationSettings, count: number): Promise<void> {
  const paths = Array.from({ length: count }, (_, i) => join(folder, `generation-${i + 1}-of-${count}.json`));
  const texts: string[] = [];
  for (const path of paths) {
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text === null) return;
    texts.push(text);
  }
  const records = texts.map((text) => JSON.parse(text) as GenerationRecord);
  for (const [i, { counts: _, ...own }] of records.entries()) {
    const different = settingsDifference(own, JSON.parse(json(settings)));
    if (different !== null)
      throw new OptionError('CONFLICTING_OPTIONS', {
        where: paths[i]!,
        expected: `was made with ${different.setting} ${JSON.stringify(different.before)}`,
        received: JSON.stringify(different.now) ?? 'none',
        help: 'Make all shards with the same settings.',
      });
  }
  const all = Array.from({ length: settings.n }, (_, i) => i);
  if (settings.alternatives.length > 0)
    await writeWhole(
      join(folder, 'alternatives.csv'),
      await alternativesCsv(settings, await readScores(folder, all)),
      { existing: 'replaced' },
    );
  await removeScores(folder, all);
  const elements = settings.denoiser.imageShape.reduce((product, side) => product * side, 1);
  const counts = totalCounts(
    records.map((record) => record.counts),
    elements,
  );
  await writeWhole(join(folder, 'generation.json'), json({ ...settings, counts }), { existing: 'replaced' });
}
