import type { PixelMap } from '../pixel-map.js';
import { sum } from './sum.js';

/** (1/HW) Σ u: the sum, free of the image's size. */
export function mean(map: Pick<PixelMap, 'data'>): number {
  return sum(map) / map.data.length;
}
