import { mkdir, statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { EvaluationError, InputError } from '../../errors.js';
import { countText } from '../../numerics/number-text.js';

const REASONS: Readonly<Record<string, readonly [received: string, help: string]>> = {
  ENOSPC: ['no space left on the disk', 'Free some space or write to another disk.'],
  EDQUOT: ['the disk quota is used up', 'Free some space or write to another disk.'],
  EFBIG: ['a file larger than this system or this shell allows', 'Raise the limit or write to another disk.'],
  EROFS: ['a read-only file system', 'Write to another folder.'],
  EACCES: ['no permission to write there', 'Write to another folder.'],
  EPERM: ['no permission to write there', 'Write to another folder.'],
  ENOENT: ['no such folder', 'Make the folder first.'],
  ENOTDIR: ['a path that goes through a file', 'Write to another folder.'],
  EEXIST: ['a file where a folder is needed', 'Name a folder.'],
  EISDIR: ['a folder', 'Name a file in it.'],
};

const FULL = new Set(['ENOSPC', 'EDQUOT']);

async function spaceText(path: string, neededBytes: number | undefined): Promise<string> {
  const needed = neededBytes === undefined ? [] : [`${countText(neededBytes)} bytes needed`];
  try {
    const { bavail, bsize } = await statfs(dirname(path));
    const free = `${countText(Number(bavail) * Number(bsize))} bytes free in ${dirname(path)}`;
    return `, ${[...needed, free].join(', ')}`;
  } catch {
    return needed.map((text) => `, ${text}`).join(''); // the hint is no reason to lose the error
  }
}

/**
 * What to throw when a file cannot be written, from what the system said; errors that are already ours pass unchanged.
 *
 * @param path  as the caller typed it
 * @param neededBytes  how large the file has to be at least, where that is known
 * @returns InputError UNWRITABLE_FILE with the reason in words and, on a full disk, how much is needed and how much is free
 */
export async function unwritableFile(
  path: string,
  error: unknown,
  neededBytes?: number,
): Promise<EvaluationError> {
  if (error instanceof EvaluationError) return error;
  const { code = '', message = String(error) } = error as NodeJS.ErrnoException;
  const [received, help] = REASONS[code] ?? [message, 'Write to another folder.'];
  const hint = FULL.has(code) ? await spaceText(path, neededBytes) : '';
  return new InputError(
    'UNWRITABLE_FILE',
    { where: path, expected: 'must be writable', received: received + hint, help, systemCode: code },
    { cause: error },
  );
}

/**
 * Makes a folder, and those above it that are missing. By its absolute path: of a relative one, Node 20 tries for ever where the working
 * folder itself has been removed.
 *
 * @throws InputError UNWRITABLE_FILE
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(resolve(path), { recursive: true });
  } catch (error) {
    throw await unwritableFile(path, error);
  }
}
