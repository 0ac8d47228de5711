import { variance } from '../../metrics/numerics/mean-and-variance.js';
import type { PixelMap } from '../pixel-map.js';

/** (1/HW) Σ (u − ū)² across the pixels: how unevenly the uncertainty lies. */
export function pixelVariance({ data }: Pick<PixelMap, 'data'>): number {
  return variance(data, 0)!;
}
