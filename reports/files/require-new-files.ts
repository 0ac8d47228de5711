import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../errors.js';

/**
 * Refuses a folder that already holds one of the files.
 *
 * @throws InputError FILE_EXISTS naming the first of them
 */
export async function requireNewFiles(folder: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
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
