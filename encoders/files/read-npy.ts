import type { FileHandle } from 'node:fs/promises';
import { LONGEST_HEAD, type NpyHeader, npyHeader } from './npy.js';
import { type NpyArray, npyArray } from './npy-array.js';
import { openRegularFile } from './regular-file.js';

const PIECE = 1 << 22;

/**
 * Reads a `.npy` file of numbers: any real type up to 64 bits, either byte order, C or Fortran order.
 *
 * @throws InputError UNREADABLE_FILE if the file is missing, no `.npy`, shorter or longer than its shape says, or holds
 *   anything but real numbers; Python objects are never unpickled
 */
export async function readNpy(path: string): Promise<NpyArray> {
  const { file, size } = await openRegularFile(path);
  try {
    return await npyArray(pieces(file), { size, where: path });
  } finally {
    await file.close();
  }
}

/** What the head of a `.npy` file says, without its data. @throws InputError UNREADABLE_FILE as `npyHeader` */
export async function readNpyHeader(path: string): Promise<NpyHeader> {
  const { file, size } = await openRegularFile(path);
  try {
    const head = new Uint8Array(Math.min(size, LONGEST_HEAD + 12));
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    return npyHeader(head.subarray(0, bytesRead), path);
  } finally {
    await file.close();
  }
}

async function* pieces(file: FileHandle): AsyncGenerator<Uint8Array> {
  for (;;) {
    const { bytesRead, buffer } = await file.read(new Uint8Array(PIECE), 0, PIECE, null);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}
