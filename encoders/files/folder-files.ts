import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../errors.js';

/** Paths of files in a folder and its folders, relative to it, `/` between folders, in no particular order. */
export type FolderFiles = readonly string[];

/**
 * Lists files recursively. Links are followed; one that leads back to a folder around it is left out, since everything
 * in it is listed already, and one that leads nowhere is listed as the file that it should be.
 *
 * @param skipped  whether a name (of a file or folder) is passed over
 * @throws InputError UNREADABLE_FILE if a folder cannot be read
 */
export async function readFolderFiles(
  folder: string,
  { skipped }: { readonly skipped: (name: string) => boolean },
): Promise<FolderFiles> {
  const files: string[] = [];

  async function list(relative: string, around: readonly string[]): Promise<void> {
    const path = join(folder, relative);
    const here = await readable(path, realpath(path));
    if (around.includes(here)) return;
    for (const entry of await readable(path, readdir(path, { withFileTypes: true }))) {
      if (skipped(entry.name)) continue;
      const name = relative === '' ? entry.name : `${relative}/${entry.name}`;
      const kind = entry.isSymbolicLink() ? await target(join(folder, name)) : entry;
      if (kind === 'nowhere' || kind.isFile()) files.push(name);
      else if (kind.isDirectory()) await list(name, [...around, here]);
    }
  }

  await list('', []);
  return files;
}

async function target(link: string) {
  try {
    return await stat(link);
  } catch {
    // It leads nowhere or in a circle: reading the file will say so, by its name.
    return 'nowhere';
  }
}

async function readable<Result>(path: string, reading: Promise<Result>): Promise<Result> {
  try {
    return await reading;
  } catch (error) {
    throw new InputError(
      'UNREADABLE_FILE',
      { where: path, expected: `the folder cannot be read (${(error as Error).message})` },
      { cause: error },
    );
  }
}
