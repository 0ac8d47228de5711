import { createRequire } from 'node:module';
import type { DecodedImage } from '../image.js';
import { type ImageSource, requireSize } from './image-source.js';
import { jpegSegments } from './jpeg-segments.js';

/** libjpeg-turbo in WebAssembly: JPEG to 8-bit gray or RGB. A damaged file, or one that it warns of, throws, and leaks what it held. */
interface TurboModule {
  readonly JPEGDecoder: new () => TurboDecoder;
}

interface TurboDecoder {
  /** in the module's memory; valid until it grows */
  getEncodedBuffer(size: number): Uint8Array;
  decode(): void;
  getDecodedBuffer(): Uint8Array;
}

/** Larger ones are for sharp: memory of WebAssembly never shrinks, and the millisecond that sharp takes to begin counts little. */
const LARGEST_PIXELS = 2 ** 20;
/** Decoders that may break in a row: more than damaged files explain, and a new one takes as long as a hundred images. */
const MOST_BROKEN = 64;

let decoder: Promise<TurboDecoder> | undefined;
let broken = 0;

async function opened(): Promise<TurboDecoder> {
  const require = createRequire(import.meta.url);
  const load = require('@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs') as () => Promise<TurboModule>;
  return new (await load()).JPEGDecoder();
}

/** What is to be known of a JPEG before it is decoded. */
interface Frame {
  readonly width: number;
  readonly height: number;
}

const APP1 = 0xe1;
const START_OF_SCAN = 0xda;
/** Baseline, extended and progressive, with Huffman codes. */
const FRAMES: readonly number[] = [0xc0, 0xc1, 0xc2];

/** How often luma is sampled against color, across and down, as TurboJPEG knows it. */
const SAMPLINGS: readonly string[] = ['1x1', '2x1', '2x2', '1x2', '4x1'];

/** The frame of a JPEG of 8-bit gray or YCbCr without EXIF, which may turn it; undefined of any other. */
function plainFrame(bytes: Uint8Array): Frame | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let frame: Frame | undefined;
  for (const { marker, at } of jpegSegments(bytes)) {
    if (marker === APP1) return undefined;
    if (marker === START_OF_SCAN) return frame;
    if (!FRAMES.includes(marker)) continue;
    if (frame !== undefined || at + 19 > bytes.length || bytes[at + 4] !== 8) return undefined;
    if (!isUsuallySampled(bytes.subarray(at + 9))) return undefined;
    frame = { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
  }
  return undefined;
}

/** @param components  their number, and of each its id, sampling and table */
function isUsuallySampled(components: Uint8Array): boolean {
  const [count, , luma, , , blue, , , red] = components;
  const sampling = `${luma! >> 4}x${luma! & 15}`;
  return count === 1 || (count === 3 && blue === 0x11 && red === 0x11 && SAMPLINGS.includes(sampling));
}

/**
 * Pixels of a JPEG as libjpeg-turbo decodes it, Pillow's own decoder: exact inverse DCT, smooth upsampling of color. A small image
 * takes a tenth of the time that sharp takes to begin. Only coefficients that no encoder writes, of a damaged file that still decodes,
 * may give other bytes than Pillow's: there its 16-bit arithmetic overflows.
 *
 * @returns undefined for what is left to another decoder: large, turned, of more colors, or not whole
 * @throws InputError IMAGE_TOO_LARGE from the header
 */
export async function jpegImage(source: ImageSource): Promise<DecodedImage | undefined> {
  const frame = plainFrame(source.bytes);
  if (frame === undefined || broken >= MOST_BROKEN) return undefined;
  const { width, height } = frame;
  if (width < 1 || height < 1 || width * height > LARGEST_PIXELS) return undefined;
  requireSize(source, 'jpeg', frame);
  decoder ??= opened();
  const turbo = await decoder;
  try {
    turbo.getEncodedBuffer(source.bytes.length).set(source.bytes);
    turbo.decode();
    broken = 0;
  } catch {
    broken++;
    decoder = undefined;
    return undefined;
  }
  const values = turbo.getDecodedBuffer();
  const isGray = values.length === width * height;
  if (!isGray && values.length !== 3 * width * height) return undefined;
  const data = isGray ? repeated(values) : new Uint8Array(values); // a copy: the memory is the next image's
  return { width, height, data, format: 'jpeg', lossy: true, warnings: [] };
}

function repeated(gray: Uint8Array): Uint8Array {
  const data = new Uint8Array(3 * gray.length);
  for (let i = 0, at = 0; i < gray.length; i++) {
    const value = gray[i]!;
    data[at++] = value;
    data[at++] = value;
    data[at++] = value;
  }
  return data;
}
