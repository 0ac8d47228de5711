import { describe, expect, test } from 'vitest';
import { seededRandom, standardNormals } from '../../numerics/seeded-random.js';
import { studyCurve } from '../../sample-size-study/study-curve.js';
import { crossingTexts, studyRankings } from '../../sample-size-study/study-rankings.js';
import { TEST_ENCODER } from '../support/embedded-set.js';

const SIZES = [50, 100, 200, 400];

/** FID of a set whose draws lie on limit + slope/n, with an error of 0.2 % of the value. */
function fidCurve(arm: string, { limit, slope, seed }: { limit: number; slope: number; seed: number }) {
  const normals = standardNormals(SIZES.length * 20, seededRandom(seed));
  return studyCurve({
    metric: 'fid',
    direction: 'lower-is-better',
    units: 'squared distance',
    encoder: { ...TEST_ENCODER, origin: 'custom' },
    dimension: 8,
    arm,
    distortion: 'none',
    level: 0,
    poolSize: 5000,
    referenceSize: 5000,
    estimator: 'simulated',
    scheme: 'subsample',
    analyticSlope: null,
    limitInterval: null,
    draws: SIZES.map((sampleSize, i) => ({
      sampleSize,
      values: Array.from(
        { length: 20 },
        (_, r) => (limit + slope / sampleSize) * (1 + 0.002 * normals[20 * i + r]!),
      ),
    })),
    warnings: [],
  });
}

const crossingsWith = (slope: number) =>
  studyRankings([
    fidCurve('steep', { limit: 1, slope: 100 + slope, seed: 1 }),
    fidCurve('flat', { limit: 2, slope: 100, seed: 2 }),
  ])[0]!.crossings;

describe('studyRankings', () => {
  test('report where two lines cross, with the interval of that n', () => {
    const [crossing] = crossingsWith(150);
    expect(crossing).toMatchObject({ first: 'steep', second: 'flat' });
    expect(crossing!.low).toBeLessThan(150);
    expect(crossing!.high).toBeGreaterThan(150);
  });

  test('report no crossing below the sizes that the lines are fitted to', () => {
    expect(crossingsWith(30)).toEqual([]);
  });

  test('state each crossing with its interval, and together those at any n', () => {
    const crossing = (second: string, ends: { low?: number | null; high?: number | null }) => ({
      first: 'a',
      second,
      below: 140.2,
      ...ends,
    });
    const crossings = [
      crossing('b', { low: 90.5, high: 400 }),
      crossing('c', { low: 90.5, high: null }),
      crossing('d', { low: null, high: 400 }),
      crossing('e', {}),
      ...['f', 'g', 'h', 'i', 'j'].map((name) => crossing(name, { low: null, high: null })),
    ];
    expect(crossingTexts(crossings)).toEqual([
      'bias alone reverses a and b below n = 141 (95 % interval: 91 to 400)',
      'bias alone may reverse a and c below n = 141 (95 % interval: 91 and more; the order for n → ∞ is not significant)',
      'bias alone may reverse a and d below n = 141 (95 % interval: up to 400; the order at small n is not significant)',
      'bias alone reverses a and e below n = 141',
      'lines cross, but the order is significant neither at small n nor for n → ∞: a and f (n = 141), a and g (n = 141), a and h (n = 141) and 2 more pairs',
    ]);
  });
});
