import { describe, expect, test } from 'vitest';
import { frechetBiasSlope } from '../../../metrics/frechet-distance.js';
import { biasFit } from '../../../sample-size-study/analysis/bias-fit.js';
import { distortionResponse, kendallTau } from '../../../sample-size-study/analysis/distortion-response.js';
import { evaluationCost } from '../../../sample-size-study/analysis/evaluation-cost.js';
import { rankStability } from '../../../sample-size-study/analysis/rank-stability.js';
import {
  requiredForBias,
  requiredForPrecision,
  settledSize,
} from '../../../sample-size-study/analysis/required-sample-size.js';
import { spreadExponent } from '../../../sample-size-study/analysis/spread-exponent.js';
import { weightedFit } from '../../../sample-size-study/analysis/weighted-fit.js';
import { projectFile } from '../../support/project.js';
import { expectClose, SUMMATION_TOLERANCE } from '../../support/tolerance.js';

interface Fixture {
  readonly taus: readonly { first: number[]; second: number[]; tau: number }[];
  readonly fits: readonly {
    x: number[];
    y: number[];
    weight: number[];
    degree: 1 | 2;
    coefficients: number[];
    standardErrors: number[];
  }[];
}
const fixture: Fixture = JSON.parse(projectFile('test/reference/study-analysis.json'));

/** Two QR decompositions of a Vandermonde matrix with columns scaled differently. */
const FIT_TOLERANCE = 1e-8;

/** FID against n of one model, digitised from a published figure to ± 0.15: seed of the limit 20.4 and slope 64,500. */
const PUBLISHED_SIZES = [1000, 2000, 3000, 4000, 5000, 10000, 15000, 20000, 25000, 30000];
const PUBLISHED_FID = [77.9, 51.7, 41.9, 37.0, 33.3, 26.8, 24.7, 23.6, 23.0, 22.7];
const published = PUBLISHED_SIZES.map((sampleSize, i) => ({
  sampleSize,
  repeats: 1,
  mean: PUBLISHED_FID[i]!,
  standardDeviation: null,
}));

describe('kendallTau', () => {
  test('of the same order is 1, of the reverse order −1', () => {
    expect(kendallTau([1, 2, 3], [10, 20, 30])).toBe(1);
    expect(kendallTau([1, 2, 3], [3, 2, 1])).toBe(-1);
  });
  test('of a list without two different values is undefined', () => {
    expect(kendallTau([1, 1, 1], [1, 2, 3])).toBeUndefined();
  });
  test('equals scipy.stats.kendalltau, ties included', () => {
    for (const { first, second, tau } of fixture.taus)
      expectClose(kendallTau(first, second), tau, SUMMATION_TOLERANCE, 1);
  });
  test('refuses lists of different length', () => {
    expect(() => kendallTau([1], [1, 2])).toThrow(
      'kendallTau: both lists must have the same length; got 1 and 2.',
    );
  });
});

describe('weightedFit', () => {
  test('of points on a parabola is that parabola, with no error', () => {
    const points = [0, 1, 2, 3].map((x) => ({ x, y: 1 - 2 * x + 3 * x * x, weight: 1 + x }));
    const fit = weightedFit(points, { degree: 2 })!;
    [1, -2, 3].forEach((value, k) => {
      expect(fit.coefficients[k]).toBeCloseTo(value, 12);
      expect(fit.standardErrors![k]).toBeCloseTo(0, 12);
    });
  });
  test('equals numpy.polyfit with its covariance', () => {
    for (const { x, y, weight, degree, coefficients, standardErrors } of fixture.fits) {
      const fit = weightedFit(
        x.map((value, i) => ({ x: value, y: y[i]!, weight: weight[i]! })),
        { degree },
      )!;
      coefficients.forEach((value, k) => {
        expectClose(fit.coefficients[k], value, FIT_TOLERANCE);
        expectClose(fit.standardErrors![k], standardErrors[k]!, FIT_TOLERANCE);
      });
    }
  });
  test('of fewer points than coefficients is undefined, and of just enough has no errors', () => {
    const points = [1, 2].map((x) => ({ x, y: x, weight: 1 }));
    expect(weightedFit(points, { degree: 2 })).toBeUndefined();
    expect(weightedFit(points, { degree: 1 })!.standardErrors).toBeNull();
  });
});

describe('biasFit', () => {
  test('of the published FID curve finds the limit 20.4 ± 0.1 and the slope 64,500 ± 1,000', () => {
    const fit = biasFit(published)!;
    expect(Math.abs(fit.limit - 20.4)).toBeLessThanOrEqual(0.1);
    expect(Math.abs(fit.slope - 64_500)).toBeLessThanOrEqual(1_000);
    expect(fit.holds).toBe(true);
  });
  test('leaves out the small sizes at which the law 1/n fails', () => {
    expect(biasFit(published)!.window).toEqual({ from: 3000, to: 30000, points: 8 });
    expect(biasFit(published, { fewestPoints: 10 })!.holds).toBe(false);
  });
  test('of a curve that is limit + slope/n is exact', () => {
    const curve = [100, 200, 400, 800].map((sampleSize) => ({
      sampleSize,
      repeats: 20,
      mean: 5 + 300 / sampleSize,
      standardDeviation: 1 / Math.sqrt(sampleSize),
    }));
    const fit = biasFit(curve)!;
    expect(fit.limit).toBeCloseTo(5, 10);
    expect(fit.slope).toBeCloseTo(300, 7);
  });
  test('goes through the mean over the whole pool, also where another size was drawn once', () => {
    const curve = [100, 200, 400, 800].map((sampleSize, i) => ({
      sampleSize,
      repeats: sampleSize < 200 || sampleSize === 800 ? 1 : 20,
      mean: 5 + 300 / sampleSize + [0.4, -0.2, 0.1, 0][i]!,
      standardDeviation: sampleSize < 200 || sampleSize === 800 ? null : 1,
    }));
    const { limit, slope } = biasFit(curve, { poolSize: 800 })!;
    expect(limit + slope / 800).toBeCloseTo(5 + 300 / 800, 4);
  });
  test('of means about 0 has no relative residual, and says at which size', () => {
    const curve = [100, 200, 400, 800].map((sampleSize, i) => ({
      sampleSize,
      repeats: 25,
      mean: [0.3, 0, -0.1, 0.05][i]!,
      standardDeviation: 1,
    }));
    const fit = biasFit(curve)!;
    expect(fit.largestResidual).toBeNull();
    expect(fit.reason).toBe(
      'the mean at n = 100 does not differ significantly from 0, so there is no relative residual',
    );
    expect(fit.holds).toBe(false);
    expect(Number.isFinite(fit.limit)).toBe(true);
  });
  test('of means of exactly 0 is 0 without a NaN', () => {
    const zero = [100, 200, 400, 800].map((sampleSize) => ({
      sampleSize,
      repeats: 1,
      mean: 0,
      standardDeviation: null,
    }));
    const fit = biasFit(zero)!;
    expect(Math.abs(fit.limit)).toBe(0);
    expect(fit).toMatchObject({ largestResidual: null, holds: false });
  });
  /** Four means that are 2 % off a line in turn, as repeats with the given error of each mean. */
  const jagged = (standardError: number) =>
    [100, 200, 400, 800].map((sampleSize, i) => ({
      sampleSize,
      repeats: 4,
      mean: (5 + 300 / sampleSize) * (i % 2 === 0 ? 0.98 : 1.02),
      standardDeviation: 2 * standardError,
    }));
  test('of means that are off the line by no more than two of their standard errors holds, and by more does not', () => {
    const [noisy, sure] = [biasFit(jagged(0.1))!, biasFit(jagged(0.01))!];
    expect(noisy.largestResidual).toBeGreaterThan(0.01);
    expect([noisy.holds, sure.holds]).toEqual([true, false]);
  });
  test('of more than four sizes leaves small ones out sooner than it takes a residual for noise', () => {
    const curve = [50, 100, 200, 400, 800].map((sampleSize) => ({
      sampleSize,
      repeats: 4,
      mean: (5 + 300 / sampleSize) * (sampleSize === 50 ? 1.2 : 1),
      standardDeviation: 2,
    }));
    expect(biasFit(curve)!.window.from).toBe(100);
  });
  test('of an unbiased metric has no slope and holds, whatever the noise', () => {
    const fit = biasFit(jagged(0.01), { bias: 'none' })!;
    const means = jagged(0.01).map(({ mean }) => mean);
    expect(fit).toMatchObject({ slope: 0, holds: true, window: { from: 100, to: 800, points: 4 } });
    expect(fit.limit).toBeCloseTo(means.reduce((sum, mean) => sum + mean, 0) / 4, 12);
  });
  test('of two sizes is undefined', () => {
    expect(biasFit(published.slice(0, 2))).toBeUndefined();
  });
});

test('frechetBiasSlope of d equal eigenvalues 1 is d + d(d + 1)/4', () => {
  expect(frechetBiasSlope(new Float64Array(12).fill(1), 12)).toBeCloseTo(12 + (12 * 13) / 4, 10);
});

test('frechetBiasSlope of eigenvalues 1 and 3 by hand is 6.75', () => {
  // pairs: 1/2 + 3/2 + 2·3/4 = 3.5; tr 4: 4 + ½(3.5 + 2) = 6.75
  expect(frechetBiasSlope([1, 3], 4)).toBe(6.75);
});

describe('settledSize', () => {
  const curve = [10, 20, 40, 80].map((sampleSize, i) => ({ sampleSize, mean: [8, 10.2, 12, 10.1][i]! }));
  test('is the size from which the curve stays, not the first that touches', () => {
    expect(settledSize(curve, { target: 10, share: 0.05 })).toBe(80);
    expect(settledSize(curve, { target: 10, share: 0.25 })).toBe(10);
  });
  test('is null where even the largest size is away', () => {
    expect(settledSize(curve, { target: 10, share: 0.001 })).toBeNull();
  });
});

describe('required sample sizes', () => {
  test('5 % bias of the published curve needs 63,000 images', () => {
    expect(requiredForBias({ slope: 64_500, limit: 20.4, share: 0.05 })).toBe(63_236);
  });
  test('halving the interval takes four times the images', () => {
    const needed = (share: number) =>
      requiredForPrecision({ standardDeviation: 0.5, sampleSize: 1000, limit: 10, share })!;
    expect(needed(0.01) / needed(0.02)).toBeCloseTo(4, 2);
  });
});

describe('rankStability', () => {
  test('of arms that never change places is 1, with no flips', () => {
    const values = [
      [1, 2],
      [3, 4],
      [5, 6],
    ];
    const stability = rankStability(
      { sampleSize: 10, values },
      { final: [1, 2, 3], direction: 'lower-is-better', isRanked: () => true },
    );
    expect(stability).toMatchObject({ meanTau: 1, sameBest: 1 });
    expect(stability.flips.flat().every((flip) => flip === 0)).toBe(true);
  });
  test('counts the share of repeats in which two arms are reversed', () => {
    const values = [
      [1, 2, 1, 1],
      [2, 1, 2, 2],
    ];
    const stability = rankStability(
      { sampleSize: 10, values },
      { final: [1, 2], direction: 'lower-is-better', isRanked: () => true },
    );
    expect(stability.flips[0]![1]).toBe(0.25);
    expect(stability.sameBest).toBe(0.75);
  });
  test('of arms with the same final value ranks nothing', () => {
    const values = [
      [1, 2],
      [2, 1],
    ];
    const stability = rankStability(
      { sampleSize: 10, values },
      { final: [5, 5], direction: 'lower-is-better', isRanked: () => true },
    );
    expect(stability.meanTau).toBeNull();
    expect(stability.flips[0]![1]).toBe(0);
  });
  test('of three sets, two of which do not differ significantly, is that of Kendall with those two tied', () => {
    const values = [
      [1, 2, 3],
      [2, 1, 2],
      [3, 3, 1],
    ];
    const isRanked = (i: number, j: number) => Math.max(i, j) === 2;
    const stability = rankStability(
      { sampleSize: 10, values },
      { final: [1, 1.1, 9], direction: 'lower-is-better', isRanked },
    );
    const taus = [0, 1, 2].map(
      (r) =>
        kendallTau(
          values.map((arm) => arm[r]!),
          [1, 1, 9],
        )!,
    );
    expect(stability.meanTau).toBeCloseTo(taus.reduce((sum, tau) => sum + tau, 0) / 3, 12);
    expect(stability.sameBest).toBeNull(); // which of the two is best cannot be said
  });
});

describe('distortionResponse', () => {
  const response = (values: readonly number[]) =>
    distortionResponse(
      values.map((value, level) => ({ level, value })),
      { direction: 'lower-is-better' },
    );
  test('of a metric that worsens at each level has no inversion', () => {
    expect(response([1, 2, 4, 8])).toEqual({
      monotonicity: 1,
      firstInversion: null,
      improvedLevels: [],
      saturation: null,
    });
  });
  test('finds the level at which the metric first improves, and those better than no distortion', () => {
    expect(response([1.245, 1.238, 1.232, 1.26, 1.3])).toMatchObject({
      firstInversion: 1,
      improvedLevels: [1, 2],
    });
  });
  test('finds where the metric stops distinguishing levels', () => {
    expect(response([0, 372, 384, 382]).saturation).toBe(1);
  });
});

test('spreadExponent of a spread that falls as 1/√n is −½', () => {
  const curve = [100, 400, 1600].map((sampleSize) => ({
    sampleSize,
    coefficientOfVariation: 1 / Math.sqrt(sampleSize),
  }));
  expect(spreadExponent(curve)).toBeCloseTo(-0.5, 12);
});

describe('evaluationCost', () => {
  const at = (shape: 'frechet' | 'kernel', sampleSize: number) =>
    evaluationCost(shape, { sampleSize, dimension: 10, referenceSize: 100 });

  test('counts the pairs of a squared MMD, d multiplications each', () => {
    expect(at('kernel', 5)).toEqual({ images: 5, multiplications: (10 + 500) * 10, reason: null });
  });

  test('of a Fréchet distance grows with n alone above n = d, once d³ is paid', () => {
    expect(at('frechet', 10).multiplications).toBe(2000);
    expect(at('frechet', 30).multiplications! - at('frechet', 20).multiplications!).toBe(10 * 100);
  });

  test('says why there is none of a metric without a formula', () => {
    expect(evaluationCost('other', { sampleSize: 5, dimension: 10, referenceSize: 100 })).toEqual({
      images: 5,
      multiplications: null,
      reason: 'no formula is kept for this metric',
    });
  });
});
