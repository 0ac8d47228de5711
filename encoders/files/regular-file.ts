import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { InputError } from '../../errors.js';

/** A file opened for reading, and its bytes when it was. */
export interface RegularFile {
  readonly file: FileHandle;
  readonly size: number;
}

/** A pipe that nobody writes to would be waited for without this. Windows has no such flag. */
const AT_ONCE = constants.O_NONBLOCK ?? 0;
/** Of a JSON file that stands beside others, unless its reader knows that it may be larger. */
const LARGEST_TEXT_BYTES = 2 ** 26;
/** Of a table or report with a line for each image: a million of them. */
export const LARGEST_TABLE_BYTES = 2 ** 28;

/**
 * Opens a file for reading: one on a disk, no folder, pipe or device, whose reading may never end.
 *
 * @throws InputError UNREADABLE_FILE if it is missing, cannot be opened, or is none
 */
export async function openRegularFile(path: string): Promise<RegularFile> {
  const file = await opened(path);
  try {
    const found = await file.stat();
    if (found.isFile()) return { file, size: found.size };
    throw new InputError('UNREADABLE_FILE', {
      where: path,
      expected: 'must be a file',
      received: found.isDirectory() ? 'a folder' : 'something that is neither a file nor a folder',
    });
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function opened(path: string): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDONLY | AT_ONCE);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new InputError(
      'UNREADABLE_FILE',
      {
        where: path,
        ...(code === 'ENOENT' ? { expected: 'no such file' } : { expected: `cannot be opened (${message})` }),
      },
      { cause: error },
    );
  }
}

/**
 * The text of a file that is read whole.
 *
 * @param mostBytes  default 64 MiB
 * @throws InputError UNREADABLE_FILE as {@link openRegularFile}, and if it has more
 */
export async function readTextFile(path: string, mostBytes = LARGEST_TEXT_BYTES): Promise<string> {
  const { file, size } = await openRegularFile(path);
  try {
    requireTextSize(path, size, mostBytes);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

/**
 * Of a text that is read whole, before it is.
 *
 * @param mostBytes  default 64 MiB
 * @throws InputError UNREADABLE_FILE if it has more
 */
export function requireTextSize(where: string, size: number, mostBytes = LARGEST_TEXT_BYTES): void {
  if (size <= mostBytes) return;
  throw new InputError('UNREADABLE_FILE', {
    where,
    expected: `must have at most ${mostBytes.toLocaleString('en-US')} bytes`,
    received: size.toLocaleString('en-US'),
  });
}
