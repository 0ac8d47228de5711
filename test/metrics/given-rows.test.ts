import { describe, expect, test } from 'vitest';
import { cmmdSums } from '../../metrics/cmmd.js';
import { kernelInceptionDistance } from '../../metrics/kernel-inception-distance.js';
import { mongeInceptionDistance } from '../../metrics/monge-inception-distance.js';
import { authpct, manifoldScores } from '../../metrics/nearest-neighbor-manifolds.js';
import { vendiScore } from '../../metrics/vendi-score.js';
import { plainAlgebra } from '../../numerics/algebra.js';
import { gaussianMoments } from '../../numerics/gaussian-moments.js';
import type { Rows } from '../../numerics/rows.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';
import { rejected } from '../support/thrown.js';

const whole = gaussianCloud({ n: 30, d: 12, seed: 1 });
const reference = gaussianCloud({ n: 25, d: 12, seed: 2 });

/** Every function of rows that the library exports, beside those of one call: see metrics-of-rows.test.ts. */
const CALLS: Readonly<Record<string, (rows: Rows) => Promise<unknown>>> = {
  gaussianMoments: async (rows) => gaussianMoments(rows),
  manifoldScores: (generated) =>
    manifoldScores({ reference, generated }, { k: 3, ball: 'open', where: 'manifoldScores' }, plainAlgebra),
  authpct: (generated) => authpct({ reference, generated }, plainAlgebra),
  kernelInceptionDistance: (generated) =>
    kernelInceptionDistance({ reference, generated }, { subsets: 2, subsetSize: 10, seed: 1 }, plainAlgebra),
  mongeInceptionDistance: (generated) =>
    mongeInceptionDistance({ reference, generated }, { projections: 10, seed: 1 }, plainAlgebra),
  cmmdSums: (generated) => cmmdSums({ reference, generated }, plainAlgebra),
  vendiScore: (rows) => vendiScore(rows, { order: 1, name: 'vendiScore' }, plainAlgebra),
};
const names = Object.keys(CALLS);

describe('rows that a caller gives are looked at before anything is computed', () => {
  test.each(names)('%s takes rows', async (name) => {
    expect(await CALLS[name]!(whole)).toBeDefined();
  });

  test.each(names)('%s refuses NaN, by row and column', async (name) => {
    const data = whole.data.map((value, at) => (at === 3 * 12 + 4 ? Number.NaN : value));
    expect(await rejected(CALLS[name]!({ ...whole, data }))).toMatch(
      new RegExp(`^NOT_FINITE ${name}(: generated)?: every value must be finite; got NaN in row 3, column 4`),
    );
  });

  test.each(names)('%s refuses data of another length, and what is no set of rows', async (name) => {
    expect(await rejected(CALLS[name]!({ ...whole, data: whole.data.subarray(1) }))).toMatch(
      new RegExp(`^SHAPE_MISMATCH ${name}(: generated)?: must hold n × d = 30 × 12 = 360 values; got 359`),
    );
    expect(await rejected(CALLS[name]!(undefined as never))).toMatch(
      new RegExp(`^SHAPE_MISMATCH ${name}(: generated)?: must be \\{ n, d, data \\}`),
    );
  });

  test.each(
    names.filter((name) => name !== 'authpct' && name !== 'cmmdSums'),
  )('%s refuses no rows', async (name) => {
    expect(await rejected(CALLS[name]!({ n: 0, d: 12, data: new Float64Array(0) }))).toContain(
      'TOO_FEW_SAMPLES',
    );
  });
});
