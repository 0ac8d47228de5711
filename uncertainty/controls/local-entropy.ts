import type { Image } from '../../encoders/images/image.js';

const RADIUS = 4;

/**
 * Mean over the pixels of the entropy, in bits, of the luma rounded to 8 bits in the 9 × 9 window about each, cut at the border.
 *
 * Agrees with: the mean of skimage.filters.rank.entropy over a 9 × 9 square.
 */
export function localEntropy(image: Image): number {
  const { width, height, data } = image;
  const levels = Uint8Array.from({ length: width * height }, (_, i) =>
    Math.floor((299 * data[3 * i]! + 587 * data[3 * i + 1]! + 114 * data[3 * i + 2]! + 500) / 1000),
  );
  const counts = new Uint32Array(256);
  // Σ c·log₂ c of the window, kept up while it slides: entropy is log₂ N − Σ/N
  const largest = (2 * RADIUS + 1) ** 2;
  const terms = Float64Array.from({ length: largest + 1 }, (_, count) =>
    count === 0 ? 0 : count * Math.log2(count),
  );
  let total = 0;
  for (let y = 0; y < height; y++) {
    const [top, bottom] = [Math.max(0, y - RADIUS), Math.min(height - 1, y + RADIUS)];
    counts.fill(0);
    let [size, sum] = [0, 0];
    const change = (x: number, by: 1 | -1) => {
      for (let row = top; row <= bottom; row++) {
        const level = levels[row * width + x]!;
        sum += terms[counts[level]! + by]! - terms[counts[level]!]!;
        counts[level]! += by;
        size += by;
      }
    };
    for (let x = 0; x < Math.min(RADIUS, width); x++) change(x, 1);
    for (let x = 0; x < width; x++) {
      if (x - RADIUS - 1 >= 0) change(x - RADIUS - 1, -1);
      if (x + RADIUS < width) change(x + RADIUS, 1);
      total += Math.max(0, Math.log2(size) - sum / size);
    }
  }
  return total / (width * height);
}
