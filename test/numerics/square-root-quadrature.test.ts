import { expect, test } from 'vitest';
import { squareRootQuadrature, sumAt } from '../../numerics/square-root-quadrature.js';

test.each([
  [0.5, 1e-12],
  [1e-3, 1e-13],
  [1e-8, 1e-14],
  [1e-12, 1e-14],
])('squareRootQuadrature from %d to 1 keeps to its error, %d', (lowest, tolerance) => {
  const found = squareRootQuadrature({ lowest, highest: 1 }, tolerance)!;
  expect(found.error).toBeLessThanOrEqual(tolerance);
  let worst = 0;
  for (let i = 0; i <= 9973; i++) {
    const x = lowest ** (1 - i / 9973);
    worst = Math.max(worst, Math.abs(Math.sqrt(x) - sumAt(x, found) - found.constant));
  }
  expect(worst).toBeLessThanOrEqual(1.01 * found.error + 2e-15);
  expect(worst).toBeGreaterThan(0.9 * found.error - 2e-15);
});

test('squareRootQuadrature scales as √x does, and takes no more shifts than a tolerance needs', () => {
  const [small, large] = [1, 1e6].map(
    (highest) => squareRootQuadrature({ lowest: 1e-4 * highest, highest }, 1e-10 * Math.sqrt(highest))!,
  );
  expect(small!.shifts.length).toBe(13);
  expect(Array.from(large!.shifts, (shift, k) => shift / 1e6 / small!.shifts[k]!)).toEqual(
    Array.from(small!.shifts, () => expect.closeTo(1, 12)),
  );
  expect(squareRootQuadrature({ lowest: 1e-4, highest: 1 }, 1e-18)).toBeNull();
});
