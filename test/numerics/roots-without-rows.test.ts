import { expect, test } from 'vitest';
import { indicesOutside } from '../../filtering/subset-metrics/subset-metric.js';
import { plainAlgebra } from '../../numerics/algebra.js';
import { gaussianMoments } from '../../numerics/gaussian-moments.js';
import { innerProducts } from '../../numerics/products.js';
import { mostTogether, rootsWithoutRows, sharedQuadrature } from '../../numerics/roots-without-rows.js';
import { type Rows, selectRows } from '../../numerics/rows.js';
import { seededRandom, standardNormals } from '../../numerics/seeded-random.js';
import { symmetricEigenDecomposition, symmetricEigenvalues } from '../../numerics/symmetric-eigenvalues.js';

const [N, D] = [700, 7];

/** Features of unlike spread; row 3 alone has most of the last one. */
function unlikeRows(): Rows {
  const data = standardNormals(N * D, seededRandom(3, 'rows')).map((value, at) => value * 4 ** -(at % D));
  data[3 * D + D - 1] = 1;
  return { n: N, d: D, data };
}

function principalRows(rows: Rows) {
  const { mean, covariance } = gaussianMoments(rows);
  const { values, vectors } = symmetricEigenDecomposition(covariance, D);
  const centered = { ...rows, data: Float64Array.from(rows.data, (value, at) => value - mean[at % D]!) };
  const data = innerProducts(centered, { n: D, d: D, data: vectors });
  return { rows: { n: N, d: D, data }, eigenvalues: values.map((value) => value * (N - 1)) };
}

function rootOf(rows: Rows): number {
  const eigenvalues = symmetricEigenvalues(gaussianMoments(rows).covariance, D);
  return eigenvalues.reduce((sum, value) => sum + Math.sqrt(value * (rows.n - 1)), 0);
}

test('rootsWithoutRows equal those of eigenvalues, to their error; a subset below the interval has none', async () => {
  const rows = unlikeRows();
  const principal = principalRows(rows);
  const quadrature = sharedQuadrature(principal, { most: 120, tolerance: 1e-9 })!;
  const excluded = [
    Uint32Array.of(0),
    Uint32Array.of(5, 511, 512, 699),
    Uint32Array.from({ length: 120 }, (_, i) => 4 + 5 * i),
    Uint32Array.of(2, 3, 4),
  ];
  const shares: number[] = [];
  const onShare = (share: number) => shares.push(share);
  const found = await rootsWithoutRows(principal, excluded, { quadrature, algebra: plainAlgebra, onShare });
  for (const [at, out] of excluded.slice(0, 3).entries()) {
    const { value, error } = found[at]!;
    expect(error).toBeLessThanOrEqual(1e-9);
    expect(Math.abs(value - rootOf(selectRows(rows, indicesOutside(out, N))))).toBeLessThanOrEqual(
      error + 1e-11,
    );
  }
  expect(found[3]).toBeNull();
  expect(shares[0]).toBe(0);
  expect(shares.at(-1)).toBeLessThan(1);
});

test('mostTogether: none where a few are asked for, or where all are too few or too many', () => {
  expect(mostTogether({ n: 5000, d: 2048 }, 199)).toBeGreaterThan(1250);
  expect(mostTogether({ n: 5000, d: 2048 }, 5)).toBe(0);
  expect(mostTogether({ n: 1500, d: 2048 }, 199)).toBe(0);
  expect(mostTogether({ n: 20_000, d: 2048 }, 999)).toBe(0);
});
