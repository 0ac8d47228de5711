import { access, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryOwner } from '../../encoders/files/temporary-files.js';
import { InputError } from '../../errors.js';

/** Says which files a process is about to put into place, so that after a kill they are not taken for a user's own. */
export const UNFINISHED = 'unfinished';

interface Unfinished {
  /** lists of processes that ended before all of their files stood */
  readonly lists: readonly string[];
  readonly names: ReadonlySet<string>;
}

/** What killed processes of this machine left unfinished in a folder. */
export async function readUnfinished(folder: string): Promise<Unfinished> {
  const lists: string[] = [];
  const names = new Set<string>();
  for (const name of await readdir(folder).catch(() => [])) {
    if (temporaryOwner(name, UNFINISHED) !== 'dead') continue;
    const path = join(folder, name);
    lists.push(path);
    const text = await readFile(path, 'utf8').catch(() => '');
    for (const line of text.split('\n')) if (line !== '') names.add(line);
  }
  return { lists, names };
}

/** The lists go once all that they name stands again. */
export async function forgetUnfinished({ lists }: Unfinished): Promise<void> {
  for (const path of lists) await rm(path, { force: true });
}

/**
 * Refuses a folder that already holds one of the files, but for those that a killed run left of a result that it did not finish.
 *
 * @throws InputError FILE_EXISTS naming the first of them
 */
export async function requireNewFiles(folder: string, names: readonly string[]): Promise<void> {
  const unfinished = await readUnfinished(folder);
  for (const name of names) {
    if (unfinished.names.has(name)) continue;
    const path = join(folder, name);
    const found = await access(path).then(
      () => true,
      () => false,
    );
    if (!found) continue;
    throw new InputError('FILE_EXISTS', {
      where: path,
      expected: 'there is already such a file, and it was left as it is',
      help: 'Pass --force to replace it, or write to another folder.',
    });
  }
}
