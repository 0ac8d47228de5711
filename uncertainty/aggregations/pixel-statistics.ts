import { compensatedSum, variance } from '../../numerics/mean-and-variance.js';
import { quantile } from '../../numerics/order-statistics.js';
import type { PixelMap } from '../pixel-map.js';

/** (1/HW) Σ u: the sum, free of the image's size. */
export function mean(map: Pick<PixelMap, 'data'>): number {
  return sum(map) / map.data.length;
}

/** Σ max(u, 0): the sum with negative pixels counted as none. The clamp follows the mean over channels. */
export function clampedSum({ data }: Pick<PixelMap, 'data'>): number {
  return sum({ data: data.map((value) => Math.max(value, 0)) });
}

/** ū + k · sd of the pixels, ddof 0. */
export function meanPlusDeviation(map: Pick<PixelMap, 'data'>, { k }: { readonly k: number }): number {
  return mean(map) + k * Math.sqrt(pixelVariance(map));
}

/**
 * Quantile q of the pixels by linear interpolation (type 7, numpy's default).
 *
 * @param options.q  from 0 (the minimum) to 1 (the maximum)
 * @throws OptionError OUT_OF_RANGE if q is outside [0, 1]
 */
export function pixelQuantile({ data }: Pick<PixelMap, 'data'>, { q }: { readonly q: number }): number {
  return quantile(data, q)!;
}

/** (1/HW) Σ (u − ū)² across the pixels: how unevenly the uncertainty lies. */
export function pixelVariance({ data }: Pick<PixelMap, 'data'>): number {
  return variance(data, 0)!;
}

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

/**
 * Mean of the ⌈share · HW⌉ largest pixels.
 *
 * @param options.share  above 0, at most 1: 0.05 is the most uncertain twentieth
 */
export function topMean({ data }: Pick<PixelMap, 'data'>, { share }: { readonly share: number }): number {
  const count = Math.ceil(share * data.length);
  return mean({
    data: data
      .slice()
      .sort()
      .subarray(data.length - count),
  });
}
