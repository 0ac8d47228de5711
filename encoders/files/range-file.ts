import type { FileHandle } from 'node:fs/promises';
import { InputError } from '../../errors.js';
import { openRegularFile } from './regular-file.js';

/** A file read by ranges. */
export interface RangeFile {
  /** the path as the caller typed it */
  readonly path: string;
  /** bytes, when it was opened */
  readonly size: number;
  /** `length` bytes from `start`, in memory of their own. */
  read(start: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/**
 * Opens a file for reading by ranges.
 *
 * @throws InputError UNREADABLE_FILE if it is missing or no file, or when a range reaches past its end
 */
export async function openRangeFile(path: string): Promise<RangeFile> {
  const { file, size } = await openRegularFile(path);
  return {
    path,
    size,
    read: (start, length) => readRange({ path, file, size, start, length }),
    close: () => file.close(),
  };
}

/** Heads are read with what follows them: of small things the next head comes along. */
const AHEAD = 1 << 14;

/** Reads bytes of a file out of what was read along with those before: views, good until the next call. */
export function aheadReader(file: RangeFile): (start: number, length: number) => Promise<Uint8Array> {
  let block = new Uint8Array(0);
  let from = 0;
  return async (start, length) => {
    if (start < from || start + length > from + block.length) {
      const size = Math.max(length, Math.min(AHEAD, file.size - start));
      block = new Uint8Array(await file.read(start, size));
      from = start;
    }
    return block.subarray(start - from, start - from + length);
  };
}

async function readRange(range: {
  readonly path: string;
  readonly file: FileHandle;
  readonly size: number;
  readonly start: number;
  readonly length: number;
}): Promise<Uint8Array> {
  const { path, file, size, start, length } = range;
  if (start + length > size) throw cutOff(path, { needed: start + length, size });
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(bytes, done, Math.min(length - done, 2 ** 30), start + done);
    if (bytesRead === 0) throw cutOff(path, { needed: start + length, size: start + done });
    done += bytesRead;
  }
  return bytes;
}

function cutOff(
  path: string,
  { needed, size }: { readonly needed: number; readonly size: number },
): InputError {
  return new InputError('UNREADABLE_FILE', {
    where: path,
    expected: `must reach byte ${needed}`,
    received: `a file of ${size} bytes`,
    help: 'Download or save the file again.',
  });
}
