import type { PixelMap } from '../pixel-map.js';
import { sum } from './sum.js';
import type { WeightMap } from './weight-map.js';

/** Σ over the foreground of u: where the mask is not 0. */
export function foregroundSum(map: PixelMap, mask: WeightMap): number {
  return sum({ data: map.data.filter((_, i) => mask.data[i] !== 0) });
}

/**
 * Σ_fg u ÷ |fg|: the mean over the foreground, as its name says.
 *
 * @param mask  of the map's size; whatever is not 0 is foreground
 * @returns the mean, or undefined where nothing is foreground
 */
export function foregroundMean(map: PixelMap, mask: WeightMap): number | undefined {
  const size = mask.data.reduce((count, value) => count + (value !== 0 ? 1 : 0), 0);
  return size === 0 ? undefined : foregroundSum(map, mask) / size;
}
