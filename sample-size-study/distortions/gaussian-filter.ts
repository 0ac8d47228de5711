import { gaussianWeights, smoothedAlong } from '../../numerics/gaussian-smoothing.js';
import type { UnitImage } from './unit-image.js';

/**
 * Separable Gaussian smoothing of each channel: weights e^(−x²/2σ²) for |x| ≤ ⌊4σ + ½⌋, normalized, edges repeated.
 *
 * Agrees with: scipy.ndimage.gaussian_filter(sigma, mode='nearest', truncate=4), which skimage.filters.gaussian calls.
 */
export function gaussianFilter(image: UnitImage, sigma: number): UnitImage {
  const weights = gaussianWeights(sigma);
  const grid = { ...image, channels: 3 };
  const data = smoothedAlong(grid, weights, { axis: 'vertical', border: 'nearest' });
  return {
    ...image,
    data: smoothedAlong({ ...grid, data }, weights, { axis: 'horizontal', border: 'nearest' }),
  };
}
