import type { Image } from '../../encoders/images/image.js';

/** Smooth color with noise, so that codecs meet neither a blank nor pure noise; the same on every run. */
export function scene(
  side: number,
  { seed, period }: { readonly seed: number; readonly period: number },
): Image {
  let state = seed;
  const data = Uint8Array.from({ length: side * side * 3 }, (_, i) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return 128 + 90 * Math.sin(i / side / period) + (state >>> 28);
  });
  return { width: side, height: side, data };
}
