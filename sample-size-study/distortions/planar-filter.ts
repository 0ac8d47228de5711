import type { UnitImage } from './unit-image.js';

/** A square kernel of odd side, row-major. */
export interface PlanarKernel {
  readonly side: number;
  readonly weights: Float64Array;
}

/** Where a tap beyond the edge reads: mirrored about the edge pixel, which is not repeated (… 2 1 | 0 1 2 …). */
export function mirroredIndex(index: number, length: number): number {
  if (length === 1) return 0;
  const period = 2 * (length - 1);
  const position = ((index % period) + period) % period;
  return position < length ? position : period - position;
}

/**
 * Correlation of each channel with a kernel, edges mirrored.
 *
 * Agrees with: cv2.filter2D's default border (reflect 101) and scipy.ndimage.correlate(mode='mirror').
 */
export function planarFilter({ width, height, data }: UnitImage, { side, weights }: PlanarKernel): UnitImage {
  const radius = (side - 1) / 2;
  const taps = [...weights.keys()].filter((i) => weights[i] !== 0);
  const result = new Float64Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const target = 3 * (y * width + x);
      for (const tap of taps) {
        const row = mirroredIndex(y + Math.floor(tap / side) - radius, height);
        const column = mirroredIndex(x + (tap % side) - radius, width);
        const source = 3 * (row * width + column);
        const weight = weights[tap]!;
        result[target] = result[target]! + weight * data[source]!;
        result[target + 1] = result[target + 1]! + weight * data[source + 1]!;
        result[target + 2] = result[target + 2]! + weight * data[source + 2]!;
      }
    }
  }
  return { width, height, data: result };
}
