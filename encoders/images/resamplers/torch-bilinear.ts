import type { FloatImage, Image, Levels } from '../image.js';
import { type Axes, type Axis, remembered } from './axis.js';

const { fround } = Math;

interface Steps {
  readonly low: Int32Array;
  readonly high: Int32Array;
  /** weight of `high`; that of `low` is 1 − part */
  readonly part: Float32Array;
}

/** p = max(s·(j + ½) − ½, 0) with s = input / output, in float32. */
const steps = remembered(({ input, output, start, length }: Axis): Steps => {
  const scale = fround(input / output);
  const at = Float32Array.from({ length }, (_, i) => Math.max(scale * (start + i + 0.5) - 0.5, 0));
  const low = Int32Array.from(at, (position) => Math.min(Math.trunc(position), input - 1));
  return {
    low,
    high: low.map((index) => Math.min(index + 1, input - 1)),
    part: at.map((position, i) => Math.min(position - low[i]!, 1)),
  };
});

/**
 * `torch.nn.functional.interpolate(x, size, mode="bilinear", align_corners=False, antialias=False)`: pytorch-fid's
 * resize. Shrinking skips source pixels, which is what its numbers are made of.
 *
 * Four pixels times the products of their weights, added in float32 with fused multiply-adds in torch's order.
 *
 * Agrees with: torch 2.13 on a CPU, bit for bit, test/reference/resamplers.json.
 */
export function torchBilinear(image: Image, { x, y }: Axes, levels: Levels): FloatImage {
  const { data: source } = image;
  const across = steps(x);
  const down = steps(y);
  const data = new Float32Array(x.length * y.length * 3);
  for (let j = 0, at = 0; j < y.length; j++) {
    const top = down.low[j]! * image.width;
    const bottom = down.high[j]! * image.width;
    const lower = down.part[j]!;
    const upper = fround(1 - lower);
    for (let i = 0; i < x.length; i++) {
      const right = across.part[i]!;
      const left = fround(1 - right);
      const topLeft = fround(upper * left);
      const topRight = fround(upper * right);
      const bottomLeft = fround(lower * left);
      const bottomRight = fround(lower * right);
      let a = (top + across.low[i]!) * 3;
      let b = (top + across.high[i]!) * 3;
      let c = (bottom + across.low[i]!) * 3;
      let d = (bottom + across.high[i]!) * 3;
      for (const end = at + 3; at < end; at++, a++, b++, c++, d++) {
        let sum = fround(levels[source[b]!]! * topRight);
        sum = fround(sum + levels[source[a]!]! * topLeft);
        sum = fround(sum + levels[source[c]!]! * bottomLeft);
        data[at] = sum + levels[source[d]!]! * bottomRight;
      }
    }
  }
  return { width: x.length, height: y.length, data };
}
