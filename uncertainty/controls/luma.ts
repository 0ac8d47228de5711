import type { Image } from '../../encoders/images/image.js';
import type { PixelMap } from '../pixel-map.js';

/** Rec. 601 luma 0.299 R + 0.587 G + 0.114 B in 0 … 1, not rounded. */
export function luma({ width, height, data }: Image): PixelMap {
  const values = new Float64Array(width * height);
  for (let i = 0; i < values.length; i++) {
    values[i] = (0.299 * data[3 * i]! + 0.587 * data[3 * i + 1]! + 0.114 * data[3 * i + 2]!) / 255;
  }
  return { width, height, data: values };
}
