import type { FloatImage, Image, Levels } from '../image.js';
import { type Axes, type Axis, remembered, span, type Taps } from './axis.js';

const { fround } = Math;

/** Pillow's construction with a triangle, in float32. */
const taps = remembered(({ input, output, start, length }: Axis): Taps<Float32Array> => {
  const scale = fround(input / output);
  const support = Math.max(scale, 1);
  const inverse = fround(1 / support);
  const most = Math.ceil(support) * 2 + 1;
  const counts = new Int32Array(length);
  const indices = new Int32Array(length * most);
  const weights = new Float32Array(length * most);
  for (let i = 0; i < length; i++) {
    const center = fround(scale * (start + i + 0.5));
    const from = Math.max(Math.trunc(fround(center - support) + 0.5), 0);
    const count = Math.min(Math.trunc(fround(center + support) + 0.5), input) - from;
    let sum = 0;
    for (let k = 0; k < count; k++) {
      const distance = Math.abs(fround((fround(k + from - center) + 0.5) * inverse));
      const weight = distance < 1 ? fround(1 - distance) : 0;
      indices[i * most + k] = from + k;
      weights[i * most + k] = weight;
      sum = fround(sum + weight);
    }
    for (let k = 0; k < count; k++) weights[i * most + k]! /= sum;
    counts[i] = count;
  }
  return { most, counts, indices, weights };
});

/** The first of taps `begin` … `end` that torch fuses: after the first tap it takes four at a time, rounding products. */
function firstFused(begin: number, end: number): number {
  return end - ((end - begin - 1) & 3);
}

type Rows = { readonly first: number; readonly length: number };

function resampledRows(
  { data: source, width: sourceWidth }: Image,
  levels: Levels,
  rows: Rows,
  { most, counts, indices, weights }: Taps<Float32Array>,
): FloatImage {
  const width = counts.length;
  const data = new Float32Array(width * rows.length * 3);
  for (let y = 0, at = 0; y < rows.length; y++) {
    const row = (rows.first + y) * sourceWidth;
    for (let x = 0; x < width; x++, at += 3) {
      let tap = x * most;
      const end = tap + counts[x]!;
      const fused = firstFused(tap, end);
      let from = (row + indices[tap]!) * 3;
      let red = 0;
      let green = 0;
      let blue = 0;
      for (; tap < fused; tap++, from += 3) {
        const weight = weights[tap]!;
        red = fround(red + fround(levels[source[from]!]! * weight));
        green = fround(green + fround(levels[source[from + 1]!]! * weight));
        blue = fround(blue + fround(levels[source[from + 2]!]! * weight));
      }
      for (; tap < end; tap++, from += 3) {
        const weight = weights[tap]!;
        red = fround(red + levels[source[from]!]! * weight);
        green = fround(green + levels[source[from + 1]!]! * weight);
        blue = fround(blue + levels[source[from + 2]!]! * weight);
      }
      data[at] = red;
      data[at + 1] = green;
      data[at + 2] = blue;
    }
  }
  return { width, height: rows.length, data };
}

function resampledColumns(
  { data: source, width }: FloatImage,
  firstRow: number,
  { most, counts, indices, weights }: Taps<Float32Array>,
): FloatImage {
  const height = counts.length;
  const stride = width * 3;
  const data = new Float32Array(stride * height);
  for (let y = 0, at = 0; y < height; y++) {
    const begin = y * most;
    const end = begin + counts[y]!;
    const fused = firstFused(begin, end);
    const top = (indices[begin]! - firstRow) * stride;
    for (let x = 0; x < stride; x++, at++) {
      let sum = 0;
      let tap = begin;
      let from = top + x;
      for (; tap < fused; tap++, from += stride) sum = fround(sum + fround(source[from]! * weights[tap]!));
      for (; tap < end; tap++, from += stride) sum = fround(sum + source[from]! * weights[tap]!);
      data[at] = sum;
    }
  }
  return { width, height, data };
}

/**
 * `torch.nn.functional.interpolate(x, size, mode="bilinear", align_corners=False, antialias=True)`: torchmetrics'
 * resize.
 *
 * Along x, then along y, in float32: the first tap and then groups of four with rounded products, the rest of up to
 * three taps fused, as torch's compiled loop does it.
 *
 * Agrees with: torch 2.13 on a CPU, bit for bit, test/reference/resamplers.json; not for an output one pixel wide,
 * where torch fills every row with the first.
 */
export function torchBilinearAntialias(image: Image, { x, y }: Axes, levels: Levels): FloatImage {
  const vertical = taps(y);
  const rows = span(vertical);
  return resampledColumns(resampledRows(image, levels, rows, taps(x)), rows.first, vertical);
}
