import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { defined } from '../../defined.js';
import { InputError } from '../../errors.js';
import type { NpyHeader } from './npy.js';
import { openRangeFile } from './range-file.js';

/** Deflate cannot do better. */
const MOST_DEFLATED = 1032;
const MOST_AXES = 4;

/** An array of bytes in an idx file, plain or gzipped. */
export interface IdxFile {
  readonly path: string;
  readonly header: NpyHeader;
  readonly fileSize: number;
  readonly isCompressed: boolean;
  /** All its bytes from the first on, as often as asked for; a wrong size throws at the end. */
  open(): AsyncIterable<Uint8Array>;
}

/**
 * Opens an idx file of bytes, as MNIST's: two zero bytes, the type, the number of axes, then their lengths, big-endian.
 *
 * @throws InputError UNREADABLE_FILE if it is none, holds other types than unsigned bytes, or is shorter than it says
 *
 * Source: LeCun, Cortes and Burges, the MNIST database, "file formats".
 */
export async function openIdxFile(path: string): Promise<IdxFile> {
  const file = await openRangeFile(path);
  const { size: fileSize } = file;
  const magic = await file.read(0, Math.min(2, fileSize)).finally(() => file.close());
  const isCompressed = magic[0] === 0x1f && magic[1] === 0x8b;
  const refused = (expected: string, received?: string): InputError =>
    new InputError('UNREADABLE_FILE', {
      where: path,
      expected,
      ...defined({ received }),
      help: 'Download or save the file again.',
    });

  async function* plain(): AsyncGenerator<Uint8Array> {
    const stream = createReadStream(path);
    try {
      yield* isCompressed ? pipeline(stream, createGunzip(), () => {}) : stream;
    } catch (error) {
      throw refused(`cannot be read (${(error as Error).message})`);
    } finally {
      stream.destroy();
    }
  }

  const header = idxHeader(await start(plain(), 4 + 4 * MOST_AXES), refused);
  const size = header.dataOffset + header.shape.reduce((product, side) => product * side, 1);
  if (isCompressed ? size > MOST_DEFLATED * fileSize : size !== fileSize)
    throw refused(`must be ${size} bytes for its shape ${header.shape.join(' × ')}`, `${fileSize}`);
  return {
    path,
    header,
    fileSize,
    isCompressed,
    async *open() {
      let seen = 0;
      for await (const chunk of plain()) {
        seen += chunk.length;
        if (seen > size) throw refused(`must be ${size} bytes once inflated`, 'more');
        yield chunk;
      }
      if (seen < size) throw refused(`must be ${size} bytes once inflated`, `${seen}`);
    },
  };
}

function idxHeader(
  head: Uint8Array,
  refused: (expected: string, received?: string) => InputError,
): NpyHeader {
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const axes = head[3] ?? 0;
  if (head.length < 4 || view.getUint16(0) !== 0 || axes === 0 || axes > MOST_AXES)
    throw refused('not an idx file', `bytes ${[...head.subarray(0, 4)].join(' ') || 'none'}`);
  if (head[2] !== 0x08) throw refused('must hold unsigned bytes (type 8)', `type ${head[2]}`);
  const dataOffset = 4 + 4 * axes;
  if (head.length < dataOffset) throw refused(`stops at byte ${head.length}, inside its head`);
  const shape = Array.from({ length: axes }, (_, i) => view.getUint32(4 + 4 * i));
  if (!Number.isSafeInteger(shape.reduce((product, side) => product * side, 1)))
    throw refused('has a shape that cannot be', shape.join(' × '));
  return { descr: '|u1', fortranOrder: false, itemSize: 1, shape, dataOffset };
}

/** Up to `length` bytes from the start of a stream. */
async function start(chunks: AsyncIterable<Uint8Array>, length: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    if ((size += chunk.length) >= length) break;
  }
  return Buffer.concat(parts).subarray(0, length);
}
