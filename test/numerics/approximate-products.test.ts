import { describe, expect, test } from 'vitest';
import { manifoldScores } from '../../metrics/nearest-neighbor-manifolds.js';
import { plainAlgebra } from '../../numerics/algebra.js';
import { fastAlgebra } from '../../numerics/fast-algebra.js';
import { squaredNeighborRadii } from '../../numerics/nearest-neighbors.js';
import { innerProducts, squaredNorms } from '../../numerics/products.js';
import type { Rows } from '../../numerics/rows.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';
import { sameBits } from '../support/same-bits.js';

const D = 64;
const x = gaussianCloud({ n: 330, d: D, seed: 1, shift: 5 });
const y = gaussianCloud({ n: 310, d: D, seed: 2, shift: 5.2 });

/** Every third row is its predecessor: ties, and radii of 0 among them. */
function withTwins({ n, d, data }: Rows): Rows {
  const twins = data.slice();
  for (let i = 2; i < n; i += 3) twins.copyWithin(i * d, (i - 1) * d, i * d);
  return { n, d, data: twins };
}

function times({ n, d, data }: Rows, factor: number): Rows {
  return { n, d, data: data.map((value) => value * factor) };
}

const pairs: readonly [string, Rows, Rows][] = [
  ['normal draws', x, y],
  ['sets with twins', withTwins(x), withTwins(y)],
  ['a set and itself', x, x],
  ['vectors too long for float32', times(x, 1e30), times(y, 1e30)],
  ['vectors too short for float32', times(x, 1e-30), times(y, 1e-30)],
  ['a set far from the other', x, { ...y, data: y.data.map((value) => value + 1e5) }],
];

describe('approximate products', () => {
  test.each([
    'random',
    'of one sign',
  ])('of %s entries are within their bound of the exact ones', async (kind) => {
    const { approximateProducts } = fastAlgebra;
    const rows = {
      n: x.n,
      d: D,
      data: Float32Array.from(x.data, kind === 'random' ? (v) => v - 5 : Math.abs),
    };
    const products = await approximateProducts.innerProducts(rows, rows);
    const exact = innerProducts(rows, rows);
    const norms = squaredNorms(rows);
    const worst = exact.reduce((most, product, at) => {
      const scale = Math.sqrt(norms[Math.floor(at / x.n)]! * norms[at % x.n]!);
      return Math.max(most, Math.abs(products[at]! - product) / scale);
    }, 0);
    expect(products).toBeInstanceOf(Float32Array);
    expect(worst).toBeGreaterThan(0);
    expect(worst).toBeLessThan(approximateProducts.relativeError(D));
  });

  test.each(pairs)('of %s give the radii that float64 gives, to the bit', async (_, first, second) => {
    for (const rows of [first, second]) {
      const options = { k: 3, where: 'test' };
      expect(
        sameBits(
          await squaredNeighborRadii(rows, options, fastAlgebra),
          await squaredNeighborRadii(rows, options, plainAlgebra),
        ),
      ).toBe(true);
    }
  });

  test.each(
    pairs,
  )('of %s give the precision, recall, density and coverage that float64 gives', async (_, reference, generated) => {
    for (const ball of ['closed', 'open'] as const) {
      const options = { k: 3, ball, where: 'test' };
      expect(await manifoldScores({ reference, generated }, options, fastAlgebra)).toEqual(
        await manifoldScores({ reference, generated }, options, plainAlgebra),
      );
    }
  });
});
