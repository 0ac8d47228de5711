import type { Image } from '../image.js';
import type { Axes, Axis, Taps } from './axis.js';
import { remembered, span } from './axis.js';
import type { Filter } from './filters.js';
import { box, cubic, lanczos3, triangle } from './filters.js';
import { pillowTaps } from './pillow-taps.js';

/** Weights have 22 binary digits after the point, so that a sum of 8-bit pixels fits 32 bits. */
const POINT = 22;
const HALF = 1 << (POINT - 1);

function fixedPoint(weights: Float64Array): Int32Array {
  return Int32Array.from(weights, (w) => Math.trunc((w < 0 ? -0.5 : 0.5) + w * 2 ** POINT));
}

/** Interleaved bytes of `rows` rows; the sums end in a clamped byte. */
function resampledRows(
  source: Image,
  rows: { first: number; length: number },
  taps: Taps<Int32Array>,
): Image {
  const { most, counts, indices, weights } = taps;
  const width = counts.length;
  const data = new Uint8ClampedArray(width * rows.length * 3);
  for (let y = 0, at = 0; y < rows.length; y++) {
    const row = (rows.first + y) * source.width;
    for (let x = 0; x < width; x++, at += 3) {
      const end = x * most + counts[x]!;
      let tap = x * most;
      let from = (row + indices[tap]!) * 3;
      let red = HALF;
      let green = HALF;
      let blue = HALF;
      for (; tap < end; tap++, from += 3) {
        const weight = weights[tap]!;
        red = (red + Math.imul(source.data[from]!, weight)) | 0;
        green = (green + Math.imul(source.data[from + 1]!, weight)) | 0;
        blue = (blue + Math.imul(source.data[from + 2]!, weight)) | 0;
      }
      data[at] = red >> POINT;
      data[at + 1] = green >> POINT;
      data[at + 2] = blue >> POINT;
    }
  }
  return { width, height: rows.length, data: bytes(data) };
}

function resampledColumns(source: Image, firstRow: number, taps: Taps<Int32Array>): Image {
  const { most, counts, indices, weights } = taps;
  const height = counts.length;
  const stride = source.width * 3;
  const data = new Uint8ClampedArray(stride * height);
  for (let y = 0, at = 0; y < height; y++) {
    const begin = y * most;
    const end = begin + counts[y]!;
    const top = (indices[begin]! - firstRow) * stride;
    for (let x = 0; x < stride; x++, at++) {
      let sum = HALF;
      for (let tap = begin, from = top + x; tap < end; tap++, from += stride)
        sum = (sum + Math.imul(source.data[from]!, weights[tap]!)) | 0;
      data[at] = sum >> POINT;
    }
  }
  return { width: source.width, height, data: bytes(data) };
}

function bytes(clamped: Uint8ClampedArray<ArrayBuffer>): Uint8Array {
  return new Uint8Array(clamped.buffer);
}

function isIdentity({ input, output, length }: Axis): boolean {
  return input === output && length === output;
}

/**
 * Pillow's resize of 8-bit RGB by a filter: columns first, rounded to bytes, then rows; an axis that does not change
 * is not resampled. Sums are fixed point with 22 fractional digits, rounded half up and clamped to 0 … 255.
 *
 * Only the wanted window of the output is computed, from the source rows that it needs.
 */
function pillowBytes(filter: Filter): (image: Image, axes: Axes) => Image {
  const taps = remembered((axis: Axis): Taps<Int32Array> => {
    const exact = pillowTaps(axis, filter);
    return { ...exact, weights: fixedPoint(exact.weights) };
  });
  return (image, { x, y }) => {
    const vertical = isIdentity(y) ? undefined : taps(y);
    const rows = vertical ? span(vertical) : { first: 0, length: image.height };
    const narrowed = isIdentity(x) ? undefined : resampledRows(image, rows, taps(x));
    if (vertical === undefined) return narrowed ?? image;
    return narrowed ? resampledColumns(narrowed, rows.first, vertical) : resampledColumns(image, 0, vertical);
  };
}

/**
 * Pillow's `Image.resize(size, Image.BICUBIC)` of an 8-bit RGB image.
 *
 * Agrees with: Pillow 12.3.0 in every byte, test/reference/resamplers.json.
 */
export const pillowBicubic = pillowBytes(cubic);

/**
 * Pillow's `Image.resize(size, Image.BILINEAR)` of an 8-bit RGB image.
 *
 * Agrees with: Pillow 12.3.0 in every byte, test/reference/resamplers.json.
 */
export const pillowBilinear = pillowBytes(triangle);

/**
 * Pillow's `Image.resize(size, Image.BOX)` of an 8-bit RGB image.
 *
 * Agrees with: Pillow 12.3.0 in every byte, test/reference/resamplers.json.
 */
export const pillowBox = pillowBytes(box);

/**
 * Pillow's `Image.resize(size, Image.LANCZOS)` of an 8-bit RGB image.
 *
 * Agrees with: Pillow 12.3.0 in every byte, test/reference/resamplers.json.
 */
export const pillowLanczos = pillowBytes(lanczos3);
