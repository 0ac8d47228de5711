import type { FloatImage, Image, Levels } from '../image.js';
import { type Axes, type Axis, remembered, span, type Taps } from './axis.js';
import { cubic } from './filters.js';

import { pillowTaps } from './pillow-taps.js';

const taps = remembered((axis: Axis) => pillowTaps(axis, cubic));

function resampledRows(
  source: Image,
  levels: Levels,
  rows: { first: number; length: number },
  { most, counts, indices, weights }: Taps<Float64Array>,
): FloatImage {
  const width = counts.length;
  const data = new Float32Array(width * rows.length * 3);
  for (let y = 0, at = 0; y < rows.length; y++) {
    const row = (rows.first + y) * source.width;
    for (let x = 0; x < width; x++, at += 3) {
      const end = x * most + counts[x]!;
      let tap = x * most;
      let from = (row + indices[tap]!) * 3;
      let red = 0;
      let green = 0;
      let blue = 0;
      for (; tap < end; tap++, from += 3) {
        const weight = weights[tap]!;
        red += levels[source.data[from]!]! * weight;
        green += levels[source.data[from + 1]!]! * weight;
        blue += levels[source.data[from + 2]!]! * weight;
      }
      data[at] = red;
      data[at + 1] = green;
      data[at + 2] = blue;
    }
  }
  return { width, height: rows.length, data };
}

function resampledColumns(
  source: FloatImage,
  firstRow: number,
  { most, counts, indices, weights }: Taps<Float64Array>,
): FloatImage {
  const height = counts.length;
  const stride = source.width * 3;
  const data = new Float32Array(stride * height);
  for (let y = 0, at = 0; y < height; y++) {
    const begin = y * most;
    const end = begin + counts[y]!;
    const top = (indices[begin]! - firstRow) * stride;
    for (let x = 0; x < stride; x++, at++) {
      let sum = 0;
      for (let tap = begin, from = top + x; tap < end; tap++, from += stride)
        sum += source.data[from]! * weights[tap]!;
      data[at] = sum;
    }
  }
  return { width: source.width, height, data };
}

/**
 * Pillow's `Image.resize(size, Image.BICUBIC)` of each channel in mode F: sums in double, float32 after each axis,
 * nothing rounded to bytes and nothing clipped, so that values overshoot 0 … 255.
 *
 * Agrees with: Pillow 12.3.0 bit for bit, test/reference/resamplers.json.
 */
export function pillowBicubicFloat(image: Image, { x, y }: Axes, levels: Levels): FloatImage {
  // An unchanged axis has the weights 1 and 0 alone: going through it changes no bit.
  const vertical = taps(y);
  const rows = span(vertical);
  return resampledColumns(resampledRows(image, levels, rows, taps(x)), rows.first, vertical);
}
