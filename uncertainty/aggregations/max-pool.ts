import type { PixelMap } from '../pixel-map.js';
import { type Block, largest, overBlocks } from './blocks.js';
import { mean } from './mean.js';

/**
 * Mean over non-overlapping block × block windows of the window's maximum: how high the map peaks everywhere, where
 * `patchMax` asks how high it stands somewhere.
 *
 * @throws OptionError OUT_OF_RANGE if the block is no whole number from 1 to the shorter side
 */
export function maxPool(map: PixelMap, { block }: Block): number {
  return mean({ data: Float64Array.from(overBlocks(map, { block, stride: block }, largest)) });
}
