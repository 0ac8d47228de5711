import type { PixelMap } from '../pixel-map.js';

const SIDE = 7;
const [K1, K2] = [0.01, 0.03];

/** Means over every SIDE × SIDE window that lies inside. */
function windowMeans({ height, width, data }: PixelMap): Float64Array {
  const [rows, columns] = [height - SIDE + 1, width - SIDE + 1];
  const means = new Float64Array(rows * columns);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      let sum = 0;
      for (let dy = 0; dy < SIDE; dy++)
        for (let dx = 0; dx < SIDE; dx++) sum += data[(y + dy) * width + x + dx]!;
      means[y * columns + x] = sum / (SIDE * SIDE);
    }
  }
  return means;
}

/**
 * Mean structural similarity over 7 × 7 windows, sample covariances, C₁ = (0.01 L)², C₂ = (0.03 L)² with L the range of both
 * maps together.
 *
 * @returns in [−1, 1], 1 for equal maps; undefined where a side is below 7 or both are one and the same constant
 *
 * Source: Wang et al. 2004, doi:10.1109/TIP.2003.819861. Agrees with: skimage.metrics.structural_similarity with its
 * defaults and that data_range to 1e-10, test/reference/uncertainty-maps.json.
 */
export function structuralSimilarity(first: PixelMap, second: PixelMap): number | undefined {
  if (Math.min(first.height, first.width) < SIDE) return undefined;
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { data } of [first, second]) {
    for (const value of data) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  const range = high - low;
  if (range === 0) return undefined;
  const [c1, c2] = [(K1 * range) ** 2, (K2 * range) ** 2];
  const means = (of: (i: number) => number) =>
    windowMeans({ ...first, data: first.data.map((_, i) => of(i)) });
  // about a common middle, so that squares of large offsets do not eat the variances
  const middle = (low + high) / 2;
  const [a, b] = [first.data.map((value) => value - middle), second.data.map((value) => value - middle)];
  const [ma, mb] = [means((i) => a[i]!), means((i) => b[i]!)];
  const [aa, bb, ab] = [means((i) => a[i]! ** 2), means((i) => b[i]! ** 2), means((i) => a[i]! * b[i]!)];
  const sample = (SIDE * SIDE) / (SIDE * SIDE - 1);
  let total = 0;
  for (let i = 0; i < ma.length; i++) {
    const [va, vb, vab] = [
      sample * (aa[i]! - ma[i]! ** 2),
      sample * (bb[i]! - mb[i]! ** 2),
      sample * (ab[i]! - ma[i]! * mb[i]!),
    ];
    const [ua, ub] = [ma[i]! + middle, mb[i]! + middle];
    total += ((2 * ua * ub + c1) * (2 * vab + c2)) / ((ua * ua + ub * ub + c1) * (va + vb + c2));
  }
  return total / ma.length;
}
