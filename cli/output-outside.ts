import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import picomatch from 'picomatch';
import { atWildcard, isPattern, spellings } from '../encoders/files/matched-files.js';
import { OptionError } from '../errors.js';
import { flagError } from './flag.js';

/**
 * Refuses figures for print without a folder, and a folder for results inside a folder of images, before any work: what is drawn there would count as images of the set.
 *
 * @param inputs  paths and patterns of sets, as typed; none stands for a set that was not given
 * @throws OptionError OUT_OF_RANGE for `paper` alone; CONFLICTING_OPTIONS naming the first input that would hold the output
 */
export async function requireOutside(
  { output, paper }: { readonly output: string | undefined; readonly paper?: string | undefined },
  inputs: readonly (string | null | undefined)[],
): Promise<void> {
  if (output === undefined) {
    if (paper !== undefined) throw flagError('paper', 'needs a folder to write', paper, 'Add -o report/.');
    return;
  }
  const folder = await realFolder(resolve(output));
  for (const input of inputs) {
    if (input == null || !(await wouldHold(input, folder))) continue;
    throw new OptionError('CONFLICTING_OPTIONS', {
      where: '--output',
      expected: `must lie outside ${input}: images written there would count as its own`,
      received: output,
      help: 'Write to another folder.',
    });
  }
}

async function wouldHold(input: string, folder: string): Promise<boolean> {
  const there = await stat(input).catch(() => undefined);
  if (there !== undefined) return there.isDirectory() && isInside(await realpath(input), folder);
  if (!isPattern(input)) return false;
  for (const path of spellings(input) ?? [])
    if (isPattern(path) ? await wouldMatch(path, folder) : await wouldHold(path, folder)) return true;
  return false;
}

/** Whether a pattern names a picture of a report in a folder, or a folder around it. */
async function wouldMatch(pattern: string, folder: string): Promise<boolean> {
  const { folder: before, rest } = atWildcard(pattern);
  const outer = await realFolder(resolve(before));
  const fits = picomatch(rest);
  for (let path = join(folder, 'figures', 'figure.png'); isInside(outer, path); path = dirname(path)) {
    if (fits(relative(outer, path))) return true;
    if (path === outer) break;
  }
  return false;
}

function isInside(outer: string, path: string): boolean {
  const way = relative(outer, path);
  return way === '' || !(way === '..' || way.startsWith('../') || way.startsWith('..\\') || isAbsolute(way));
}

/** Where a folder will lie that may not be there yet: the real path of what is there of it, and the rest. */
async function realFolder(path: string): Promise<string> {
  const real = await realpath(path).catch(() => null);
  if (real !== null || path === dirname(path)) return real ?? path;
  return join(await realFolder(dirname(path)), basename(path));
}
