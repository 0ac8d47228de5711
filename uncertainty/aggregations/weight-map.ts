import { NumericalError, ShapeError } from '../../errors.js';
import type { PixelMap } from '../pixel-map.js';

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
