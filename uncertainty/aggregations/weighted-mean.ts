import type { PixelMap } from '../pixel-map.js';
import { sum } from './sum.js';
import type { WeightMap } from './weight-map.js';

/**
 * Σ w u ÷ Σ w, with a saliency map or mask as weights.
 *
 * @param weights  of the map's size, w ≥ 0
 * @returns the mean, or undefined where all weights are 0
 */
export function weightedMean(map: PixelMap, weights: WeightMap): number | undefined {
  const total = sum(weights);
  if (total === 0) return undefined;
  return sum({ data: map.data.map((value, i) => value * weights.data[i]) }) / total;
}
