import { describe, expect, test } from 'vitest';
import { cmmdByMoments, cmmdOfSums, cmmdSums, LARGEST_CMMD } from '../../metrics/cmmd.js';
import { metricById } from '../../metrics/metric-catalog.js';
import { plainAlgebra } from '../../numerics/algebra.js';
import { type GaussianMoments, gaussianMoments, mergeMoments } from '../../numerics/gaussian-moments.js';
import { crossKernelSums, mergeCrossSums, mergeOwnSums, ownKernelSums } from '../../numerics/kernel-sums.js';
import type { Rows } from '../../numerics/rows.js';
import { rowRange, unitRows } from '../../numerics/rows.js';
import { embeddedSet } from '../support/embedded-set.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';
import { expectAllClose, expectClose, SUMMATION_TOLERANCE } from '../support/tolerance.js';

const reference = gaussianCloud({ n: 120, d: 10, seed: 1, shift: 0.6 });
const generated = gaussianCloud({ n: 90, d: 10, seed: 2, shift: 0.9 });
const moments = (rows: Rows) => gaussianMoments(unitRows(rows, 'rows'));

describe('LARGEST_CMMD', () => {
  test('is met by two opposite points, and is 39.603', async () => {
    const sets = {
      reference: { n: 2, d: 1, data: Float64Array.of(1, 1) },
      generated: { n: 2, d: 1, data: Float64Array.of(-1, -1) },
    };
    const sums = await cmmdSums(sets, plainAlgebra);
    for (const estimator of ['biased', 'unbiased'] as const)
      expectClose(cmmdOfSums(sums, estimator), LARGEST_CMMD, SUMMATION_TOLERANCE);
    expect(LARGEST_CMMD.toFixed(3)).toBe('39.603');
    expect(metricById('cmmd').results[0]!.range[1]).toBe(LARGEST_CMMD);
  });
});

describe('cmmdByMoments', () => {
  test.each([
    'unbiased',
    'biased',
  ] as const)('of the %s estimator is within its bound of all pairs, and far closer', async (estimator) => {
    const exact = cmmdOfSums(await cmmdSums({ reference, generated }, plainAlgebra), estimator);
    const { value, errorBound } = cmmdByMoments(
      { reference: moments(reference), generated: moments(generated) },
      estimator,
    );
    expect(errorBound).toBeLessThan(7e-4);
    expect(Math.abs(value - exact)).toBeLessThan(errorBound);
    expectClose(value, exact, 1e-4, Math.max(1, Math.abs(exact)));
  });

  test('the bound holds for the worst pair, two opposite vectors', async () => {
    const one = { n: 2, d: 1, data: Float64Array.of(1, 1) };
    const other = { n: 2, d: 1, data: Float64Array.of(-1, -1) };
    const exact = cmmdOfSums(await cmmdSums({ reference: one, generated: other }, plainAlgebra), 'biased');
    const { value, errorBound } = cmmdByMoments(
      { reference: gaussianMoments(one), generated: gaussianMoments(other) },
      'biased',
    );
    // what is left out is 2·1000·e^−0.01·(sinh 0.01 − 0.01)·2, all of the bound but its even terms
    expect(exact - value).toBeGreaterThan(0.9 * errorBound);
    expect(exact - value).toBeLessThan(errorBound);
  });

  test('the bound holds, and just so, for moments that are off the most against two sets at right angles', () => {
    const of = (x: number, off: number): GaussianMoments => ({
      n: 1e9, // so that the divisor n − 1 is n
      d: 2,
      mean: new Float64Array(2),
      covariance: Float64Array.of(x + off, 0, 0, 1 - x - off),
    });
    const momentError = 1e-3;
    const off = momentError / Math.SQRT2; // ‖diag(off, −off)‖ is the error
    for (const estimator of ['biased', 'unbiased'] as const) {
      const exact = cmmdByMoments({ reference: of(1, 0), generated: of(0, 0) }, estimator);
      const found = cmmdByMoments({ reference: of(1, off), generated: of(0, -off) }, estimator, {
        momentError,
      });
      const more = found.errorBound - exact.errorBound;
      expect(found.value - exact.value).toBeLessThan(1.0001 * more);
      expect(found.value - exact.value).toBeGreaterThan(0.99 * more);
    }
  });

  test('equal moments give 0', () => {
    expect(
      cmmdByMoments({ reference: moments(reference), generated: moments(reference) }, 'biased').value,
    ).toBe(0);
  });

  test('merged shards give the value of one run to 1e-12', () => {
    const unit = unitRows(generated, 'rows');
    const merged = mergeMoments(
      gaussianMoments(rowRange(unit, 0, 30)),
      gaussianMoments(rowRange(unit, 30, 90)),
    );
    const whole = cmmdByMoments({ reference: moments(reference), generated: moments(generated) }, 'biased');
    const shards = cmmdByMoments({ reference: moments(reference), generated: merged }, 'biased');
    expectClose(shards.value, whole.value, 1e-11);
  });

  test('the metric takes it and rounded pairs by name, and a warning says the bound', async () => {
    const sets = { reference: embeddedSet(reference), generated: embeddedSet(generated) };
    const [exact] = await metricById('cmmd').evaluate(sets, {});
    const [found] = await metricById('cmmd').evaluate(sets, { cmmdForm: 'two-moment' });
    expect(found!.value).not.toBe(exact!.value);
    expectClose(found!.value, exact!.value!, 1e-4);
    expect(found!.warnings.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      'APPROXIMATE: from the first two moments alone, off by at most 0.00071',
    ]);
    const [rounded] = await metricById('cmmd').evaluate(sets, { cmmdForm: 'rounded-pairs' });
    expectClose(rounded!.value, exact!.value!, 1e-6, 1);
    expect(rounded!.warnings.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      'APPROXIMATE: from products rounded where that will do, off by at most 1e-6',
    ]);
    await expect(metricById('cmmd').evaluate(sets, { cmmdForm: 'moment' })).rejects.toThrow(
      '--cmmd-form: must be pairs, rounded-pairs or two-moment; got moment.',
    );
  });
});

describe('the two-moment form in intervals and refusals', () => {
  const sides = (n: number) => ({
    reference: embeddedSet(gaussianCloud({ n, d: 12, seed: 1, shift: 1 })),
    generated: embeddedSet(gaussianCloud({ n, d: 12, seed: 2, shift: -0.5 })),
  });

  test('an interval of the unbiased estimator is around its value, and one of the biased is without its bias', async () => {
    const found = async (metric: string) =>
      (
        await metricById(metric).evaluate(
          sides(60),
          { cmmdForm: 'two-moment' },
          { interval: { level: 0.95 } },
        )
      )[0]!;
    const unbiased = await found('cmmd');
    const { low, high } = unbiased.interval!;
    expectClose((low + high) / 2, unbiased.value!, SUMMATION_TOLERANCE, 1);
    const biased = await found('cmmd-v');
    expect((biased.interval!.low + biased.interval!.high) / 2).toBeLessThan(biased.value! - 0.05);
  });

  test('one image is too few for it, before anything is encoded', () => {
    const counts = { reference: { source: 'real/', n: 9 }, generated: { source: 'fake/', n: 1 } };
    const required = (cmmdForm: string) => () => metricById('cmmd-v').requireImages!(counts, { cmmdForm });
    expect(required('two-moment')).toThrow(
      'cmmd-v: fake/ must hold at least 2 images; got 1. Supply 1 more.',
    );
    expect(required('pairs')).not.toThrow();
  });
});

describe('kernel sums of shards', () => {
  const kernel = { kind: 'rbf', sigma: 3 } as const;
  const shards = [rowRange(reference, 0, 50), rowRange(reference, 50, 120)] as const;

  test('merged own sums equal those of one run to 1e-12', () => {
    const merged = mergeOwnSums(
      ownKernelSums(shards[0], kernel),
      ownKernelSums(shards[1], kernel),
      crossKernelSums(shards[0], shards[1], kernel),
    );
    const whole = ownKernelSums(reference, kernel);
    expectAllClose(merged.rowSums, whole.rowSums, SUMMATION_TOLERANCE);
    expect(merged.diagonal).toEqual(whole.diagonal);
  });

  test('merged cross sums equal those of one run to 1e-12', () => {
    const merged = mergeCrossSums(
      crossKernelSums(shards[0], generated, kernel),
      crossKernelSums(shards[1], generated, kernel),
    );
    const whole = crossKernelSums(reference, generated, kernel);
    expectAllClose(merged.rowSums, whole.rowSums, SUMMATION_TOLERANCE);
    expectAllClose(merged.columnSums, whole.columnSums, SUMMATION_TOLERANCE);
  });
});
