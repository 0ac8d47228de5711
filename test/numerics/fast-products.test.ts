import { describe, expect, test } from 'vitest';
import { fastColumnProducts, fastInnerProducts } from '../../numerics/fast-products.js';
import { fastGaussianMoments } from '../../numerics/fast-scatter.js';
import { gaussianMoments } from '../../numerics/gaussian-moments.js';
import { innerProducts } from '../../numerics/products.js';
import type { Rows } from '../../numerics/rows.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';
import { rejected } from '../support/thrown.js';
import { expectAllClose, SUMMATION_TOLERANCE } from '../support/tolerance.js';

function inFloat32({ n, d, data }: Rows): Rows {
  return { n, d, data: Float32Array.from(data) };
}

const x = gaussianCloud({ n: 301, d: 130, seed: 1 });
const y = gaussianCloud({ n: 203, d: 130, seed: 2, shift: 3 });

describe('fast products', () => {
  test.each([
    ['float64 with float64', x, y],
    ['float32 with float64', inFloat32(x), y],
    ['float32 with float32', inFloat32(x), inFloat32(y)],
  ])('inner products of %s equal the plain ones, in float64', async (_, first, second) => {
    expectAllClose(await fastInnerProducts(first, second), innerProducts(first, second), SUMMATION_TOLERANCE);
  });

  test('inner products of few vectors are those of the plain routine, to the bit', async () => {
    const few = { n: 2, d: 130, data: x.data.subarray(0, 260) };
    expect(await fastInnerProducts(few, few)).toEqual(innerProducts(few, few));
  });

  test('column products of the column (1, 2) and ((1, 2), (3, 4)) are (7, 10)', async () => {
    const first = { n: 2, d: 1, data: Float64Array.of(1, 2) };
    const second = { n: 2, d: 2, data: Float64Array.of(1, 2, 3, 4) };
    expect([...(await fastColumnProducts(first, second))]).toEqual([7, 10]);
  });

  test('vectors of unlike length are refused', async () => {
    expect(await rejected(fastInnerProducts(x, gaussianCloud({ n: 3, d: 4, seed: 1 })))).toBe(
      'SHAPE_MISMATCH innerProducts: both sides must have vectors of one length; got 130 and 4.',
    );
  });
});

describe('fastGaussianMoments', () => {
  test.each([
    ['one block', gaussianCloud({ n: 1100, d: 130, seed: 3, shift: 1000 })],
    ['float32 rows', inFloat32(gaussianCloud({ n: 1100, d: 130, seed: 3 }))],
    ['three blocks of columns', gaussianCloud({ n: 60, d: 1100, seed: 4 })],
    ['three blocks of rows', gaussianCloud({ n: 5100, d: 70, seed: 5 })],
  ])('over %s equal the plain moments', async (_, rows) => {
    const fast = await fastGaussianMoments(rows);
    const plain = gaussianMoments(rows);
    expect([fast.n, fast.d]).toEqual([rows.n, rows.d]);
    expect(fast.mean).toEqual(plain.mean);
    expectAllClose(fast.covariance, plain.covariance, SUMMATION_TOLERANCE);
  });

  test('with float32 products are good to 1e-6 of the largest variance', async () => {
    const rows = gaussianCloud({ n: 5100, d: 70, seed: 5, shift: 20 });
    const fast = await fastGaussianMoments(rows, { products: 'float32' });
    expectAllClose(fast.covariance, gaussianMoments(rows).covariance, 1e-6);
    expect(fast.covariance).not.toEqual((await fastGaussianMoments(rows)).covariance);
  });

  test('of one vector are refused', async () => {
    expect(await rejected(fastGaussianMoments({ n: 1, d: 3000, data: new Float64Array(3000) }))).toContain(
      'TOO_FEW_SAMPLES gaussianMoments',
    );
  });
});
