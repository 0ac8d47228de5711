import type { PixelMap } from '../pixel-map.js';
import { sum } from './sum.js';

/** Σ max(u, 0): the sum with negative pixels counted as none. The clamp follows the mean over channels. */
export function clampedSum({ data }: Pick<PixelMap, 'data'>): number {
  return sum({ data: data.map((value) => Math.max(value, 0)) });
}
