import type { Image } from '../../encoders/images/image.js';

/** An image whose channels are real numbers, 0 black and 1 white: (height, width, 3) row-major. */
export interface UnitImage {
  readonly width: number;
  readonly height: number;
  readonly data: Float64Array;
}

/** The image divided by 255. */
export function unitImage({ width, height, data }: Image): UnitImage {
  return { width, height, data: Float64Array.from(data, (value) => value / 255) };
}

/** Clipped to [0, 1], times 255 and cut to a byte, as ImageNet-C's `np.uint8` does. */
export function truncatedImage({ width, height, data }: UnitImage): Image {
  return {
    width,
    height,
    data: Uint8Array.from(data, (value) => Math.floor(Math.min(Math.max(value, 0), 1) * 255)),
  };
}

/** Clipped to [0, 1], times 255 and rounded to the nearest byte. */
export function roundedImage({ width, height, data }: UnitImage): Image {
  return {
    width,
    height,
    data: Uint8Array.from(data, (value) => Math.round(Math.min(Math.max(value, 0), 1) * 255)),
  };
}
