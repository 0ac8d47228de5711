import { crc32 } from '../../encoders/files/crc-32.js';
import { pngChunk } from '../hostile/hostile-images.js';
import { EDGE_NUMBERS, mutated, one, type Random } from './mutations.js';

const PNG_HEAD = 8;

/** Chunks of a PNG, as far as they can be told. */
function pngChunks(png: Uint8Array): { readonly kind: string; readonly data: Uint8Array }[] {
  const chunks: { kind: string; data: Uint8Array }[] = [];
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  for (let at = PNG_HEAD; at + 12 <= png.length; ) {
    const length = view.getUint32(at);
    if (at + 12 + length > png.length) break;
    const kind = String.fromCharCode(...png.subarray(at + 4, at + 8));
    chunks.push({ kind, data: png.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  return chunks;
}

const KINDS = [
  'IHDR',
  'PLTE',
  'IDAT',
  'IEND',
  'tRNS',
  'gAMA',
  'iCCP',
  'zTXt',
  'iTXt',
  'eXIf',
  'acTL',
  'fcTL',
  'fdAT',
  'abcd',
];

/** A PNG whose chunks are changed and have the right checksums all the same: damage that reaches the decoder. */
export function fuzzedPng(png: Uint8Array, random: Random): Uint8Array {
  let chunks = pngChunks(png);
  for (let changes = 1 + random(3); changes > 0; changes--) {
    const at = random(chunks.length);
    const chunk = chunks[at];
    if (chunk === undefined) return mutated(png, random);
    const head = () => {
      const data = Buffer.from(chunks[0]!.data);
      if (data.length < 13) return;
      if (random(2) === 0) data.writeUInt32BE(one(random, EDGE_NUMBERS), 4 * random(2));
      else data[8 + random(5)] = one(random, [0, 1, 2, 3, 4, 6, 8, 16, 32, 255]);
      chunks[0] = { kind: 'IHDR', data };
    };
    switch (random(6)) {
      case 0:
        head();
        break;
      case 1:
        chunks[at] = { ...chunk, data: mutated(chunk.data, random) };
        break;
      case 2:
        chunks = [...chunks.slice(0, at), ...chunks.slice(at + 1)];
        break;
      case 3:
        chunks.splice(at, 0, ...Array<typeof chunk>(one(random, [1, 1, 100])).fill(chunk));
        break;
      case 4:
        chunks.splice(at, 0, { kind: one(random, KINDS), data: mutated(new Uint8Array(random(40)), random) });
        break;
      default:
        chunks[at] = { ...chunk, kind: one(random, KINDS) };
    }
  }
  const file = Buffer.concat([
    png.subarray(0, PNG_HEAD),
    ...chunks.map(({ kind, data }) => pngChunk(kind, data)),
  ]);
  return random(5) === 0 ? mutated(file, random) : file;
}

/** A BMP whose head may say anything. */
export function fuzzedBmp(bmp: Uint8Array, random: Random): Uint8Array {
  const file = Buffer.from(bmp);
  for (let changes = random(4); changes > 0 && file.length >= 70; changes--) {
    const at = one(random, [10, 14, 18, 22, 28, 30, 34, 46, 50, 54, 58, 62, 66]);
    if (at === 28) file.writeUInt16LE(one(random, [1, 2, 4, 8, 16, 24, 32, 64]), at);
    else file.writeUInt32LE(random(3) === 0 ? random(20) : one(random, EDGE_NUMBERS), at);
  }
  return random(2) === 0 ? mutated(file, random) : file;
}

/** A GIF with other sizes, code sizes and blocks. */
export function fuzzedGif(gif: Uint8Array, random: Random): Uint8Array {
  const file = Buffer.from(gif);
  if (random(2) === 0 && file.length > 13)
    file.writeUInt16LE(one(random, EDGE_NUMBERS) % 65_536, 6 + 2 * random(2));
  const frame = file.indexOf(0x2c, 13);
  if (random(2) === 0 && frame > 0 && frame + 10 < file.length) {
    if (random(2) === 0) file.writeUInt16LE(one(random, EDGE_NUMBERS) % 65_536, frame + 1 + 2 * random(4));
    else file[frame + 10] = random(16);
  }
  return random(3) > 0 ? mutated(file, random) : file;
}

/** One field of protobuf, with its length as it is or as another one. */
function field(number: number, content: Uint8Array, random: Random): Uint8Array {
  const length = random(40) === 0 ? one(random, EDGE_NUMBERS) : content.length;
  return Buffer.concat([varint(number * 8 + 2), varint(length), content]);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Uint8Array.from([...bytes, rest]);
}

const NAMES = [
  'a.weights',
  '../a.weights',
  '/dev/zero',
  '',
  '.',
  'a\\..\\b',
  'x'.repeat(3000),
  '*/_ORT_MEM_ADDR_/*',
];

/** A network of messages in messages, some of which name files of weights. */
export function fuzzedNetwork(network: Uint8Array, random: Random): Uint8Array {
  if (random(3) === 0) return mutated(network, random);
  const pair = (key: string, value: string) =>
    Buffer.concat([field(1, Buffer.from(key), random), field(2, Buffer.from(value), random)]);
  const message = (depth: number): Uint8Array => {
    const parts = Array.from({ length: random(4) }, () => {
      if (depth > 8 || random(4) === 0) return field(13, pair('location', one(random, NAMES)), random);
      const number = one(random, [1, 5, 5, 6, 7, 10, 11, 15, 22, 25]);
      return field(number, message(depth + 1), random);
    });
    if (random(6) === 0) parts.push(varint(one(random, [0, 1, 3, 4, 5]) + 8 * random(30)));
    return Buffer.concat(parts);
  };
  let bytes = field(7, message(0), random);
  for (let levels = random(10) === 0 ? random(300) : 0; levels > 0; levels--) bytes = field(6, bytes, random);
  return bytes;
}

/** A segment of the cache whose checksums are right where they are looked at first. */
export function fuzzedSegment(segment: Uint8Array, random: Random): Uint8Array {
  const file = Buffer.from(random(2) === 0 ? segment : mutated(segment, random));
  if (random(2) === 0 && file.length >= 24) {
    file.writeUInt32LE(one(random, EDGE_NUMBERS), 4 * (1 + random(4)));
    file.writeUInt32LE(crc32(file.subarray(0, 20)), 20);
  }
  return file;
}
