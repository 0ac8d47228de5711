import { readlink, stat } from 'node:fs/promises';
import { InputError } from '../../errors.js';
import { openRegularFile } from './regular-file.js';

/**
 * The bytes of one image file.
 *
 * @throws InputError UNREADABLE_IMAGE if it cannot be opened or is too large for memory
 */
export async function readImageFile(path: string): Promise<Uint8Array> {
  try {
    const { file } = await openRegularFile(path);
    try {
      const { buffer, byteOffset, byteLength } = await file.readFile();
      return new Uint8Array(buffer, byteOffset, byteLength);
    } finally {
      await file.close();
    }
  } catch (error) {
    const said = error instanceof InputError ? factOf(error) : (error as Error).message;
    const target = await readlink(path).catch(() => undefined);
    const isDangling =
      target !== undefined &&
      (await stat(path).then(
        () => false,
        () => true,
      ));
    throw new InputError(
      'UNREADABLE_IMAGE',
      {
        where: path,
        expected: isDangling
          ? `the symbolic link leads nowhere (to ${target})`
          : `the file cannot be read (${said})`,
        help: 'Replace it or pass --skip-unreadable.',
      },
      { cause: error },
    );
  }
}

function factOf({ details: { expected, received } }: InputError): string {
  return received === undefined ? expected : `${expected}, and is ${received}`;
}
