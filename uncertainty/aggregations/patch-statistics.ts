import { OptionError } from '../../errors.js';
import type { PixelMap } from '../pixel-map.js';
import { mean } from './pixel-statistics.js';

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

/** Which pixels a pooling looks at together: a side in pixels. */
interface Block {
  readonly block: number;
}

/** A quarter of the shorter side, so that a map has four blocks a side whatever its size: 16 at BayesDiff's 64. */
export function scaledBlock({ height, width }: Pick<PixelMap, 'height' | 'width'>): number {
  return Math.max(1, Math.floor(Math.min(height, width) / 4));
}

/**
 * A number of each block × block window whose corner lies on a grid of the given stride, in reading order; rows and
 * columns that do not fill a window at the end are left out.
 *
 * @throws OptionError OUT_OF_RANGE if the block is no whole number from 1 to the shorter side
 */
function overBlocks(
  map: PixelMap,
  { block, stride }: Block & { readonly stride: number },
  of: (window: Float64Array) => number,
): number[] {
  const shorterSide = Math.min(map.height, map.width);
  if (!Number.isInteger(block) || block < 1 || block > shorterSide) {
    throw new OptionError('OUT_OF_RANGE', {
      where: '--aggregate',
      expected: `a block must be a whole number of pixels from 1 to the shorter side of the map, ${shorterSide}`,
      received: String(block),
      help: 'Name a smaller block, such as patch-max-8, or none: patch-max takes a quarter of the shorter side.',
    });
  }
  const window = new Float64Array(block * block);
  const values: number[] = [];
  for (let y = 0; y + block <= map.height; y += stride) {
    for (let x = 0; x + block <= map.width; x += stride) {
      for (let row = 0; row < block; row++) {
        const start = (y + row) * map.width + x;
        window.set(map.data.subarray(start, start + block), row * block);
      }
      values.push(of(window));
    }
  }
  return values;
}

/** The largest of the values. */
function largest(values: Iterable<number>): number {
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) if (value > high) high = value;
  return high;
}

/**
 * Mean over non-overlapping block × block windows of the window's maximum: how high the map peaks everywhere, where
 * `patchMax` asks how high it stands somewhere.
 *
 * @throws OptionError OUT_OF_RANGE if the block is no whole number from 1 to the shorter side
 */
export function maxPool(map: PixelMap, { block }: Block): number {
  return mean({ data: Float64Array.from(overBlocks(map, { block, stride: block }, largest)) });
}

/**
 * max over every block × block window, at stride 1, of the window's mean: `patchMax` without its grid, so that an
 * uncertain spot counts the same wherever it lies. At least `patchMax` of the same block.
 *
 * @throws OptionError OUT_OF_RANGE if the block is no whole number from 1 to the shorter side
 */
export function meanPool(map: PixelMap, { block }: Block): number {
  return largest(overBlocks(map, { block, stride: 1 }, (data) => mean({ data })));
}
