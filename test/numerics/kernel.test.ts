import { describe, expect, test } from 'vitest';
import { reducedKernel } from '../../numerics/kernel.js';
import { crossKernelSums, ownKernelSums } from '../../numerics/kernel-sums.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';
import { thrown } from '../support/thrown.js';
import { expectAllClose, expectClose, SUMMATION_TOLERANCE } from '../support/tolerance.js';

describe('reducedKernel', () => {
  test('of rbf is exp(−‖x − y‖²/(2σ²)) − 1, with all digits where vectors are near', () => {
    const kernel = reducedKernel({ kind: 'rbf', sigma: 10 });
    expectClose(kernel(0.5, 1, 1), Math.expm1(-1 / 200), 1e-15);
    // ‖x − y‖² = 2⁻³⁴ exactly, so that k is 1 − 2.9e-13
    expectClose(kernel(1, 1 + 2 ** -34, 1), -(2 ** -34) / 200, 1e-12);
    expect(Math.abs(kernel(1, 1, 1))).toBe(0);
  });

  test('of rbf takes a distance that rounding left below 0 for 0', () => {
    expect(Math.abs(reducedKernel({ kind: 'rbf', sigma: 1 })(1 + 1e-15, 1, 1))).toBe(0);
  });

  test('of a polynomial is (γ·xᵀy + c)^degree', () => {
    expect(reducedKernel({ kind: 'polynomial', degree: 3, gamma: 0.5, coefficient: 1 })(4, 0, 0)).toBe(27);
    expect(reducedKernel({ kind: 'polynomial', degree: 2, gamma: 0.5, coefficient: 1 })(4, 0, 0)).toBe(9);
  });
});

describe('kernel sums', () => {
  const kernel = { kind: 'polynomial', degree: 1, gamma: 1, coefficient: 0 } as const;

  test('of the identity kernel on numbers are their products, summed by hand', () => {
    const first = { n: 2, d: 1, data: Float64Array.of(1, 2) };
    const second = { n: 3, d: 1, data: Float64Array.of(3, 4, 5) };
    const across = crossKernelSums(first, second, kernel);
    expect([[...across.rowSums], [...across.columnSums]]).toEqual([
      [12, 24],
      [9, 12, 15],
    ]);
    const own = ownKernelSums(second, kernel);
    expect([[...own.rowSums], [...own.diagonal]]).toEqual([
      [27, 32, 35],
      [9, 16, 25],
    ]);
  });

  test('over more rows than a block equal those of a set against itself, less the diagonal', () => {
    const rows = gaussianCloud({ n: 1100, d: 3, seed: 1 });
    const rbf = { kind: 'rbf', sigma: 2 } as const;
    const own = ownKernelSums(rows, rbf);
    const across = crossKernelSums(rows, rows, rbf);
    expectAllClose(own.rowSums, across.rowSums, SUMMATION_TOLERANCE);
    expectAllClose(own.rowSums, across.columnSums, SUMMATION_TOLERANCE);
  });

  test('vectors of two lengths are refused', () => {
    const one = { n: 1, d: 1, data: Float64Array.of(1) };
    const two = { n: 1, d: 2, data: Float64Array.of(1, 2) };
    expect(thrown(() => crossKernelSums(one, two, kernel))).toBe(
      'SHAPE_MISMATCH innerProducts: both sides must have vectors of one length; got 1 and 2.',
    );
  });
});
