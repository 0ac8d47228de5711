import { readFile } from 'node:fs/promises';
import { InputError } from '../../errors.js';

/**
 * The bytes of one image file.
 *
 * @throws InputError UNREADABLE_IMAGE if it cannot be opened or is too large for memory
 */
export async function readImageFile(path: string): Promise<Uint8Array> {
  try {
    const { buffer, byteOffset, byteLength } = await readFile(path);
    return new Uint8Array(buffer, byteOffset, byteLength);
  } catch (error) {
    throw new InputError(
      'UNREADABLE_IMAGE',
      {
        where: path,
        expected: `the file cannot be read (${(error as Error).message})`,
        help: 'Replace it or pass --skip-unreadable.',
      },
      { cause: error },
    );
  }
}
