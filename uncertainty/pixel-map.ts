import type { UncertaintyMap } from './uncertainty-map.js';

/** One number a pixel, (height, width) row-major, after the channels are reduced. */
export interface PixelMap {
  readonly height: number;
  readonly width: number;
  readonly data: Float64Array;
}

/** How the channels of a map become one: their mean (the original's) or their sum. */
const CHANNEL_REDUCTIONS = ['mean', 'sum'] as const;
export type ChannelReduction = (typeof CHANNEL_REDUCTIONS)[number];

/**
 * u(y, x) = (1/C) Σ_c v(c, y, x), or the sum without 1/C; nothing is clamped. In float64 whatever the map's type.
 *
 * Source: `u = mean over channels` in BayesDiff's aggregations.
 */
export function pixelMap(map: UncertaintyMap, channels: ChannelReduction): PixelMap {
  const { height, width, data } = map;
  const pixels = height * width;
  const reduced = new Float64Array(pixels);
  for (let c = 0; c < map.channels; c++) {
    const offset = c * pixels;
    for (let i = 0; i < pixels; i++) reduced[i] += data[offset + i];
  }
  if (channels === 'mean') for (let i = 0; i < pixels; i++) reduced[i] /= map.channels;
  return { height, width, data: reduced };
}
