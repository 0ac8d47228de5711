import { readdir, stat } from 'node:fs/promises';
import { byCodePoint } from '../../encoders/embedded-set.js';
import { readFolderFiles } from '../../encoders/files/folder-files.js';
import { isHidden } from '../../encoders/images/image-names.js';
import { InputError } from '../../errors.js';

/** What a path is. @throws InputError UNREADABLE_FILE if there is nothing */
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

/** Files below a folder by their path relative to it, in code-point order, hidden ones left out. Names are taken as they are:
 * a literal % stays one. */
export async function filesBelow(folder: string): Promise<string[]> {
  const files = await readFolderFiles(folder, { skipped: isHidden });
  return [...files].sort(byCodePoint);
}

/** Names of the folders directly in a folder, in code-point order. */
export async function foldersIn(folder: string): Promise<string[]> {
  const found = await readdir(folder, { withFileTypes: true });
  return found
    .filter((entry) => !entry.isFile() && !isHidden(entry.name))
    .map((entry) => entry.name)
    .sort(byCodePoint);
}
