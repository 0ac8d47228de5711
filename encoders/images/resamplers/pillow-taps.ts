import type { Axis, Taps } from './axis.js';
import type { Filter } from './filters.js';

/**
 * Pillow's taps of one axis, in double: the filter is widened by the scale when shrinking, centered at
 * (i + ½) · input / output, cut off at the border and divided by its sum there.
 *
 * Source: the arithmetic of Pillow's Resample.c. Agrees with: Pillow 12.3.0, test/reference/resamplers.json.
 */
export function pillowTaps({ input, output, start, length }: Axis, filter: Filter): Taps<Float64Array> {
  const scale = input / output;
  const stretch = Math.max(scale, 1);
  const support = filter.support * stretch;
  const most = Math.ceil(support) * 2 + 1;
  const counts = new Int32Array(length);
  const indices = new Int32Array(length * most);
  const weights = new Float64Array(length * most);
  for (let i = 0; i < length; i++) {
    const center = (start + i + 0.5) * scale;
    const from = Math.max(Math.trunc(center - support + 0.5), 0);
    const count = Math.min(Math.trunc(center + support + 0.5), input) - from;
    let sum = 0;
    for (let k = 0; k < count; k++) {
      const weight = filter.weight((k + from - center + 0.5) * (1 / stretch));
      indices[i * most + k] = from + k;
      weights[i * most + k] = weight;
      sum += weight;
    }
    if (sum !== 0) for (let k = 0; k < count; k++) weights[i * most + k]! /= sum;
    counts[i] = count;
  }
  return { most, counts, indices, weights };
}
