import { gaussianWeights, smoothedAlong } from '../../numerics/gaussian-smoothing.js';
import type { PixelMap } from '../pixel-map.js';

/**
 * Gaussian blur, cut at 4σ, mirrored at the border, the border pixel repeated.
 *
 * @param sigma  in pixels, above 0
 *
 * Agrees with: scipy.ndimage.gaussian_filter(mode='reflect') to 1e-12, test/reference/uncertainty-maps.json.
 */
export function gaussianBlur(map: PixelMap, { sigma }: { readonly sigma: number }): PixelMap {
  const weights = gaussianWeights(sigma);
  const grid = { ...map, channels: 1 };
  const data = smoothedAlong(grid, weights, { axis: 'horizontal', border: 'reflect' });
  return { ...map, data: smoothedAlong({ ...grid, data }, weights, { axis: 'vertical', border: 'reflect' }) };
}
