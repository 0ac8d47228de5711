import { compensatedSum } from '../../metrics/numerics/compensated-sum.js';
import type { PixelMap } from '../pixel-map.js';

/**
 * Σ u over all pixels, compensated: the score of BayesDiff's paper.
 *
 * @returns in the map's units × pixels: unbounded, and negative where the variances are; grows with the image's size
 *
 * Source: Kou et al. 2024, arXiv:2310.11142, §4; `sum` of the original's aggregations.
 */
export function sum({ data }: Pick<PixelMap, 'data'>): number {
  return compensatedSum(data);
}
