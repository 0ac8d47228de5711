import type { PixelMap } from '../pixel-map.js';
import { type Block, largest, overBlocks } from './blocks.js';
import { mean } from './mean.js';

/**
 * max over non-overlapping block × block patches of the patch's mean; remaining rows and columns are left out.
 *
 * @param options.block  side in pixels: the original's is 16 at every size
 * @throws OptionError OUT_OF_RANGE if the block is no whole number from 1 to the shorter side
 *
 * Source: `patch_max` of BayesDiff's aggregations.
 *
 * @example
 * patchMax({ height: 2, width: 4, data: Float64Array.of(1, 1, 0, 0, 1, 1, 0, 8) }, { block: 2 }); // 2
 */
export function patchMax(map: PixelMap, { block }: Block): number {
  return largest(overBlocks(map, { block, stride: block }, (data) => mean({ data })));
}
