import type { Image } from '../../encoders/images/image.js';
import { hsv, rgb } from './hsv.js';
import { truncatedImage, unitImage } from './unit-image.js';

/** The image with each pixel's hue, saturation and value mapped; saturation and value are clipped to [0, 1]. */
export function hsvShifted(
  image: Image,
  shift: (color: readonly [number, number, number]) => readonly [number, number, number],
): Image {
  const { width, height, data } = unitImage(image);
  const shifted = new Float64Array(data.length);
  for (let i = 0; i < data.length; i += 3) {
    const [hue, saturation, value] = shift(hsv([data[i]!, data[i + 1]!, data[i + 2]!]));
    shifted.set(rgb([hue, Math.min(Math.max(saturation, 0), 1), Math.min(Math.max(value, 0), 1)]), i);
  }
  return truncatedImage({ width, height, data: shifted });
}
