import type { Preprocessing } from './images/preprocessing.js';

const PIXELS_AT_ONCE = 400_000; // 4 images of 299 × 299; activations of more fall out of the processor's caches
const MOST = 32; // more gained nothing at 32 × 32 or 40 × 40 (bench/results/conversion.json, encoding.json)
const UNKNOWN_SIZE = 4;

/**
 * Images that a network takes at once when nobody says: as many as hold 400,000 pixels, 1 to 32.
 *
 * On a CPU one run is spread over the cores whatever its size, so a large network wants few images (Inception 4)
 * and a small one many.
 */
export function defaultBatchSize({ resize }: Pick<Preprocessing, 'resize'>): number {
  if (resize === null) return UNKNOWN_SIZE;
  const [height, width] = typeof resize === 'number' ? [resize, resize] : resize;
  return Math.max(1, Math.min(MOST, Math.floor(PIXELS_AT_ONCE / (height * width))));
}
