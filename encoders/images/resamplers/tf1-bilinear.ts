import type { FloatImage, Image, Levels } from '../image.js';
import { type Axes, type Axis, remembered } from './axis.js';

const { fround } = Math;

interface Steps {
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly part: Float32Array;
}

/** p = j·s with s = input / output in float32, no half-pixel centers; between ⌊p⌋ and the next pixel. */
const steps = remembered(({ input, output, start, length }: Axis): Steps => {
  const scale = fround(input / output);
  const at = Float32Array.from({ length }, (_, i) => (start + i) * scale);
  const low = Int32Array.from(at, Math.trunc);
  return {
    low,
    high: low.map((index) => Math.min(index + 1, input - 1)),
    part: at.map((position, i) => position - low[i]!),
  };
});

/**
 * TensorFlow 1's `resize_bilinear(align_corners=False)`, the resize inside the original FID network: a + (b − a)·w along
 * x, then along y, each operation in float32. Shrinking skips source pixels and the image shifts by up to half a pixel,
 * which is what the original numbers are made of.
 *
 * Agrees with: torch-fidelity's restatement in torch, bit for bit, test/reference/resamplers.json.
 */
export function tf1Bilinear(image: Image, { x, y }: Axes, levels: Levels): FloatImage {
  const across = steps(x);
  const down = steps(y);
  const stride = x.length * 3;
  const data = new Float32Array(stride * y.length);
  const rows = [new Float32Array(stride), new Float32Array(stride)];
  const held = [-1, -1];

  /** A source row interpolated along x, kept while neighboring output rows need it. */
  function row(index: number, other: number): Float32Array {
    const known = held.indexOf(index);
    if (known >= 0) return rows[known]!;
    const slot = held[0] === other ? 1 : 0;
    interpolate(rows[slot]!, index * image.width * 3);
    held[slot] = index;
    return rows[slot]!;
  }

  function interpolate(into: Float32Array, from: number): void {
    for (let i = 0, at = 0; i < x.length; i++) {
      const low = from + across.low[i]! * 3;
      const high = from + across.high[i]! * 3;
      const part = across.part[i]!;
      for (let channel = 0; channel < 3; channel++, at++) {
        const a = levels[image.data[low + channel]!]!;
        const b = levels[image.data[high + channel]!]!;
        into[at] = a + fround(fround(b - a) * part);
      }
    }
  }

  for (let j = 0, at = 0; j < y.length; j++) {
    const top = row(down.low[j]!, down.high[j]!);
    const bottom = row(down.high[j]!, down.low[j]!);
    const part = down.part[j]!;
    for (let i = 0; i < stride; i++, at++) data[at] = top[i]! + fround(fround(bottom[i]! - top[i]!) * part);
  }
  return { width: x.length, height: y.length, data };
}
