import type { FloatImage, Image, Levels } from '../image.js';
import { type Axes, type Axis, remembered, span, type Taps } from './axis.js';

const { fround } = Math;
const A = -0.75;

/** Keys' cubic with a = −¾ at a distance up to 1, rounded where torch rounds. */
function near(x: number): number {
  return fround(fround(fround(fround((A + 2) * x - (A + 3)) * x) * x) + 1);
}

/** The same at a distance of 1 to 2; the first two steps are fused. */
function far(x: number): number {
  return fround(fround(fround(fround(A * x - 5 * A) * x + 8 * A) * x) - 4 * A);
}

/** p = s·(j + ½) − ½ with s = input / output, not clamped; four pixels around it, the border's repeated. */
const taps = remembered(({ input, output, start, length }: Axis): Taps<Float32Array> => {
  const scale = fround(input / output);
  const indices = new Int32Array(length * 4);
  const weights = new Float32Array(length * 4);
  for (let i = 0; i < length; i++) {
    const at = fround(scale * (start + i + 0.5) - 0.5);
    const low = Math.floor(at);
    const part = fround(at - low);
    const rest = fround(1 - part);
    for (let k = 0; k < 4; k++) indices[i * 4 + k] = Math.min(Math.max(low - 1 + k, 0), input - 1);
    weights.set([far(fround(part + 1)), near(part), near(rest), far(fround(rest + 1))], i * 4);
  }
  return { most: 4, counts: new Int32Array(length).fill(4), indices, weights };
});

type Rows = { readonly first: number; readonly length: number };

function resampledRows(
  { data: source, width: sourceWidth }: Image,
  levels: Levels,
  rows: Rows,
  { indices, weights }: Taps<Float32Array>,
): FloatImage {
  const width = indices.length / 4;
  const data = new Float32Array(width * rows.length * 3);
  for (let y = 0, at = 0; y < rows.length; y++) {
    const row = (rows.first + y) * sourceWidth;
    for (let x = 0, tap = 0; x < width; x++, tap += 4) {
      let a = (row + indices[tap]!) * 3;
      let b = (row + indices[tap + 1]!) * 3;
      let c = (row + indices[tap + 2]!) * 3;
      let d = (row + indices[tap + 3]!) * 3;
      for (const end = at + 3; at < end; at++, a++, b++, c++, d++) {
        let sum = fround(levels[source[b]!]! * weights[tap + 1]!);
        sum = fround(sum + levels[source[a]!]! * weights[tap]!);
        sum = fround(sum + levels[source[c]!]! * weights[tap + 2]!);
        data[at] = sum + levels[source[d]!]! * weights[tap + 3]!;
      }
    }
  }
  return { width, height: rows.length, data };
}

function resampledColumns(
  { data: source, width }: FloatImage,
  firstRow: number,
  { indices, weights }: Taps<Float32Array>,
): FloatImage {
  const height = indices.length / 4;
  const stride = width * 3;
  const data = new Float32Array(stride * height);
  for (let y = 0, at = 0, tap = 0; y < height; y++, tap += 4) {
    let a = (indices[tap]! - firstRow) * stride;
    let b = (indices[tap + 1]! - firstRow) * stride;
    let c = (indices[tap + 2]! - firstRow) * stride;
    let d = (indices[tap + 3]! - firstRow) * stride;
    for (const end = at + stride; at < end; at++, a++, b++, c++, d++) {
      let sum = fround(source[b]! * weights[tap + 1]!);
      sum = fround(sum + source[a]! * weights[tap]!);
      sum = fround(sum + source[c]! * weights[tap + 2]!);
      data[at] = sum + source[d]! * weights[tap + 3]!;
    }
  }
  return { width, height, data };
}

/**
 * `torch.nn.functional.interpolate(x, size, mode="bicubic", align_corners=False, antialias=False)`. Overshoots are
 * kept.
 *
 * Along x, then along y: four pixels in float32 with fused multiply-adds in torch's order.
 *
 * Agrees with: torch 2.13 on a CPU, bit for bit, test/reference/resamplers.json.
 */
export function torchBicubic(image: Image, { x, y }: Axes, levels: Levels): FloatImage {
  const vertical = taps(y);
  const rows = span(vertical);
  return resampledColumns(resampledRows(image, levels, rows, taps(x)), rows.first, vertical);
}
