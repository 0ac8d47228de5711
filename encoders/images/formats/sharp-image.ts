import type { Sharp } from 'sharp';
import { InputError } from '../../../errors.js';
import type { Warning } from '../../encoder.js';
import { crc32 } from '../../files/crc-32.js';
import type { DecodedImage, Image, ImageFormat } from '../image.js';

import type { Orientation } from '../oriented-image.js';
import { inverseOrientation, orientedImage } from '../oriented-image.js';
import type { AvifProperties } from './avif-properties.js';
import { avifProperties } from './avif-properties.js';
import type { ImageSource } from './image-source.js';
import { grouped, requireSize, unreadable } from './image-source.js';
import { IMAGE_WARNINGS } from './image-warnings.js';
import { pngWithoutTexts } from './png-without-texts.js';

/** Formats that sharp (libvips) decodes as Pillow does. */
type SharpFormat = Exclude<ImageFormat, 'bmp' | 'gif' | 'pnm'>;

const SPACES = new Set(['srgb', 'rgb', 'b-w', 'rgb16', 'grey16', 'cmyk']);

let loaded: Promise<typeof import('sharp').default> | undefined;

/** sharp, loaded when the first image is; many images are read at once, so that each needs one thread and no cache. */
function loadedSharp(): Promise<typeof import('sharp').default> {
  loaded ??= import('sharp').then(({ default: sharp }) => {
    sharp.concurrency(1);
    sharp.cache(false);
    return sharp;
  });
  return loaded;
}

/** PNG states its size before anything that could be damaged; libpng refuses 0 without saying so. */
function requirePngSize(source: ImageSource): void {
  const { bytes } = source;
  if (bytes.length < 24) return;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  requireSize(source, 'png', { width: view.getUint32(16), height: view.getUint32(20) });
}

function withoutAlpha(rgba: Uint8Array): { data: Uint8Array; transparent: boolean } {
  const data = new Uint8Array((rgba.length / 4) * 3);
  let transparent = false;
  for (let from = 0, at = 0; from < rgba.length; from += 4, at += 3) {
    data[at] = rgba[from]!;
    data[at + 1] = rgba[from + 1]!;
    data[at + 2] = rgba[from + 2]!;
    transparent ||= rgba[from + 3]! < 255;
  }
  return { data, transparent };
}

interface Pixels {
  readonly image: Image;
  readonly warnings: readonly Warning[];
}

/** Pixels as stored, without color management: a profile would change them, and Pillow does not apply it. */
async function pixels(pipeline: Sharp, space: string): Promise<Pixels> {
  const cmyk = space === 'cmyk';
  const raw = cmyk ? pipeline.pipelineColourspace('cmyk').toColourspace('cmyk') : pipeline;
  const { data: buffer, info } = await raw.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  // A Buffer's slice is another than a Uint8Array's: callers get the latter.
  const data = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  const { width, height, channels } = info;
  if (cmyk) return { image: { width, height, data: rgbOfCmyk(data) }, warnings: [] };
  if (channels === 3) return { image: { width, height, data }, warnings: [] };
  const { data: rgb, transparent } = withoutAlpha(data);
  return { image: { width, height, data: rgb }, warnings: transparent ? [IMAGE_WARNINGS.transparent] : [] };
}

function isLossy({ bytes }: ImageSource, format: SharpFormat): boolean {
  if (format === 'webp') return isLossyWebp(bytes);
  return format === 'tiff' ? isLossyTiff(bytes) : format !== 'png';
}

/** What is left to do to pixels as sharp gives them: it turns AVIF by itself; Pillow turns TIFF and nothing else. */
function turn(
  format: SharpFormat,
  stored: Orientation,
  avif: AvifProperties | undefined,
  wanted: 'ignored' | 'applied',
): Orientation {
  if (avif) return wanted === 'applied' ? 1 : inverseOrientation(avif.orientation);
  return wanted === 'applied' || format === 'tiff' ? stored : 1;
}

/**
 * Pixels of a PNG, JPEG, WebP, TIFF or AVIF by sharp, with the settings under which they are Pillow's.
 *
 * @throws InputError UNREADABLE_IMAGE, IMAGE_TOO_LARGE (from the header, before any pixel is decoded)
 */
export async function sharpImage(
  source: ImageSource,
  format: SharpFormat,
  orientation: 'ignored' | 'applied',
): Promise<DecodedImage> {
  if (format === 'png') requirePngSize(source);
  const bytes = format === 'png' ? pngWithoutTexts(source.bytes) : source.bytes;
  const sharp = await loadedSharp();
  try {
    const metadata = await sharp(bytes, { limitInputPixels: false, failOn: 'warning' }).metadata();
    requireSize(source, format, metadata);
    const { space, depth } = metadata;
    const deep = depth === 'ushort' && space !== 'cmyk';
    if (!SPACES.has(space) || !(depth === 'uchar' || deep))
      throw unreadable(source, format, `${space} with ${depth} samples is not a kind that is read`);
    await source.admit(metadata.width * metadata.height);
    const { image, warnings } = await pixels(
      sharp(bytes, {
        ignoreIcc: true,
        failOn: 'warning',
        limitInputPixels: false,
        sequentialRead: true,
      }),
      space,
    );

    const avif = format === 'avif' ? avifProperties(source.bytes) : undefined;
    const stored = avif?.orientation ?? ((metadata.orientation ?? 1) as Orientation);
    const ignored = stored !== 1 && orientation === 'ignored' && format !== 'tiff';
    return {
      ...orientedImage(image, turn(format, stored, avif, orientation)),
      format,
      lossy: isLossy(source, format),
      warnings: [
        ...(deep ? [IMAGE_WARNINGS.scaled] : []),
        ...warnings,
        ...((metadata.pages ?? 1) > 1 ? [IMAGE_WARNINGS.firstFrame] : []),
        ...(ignored ? [IMAGE_WARNINGS.orientation] : []),
        ...(avif?.subsampled ? [IMAGE_WARNINGS.chroma] : []),
      ],
    };
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw unreadable(source, format, imageDamage(source, format, error), error);
  }
}

/** The decoder's own words without its searching noise, on one line. */
function complaint(error: unknown): string {
  const lines = (error instanceof Error ? error.message : String(error))
    .split('\n')
    .map((line) => line.replace(/^Input buffer has corrupt header:/, '').trim())
    .filter((line) => line !== '' && !/bad seek|treated as error|Unknown error/.test(line));
  return (lines.at(0) ?? 'it cannot be decoded').replace(/[\s.]+$/, '');
}

/** Why a file could not be decoded: where it stops or is damaged if its format tells, else in the decoder's words. */
function imageDamage(source: ImageSource, format: ImageFormat, error: unknown): string {
  const { bytes } = source;
  const said = complaint(error);
  if (format === 'png') return pngDamage(bytes) ?? said;
  if (format === 'webp' && bytes.length >= 12) {
    const declared = Buffer.from(bytes.buffer, bytes.byteOffset, 12).readUInt32LE(4) + 8;
    if (declared > bytes.length) return `stops at byte ${grouped(bytes.length)} of ${grouped(declared)}`;
  }
  if (/unsupported image format/.test(said)) return 'its header cannot be read';
  if (/premature end/.test(said)) return `stops at byte ${grouped(bytes.length)}, before its end`;
  return said;
}

const COMPRESSION = 259;
/** JPEG (old and new), JPEG 2000, WebP. */
const LOSSY = new Set([6, 7, 34712, 50001]);

/** Whether the first page of a TIFF (or BigTIFF) declares a compression that loses. */
function isLossyTiff(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = bytes[0] === 0x49;
  const big = view.getUint16(2, little) === 43;
  const number = (at: number): number =>
    big ? Number(view.getBigUint64(at, little)) : view.getUint32(at, little);
  const directory = number(big ? 8 : 4);
  const head = big ? 8 : 2;
  const size = big ? 20 : 12;
  if (directory + head > bytes.length) return false;
  const count = big ? number(directory) : view.getUint16(directory, little);
  for (let i = 0; i < count; i++) {
    const at = directory + head + i * size;
    if (at + size > bytes.length) return false;
    if (view.getUint16(at, little) === COMPRESSION)
      return LOSSY.has(view.getUint16(at + (big ? 12 : 8), little));
  }
  return false;
}

/** Whether the first picture of a WebP file is compressed with loss (`VP8 `) rather than without (`VP8L`). */
function isLossyWebp(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 12; at + 8 <= bytes.length; ) {
    const kind = String.fromCharCode(...bytes.subarray(at, at + 4));
    if (kind === 'VP8 ') return true;
    if (kind === 'VP8L') return false;
    const size = view.getUint32(at + 4, true);
    // A frame's own chunks begin after its position, size, duration and flags.
    at += kind === 'ANMF' ? 24 : 8 + size + (size & 1);
  }
  return false;
}

/** Where a PNG's chunks stop or are damaged, as a sentence's part; undefined when all of them are whole. */
function pngDamage(bytes: Uint8Array): string | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 8; ; ) {
    if (at + 8 > bytes.length) return `stops at byte ${grouped(bytes.length)}, before its end chunk`;
    const length = view.getUint32(at);
    const kind = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (!/^[A-Za-z]{4}$/.test(kind)) return `has no chunk at byte ${grouped(at)}`;
    const end = at + 12 + length;
    if (end > bytes.length)
      return `stops at byte ${grouped(bytes.length)} of ${grouped(end)}, inside chunk ${kind}`;
    if (crc32(bytes.subarray(at + 4, at + 8 + length)) !== view.getUint32(at + 8 + length))
      return `chunk ${kind} at byte ${grouped(at)} is damaged`;
    if (kind === 'IEND') return undefined;
    at = end;
  }
}

/** ⌊a·b / 255⌉ in the integer steps of Pillow's CMYK conversion. */
function scaled(a: number, b: number): number {
  const product = a * b + 128;
  return ((product >> 8) + product) >> 8;
}

/** RGB of CMYK bytes as Pillow converts them: 255 − k, less c scaled by it, not below 0. */
function rgbOfCmyk(cmyk: Uint8Array): Uint8Array {
  const data = new Uint8Array((cmyk.length / 4) * 3);
  for (let from = 0, at = 0; from < cmyk.length; from += 4, at += 3) {
    const light = 255 - cmyk[from + 3]!;
    for (let ink = 0; ink < 3; ink++) data[at + ink] = Math.max(0, light - scaled(cmyk[from + ink]!, light));
  }
  return data;
}
