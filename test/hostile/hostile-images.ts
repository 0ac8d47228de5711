import { constants, deflateSync } from 'node:zlib';
import { crc32 } from '../../encoders/files/crc-32.js';

const PIECE = 1 << 20;

/** A PNG of one color in 1,000 : 1: RGB of 8 bits, or gray of 16. */
export function flatPng(width: number, height: number, kind: 'rgb' | 'gray-16' = 'rgb'): Uint8Array {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set(kind === 'rgb' ? [8, 2] : [16, 0], 8);
  const bytes = (1 + width * (kind === 'rgb' ? 3 : 2)) * height;
  return Buffer.concat([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    pngChunk('IHDR', head),
    pngChunk('IDAT', deflatedZeros(bytes)),
    pngChunk('IEND', new Uint8Array(0)),
  ]);
}

export function pngChunk(kind: string, data: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), data]);
  const chunk = Buffer.alloc(8 + body.length);
  chunk.writeUInt32BE(data.length, 0);
  chunk.set(body, 4);
  chunk.writeUInt32BE(crc32(body), 4 + body.length);
  return chunk;
}

/** A zlib stream of zero bytes, put together from pieces that are deflated once. */
function deflatedZeros(bytes: number): Uint8Array {
  const options = { finishFlush: constants.Z_FULL_FLUSH, level: 9 };
  const first = deflateSync(new Uint8Array(bytes % PIECE), options); // with the head of the stream
  const piece = deflateSync(new Uint8Array(PIECE), options).subarray(2);
  const pieces = Array.from({ length: Math.floor(bytes / PIECE) }, () => piece);
  const end = Buffer.alloc(6);
  end.set([0x03, 0x00]); // an empty last block
  end.writeUInt32BE((((bytes % 65521) << 16) | 1) >>> 0, 2); // Adler-32 of zeros
  return Buffer.concat([first, ...pieces, end]);
}

/** A BMP of run-length codes that says to be large and ends at once. */
export function emptyBmp(width: number, height: number): Uint8Array {
  const bmp = Buffer.alloc(54 + 4 + 2);
  bmp.write('BM');
  bmp.writeUInt32LE(58, 10);
  bmp.writeUInt32LE(40, 14);
  bmp.writeInt32LE(width, 18);
  bmp.writeInt32LE(height, 22);
  bmp.writeUInt16LE(1, 26);
  bmp.writeUInt16LE(8, 28);
  bmp.writeUInt32LE(1, 30);
  bmp.writeUInt32LE(1, 46);
  bmp.set([0, 1], 58);
  return bmp;
}

/** A GIF whose screen is large and whose frame is one pixel. */
export function emptyGif(width: number, height: number): Uint8Array {
  const screen = Buffer.alloc(7);
  screen.writeUInt16LE(width, 0);
  screen.writeUInt16LE(height, 2);
  const frame = [0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 0x01, 0, 0x3b];
  return Buffer.concat([Buffer.from('GIF89a'), screen, Uint8Array.from(frame)]);
}

/** A small PNG with twenty texts of 50 MB each, deflated to a megabyte in all. */
export function pngWithTexts(): Uint8Array {
  const png = flatPng(8, 8);
  const afterHead = 8 + 25;
  const text = Buffer.concat([Buffer.from('a\0\0', 'latin1'), deflatedZeros(50 * PIECE)]);
  const chunk = pngChunk('zTXt', text);
  const texts = Array.from({ length: 20 }, () => chunk);
  return Buffer.concat([png.subarray(0, afterHead), ...texts, png.subarray(afterHead)]);
}
