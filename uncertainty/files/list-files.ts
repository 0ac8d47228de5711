import { readdir, stat } from 'node:fs/promises';
import { InputError } from '../../errors.js';
import { byCodePoint } from '../image-pool.js';

/** What a path is. */
export async function pathKind(path: string): Promise<'folder' | 'file'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    throw new InputError(
      'UNREADABLE_FILE',
      {
        where: path,
        expected: 'no such file or folder',
        help: 'Check the path; names with spaces or % need quotes in the shell.',
      },
      { cause: error },
    );
  }
}

/** Files below a folder by their path relative to it, `/` between folders, in code-point order; names that begin with a point
 * are left out. Names are taken as they are: a literal % stays one. */
export async function filesBelow(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => {
      const parent = (entry.parentPath ?? entry.path)
        .slice(folder.replace(/[\\/]+$/, '').length)
        .replace(/^[\\/]+/, '');
      return (parent === '' ? entry.name : `${parent}/${entry.name}`).replaceAll('\\', '/');
    })
    .sort(byCodePoint);
}

/** Names of the folders directly in a folder, in code-point order. */
export async function foldersIn(folder: string): Promise<string[]> {
  const found = await readdir(folder, { withFileTypes: true });
  return found
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort(byCodePoint);
}
