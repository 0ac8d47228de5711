import { describe, expect, test } from 'vitest';
import { CMMD_KERNEL, cmmdOfSums, cmmdSums } from '../../metrics/cmmd.js';
import type { MmdSums } from '../../metrics/squared-mmd.js';
import { plainAlgebra } from '../../numerics/algebra.js';
import { fastAlgebra } from '../../numerics/fast-algebra.js';
import { fastOwnKernelSums } from '../../numerics/fast-kernel-sums.js';
import { int8BoundHolds } from '../../numerics/int8-bound.js';
import { squaredNorms } from '../../numerics/products.js';
import { quantizedRows } from '../../numerics/quantized-rows.js';
import type { Rows } from '../../numerics/rows.js';
import { unitRows } from '../../numerics/rows.js';
import { splitKernel } from '../../numerics/split-kernel.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';
import { expectClose, ROUNDED_CMMD_TOLERANCE, SERIES_CMMD_TOLERANCE } from '../support/tolerance.js';

const N = 1100; // more than one block of columns
const D = 128;
const cloud = (seed: number, shift: number) => gaussianCloud({ n: N, d: D, seed, shift });

/** Each entry of a cloud as a function of itself and of its place. */
function mapped(rows: Rows, entry: (value: number, i: number, j: number) => number): Rows {
  const { n, d } = rows;
  return { n, d, data: rows.data.map((value, at) => entry(value, Math.floor(at / d), at % d)) };
}

/** Rows near one of two axes, whose other entries are all too small for a byte, and all to one side. */
function badlyRounded(size: number): Rows {
  return mapped(cloud(1, 0), (_, i, j) => (j === i % 2 ? 1 : size / 127));
}

/** Rows of equal sizes and chance signs, the reference's in the first half of the dimensions: roundings of one direction add up. */
function signs(seed: number, from: number): Rows {
  const half = D / 2;
  return mapped(cloud(seed, 0), (value, _, j) => (j >= from && j < from + half ? Math.sign(value) : 0));
}

/** Rows about centers that hold every seventh dimension. */
function clusters(seed: number, center: (i: number) => number): Rows {
  return mapped(cloud(seed, 0), (value, i, j) => 0.3 * value + (j % 7 === center(i) ? 1 : 0));
}

const pairs: readonly [string, Rows, Rows][] = [
  ['round clouds', cloud(1, 0), cloud(2, 0.1)],
  ['clouds far from 0', cloud(1, 1), cloud(2, 1.05)],
  [
    'clouds on opposite sides',
    mapped(cloud(1, 0), (value) => 0.1 * value + 1),
    mapped(cloud(2, 0), (value) => 0.1 * value - 1),
  ],
  ['signs in unlike dimensions', signs(1, 0), signs(2, D / 2)],
  ['clusters', clusters(1, (i) => i % 7), clusters(2, (i) => (i * i) % 7)],
  ['a few long dimensions', mapped(cloud(1, 0), (value, _, j) => (j < 3 ? 8 * value : value)), cloud(2, 0)],
  ['heavy tails', mapped(cloud(1, 0), (value) => value ** 5), mapped(cloud(2, 0.2), (value) => value ** 5)],
];

/** The oracle of both forms, computed once. */
const plainSums = new Map<Rows, Promise<MmdSums>>();
function plainly(sets: { readonly reference: Rows; readonly generated: Rows }): Promise<MmdSums> {
  const known = plainSums.get(sets.reference) ?? cmmdSums(sets, plainAlgebra);
  plainSums.set(sets.reference, known);
  return known;
}

const badlyRoundedSets = { reference: badlyRounded(0.49), generated: badlyRounded(-0.3) };

const forms = [
  ['mean', 'float32 products of what moments leave', SERIES_CMMD_TOLERANCE, 1e-9],
  ['rounded', 'products of bytes of what moments leave', ROUNDED_CMMD_TOLERANCE, 1e-6],
] as const;

describe.each(forms)('CMMD, accuracy %s, by %s', (accuracy, _, tolerance, guaranteed) => {
  test.each(pairs)('of %s is that of float64 products', async (_name, reference, generated) => {
    const fast = await cmmdSums({ reference, generated }, fastAlgebra, accuracy);
    const plain = await plainly({ reference, generated });
    for (const estimator of ['unbiased', 'biased'] as const) {
      expectClose(cmmdOfSums(fast, estimator), cmmdOfSums(plain, estimator), tolerance, 1);
    }
  });

  test('of entries that all round to one side is within what is guaranteed', async () => {
    const fast = cmmdOfSums(await cmmdSums(badlyRoundedSets, fastAlgebra, accuracy), 'unbiased');
    expectClose(fast, cmmdOfSums(await plainly(badlyRoundedSets), 'unbiased'), guaranteed, 1);
  });

  test('of a set with itself is 0, biased', async () => {
    const sums = await cmmdSums({ reference: cloud(1, 1), generated: cloud(1, 1) }, fastAlgebra, accuracy);
    expectClose(cmmdOfSums(sums, 'biased'), 0, 1e-10, 1);
  });

  test('of rows that are all equal is 0', async () => {
    const same: Rows = { n: N, d: D, data: new Float64Array(N * D).fill(0.7) };
    const sums = await cmmdSums({ reference: same, generated: same }, fastAlgebra, accuracy);
    expectClose(cmmdOfSums(sums, 'unbiased'), 0, 1e-10, 1);
  });

  test('keeps each row’s sum to 1e-7 of its pairs, and is another way than that of exact rows', async () => {
    const rows = unitRows(cloud(1, 0), 'rows');
    const exact = await fastOwnKernelSums(rows, CMMD_KERNEL);
    const rough = await fastOwnKernelSums(rows, CMMD_KERNEL, { accuracy });
    expect(rough.rowSums).not.toEqual(exact.rowSums);
    rough.rowSums.forEach((sum, i) => {
      expect(Math.abs(sum - exact.rowSums[i]!) / N).toBeLessThan(1e-7);
    });
  });
});

describe('sums that are to be exact in the mean', () => {
  test('are of finer products where bytes have no small bound of error', async () => {
    const rows = unitRows(
      clusters(1, (i) => i % 7),
      'rows',
    );
    const finer = await fastOwnKernelSums(rows, CMMD_KERNEL, { accuracy: 'mean' });
    const asked = await fastOwnKernelSums(rows, CMMD_KERNEL, { accuracy: 'rounded' });
    expect(asked.rowSums).toEqual(finer.rowSums);
  });

  test('are of float64 products where the series is too long', async () => {
    const rows = unitRows(cloud(1, 0), 'rows');
    const kernel = { kind: 'rbf', sigma: 3 } as const;
    const exact = await fastOwnKernelSums(rows, kernel);
    const asked = await fastOwnKernelSums(rows, kernel, { accuracy: 'rounded' });
    expect(asked.rowSums).toEqual(exact.rowSums);
  });
});

describe('rows in bytes', () => {
  const data = Float32Array.from(unitRows(cloud(1, 0.5), 'rows').data);
  const bytes = quantizedRows(data, { n: N, d: D });

  test('are the rows to half a step, as the first factor and as the second', () => {
    for (let i = 0; i < N; i++) {
      const [block, index] = [bytes.columns[Math.floor(i / 1024)]!, i % 1024];
      const width = block.length / D;
      for (let j = 0; j < D; j++) {
        const value = data[i * D + j]!;
        const row = (bytes.rows[i * D + j]! - 128) * bytes.rowStep;
        const column = block[j * width + index]! * bytes.columnStep;
        if (!(Math.abs(row - value) <= 0.5001 * bytes.rowStep)) expect(row).toBe(value);
        if (!(Math.abs(column - value) <= 0.5001 * bytes.columnStep)) expect(column).toBe(value);
      }
    }
  });

  test('say how far the farthest of them is from its bytes', () => {
    const squares = Array.from({ length: N }, (_, i) => {
      let sum = 0;
      for (let j = 0; j < D; j++) {
        sum += ((bytes.rows[i * D + j]! - 128) * bytes.rowStep - data[i * D + j]!) ** 2;
      }
      return sum;
    });
    expectClose(bytes.rowError, Math.sqrt(Math.max(...squares)), 1e-12);
    expect(bytes.columnError).toBeGreaterThan(bytes.rowError);
    expect(bytes.columnError).toBeLessThan((bytes.columnStep / 2) * Math.sqrt(D));
  });

  test('never reach 16 bits in the sum of two products, where processors would clip it', () => {
    const most = bytes.columns.flatMap((block) => [...block]).reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    expect(most).toBe(63);
    expect(2 * 255 * most).toBeLessThan(2 ** 15);
  });
});

describe('int8BoundHolds', () => {
  const side = ({ n, d, data }: Rows) => ({
    ...splitKernel(squaredNorms({ n, d, data }), 10),
    vectors: { n, d, data: Float32Array.from(data) },
  });
  const holds = (rows: Rows) => int8BoundHolds(side(rows), side(rows), 0.01, 2.5e-10);
  const ofLength = (length: number, smallest: number) => {
    const vectors = unitRows(gaussianCloud({ n: 500, d: D, seed: 1, smallest }), 'rows');
    return mapped(vectors, (value) => length * value);
  };

  test('is true for a round cloud near the origin, and false where a few dimensions hold a length of 1', () => {
    expect(holds(ofLength(0.5, 1))).toBe(true);
    expect(holds(ofLength(1, 1e-3))).toBe(false);
  });
});
