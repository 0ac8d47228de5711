import { expect } from 'vitest';

/** Sums of a few thousand float64 terms in another order than the reference's. */
export const SUMMATION_TOLERANCE = 1e-12;

/** Eigenvalues and singular values of small matrices: O(d·ε) of the largest. */
export const EIGEN_TOLERANCE = 1e-12;

/** Fréchet distances of full-rank covariances against scipy's sqrtm, which itself is good to about 1e-12 there. */
export const FRECHET_TOLERANCE = 1e-10;

/** |received − expected| ≤ tolerance × (|expected| or the given scale). */
export function expectClose(
  received: number | null | undefined,
  expected: number,
  tolerance: number,
  scale: number = Math.abs(expected),
): void {
  const error = received === null || received === undefined ? Number.NaN : Math.abs(received - expected);
  expect(error, `got ${received}, expected ${expected} to ${tolerance} of ${scale}`).toBeLessThanOrEqual(
    tolerance * scale,
  );
}

/** Every entry as `expectClose`, the scale being the largest expected magnitude. */
export function expectAllClose(
  received: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
): void {
  expect(received.length).toBe(expected.length);
  let scale = 0;
  for (let i = 0; i < expected.length; i++) scale = Math.max(scale, Math.abs(expected[i]!));
  let worst = 0; // asserting once keeps comparisons of whole matrices quick
  let largest = -1;
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(received[i]! - expected[i]!);
    if (!(error <= largest)) [worst, largest] = [i, error];
    if (Number.isNaN(error)) break;
  }
  if (largest >= 0 || Number.isNaN(largest)) expectClose(received[worst], expected[worst]!, tolerance, scale);
}

/** Float32 through a hundred layers, summed in another order than the peer's. */
export const NETWORK_TOLERANCE = 1e-5;

/** The same network on the same images, in batches of another size. */
export const BATCH_TOLERANCE = 1e-6;

/** ‖received − expected‖ / ‖expected‖. */
export function relativeError(received: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(received.length).toBe(expected.length);
  let error = 0;
  let size = 0;
  for (let i = 0; i < expected.length; i++) {
    error += (received[i]! - expected[i]!) ** 2;
    size += expected[i]! ** 2;
  }
  return Math.sqrt(error / size);
}

/** Mean of k − 1 over all pairs, absolute: CMMD is 1000 times it, and is to be exact to 1e-9. */
export const MEAN_KERNEL_TOLERANCE = 2e-13;

/** Mean of k − 1 over the pairs of one vector, absolute: float32 products of the series' tail, averaged over fewer pairs. */
export const ROW_KERNEL_TOLERANCE = 1e-12;
