import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import picomatch from 'picomatch';
import { InputError, OptionError } from '../../errors.js';
import { byCodePoint } from '../embedded-set.js';
import { isPattern } from './matched-files.js';

/** The set of one checkpoint. */
export interface CheckpointSet {
  readonly path: string;
  readonly step: number;
}

/** A path, and the part of it that a pattern left open; null where it was named outright. */
interface Found {
  readonly path: string;
  readonly open: string | null;
}

const NUMBER = /^\d+(\.\d+)?$/;
const SETS = /\.(zip|tar|npz|npy|parquet|pt|pth|safetensors|pkl)$/i;

/**
 * The sets that paths and patterns name, by step: `step` picks it out of a path by its first group; else it is the last number in what the
 * pattern's wildcards stand for, or in what tells the paths apart.
 *
 * @throws InputError UNREADABLE_FILE if a path is not there
 * @throws OptionError OUT_OF_RANGE naming a path without a step, or two of one step
 */
export async function checkpointSets(
  given: readonly string[],
  { step }: { readonly step?: RegExp | undefined } = {},
): Promise<readonly CheckpointSet[]> {
  const found: Found[] = [];
  for (const path of given) {
    if (await isThere(path)) found.push({ path, open: null });
    else if (isPattern(path)) found.push(...(await matches(path)));
    else
      throw new InputError('UNREADABLE_FILE', {
        where: path,
        expected: 'must be a set of images or a pattern of such',
        received: 'nothing of this name',
      });
  }
  const paths = [...new Map(found.map((one) => [one.path, one])).values()];
  const apart = partsApart(paths.map(({ path }) => path));
  const sets = paths.map(({ path, open }, i) => ({
    path,
    step: step === undefined ? stepOf(open ?? apart[i]!, path) : pickedStep(step, path),
  }));
  sets.sort((a, b) => a.step - b.step || byCodePoint(a.path, b.path));
  for (const [i, { path, step: own }] of sets.entries()) {
    if (i > 0 && sets[i - 1]!.step === own)
      throw new OptionError('OUT_OF_RANGE', {
        where: path,
        expected: `every checkpoint must have a step of its own`,
        received: `step ${own}, as ${sets[i - 1]!.path}`,
        help: "Pick it out of the path by --step 'step-(\\d+)'.",
      });
  }
  return sets;
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Folders and files of sets, hidden ones aside, part by part of the pattern. */
async function matches(pattern: string): Promise<readonly Found[]> {
  let found: Found[] = [{ path: pattern.startsWith('/') ? '/' : '', open: '' }];
  for (const part of pattern.split('/').filter((name) => name !== '' && name !== '.')) {
    const next: Found[] = [];
    const fits = isPattern(part) ? picomatch(part) : null;
    for (const { path, open } of found) {
      if (fits === null) next.push({ path: join(path, part), open });
      else
        for (const name of await readdir(path === '' ? '.' : path).catch(() => []))
          if (!name.startsWith('.') && fits(name))
            next.push({ path: join(path, name), open: `${open}/${name}` });
    }
    found = next;
  }
  const sets: Found[] = [];
  for (const one of found) {
    const there = await stat(one.path).catch(() => undefined);
    if (there?.isDirectory() === true || (there?.isFile() === true && SETS.test(one.path))) sets.push(one);
  }
  return sets.sort((a, b) => byCodePoint(a.path, b.path));
}

/** Of each path the parts that not all share; of one alone the last that has a digit. */
function partsApart(paths: readonly string[]): readonly string[] {
  const parts = paths.map((path) => path.split('/').filter((part) => part !== ''));
  const [first] = parts;
  if (first === undefined) return [];
  if (parts.length === 1) return [first.findLast((part) => /\d/.test(part)) ?? ''];
  const shared = new Set(first.filter((part) => parts.every((own) => own.includes(part))));
  return parts.map((own) => own.filter((part) => !shared.has(part)).join('/'));
}

function stepOf(text: string, path: string): number {
  const number = text
    .replace(SETS, '')
    .match(/\d+(\.\d+)*/g)
    ?.at(-1);
  if (number === undefined) throw withoutStep(path, 'no number in its name');
  if (!NUMBER.test(number)) throw withoutStep(path, number);
  return Number(number);
}

function pickedStep(pattern: RegExp, path: string): number {
  const group = pattern.exec(path)?.[1];
  if (group === undefined || !NUMBER.test(group))
    throw withoutStep(path, group === undefined ? 'no match of --step' : JSON.stringify(group));
  return Number(group);
}

function withoutStep(path: string, received: string): OptionError {
  return new OptionError('OUT_OF_RANGE', {
    where: path,
    expected: 'a checkpoint must have a step',
    received,
    help: "Pick it out of the path by --step 'step-(\\d+)'.",
  });
}

/** What changes when a set is written to: how many files, their bytes, and the latest change; null where it is not there. */
export async function setStamp(path: string): Promise<string | null> {
  const own = await stat(path).catch(() => undefined);
  if (own === undefined) return null;
  if (!own.isDirectory()) return [1, own.size, Math.floor(own.mtimeMs)].join(' ');
  let [files, bytes, latest] = [0, 0, 0];
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = await stat(join(entry.parentPath ?? entry.path, entry.name)).catch(() => undefined);
    if (file === undefined) continue;
    files++;
    bytes += file.size;
    latest = Math.max(latest, file.mtimeMs);
  }
  return [files, bytes, Math.floor(latest)].join(' '); // milliseconds, which copies keep
}
