import { quantile } from '../../numerics/order-statistics.js';
import { gaussianBlur } from '../../uncertainty/map-comparison/gaussian-blur.js';
import type { PixelMap } from '../../uncertainty/pixel-map.js';
import type { Gallery } from '../uncertainty/gallery.js';
import { mapColors } from '../uncertainty/map-colors.js';
import { smallPicture } from './small-picture.js';

/** Share of a map's shorter side that it is smoothed by. */
const SMOOTHING = 1 / 32;
/** Pixels of a map that count for a scale, at least; of a larger one every k-th does. */
const COUNTED = 1 << 14;

/** σ in pixels of the Gaussian that a map is smoothed by. */
export function smoothingOf({ width, height }: PixelMap): number {
  return Math.max(1, SMOOTHING * Math.min(width, height));
}

export function smoothed(map: PixelMap): PixelMap {
  return gaussianBlur(map, { sigma: smoothingOf(map) });
}

export function mapPicture(map: PixelMap, scale: Gallery['scale']): Promise<string> {
  return smallPicture({ ...map, data: mapColors(map.data, scale) }, 'pixels');
}

/** A map raw and smoothed, both on one scale. */
export async function bothPictures(
  map: PixelMap,
  scale: Gallery['scale'],
): Promise<{ readonly raw: string; readonly smoothed: string }> {
  return { raw: await mapPicture(map, scale), smoothed: await mapPicture(smoothed(map), scale) };
}

/** Pixels of a map that stand for all of them. */
export function countedPixels({ data }: PixelMap): Float64Array {
  const step = Math.max(1, Math.floor(data.length / COUNTED));
  return Float64Array.from({ length: Math.ceil(data.length / step) }, (_, i) => data[i * step]!);
}

/** From the darkest to the brightest color: the 1 % and the 99 % quantile of the pixels. */
export function scaleOf(pixels: readonly Float64Array[]): Gallery['scale'] {
  const all = Float64Array.from(pixels.flatMap((some) => [...some]));
  return { low: quantile(all, 0.01)!, high: quantile(all, 0.99)! };
}
