import { describe, expect, test } from 'vitest';
import { seededRandom, standardNormals } from '../../../numerics/seeded-random.js';
import { biasCrossing } from '../../../sample-size-study/analysis/bias-crossing.js';

const SIZES = [50, 100, 200, 400];
const POOLS = { from: 50, poolDegreesOfFreedom: 9 };

/** Draws of limit + slope/n with a noise that falls as 1/√n. */
function curve({
  limit,
  slope,
  noise = 0.01,
  poolError = 0,
  seed = 1,
}: {
  readonly limit: number;
  readonly slope: number;
  readonly noise?: number;
  readonly poolError?: number;
  readonly seed?: number;
}) {
  const normals = standardNormals(10 * SIZES.length, seededRandom(seed));
  return {
    limit,
    slope,
    poolError,
    poolSize: 1000,
    points: SIZES.map((sampleSize, i) => ({
      sampleSize,
      values: Array.from(
        { length: 10 },
        (_, r) => limit + slope / sampleSize + (noise * normals[10 * i + r]!) / Math.sqrt(sampleSize),
      ),
      standardDeviation: noise / Math.sqrt(sampleSize),
    })),
  };
}

describe('biasCrossing', () => {
  test('is where the two lines meet, inside its interval, and null where they do not', () => {
    const worse = curve({ limit: 12, slope: 1000, seed: 2 });
    const found = biasCrossing(curve({ limit: 10, slope: 5000 }), worse, POOLS)!;
    expect(found.below).toBe(2000);
    expect(found.low).toBeLessThan(2000);
    expect(found.high).toBeGreaterThan(2000);
    expect(found.high! / found.low!).toBeLessThan(1.01);
    expect(biasCrossing(curve({ limit: 10, slope: 500 }), worse, POOLS)).toBeNull();
  });

  test('has no largest n where the limits do not differ significantly, and ends where the pools’ errors end it', () => {
    const of = (poolError: number) =>
      biasCrossing(
        curve({ limit: 1, slope: 100, noise: 0, poolError }),
        curve({ limit: 1.5, slope: 29, noise: 0 }),
        POOLS,
      )!;
    // |−0.5 + 71/n| ≤ t·e with t = 2.2622: n from 71/(0.5 + t·e) to 71/(0.5 − t·e)
    expect(of(0.1).low).toBeCloseTo(71 / (0.5 + 0.2262157), 4);
    expect(of(0.1).high).toBeCloseTo(71 / (0.5 - 0.2262157), 4);
    expect(of(0.3).high).toBeNull();
    expect(of(0.3).low).toBeCloseTo(71 / (0.5 + 0.6786471), 4);
  });

  test('has no smallest n where the order is not significant down to the smallest n of the lines', () => {
    const of = (from: number) =>
      biasCrossing(
        curve({ limit: 1, slope: 100, noise: 0, poolError: 0.3 }),
        curve({ limit: 2, slope: 29, noise: 0 }),
        { ...POOLS, from },
      )!;
    // |−1 + 71/n| ≤ 0.6786471: n from 42.3 to 221
    expect(of(50)).toMatchObject({ below: 71, low: null });
    expect(of(50).high).toBeCloseTo(71 / (1 - 0.6786471), 3);
    expect(of(40).low).toBeCloseTo(71 / (1 + 0.6786471), 4);
  });

  test('may be at any n where noise hides which slope is larger, and is stated all the same', () => {
    const found = biasCrossing(
      curve({ limit: 1, slope: 2, noise: 30 }),
      curve({ limit: 1.01, slope: 1, noise: 30, seed: 2 }),
      POOLS,
    );
    expect(found).toMatchObject({ low: null, high: null });
    expect(found!.below).toBeCloseTo(100, 6);
  });

  test('is null below the smallest n at which both are lines', () => {
    const [steep, flat] = [curve({ limit: 1, slope: 100 }), curve({ limit: 2, slope: 29 })];
    expect(biasCrossing(steep, flat, { ...POOLS, from: 71 })).not.toBeNull();
    expect(biasCrossing(steep, flat, { ...POOLS, from: 72 })).toBeNull();
  });

  test('is null where sizes have unlike numbers of repeats, as no repeat can be left out of all', () => {
    const [better, worse] = [curve({ limit: 10, slope: 5000 }), curve({ limit: 12, slope: 1000, seed: 2 })];
    const blocks = worse.points.map((point, i) => ({ ...point, values: point.values.slice(i) }));
    expect(biasCrossing(better, { ...worse, points: blocks }, POOLS)).toBeNull();
    const whole = worse.points.map((point, i) =>
      i === 3 ? { ...point, values: point.values.slice(0, 1) } : point,
    );
    expect(biasCrossing(better, { ...worse, points: whole }, POOLS)).not.toBeNull();
  });
});
