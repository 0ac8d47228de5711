import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { openRegularFile } from './regular-file.js';

/**
 * SHA-256 (or MD5, where a publisher gives no other) of a file's bytes, in lower-case hexadecimal.
 *
 * @throws InputError UNREADABLE_FILE if it is missing, or no file: a pipe or a device may never end
 */
export async function fileHash(path: string, algorithm: 'sha256' | 'md5' = 'sha256'): Promise<string> {
  const { file } = await openRegularFile(path);
  try {
    const hash = createHash(algorithm);
    await pipeline(file.createReadStream({ highWaterMark: 1 << 20, autoClose: false }), hash);
    return hash.digest('hex');
  } finally {
    await file.close();
  }
}
