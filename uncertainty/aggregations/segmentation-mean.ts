import type { PixelMap } from '../pixel-map.js';
import { foregroundSum } from './foreground-mean.js';
import type { WeightMap } from './weight-map.js';

/**
 * Σ_fg u ÷ HW: the original's, which divides by all pixels, so that a small object scores low because it is small. An
 * image without foreground scores exactly 0, which the original then drops.
 *
 * Source: `segmentation_mean` of BayesDiff's aggregations. For the mean over the foreground see `foregroundMean`.
 */
export function segmentationMean(map: PixelMap, mask: WeightMap): number {
  return foregroundSum(map, mask) / map.data.length;
}
