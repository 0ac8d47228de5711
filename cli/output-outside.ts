import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import picomatch from 'picomatch';
import { isPattern } from '../encoders/files/matched-files.js';
import { OptionError } from '../errors.js';
import { flagError } from './flag.js';

/**
 * Refuses figures for print without a folder, and a folder for results inside a folder of images, before any work: what is drawn there would count as images of the set.
 *
 * @param inputs  paths and patterns of sets, as typed
 * @throws OptionError OUT_OF_RANGE for `paper` alone; CONFLICTING_OPTIONS naming the first input that would hold the output
 */
export async function requireOutside(
  { output, paper }: { readonly output: string | undefined; readonly paper?: string | undefined },
  inputs: readonly string[],
): Promise<void> {
  if (output === undefined) {
    if (paper !== undefined) throw flagError('paper', 'needs a folder to write', paper, 'Add -o report/.');
    return;
  }
  const folder = await realFolder(resolve(output));
  for (const input of inputs) {
    if (!(await wouldHold(input, folder))) continue;
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
  const fits = picomatch(resolve(input));
  for (let path = join(folder, 'figures', 'figure.png'); path !== dirname(path); path = dirname(path))
    if (fits(path)) return true;
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
