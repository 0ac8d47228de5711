import { describe, expect, test } from 'vitest';
import { mmdSums, squaredMmd } from '../../metrics/squared-mmd.js';
import { fastCrossKernelSums, fastOwnKernelSums } from '../../numerics/fast-kernel-sums.js';
import type { Kernel } from '../../numerics/kernel.js';
import { crossKernelSums, ownKernelSums } from '../../numerics/kernel-sums.js';
import { compensatedSum } from '../../numerics/mean-and-variance.js';
import type { Rows } from '../../numerics/rows.js';
import { unitRows } from '../../numerics/rows.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';
import { rejected } from '../support/thrown.js';
import { expectClose, MEAN_KERNEL_TOLERANCE, ROW_KERNEL_TOLERANCE } from '../support/tolerance.js';

/** Sums of both signs in another order: 1,100 terms, each within ε of the largest. */
const OUTLIER_TOLERANCE = 1e-11;

const D = 24;
const x = gaussianCloud({ n: 1100, d: D, seed: 1, shift: 0.5 });
const y = gaussianCloud({ n: 1030, d: D, seed: 2, shift: 0.4 });
const unit = { x: unitRows(x, 'x'), y: unitRows(y, 'y') };

const cmmd: Kernel = { kind: 'rbf', sigma: 10 };
const cases: readonly [string, Rows, Rows, Kernel][] = [
  ['CMMD’s', unit.x, unit.y, cmmd],
  ['rows of unlike length', scaledRows(unit.x), unit.y, { kind: 'rbf', sigma: 16 }],
  ['a narrower kernel', unit.x, unit.y, { kind: 'rbf', sigma: 1.5 }],
  ['a narrow kernel', x, y, { kind: 'rbf', sigma: 4 }],
  ['KID’s', x, y, { kind: 'polynomial', degree: 3, gamma: 1 / D, coefficient: 1 }],
  ['degree 4', unit.x, unit.y, { kind: 'polynomial', degree: 4, gamma: 2, coefficient: 0.5 }],
];

function scaledRows({ n, d, data }: Rows): Rows {
  return { n, d, data: data.map((value, at) => value * (1 + (Math.floor(at / d) % 5) / 4)) };
}

/** Means over pairs, and those of each row, against the plain sums: absolute, for k lies between 0 and about 1. */
function expectSums(received: Float64Array, expected: Float64Array, pairsPerRow: number): void {
  const scale = Math.max(1, ...expected.map((sum) => Math.abs(sum) / pairsPerRow));
  received.forEach((sum, i) => {
    if (Math.abs(sum - expected[i]!) > ROW_KERNEL_TOLERANCE * scale * pairsPerRow)
      expectClose(sum / pairsPerRow, expected[i]! / pairsPerRow, ROW_KERNEL_TOLERANCE, scale);
  });
  const pairs = received.length * pairsPerRow;
  expectClose(
    compensatedSum(received) / pairs,
    compensatedSum(expected) / pairs,
    MEAN_KERNEL_TOLERANCE,
    scale,
  );
}

describe('fast kernel sums', () => {
  test.each(cases)('across two sets, of %s, equal the plain ones', async (_, first, second, kernel) => {
    const fast = await fastCrossKernelSums(first, second, kernel);
    const plain = crossKernelSums(first, second, kernel);
    expectSums(fast.rowSums, plain.rowSums, second.n);
    expectSums(fast.columnSums, plain.columnSums, first.n);
  });

  test.each(cases)('within one set, of %s, equal the plain ones', async (_, first, _second, kernel) => {
    const fast = await fastOwnKernelSums(first, kernel);
    const plain = ownKernelSums(first, kernel);
    expectSums(fast.rowSums, plain.rowSums, first.n);
    expectSums(fast.diagonal, plain.diagonal, 1);
  });

  test.each([1e2, 1e4, 1e6])('give KID’s value as the plain ones do with one entry of %d', async (entry) => {
    const long: Rows = { ...x, data: x.data.map((value, at) => (at === 5 ? entry : value)) };
    const kernel: Kernel = { kind: 'polynomial', degree: 3, gamma: 1 / D, coefficient: 1 };
    const fast = squaredMmd(
      {
        first: await fastOwnKernelSums(long, kernel),
        second: await fastOwnKernelSums(y, kernel),
        across: await fastCrossKernelSums(long, y, kernel),
      },
      'unbiased',
    );
    const plain = squaredMmd(mmdSums(long, y, kernel), 'unbiased');
    expect(Math.abs(fast / plain - 1)).toBeLessThan(OUTLIER_TOLERANCE);
  });

  test.each([3, 5])('give CMMD to 1e-10 in %d dimensions, where nothing averages rounding out', async (d) => {
    const [first, second] = [1, 2].map((seed) => {
      const rows = gaussianCloud({ n: 1600, d, seed, shift: 0.2 * seed });
      return unitRows(rows, 'rows');
    }) as [Rows, Rows];
    const sums = {
      first: await fastOwnKernelSums(first, cmmd),
      second: await fastOwnKernelSums(second, cmmd),
      across: await fastCrossKernelSums(first, second, cmmd),
    };
    for (const estimator of ['unbiased', 'biased'] as const) {
      const plain = 1000 * squaredMmd(mmdSums(first, second, cmmd), estimator);
      expectClose(1000 * squaredMmd(sums, estimator), plain, 1e-10, 1);
    }
  });

  test('give CMMD of two sets of equal vectors as 0 to 1e-9', async () => {
    const same = unitRows({ n: 1600, d: 3, data: new Float64Array(4800).fill(0.7) }, 'rows');
    const own = await fastOwnKernelSums(same, cmmd);
    const across = await fastCrossKernelSums(same, { ...same }, cmmd);
    expectClose(1000 * squaredMmd({ first: own, second: own, across }, 'unbiased'), 0, 1e-9, 1);
  });

  test('of equal vectors are 0 for k − 1', async () => {
    const same: Rows = { n: 500, d: D, data: new Float64Array(500 * D).fill(1 / Math.sqrt(D)) };
    const { rowSums } = await fastOwnKernelSums(same, cmmd);
    expectSums(rowSums, new Float64Array(500), 500);
  });

  test('a second width on the same vectors is not mistaken for the first', async () => {
    for (const sigma of [10, 8]) {
      const kernel: Kernel = { kind: 'rbf', sigma };
      const { rowSums } = await fastOwnKernelSums(unit.x, kernel);
      expectSums(rowSums, ownKernelSums(unit.x, kernel).rowSums, unit.x.n);
    }
  });

  test('float32 rows give what float64 rows give', async () => {
    const kernel: Kernel = { kind: 'polynomial', degree: 3, gamma: 1 / D, coefficient: 1 };
    const rows = { ...x, data: Float32Array.from(x.data) };
    expectSums((await fastOwnKernelSums(rows, kernel)).rowSums, ownKernelSums(rows, kernel).rowSums, x.n);
  });

  test('vectors of unlike length are refused', async () => {
    const other = gaussianCloud({ n: 3, d: 4, seed: 1 });
    expect(await rejected(fastCrossKernelSums(x, other, cmmd))).toBe(
      'SHAPE_MISMATCH kernelSums: both sides must have vectors of one length; got 24 and 4.',
    );
  });
});
