import type { PixelMap } from '../pixel-map.js';
import { type Block, largest, overBlocks } from './blocks.js';
import { mean } from './mean.js';

/**
 * max over every block × block window, at stride 1, of the window's mean: `patchMax` without its grid, so that an
 * uncertain spot counts the same wherever it lies. At least `patchMax` of the same block.
 *
 * @throws OptionError OUT_OF_RANGE if the block is no whole number from 1 to the shorter side
 */
export function meanPool(map: PixelMap, { block }: Block): number {
  return largest(overBlocks(map, { block, stride: 1 }, (data) => mean({ data })));
}
