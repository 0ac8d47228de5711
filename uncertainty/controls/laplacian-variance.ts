import type { Image } from '../../encoders/images/image.js';
import { variance } from '../../metrics/numerics/mean-and-variance.js';
import { luma } from './luma.js';

/** Variance over the inner pixels of the 4-neighbor Laplacian of the luma: the usual measure of focus; 0 for sides below 3. */
export function laplacianVariance(image: Image): number {
  const { width, height, data } = luma(image);
  const values: number[] = [];
  for (let y = 1; y + 1 < height; y++) {
    for (let x = 1; x + 1 < width; x++) {
      const at = y * width + x;
      values.push(data[at - 1]! + data[at + 1]! + data[at - width]! + data[at + width]! - 4 * data[at]!);
    }
  }
  return variance(values, 0) ?? 0;
}
