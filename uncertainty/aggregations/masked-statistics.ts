import { NumericalError, ShapeError } from '../../errors.js';
import type { PixelMap } from '../pixel-map.js';
import { sum } from './pixel-statistics.js';

/**
 * Σ w u ÷ Σ w, with a saliency map or mask as weights.
 *
 * @param weights  of the map's size, w ≥ 0
 * @returns the mean, or undefined where all weights are 0
 */
export function weightedMean(map: PixelMap, weights: WeightMap): number | undefined {
  const total = sum(weights);
  if (total === 0) return undefined;
  return sum({ data: map.data.map((value, i) => value * weights.data[i]) }) / total;
}

/**
 * Mean of the border ÷ mean of the center. The center is the middle half of each side, ⌊H/4⌋ to H − ⌊H/4⌋; the rest is
 * border.
 *
 * @returns the ratio, or undefined where the center's mean is not above zero or a side is too short to have a border
 */
export function borderCenterRatio(map: PixelMap): number | undefined {
  const { height, width, data } = map;
  const [top, left] = [Math.floor(height / 4), Math.floor(width / 4)];
  const inside = data.filter((_, i) => {
    const [y, x] = [Math.floor(i / width), i % width];
    return y >= top && y < height - top && x >= left && x < width - left;
  });
  const borderSize = data.length - inside.length;
  const centerMean = sum({ data: inside }) / inside.length;
  if (borderSize === 0 || !(centerMean > 0)) return undefined;
  return (sum(map) - sum({ data: inside })) / borderSize / centerMean;
}

/** Σ over the foreground of u: where the mask is not 0. */
function foregroundSum(map: PixelMap, mask: WeightMap): number {
  return sum({ data: map.data.filter((_, i) => mask.data[i] !== 0) });
}

/**
 * Σ_fg u ÷ |fg|: the mean over the foreground, as its name says.
 *
 * @param mask  of the map's size; whatever is not 0 is foreground
 * @returns the mean, or undefined where nothing is foreground
 */
export function foregroundMean(map: PixelMap, mask: WeightMap): number | undefined {
  const size = mask.data.reduce((count, value) => count + (value !== 0 ? 1 : 0), 0);
  return size === 0 ? undefined : foregroundSum(map, mask) / size;
}

/**
 * Σ_fg u ÷ HW: the original's, which divides by all pixels, so that a small object scores low because it is small. An
 * image without foreground scores exactly 0, which the original then drops.
 *
 * Source: `segmentation_mean` of BayesDiff's aggregations. For the mean over the foreground see `foregroundMean`.
 */
export function segmentationMean(map: PixelMap, mask: WeightMap): number {
  return foregroundSum(map, mask) / map.data.length;
}

/** How much each pixel counts, (height, width), w ≥ 0 and finite; a mask is 0 and 1. */
export interface WeightMap extends PixelMap {
  readonly kind: 'weights';
}

/**
 * Weights of the size of the map that they are for.
 *
 * @param name  what the caller calls them, for the error
 * @throws ShapeError SHAPE_MISMATCH if the sizes differ
 * @throws NumericalError NOT_FINITE if a weight is NaN, infinite or negative
 */
export function weightMap(
  weights: PixelMap,
  { like, name }: { readonly like: PixelMap; readonly name: string },
): WeightMap {
  if (weights.height !== like.height || weights.width !== like.width) {
    throw new ShapeError('SHAPE_MISMATCH', {
      where: name,
      expected: `weights must have the size of the uncertainty map, ${like.height} × ${like.width} (height × width)`,
      received: `${weights.height} × ${weights.width}`,
      help: 'Make the mask or saliency map at the size of the uncertainty map.',
    });
  }
  const at = weights.data.findIndex((value) => !(value >= 0 && value < Number.POSITIVE_INFINITY));
  if (at >= 0) {
    throw new NumericalError('NOT_FINITE', {
      where: name,
      expected: 'every weight must be finite and at least 0',
      received: `${weights.data[at]} in row ${Math.floor(at / weights.width)}, column ${at % weights.width} (counted from 0)`,
    });
  }
  return { ...weights, kind: 'weights' };
}
