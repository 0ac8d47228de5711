import { openWholeFile, type WholeFileOptions } from './whole-file.js';

/**
 * Writes a file whole or not at all: it appears under its name when it is complete, or nothing is left of it.
 *
 * @param content  text, bytes, or pieces of either that are written as they come
 * @throws InputError FILE_EXISTS if there is such a file and `existing` is not `replaced`
 * @throws InputError UNWRITABLE_FILE if it cannot be written: no folder, no permission, a full disk
 * @throws InterruptedError INTERRUPTED once `signal` is aborted
 */
export async function writeWhole(
  path: string,
  content: string | Uint8Array | AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
  options: WholeFileOptions = {},
): Promise<void> {
  const file = await openWholeFile(path, options);
  try {
    const pieces = typeof content === 'string' || content instanceof Uint8Array ? [content] : content;
    for await (const piece of pieces)
      await file.append(typeof piece === 'string' ? Buffer.from(piece) : piece);
    await file.commit();
  } finally {
    await file.abandon();
  }
}
