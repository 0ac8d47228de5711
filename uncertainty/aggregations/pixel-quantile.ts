import { quantile } from '../../metrics/numerics/order-statistics.js';
import type { PixelMap } from '../pixel-map.js';

/**
 * Quantile q of the pixels by linear interpolation (type 7, numpy's default).
 *
 * @param options.q  from 0 (the minimum) to 1 (the maximum)
 * @throws OptionError OUT_OF_RANGE if q is outside [0, 1]
 */
export function pixelQuantile({ data }: Pick<PixelMap, 'data'>, { q }: { readonly q: number }): number {
  return quantile(data, q)!;
}
