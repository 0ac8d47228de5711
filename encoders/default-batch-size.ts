import type { Preprocessing } from './images/preprocessing.js';

const PIXELS_AT_ONCE = 400_000; // 4 images of 299 × 299: more ran no faster (bench/results/conversion.json)
const MOST = 32;
const UNKNOWN_SIZE = 4;

/**
 * Images that a network takes at once when nobody says: as many as hold 400,000 pixels, 1 to 32.
 *
 * A few large images keep a CPU's cores busy, and more only take memory; small images pay off in company.
 */
export function defaultBatchSize({ resize }: Pick<Preprocessing, 'resize'>): number {
  if (resize === null) return UNKNOWN_SIZE;
  const [height, width] = typeof resize === 'number' ? [resize, resize] : resize;
  return Math.max(1, Math.min(MOST, Math.floor(PIXELS_AT_ONCE / (height * width))));
}
