import { join } from 'node:path';
import { type Format, readFormat } from './read-format.js';

/**
 * What a JSON file beside a report holds; null where there is no such file.
 *
 * @throws InputError UNREADABLE_FILE if there is such a file and it cannot be read
 */
export async function readBeside<T>(folder: string, file: string, format: Format<T>): Promise<T | null> {
  try {
    return await readFormat(join(folder, file), format);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
