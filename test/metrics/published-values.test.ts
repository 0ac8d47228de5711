import { describe, expect, test } from 'vitest';
import { cmmdOfSums, cmmdSums } from '../../metrics/cmmd.js';
import { frechetDistance, frechetDistanceOfParts, gaussianOfRows } from '../../metrics/frechet-distance.js';
import { inceptionScore } from '../../metrics/inception-score.js';
import { cubicKernel, kernelInceptionDistance } from '../../metrics/kernel-inception-distance.js';
import { mongeInceptionDistance } from '../../metrics/monge-inception-distance.js';
import { authpct, manifoldScores } from '../../metrics/nearest-neighbor-manifolds.js';
import { mmdSums, squaredMmd } from '../../metrics/squared-mmd.js';
import { effectiveNumber, vendiScore } from '../../metrics/vendi-score.js';
import { plainAlgebra } from '../../numerics/algebra.js';
import { gaussianMoments } from '../../numerics/gaussian-moments.js';
import { compensatedSum } from '../../numerics/mean-and-variance.js';
import type { Rows } from '../../numerics/rows.js';
import { rowRange } from '../../numerics/rows.js';
import { symmetricEigenvalues } from '../../numerics/symmetric-eigenvalues.js';
import { traceSquareRootOfFactors } from '../../numerics/trace-square-root.js';
import { expectAllClose, expectClose, STATED_DIGITS } from '../support/tolerance.js';

/** Features by formula, exact in float32, for anyone to rebuild in any language. */
function formulaRows(
  { n, d }: { readonly n: number; readonly d: number },
  value: (i: number, j: number) => number,
): Rows {
  return { n, d, data: Float64Array.from({ length: n * d }, (_, at) => value(Math.floor(at / d), at % d)) };
}

const x = formulaRows(
  { n: 80, d: 12 },
  (i, j) => ((37 * i + 101 * j + 13 * i * j + 5 * i * i) % 1021) / 1024,
);
const y = formulaRows({ n: 70, d: 12 }, (i, j) => ((53 * i + 97 * j + 29 * i * j + 5 * i * i) % 1013) / 1024);
const logits = formulaRows(
  { n: 60, d: 10 },
  (i, c) => (8 * ((211 * i + 17 * c + 7 * i * c + 5 * i * i) % 1019)) / 1024,
);

const pair = { reference: x, generated: y };

describe('values computed apart from this code, for features that a formula gives', () => {
  test('the features sum to 480.7109375 and 423.5517578125', () => {
    expect([compensatedSum(x.data), compensatedSum(y.data)]).toEqual([480.7109375, 423.5517578125]);
  });

  test('fid is 0.06475087996157569', () => {
    expectClose(frechetDistance(gaussianMoments(x), gaussianMoments(y)), 0.06475087996157569, STATED_DIGITS);
  });

  test('fid of 5 against 6 images in 12 dimensions is 0.6774593670171536, where roots of eigenvalues give 0.6774593519', () => {
    const first = gaussianOfRows(rowRange(x, 0, 5));
    const second = gaussianOfRows(rowRange(y, 0, 6));
    const value = frechetDistanceOfParts(
      first,
      second,
      traceSquareRootOfFactors(first.factor, second.factor),
    );
    expectClose(value, 0.6774593670171536, STATED_DIGITS); // by 70-digit arithmetic
    expectClose(value, 0.6774593519, 3e-8);
  });

  test('kid of all pairs of 70 is −0.010091430270242618', () => {
    const sums = mmdSums(rowRange(x, 0, 70), y, cubicKernel(12));
    expectClose(squaredMmd(sums, 'unbiased'), -0.010091430270242618, STATED_DIGITS);
  });

  test('kid of 10 subsets of 20, X drawn first, is −0.0111977 ± 0.0188285', async () => {
    const { value, spread } = await kernelInceptionDistance(
      { reference: y, generated: x },
      { subsets: 10, subsetSize: 20, seed: 2020 },
      plainAlgebra,
    );
    expectClose(value, -0.011197689186722171, STATED_DIGITS);
    expectClose(spread, 0.018828459278433147, STATED_DIGITS);
  });

  test('cmmd-v is 0.006060328794799119 and cmmd −0.057485172198390444', async () => {
    const sums = await cmmdSums({ reference: x, generated: y }, plainAlgebra);
    // the stated values come of k, not of k − 1: 1e-13 absolute is what float64 leaves of them
    expectClose(cmmdOfSums(sums, 'biased'), 0.006060328794799119, 1e-12, 1);
    expectClose(cmmdOfSums(sums, 'unbiased'), -0.057485172198390444, 1e-12, 1);
  });

  test.each([
    [3, 'closed', [0.942857142857, 0.9375]],
    [5, 'closed', [1, 0.9875]],
  ] as const)('precision and recall at k = %d are as stated', async (k, ball, expected) => {
    const { precision, recall } = await manifoldScores(pair, { k, ball, where: 'test' }, plainAlgebra);
    expectAllClose([precision, recall], expected, STATED_DIGITS);
  });

  test.each([
    [3, [0.966666666667, 0.8875]],
    [5, [1.028571428571, 0.9875]],
  ] as const)('density and coverage at k = %d are as stated', async (k, expected) => {
    const { density, coverage } = await manifoldScores(
      pair,
      { k, ball: 'open', where: 'test' },
      plainAlgebra,
    );
    expectAllClose([density, coverage], expected, STATED_DIGITS);
  });

  test.each([
    [1, 2.99352388111],
    [2, 1.6912071196],
    [Number.POSITIVE_INFINITY, 1.30652652279],
  ])('vendi of order %d is as stated', async (order, expected) => {
    expectClose(await vendiScore(x, { order, name: 'x' }, plainAlgebra), expected, STATED_DIGITS);
  });

  test('authpct is 32.857142857142854', async () => {
    expect(await authpct(pair, plainAlgebra)).toBe(32.857142857142854);
  });

  test('mind is 0.1115785, and 0.1122281 of the first 70 rows', async () => {
    // X is torch-fidelity's first input, the generated side
    const options = { projections: 1000, seed: 2020 };
    const sets = { reference: y, generated: x };
    expectClose(await mongeInceptionDistance(sets, options, plainAlgebra), 0.11157858, 2e-7); // stated in float32
    const cut = { reference: y, generated: rowRange(x, 0, 70) };
    expectClose(await mongeInceptionDistance(cut, options, plainAlgebra), 0.1122281, 5e-7);
  });

  test.each([
    ['one split', 1, null, 2.5806659161381558, 0],
    ['ten splits in order', 10, null, 2.333917819037508, 0.3762669230354189],
    ['seven splits, permuted by seed 2020', 7, 2020, 2.356378967754709, 0.16241495066806474],
  ])('is in %s is as stated', (_, splits, seed, value, spread) => {
    const score = inceptionScore(logits, { splits, seed });
    expectClose(score.value, value, STATED_DIGITS);
    expectClose(score.spread, spread, STATED_DIGITS);
  });
});

describe('values of the README of vendi_score', () => {
  const ofKernel = (kernel: readonly (readonly number[])[]) => {
    const n = kernel.length;
    return effectiveNumber(
      symmetricEigenvalues(
        Float64Array.from(kernel.flat(), (k) => k / n),
        n,
      ),
      1,
    );
  };

  test('of 0, 0, 10, 10, 20, 20 with exp(−|a − b|) it is 2.9999', () => {
    const samples = [0, 0, 10, 10, 20, 20];
    const kernel = samples.map((a) => samples.map((b) => Math.exp(-Math.abs(a - b))));
    const score = ofKernel(kernel);
    expect(Math.floor(score * 1e4) / 1e4).toBe(2.9999); // which the README cuts off, and does not round
  });

  test('of two that are alike by 0.9 and one that is not it is 2.1573', () => {
    const kernel = [
      [1, 0.9, 0],
      [0.9, 1, 0],
      [0, 0, 1],
    ];
    expect(ofKernel(kernel).toFixed(4)).toBe('2.1573');
  });
});
