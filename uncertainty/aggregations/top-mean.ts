import type { PixelMap } from '../pixel-map.js';
import { mean } from './mean.js';

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
