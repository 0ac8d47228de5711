import { stat } from 'node:fs/promises';
import { InputError } from '../errors.js';

/**
 * Refuses a file that exists and may not be replaced, before any work goes into a new one.
 *
 * @throws InputError FILE_EXISTS
 */
export async function requireNewFile(path: string, existing: 'refused' | 'replaced'): Promise<void> {
  if (existing === 'replaced' || (await stat(path).catch(() => undefined)) === undefined) return;
  throw new InputError('FILE_EXISTS', {
    where: path,
    expected: 'there is already such a file, and it was left as it is',
    help: 'Pass --force to replace it, or write to another path.',
  });
}
