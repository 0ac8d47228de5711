import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { crc32 } from '../../encoders/files/crc-32.js';
import { noisePng } from './image-entries.js';
import { writeTinyEncoder } from './tiny-network.js';

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(12 + data.length);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, 'latin1');
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)) >>> 0, 8 + data.length);
  return bytes;
}

/** A PNG whose head promises many pixels, and whose file is small. */
function pngBomb(side: number): Uint8Array {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head.set([8, 2], 8); // 8 bits, RGB
  const rows = deflateSync(Buffer.alloc(3 * side + 1));
  const signature = [137, 80, 78, 71, 13, 10, 26, 10];
  return Buffer.concat([
    Buffer.from(signature),
    chunk('IHDR', head),
    chunk('IDAT', rows),
    chunk('IEND', new Uint8Array()),
  ]);
}

/** A `.npy` as numpy writes it. */
export function npyFile(type: string, shape: readonly number[], data: Uint8Array): Uint8Array {
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${axes}), }`.padEnd(117);
  const head = Buffer.alloc(10);
  head.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  head.writeUInt16LE(118, 8);
  return Buffer.concat([head, Buffer.from(`${text}\n`), data]);
}

/** `n` vectors of length 5 whose coordinates are spread alike, moved by `shift`. */
function smoothRows(n: number, shift: number): Float32Array {
  return Float32Array.from({ length: 5 * n }, (_, i) => Math.sin(7.13 * (i + 1)) + shift);
}

export function bytesOf(data: Float32Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** A `.npz` of arrays that are `.npy` files already, or texts. */
export function npzFile(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  return zipSync(
    Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, [bytes, { level: 0 }]])),
  );
}

/**
 * Files to run the command on: two folders of 12 images, `tiny.onnx`, and one folder for each way in which an image can be
 * bad (`truncated/bad.png`, …), with two good ones beside it.
 */
export async function writeCommandFiles(folder: string): Promise<void> {
  await writeTinyEncoder(folder);
  mkdirSync(join(folder, 'unresized'));
  const preprocessing = { resize: null, resample: 'pillow-bicubic', crop: 'none', range: '0..1' };
  await writeTinyEncoder(join(folder, 'unresized'), { preprocessing });
  const write = (path: string, bytes: Uint8Array): void => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  };
  for (let i = 0; i < 12; i++) {
    const name = `${String(i).padStart(2, '0')}.png`;
    write(`reference/${name}`, await noisePng(i));
    write(`generated/${name}`, await noisePng(100 + i));
  }
  const good = await noisePng(5);
  const corrupt = Buffer.from(good);
  for (let i = 100; i < 140; i++) corrupt[i]! ^= 0xff;
  const bad = {
    truncated: good.subarray(0, 600),
    corrupt,
    zero: new Uint8Array(),
    text: Buffer.from('hello'),
    bomb: pngBomb(30_000),
  };
  for (const [kind, bytes] of Object.entries(bad)) {
    write(`${kind}/bad.png`, bytes);
    copyFileSync(join(folder, 'reference/00.png'), join(folder, kind, '00.png'));
    copyFileSync(join(folder, 'reference/01.png'), join(folder, kind, '01.png'));
  }
  write('empty/notes.txt', Buffer.from('no images'));
  write('one/00.png', good);
  write('mixed/00.png', good);
  write('mixed/01.png', await noisePng(2, { width: 30, height: 24 }));

  const numbers = npyFile('<f4', [30, 5], bytesOf(smoothRows(30, 0)));
  write('embeddings.npz', npzFile({ 'embeddings.npy': numbers }));
  write('shifted.npy', npyFile('<f4', [30, 5], bytesOf(smoothRows(30, 1))));
  for (const [name, value] of [
    ['nan', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
  ] as const) {
    const rows = smoothRows(30, 0);
    rows[3 * 5 + 2] = value;
    write(`${name}.npz`, npzFile({ 'embeddings.npy': npyFile('<f4', [30, 5], bytesOf(rows)) }));
  }
  const cube = npyFile('<f4', [3, 2, 5], bytesOf(smoothRows(6, 0)));
  write('shape.npz', npzFile({ 'embeddings.npy': cube }));
  write('type.npz', npzFile({ 'embeddings.npy': npyFile('<U1', [2, 2], Buffer.alloc(16, 'a\0\0\0')) }));
  write('object.npz', npzFile({ 'embeddings.npy': npyFile('|O', [2, 2], Buffer.from('\x80\x04K\x01.')) }));
  const three = npyFile('<f4', [3, 5], bytesOf(smoothRows(3, 0)));
  write('twice.npz', npzFile({ 'embeddings.npy': three, 'ids.json': Buffer.from('["a","b","a"]') }));
}
