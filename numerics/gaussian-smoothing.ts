/** Values on a grid: row-major, the channels of a pixel side by side. */
export interface Grid {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Float64Array;
}

/** Where a tap beyond the edge reads: the pixel at the edge (a a | a b c), or the image mirrored about its border (b a | a b c). */
export type Border = 'nearest' | 'reflect';

/** Weights e^(−x²/2σ²) at `length` positions about their middle, of sum 1. */
export function gaussianWindow(length: number, sigma: number): Float64Array {
  const middle = (length - 1) / 2;
  const weights = Float64Array.from({ length }, (_, i) =>
    Math.exp(-((i - middle) ** 2) / (2 * sigma * sigma)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** Weights e^(−x²/2σ²) for |x| ≤ ⌊4σ + ½⌋, of sum 1: scipy's, with its default `truncate`. */
export function gaussianWeights(sigma: number): Float64Array {
  return gaussianWindow(2 * Math.floor(4 * sigma + 0.5) + 1, sigma);
}

/** Index within 0 … length − 1 that an index of any size reads. */
function within(index: number, length: number, border: Border): number {
  if (border === 'nearest') return Math.min(Math.max(index, 0), length - 1);
  const period = 2 * length;
  const phase = ((index % period) + period) % period;
  return phase < length ? phase : period - 1 - phase;
}

/**
 * Weighted sums along one axis, each channel for itself.
 *
 * @param weights  an odd number of them, the middle one of the pixel itself
 * @returns as many values as the grid has
 */
export function smoothedAlong(
  { width, height, channels, data }: Grid,
  weights: Float64Array,
  { axis, border }: { readonly axis: 'vertical' | 'horizontal'; readonly border: Border },
): Float64Array<ArrayBuffer> {
  const count = weights.length;
  const length = axis === 'vertical' ? height : width;
  const step = channels * (axis === 'vertical' ? width : 1);
  const radius = (count - 1) / 2;
  const taps = Int32Array.from(
    { length: length * count },
    (_, i) => step * within(Math.floor(i / count) + (i % count) - radius, length, border),
  );
  const result = new Float64Array(width * height * channels);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const position = axis === 'vertical' ? y : x;
      const first = position * count;
      for (let channel = 0; channel < channels; channel++, at++) {
        const start = at - position * step; // of the line that the pixel lies on
        let sum = 0;
        for (let k = 0; k < count; k++) sum += weights[k]! * data[start + taps[first + k]!]!;
        result[at] = sum;
      }
    }
  }
  return result;
}
