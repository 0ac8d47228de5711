import type { UnitImage } from './unit-image.js';

/**
 * Separable Gaussian smoothing of each channel: weights e^(−x²/2σ²) for |x| ≤ ⌊4σ + ½⌋, normalized, edges repeated.
 *
 * Agrees with: scipy.ndimage.gaussian_filter(sigma, mode='nearest', truncate=4), which skimage.filters.gaussian calls.
 */
export function gaussianFilter(image: UnitImage, sigma: number): UnitImage {
  const radius = Math.floor(4 * sigma + 0.5);
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma * sigma)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const kernel = weights.map((weight) => weight / total);
  return smoothed(smoothed(image, kernel, 'vertical'), kernel, 'horizontal');
}

function smoothed(
  { width, height, data }: UnitImage,
  kernel: Float64Array,
  axis: 'vertical' | 'horizontal',
): UnitImage {
  const radius = (kernel.length - 1) / 2;
  const length = axis === 'vertical' ? height : width;
  const step = axis === 'vertical' ? 3 * width : 3;
  const result = new Float64Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const position = axis === 'vertical' ? y : x;
      const start = 3 * (y * width + x);
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (let offset = -radius; offset <= radius; offset++) {
          const tap = Math.min(Math.max(position + offset, 0), length - 1);
          sum += kernel[offset + radius]! * data[start + channel + (tap - position) * step]!;
        }
        result[start + channel] = sum;
      }
    }
  }
  return { width, height, data: result };
}
