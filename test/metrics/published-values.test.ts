import { describe, expect, test } from 'vitest';
import { cmmd, cmmdSums } from '../../metrics/cmmd.js';
import { frechetDistance, frechetDistanceOfParts, gaussianOfRows } from '../../metrics/frechet-distance.js';
import { inceptionScore } from '../../metrics/inception-score.js';
import { cubicKernel, kernelInceptionDistance } from '../../metrics/kernel-inception-distance.js';
import { plainAlgebra } from '../../metrics/numerics/algebra.js';
import { compensatedSum } from '../../metrics/numerics/compensated-sum.js';
import { gaussianMoments } from '../../metrics/numerics/gaussian-moments.js';
import type { Rows } from '../../metrics/numerics/rows.js';
import { rowRange } from '../../metrics/numerics/select-rows.js';
import { traceSquareRootOfFactors } from '../../metrics/numerics/trace-square-root.js';
import { mmdSums, squaredMmd } from '../../metrics/squared-mmd.js';
import { expectClose } from '../support/tolerance.js';

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

/** The values stand with 12 or more digits; what is lost is the reference's own rounding. */
const STATED_DIGITS = 1e-11;

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
    expectClose(cmmd(sums, 'biased'), 0.006060328794799119, 1e-12, 1);
    expectClose(cmmd(sums, 'unbiased'), -0.057485172198390444, 1e-12, 1);
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
