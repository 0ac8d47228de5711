import { type FileHandle, open } from 'node:fs/promises';
import { InputError } from '../../errors.js';
import { type NpyArray, npyArray } from './npy-array.js';

const PIECE = 1 << 22;

/**
 * Reads a `.npy` file of numbers: any real type up to 64 bits, either byte order, C or Fortran order.
 *
 * @throws InputError UNREADABLE_FILE if the file is missing, no `.npy`, shorter or longer than its shape says, or holds
 *   anything but real numbers; Python objects are never unpickled
 */
export async function readNpy(path: string): Promise<NpyArray> {
  const file = await opened(path);
  try {
    const { size } = await file.stat();
    return await npyArray(pieces(file), { size, where: path });
  } finally {
    await file.close();
  }
}

async function opened(path: string): Promise<FileHandle> {
  try {
    return await open(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new InputError(
      'UNREADABLE_FILE',
      {
        where: path,
        ...(code === 'ENOENT'
          ? { expected: 'no such file', help: 'Check the path.' }
          : { expected: `cannot be opened (${message})` }),
      },
      { cause: error },
    );
  }
}

async function* pieces(file: FileHandle): AsyncGenerator<Uint8Array> {
  for (;;) {
    const { bytesRead, buffer } = await file.read(new Uint8Array(PIECE), 0, PIECE, null);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}
