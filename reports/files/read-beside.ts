import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../errors.js';

/**
 * What a JSON file beside a report holds; null where there is no such file.
 *
 * @param parsed  makes the value, or throws
 * @throws InputError UNREADABLE_FILE if there is such a file and it cannot be read
 */
export async function readBeside<T>(
  folder: string,
  name: string,
  {
    parsed,
    expected,
    help,
  }: { readonly parsed: (json: unknown) => T; readonly expected: string; readonly help: string },
): Promise<T | null> {
  const path = join(folder, name);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    return parsed(JSON.parse(text));
  } catch (cause) {
    throw new InputError('UNREADABLE_FILE', { where: path, expected, help }, { cause });
  }
}
