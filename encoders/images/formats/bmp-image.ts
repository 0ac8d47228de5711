import type { DecodedImage } from '../image.js';
import { BMP_COMPRESSION, type BmpHeader, bmpHeader } from './bmp-header.js';
import { grouped, type ImageSource, requireSize, unreadable } from './image-source.js';
import { IMAGE_WARNINGS } from './image-warnings.js';
import { paletteColors, unpackSamples } from './packed-samples.js';
import { runLengthIndices } from './run-length-indices.js';

/** Which 8 bits a masked sample of up to 8 bits stands for: ⌊255 v / most⌋, as Pillow has it. */
function maskedSample(mask: number): (pixel: number) => number {
  if (mask === 0) return () => 255;
  const shift = Math.clz32(mask & -mask) ^ 31;
  const most = mask >>> shift;
  return (pixel) => Math.floor((((pixel & mask) >>> shift) * 255) / most);
}

/** RGB out of an indexed image's rows of packed indices. */
function indexedPixels(source: ImageSource, head: BmpHeader): Uint8Array {
  const { bytes } = source;
  const { width, height, bits, colors, colorSize, paletteStart } = head;
  const palette = new Uint8Array(Math.min(colors, 256) * 3);
  for (let i = 0; i < palette.length / 3; i++)
    for (let channel = 0; channel < 3; channel++)
      palette[i * 3 + channel] = bytes[paletteStart + i * colorSize + 2 - channel] ?? 0;
  if (head.compression !== BMP_COMPRESSION.rgb) {
    const indices = new Uint8Array(width * height);
    runLengthIndices(source, head, indices);
    return paletteColors(indices, palette);
  }
  const stride = requireRows(source, head);
  const indices = new Uint8Array(width * height);
  for (let y = 0; y < height; y++)
    unpackSamples(
      bytes,
      { start: head.dataStart + y * stride, count: width, bits },
      indices.subarray(y * width),
    );
  return paletteColors(indices, palette);
}

/** Bytes from one stored row to the next, after it is known that all rows are there. */
function requireRows(source: ImageSource, { width, height, bits, dataStart }: BmpHeader): number {
  const stride = Math.ceil((width * bits) / 32) * 4;
  // The last row may lack its padding.
  const end = dataStart + stride * (height - 1) + Math.ceil((width * bits) / 8);
  if (source.bytes.length < end)
    throw unreadable(
      source,
      'bmp',
      `stops at byte ${grouped(source.bytes.length)} of ${grouped(dataStart + stride * height)}`,
    );
  return stride;
}

/** RGB out of pixels of 16, 24 or 32 bits, and whether any of them is transparent. */
function directPixels(source: ImageSource, head: BmpHeader): { data: Uint8Array; transparent: boolean } {
  const { bytes } = source;
  const { width, height, bits, masks } = head;
  const stride = requireRows(source, head);
  const [red, green, blue, alpha] = masks.map(maskedSample) as [
    ReturnType<typeof maskedSample>,
    ReturnType<typeof maskedSample>,
    ReturnType<typeof maskedSample>,
    ReturnType<typeof maskedSample>,
  ];
  const data = new Uint8Array(width * height * 3);
  let transparent = false;
  for (let y = 0, at = 0; y < height; y++) {
    let from = head.dataStart + y * stride;
    for (let x = 0; x < width; x++, at += 3, from += bits >> 3) {
      let pixel = bytes[from]! | (bytes[from + 1]! << 8);
      if (bits > 16) pixel |= bytes[from + 2]! << 16;
      if (bits > 24) pixel |= bytes[from + 3]! << 24;
      data[at] = red(pixel);
      data[at + 1] = green(pixel);
      data[at + 2] = blue(pixel);
      transparent ||= alpha(pixel) < 255;
    }
  }
  return { data, transparent };
}

function flipped(data: Uint8Array, { width, height, topDown }: BmpHeader): Uint8Array {
  if (topDown) return data;
  const upright = new Uint8Array(data.length);
  for (let y = 0; y < height; y++)
    upright.set(data.subarray(y * width * 3, (y + 1) * width * 3), (height - 1 - y) * width * 3);
  return upright;
}

/**
 * Pixels of a Windows or OS/2 bitmap: 1, 4 or 8 bits by palette (run-length encoded too), 16, 24 or 32 bits direct or
 * by masks, bottom-up or top-down.
 *
 * @throws InputError UNREADABLE_IMAGE, IMAGE_TOO_LARGE
 */
export async function bmpImage(source: ImageSource): Promise<DecodedImage> {
  const head = bmpHeader(source);
  requireSize(source, 'bmp', head);
  const { width, height, bits, compression } = head;
  const indexed = bits === 1 || bits === 4 || bits === 8;
  const direct = bits === 16 || bits === 24 || bits === 32;
  const runLength =
    (bits === 8 && compression === BMP_COMPRESSION.rle8) ||
    (bits === 4 && compression === BMP_COMPRESSION.rle4);
  const known =
    (indexed && (compression === BMP_COMPRESSION.rgb || runLength)) ||
    (direct &&
      (compression === BMP_COMPRESSION.rgb || (compression === BMP_COMPRESSION.bitFields && bits !== 24)));
  if (!known)
    throw unreadable(
      source,
      'bmp',
      `${bits} bits with compression ${compression} is not a kind that is read`,
    );
  await source.admit(width * height);
  const { data, transparent } = indexed
    ? { data: indexedPixels(source, head), transparent: false }
    : directPixels(source, head);
  const warnings = transparent ? [IMAGE_WARNINGS.transparent] : [];
  return { width, height, data: flipped(data, head), format: 'bmp', lossy: false, warnings };
}
