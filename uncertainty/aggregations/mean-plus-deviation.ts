import type { PixelMap } from '../pixel-map.js';
import { mean } from './mean.js';
import { pixelVariance } from './pixel-variance.js';

/** ū + k · sd of the pixels, ddof 0. */
export function meanPlusDeviation(map: Pick<PixelMap, 'data'>, { k }: { readonly k: number }): number {
  return mean(map) + k * Math.sqrt(pixelVariance(map));
}
