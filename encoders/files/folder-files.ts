import { opendir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../errors.js';
import { byCodePoint } from '../embedded-set.js';

/** Entries of a folder that are read at once. */
const PIECE = 256;

/** Paths of files in a folder and its folders, relative to it, `/` between folders, in no particular order. */
export type FolderFiles = readonly string[];

// By hand, since tinyglobby 0.2.17 lists the files of a link that leads back twice, leaves dangling links out and gives an
// empty list for a folder that it cannot read; on 20,000 files it also takes twice the processor time.

/**
 * Lists files recursively. Links to folders are followed when all other folders were listed, in code-point order; a folder
 * that was listed already, by whatever name, is left out, so that no folder is read twice however links lie. A link
 * that leads nowhere is listed as the file that it should be.
 *
 * @param skipped  whether a name (of a file or folder) is passed over
 * @throws InputError UNREADABLE_FILE if a folder cannot be read
 */
export async function readFolderFiles(
  folder: string,
  { skipped }: { readonly skipped: (name: string) => boolean },
): Promise<FolderFiles> {
  const files: string[] = [];
  const listed = new Set<string>();
  const links: string[] = [];

  /** In pieces: a list of all entries, of which each is an object, would take more memory than their names. */
  async function listEntries(path: string, relative: string, folders: string[]): Promise<void> {
    for await (const entry of await opendir(path, { bufferSize: PIECE })) {
      if (skipped(entry.name)) continue;
      const name = relative === '' ? entry.name : [relative, entry.name].join('/'); // in one piece: + keeps both besides it
      if (entry.isDirectory()) folders.push(entry.name);
      else if (!entry.isSymbolicLink()) {
        if (entry.isFile()) files.push(name);
      } else {
        const kind = await target(join(folder, name));
        if (kind === 'nowhere' || kind.isFile()) files.push(name);
        else if (kind.isDirectory()) links.push(name);
      }
    }
  }

  async function list(relative: string, here: string): Promise<void> {
    if (listed.size === listed.add(here).size) return;
    const path = join(folder, relative);
    const folders: string[] = [];
    await readable(path, listEntries(path, relative, folders));
    for (const name of folders) await list(relative === '' ? name : `${relative}/${name}`, join(here, name));
  }

  await list('', await readable(folder, realpath(folder)));
  while (links.length > 0) {
    const found = links.splice(0).sort(byCodePoint);
    for (const name of found)
      await list(name, await readable(join(folder, name), realpath(join(folder, name))));
  }
  return files;
}

/** Which files of a folder are pictures that a report in it drew: in `figures/` and `print/`, beside `report.html` and with an index. */
export function drawnByReports(files: FolderFiles): (file: string) => boolean {
  const drawn = files
    .filter((file) => /(?:^|\/)figures\/index\.json$/.test(file))
    .map((file) => file.slice(0, -'figures/index.json'.length))
    .filter((report) => files.includes(`${report}report.html`))
    .flatMap((report) => [`${report}figures/`, `${report}print/`]);
  return (file) => drawn.some((folder) => file.startsWith(folder));
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
