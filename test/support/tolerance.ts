import { expect } from 'vitest';
import { expectAsStated } from './stated-precision.js';

export * from './named-tolerances.js';

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
  expectAsStated(error === 0 ? 0 : error / scale, tolerance);
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

/** ‖received − expected‖ ≤ tolerance × ‖expected‖. */
export function expectNear(
  received: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
): void {
  expectWithin(relativeError(received, expected), tolerance);
}

/** An error that has been worked out already. */
export function expectWithin(error: number, tolerance: number): void {
  expect(error).toBeLessThanOrEqual(tolerance);
  expectAsStated(error, tolerance);
}
