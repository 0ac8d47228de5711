import { describe, expect, test } from 'vitest';
import { defined } from '../../defined.js';
import { canonicalSets } from '../../metrics/canonical-order.js';
import { frechetBiasSlope, frechetPairVariance } from '../../metrics/frechet-distance.js';
import {
  inceptionLogBias,
  inceptionScoreOf,
  inceptionScoreOfMarginals,
} from '../../metrics/inception-score.js';
import { jackknifeProcedure } from '../../metrics/interval-procedure.js';
import { deleteGroupJackknife, randomGroups } from '../../metrics/intervals/delete-group-jackknife.js';
import { type ItemReplicate, itemJackknife } from '../../metrics/intervals/item-jackknife.js';
import { indicesWithout } from '../../metrics/intervals/jackknife-of-metric.js';
import { boundedInterval } from '../../metrics/intervals/limit-bounds.js';
import { squaredMmdVariance } from '../../metrics/intervals/mmd-interval.js';
import { METRICS, metricById } from '../../metrics/metric-catalog.js';
import type { Comparison } from '../../metrics/metric-definition.js';
import { mmdSums, squaredMmd } from '../../metrics/squared-mmd.js';
import { plainAlgebra } from '../../numerics/algebra.js';
import {
  classMarginals,
  logSoftmax,
  mergeMarginals,
  removeMarginals,
} from '../../numerics/class-marginals.js';
import { gaussianMoments } from '../../numerics/gaussian-moments.js';
import type { Kernel } from '../../numerics/kernel.js';
import { mean, variance } from '../../numerics/mean-and-variance.js';
import type { Rows } from '../../numerics/rows.js';
import { selectRows } from '../../numerics/rows.js';
import { studentQuantile } from '../../numerics/student-t.js';
import { embeddedSet } from '../support/embedded-set.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';
import { rejected } from '../support/thrown.js';
import { expectAllClose, expectClose, SUMMATION_TOLERANCE } from '../support/tolerance.js';

const PARAMETERS = {
  kid: { kidSubsets: 5, kidSubsetSize: 30 },
  'kid-rbf': { kidSubsets: 5, kidSubsetSize: 30 },
  mind: { mindNumProjections: 40 },
} as Record<string, Record<string, number>>;

function setOf(n: number, seed: number, shift = 0) {
  const cloud = gaussianCloud({ n, d: 5, seed, shift });
  return embeddedSet(cloud, { logits: cloud, source: `set-${seed}/` });
}

const sets: Comparison = { reference: setOf(90, 1), generated: setOf(70, 2, 0.4) };

describe('deleteGroupJackknife', () => {
  test('of the mean with groups of one is the classical standard error', () => {
    const values = [4, 7, 13, 16, 3];
    const replicates = values.map((_, j) => mean(values.filter((_, i) => i !== j))!);
    const { standardError, interval } = deleteGroupJackknife({
      value: mean(values)!,
      replicates,
      level: 0.95,
      bias: 'removed',
    });
    expectClose(standardError, Math.sqrt(variance(values, 1)! / 5), SUMMATION_TOLERANCE);
    expectClose(interval.estimate, mean(values)!, SUMMATION_TOLERANCE);
    expectClose(
      interval.high - interval.estimate!,
      studentQuantile(0.975, 4) * standardError,
      SUMMATION_TOLERANCE,
    );
    expect(interval.method).toBe('jackknife-5');
  });

  test('turns the variance with divisor n into the one with n − 1: its bias is a multiple of 1/n', () => {
    const values = [4, 7, 13, 16, 3];
    const replicates = values.map(
      (_, j) =>
        variance(
          values.filter((_, i) => i !== j),
          0,
        )!,
    );
    const { interval } = deleteGroupJackknife({
      value: variance(values, 0)!,
      replicates,
      level: 0.9,
      bias: 'removed',
    });
    expectClose(interval.estimate, variance(values, 1)!, SUMMATION_TOLERANCE);
  });

  test('keeps the value in the middle where there is no bias to remove', () => {
    const { interval } = deleteGroupJackknife({ value: 2, replicates: [1, 3.5], level: 0.95, bias: 'kept' });
    expectClose((interval.low + interval.high) / 2, 2, SUMMATION_TOLERANCE);
    expect(interval).not.toHaveProperty('estimate');
  });

  test('takes a known variance of pairs off once, and not below itself', () => {
    const options = { value: 2, replicates: [1, 3], level: 0.95, bias: 'kept' } as const;
    expect(deleteGroupJackknife(options).standardError).toBe(1);
    expectClose(
      deleteGroupJackknife({ ...options, pairVariance: 0.36 }).standardError,
      0.8,
      SUMMATION_TOLERANCE,
    );
    expectClose(
      deleteGroupJackknife({ ...options, pairVariance: 0.81 }).standardError,
      0.9,
      SUMMATION_TOLERANCE,
    );
  });
});

describe('the interval of a squared distance', () => {
  test.each([
    -0.7, -0.3, -0.01, 0.01,
  ])('widened for what halving says, holds 0 where the estimate is %d', (estimate) => {
    const value = 5;
    const center = (20 * value - estimate) / 19; // so that g·θ − (g − 1)·θ̄ is the estimate
    const replicates = Array.from({ length: 20 }, (_, i) => center + (i % 2 === 0 ? 0.115 : -0.115));
    const halves = [2 * value - estimate + 1, 2 * value - estimate + 1]; // off by 1
    const law = { bias: 'removed', law: 'squared-distance', pairVariance: 0.2 } as const;
    const shared = { value, replicates, level: 0.95, ...law };
    const { interval } = deleteGroupJackknife({ ...shared, halves });
    const { interval: plain } = deleteGroupJackknife(shared);
    expectClose(interval.estimate, estimate, 1e-9, 1);
    expect(interval.procedure).toMatchObject({ bounds: 'noncentral' });
    expect(interval.low).toBeLessThanOrEqual(0);
    expect(interval.high).toBeGreaterThan(plain.high);
  });
});

describe('groups', () => {
  test('randomGroups cut all places into groups that differ by one at most, mixed', () => {
    const groups = randomGroups({ n: 105, groups: 20, seed: 1 });
    expect(groups.flatMap((indices) => [...indices]).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 105 }, (_, i) => i),
    );
    expect(groups.every((indices) => indices.length === 5 || indices.length === 6)).toBe(true);
    expect([...groups[0]!]).not.toEqual([0, 1, 2, 3, 4]);
  });

  test('placesWithout leaves the rest in order', () => {
    expect([...indicesWithout(6, Uint32Array.of(0, 3, 5))]).toEqual([1, 2, 4]);
  });
});

/** The estimate itself, where there must be one. */
function itemEstimate(whole: Float64Array, replicates: readonly ItemReplicate[], full: number | null) {
  const found = itemJackknife(whole, replicates, { level: 0.95, full });
  if ('reason' in found) throw new Error(found.reason);
  return found;
}

describe('itemJackknife', () => {
  test('of scores that no other image changes is the classical standard error', () => {
    const whole = Float64Array.from({ length: 40 }, (_, i) => i % 3);
    const groups = randomGroups({ n: 40, groups: 20, seed: 1 });
    const replicates = groups.map((excluded) => ({
      excluded,
      scores: Float64Array.from(indicesWithout(40, excluded), (i) => whole[i]!),
    }));
    expectClose(
      itemEstimate(whole, replicates, null).standardError,
      Math.sqrt(variance(whole, 1)! / 40),
      SUMMATION_TOLERANCE,
    );
  });
});

describe('itemJackknife of a share', () => {
  const unchanged = (scores: Float64Array) => [1, 2].map(() => ({ excluded: new Uint32Array(0), scores }));

  test('is Wilson’s interval at the number of images that its standard error stands for', () => {
    const whole = Float64Array.from({ length: 50 }, (_, i) => (i < 40 ? 1 : 0));
    const { interval, standardError } = itemEstimate(whole, unchanged(whole), 1);
    const n = (0.8 * 0.2) / standardError ** 2;
    expectClose(n, 49, 1e-12); // the variance of the scores divides by n − 1
    const t = studentQuantile(0.975, 49);
    // Wilson's bounds are where |p − 0.8| = t·√(p(1 − p)/n)
    for (const p of [interval.low, interval.high]) {
      expectClose(Math.abs(p - 0.8), t * Math.sqrt((p * (1 - p)) / n), 1e-9);
    }
    const percent = whole.map((score) => 100 * score);
    const inPercent = itemEstimate(percent, unchanged(percent), 100);
    expectClose(inPercent.interval.low, 100 * interval.low, 1e-12);
  });

  test('of all images leaves room below 1, and none above', () => {
    const whole = new Float64Array(50).fill(1);
    const { interval } = itemEstimate(whole, unchanged(whole), 1);
    expect(interval.high).toBe(1);
    expect(interval.low).toBeLessThan(0.95);
  });
});

describe('itemJackknife of no image, where others decide whether any counts', () => {
  test('is as wide as so few independent images would leave it', () => {
    const whole = new Float64Array(100);
    const replicates = [0, 1, 0, 1].map((score, j) => ({
      excluded: Uint32Array.of(j),
      scores: new Float64Array(99).fill(score / 10),
    }));
    const { standardError, interval } = itemEstimate(whole, replicates, 1);
    expect(standardError).toBeGreaterThan(0.05);
    expect([interval.low, interval.high > 2 * standardError]).toEqual([0, true]);
  });
});

describe('itemJackknife of scores without an upper end', () => {
  const unchanged = (scores: Float64Array) => [1, 2].map(() => ({ excluded: new Uint32Array(0), scores }));

  test('gives the means that are t of their own standard errors away, none below 0', () => {
    const whole = Float64Array.from({ length: 40 }, (_, i) => (i < 2 ? 3 : 0));
    const { interval, standardError } = itemEstimate(whole, unchanged(whole), null);
    const t = studentQuantile(0.975, 39);
    for (const mean of [interval.low, interval.high]) {
      expectClose(Math.abs(mean - 0.15), t * standardError * Math.sqrt(mean / 0.15), 1e-9);
    }
    expect(0.15 - t * standardError).toBeLessThan(0);
    expect(interval.low).toBeGreaterThan(0);
  });

  test('gives no interval where nothing scores above 0', () => {
    const none = new Float64Array(50);
    expect(itemJackknife(none, unchanged(none), { level: 0.95, full: null })).toEqual({
      reason: 'no image scores above 0, so the spread is unknown',
    });
  });
});

describe('itemJackknife of moves that chance explains', () => {
  test('counts for them the median of a variance that is not negative, and no certain 0', () => {
    const none = new Uint32Array(0);
    const replicates = [
      { excluded: none, scores: Float64Array.of(2, 0, 0, 0) },
      { excluded: none, scores: new Float64Array(4) },
    ];
    // the moves ½ and 0 vary by ⅛, and so does the mean of four images that move by 2, 0, 0, 0 or not at all: nothing is left,
    // known to ⅛·√2, times (g − 1)²/g = ½; the median of a normal's positive half is 0.6745
    const { standardError } = itemEstimate(new Float64Array(4), replicates, 1);
    expectClose(standardError ** 2, 0.6744897501960817 * (Math.SQRT2 / 16), 1e-9);
  });
});

describe('logSoftmax', () => {
  test('of logits far from 0 keeps the digits of their differences', () => {
    const near = new Float64Array(3);
    const far = new Float64Array(3);
    logSoftmax({ n: 1, d: 3, data: Float64Array.of(0, 1, 3) }, 0, near);
    logSoftmax({ n: 1, d: 3, data: Float64Array.of(1e12, 1e12 + 1, 1e12 + 3) }, 0, far);
    expect(far).toEqual(near);
  });
});

describe('class marginals', () => {
  const logits = gaussianCloud({ n: 40, d: 7, seed: 3 });
  const indices = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

  test('shards merged equal one run to 1e-12, and parts removed leave the rest', () => {
    const shards = [indices(0, 1), indices(1, 25), indices(25, 40)].map((part) =>
      classMarginals(logits, part),
    );
    const merged = shards.reduce(mergeMarginals);
    expectClose(
      inceptionScoreOfMarginals(merged),
      inceptionScoreOf(logits, indices(0, 40)),
      SUMMATION_TOLERANCE,
    );
    const left = removeMarginals(merged, shards[1]!);
    const rest = [0, ...indices(25, 40)];
    expectClose(inceptionScoreOfMarginals(left), inceptionScoreOf(logits, rest), SUMMATION_TOLERANCE);
  });

  test('of two images torn 3 : 1 and 1 : 3 between two classes are summed by hand', () => {
    const torn = { n: 2, d: 2, data: Float64Array.of(Math.log(3), 0, 0, Math.log(3)) };
    const { n, sums, squares, negativeEntropy } = classMarginals(torn, [0, 1]);
    expect(n).toBe(2);
    expectAllClose(sums, [1, 1], SUMMATION_TOLERANCE);
    expectAllClose(squares, [0.625, 0.625], SUMMATION_TOLERANCE);
    expectClose(negativeEntropy, 1.5 * Math.log(0.75) + 0.5 * Math.log(0.25), SUMMATION_TOLERANCE);
  });

  test('the log bias of K equal classes of certain images is (K − 1)/2n', () => {
    const certain = Float64Array.from({ length: 400 * 4 }, (_, at) =>
      Math.floor(at / 4) % 4 === at % 4 ? 50 : 0,
    );
    const marginals = classMarginals({ n: 400, d: 4, data: certain }, indices(0, 400));
    // the sample variance divides by n − 1
    expectClose(inceptionLogBias(marginals, 40), (3 / 80) * (400 / 399), 1e-12);
  });
});

describe('Fréchet bias', () => {
  test('the slope of an isotropic covariance is d + d(d + 1)/4', () => {
    for (const d of [1, 2, 10])
      expectClose(frechetBiasSlope(new Float64Array(d).fill(1), d), d + (d * (d + 1)) / 4, 1e-12);
  });

  test('in one dimension the pairs vary as 2(1/n + 1/m)²·(1 + 1/4)', () => {
    expectClose(frechetPairVariance([1], { reference: 10, generated: 20 }), 2 * 0.15 ** 2 * 1.25, 1e-12);
  });

  test('slope and pair variance meet those of 400 simulated distances of equal populations', async () => {
    const d = 4;
    const [n, m] = [60, 80];
    const values: number[] = [];
    for (let i = 0; i < 400; i++) {
      const pair = {
        reference: embeddedSet(gaussianCloud({ n, d, seed: 2 * i })),
        generated: embeddedSet(gaussianCloud({ n: m, d, seed: 2 * i + 1 })),
      };
      values.push((await metricById('fid').evaluate(pair, {}))[0]!.value!);
    }
    const bias = frechetBiasSlope(new Float64Array(d).fill(1), d) * (1 / n + 1 / m);
    expectClose(mean(values), bias, 0.1);
    expectClose(
      variance(values, 1),
      frechetPairVariance(new Float64Array(d).fill(1), { reference: n, generated: m }),
      0.25,
    );
  });
});

describe('squaredMmdVariance', () => {
  const kernel: Kernel = { kind: 'rbf', sigma: 2 };

  test.each([
    // the bound that keeps it above the part of pairs makes it err upwards where there is no other part
    [
      'is 1 to 1.8 times the variance of 400 simulated values of equal populations, where pairs alone vary',
      0,
      1.8,
    ],
    ['meets the variance of 400 simulated values of unlike populations, where single images rule', 0.6, 1.2],
  ])('%s', (_, shift, most) => {
    const values: number[] = [];
    const variances: number[] = [];
    for (let i = 0; i < 400; i++) {
      const pair = {
        first: gaussianCloud({ n: 40, d: 3, seed: 2 * i }),
        second: gaussianCloud({ n: 30, d: 3, seed: 2 * i + 1, shift }),
      };
      const sums = mmdSums(pair.first, pair.second, kernel);
      values.push(squaredMmd(sums, 'unbiased'));
      variances.push(squaredMmdVariance(sums, pair, kernel)!);
    }
    const ratio = mean(variances)! / variance(values, 1)!;
    expect(ratio).toBeGreaterThan(0.86); // 400 values give a variance to 7 %
    expect(ratio).toBeLessThan(most);
  });

  test('of images whose classes come in turn is that of the same images in any order', () => {
    const [n, period] = [1600, 4]; // 1600/400 rows: every one taken evenly spaced would be of the first class
    const inTurn = (seed: number) => {
      const cloud = gaussianCloud({ n, d: 3, seed });
      const widths = [0.01, 3, 3, 3];
      const data = cloud.data.map((value, at) => value * widths[Math.floor(at / 3) % period]!);
      return { ...cloud, data };
    };
    const moved = (vectors: Rows, by: number) =>
      selectRows(
        vectors,
        [...Array(n).keys()].map((i) => (i + by) % n),
      );
    const [first, second] = [inTurn(1), inTurn(2)];
    const [variance, ofMoved] = [0, 1].map((by) => {
      const pair = { first: moved(first, by), second: moved(second, by) };
      return squaredMmdVariance(mmdSums(pair.first, pair.second, kernel), pair, kernel)!;
    });
    expect(ofMoved! / variance!).toBeGreaterThan(0.85); // two draws of 400 rows
    expect(ofMoved! / variance!).toBeLessThan(1.15);
  });

  test('of fewer than 4 images is undefined', () => {
    const few = gaussianCloud({ n: 3, d: 2, seed: 1 });
    expect(squaredMmdVariance(mmdSums(few, few, kernel), { first: few, second: few }, kernel)).toBe(
      undefined,
    );
  });
});

describe('boundedInterval', () => {
  const bounds = { low: 1, high: 10, highIs: 'the number of classes' };
  const how = {
    level: 0.95,
    method: 'jackknife-20',
    procedure: jackknifeProcedure(20),
    of: 'limit' as const,
  };
  const of = (low: number, high: number, estimate?: number) =>
    boundedInterval(
      {
        standardError: 1,
        interval: { low, high, ...how, ...defined({ estimate }) },
      },
      bounds,
    );

  test('leaves an interval within the bounds as it is', () => {
    const interval = { low: 2, high: 4, ...how, estimate: 3 };
    expect(of(2, 4, 3)).toEqual({ found: { standardError: 1, interval }, warnings: [] });
    expect(of(2, 4)).toHaveProperty('found.interval', { low: 2, high: 4, ...how });
  });

  test('cuts both ends to the bounds, and puts a middle outside at the nearest with a warning', () => {
    expect(of(-2, 20, 5)).toMatchObject({
      found: { interval: { low: 1, high: 10, estimate: 5 } },
      warnings: [],
    });
    expect(of(8, 14, 11.234567)).toEqual({
      found: {
        standardError: 1,
        interval: { low: 8, high: 10, ...how, estimate: 10, unclippedEstimate: 11.234567 },
      },
      warnings: [
        {
          code: 'LIMIT_OUT_OF_RANGE',
          message:
            'the estimate as n → ∞ is 11.2 by jackknife of 20 groups, above 10, the number of classes: it is clipped at 10',
        },
      ],
    });
  });

  test('gives a reason where the whole interval lies outside', () => {
    expect(of(11, 14, 12)).toEqual({
      reason:
        'all of it, 11.0 to 14.0, is above 10, the number of classes: sampling variation cannot explain this',
    });
    expect(of(-3, 0.5, -1)).toEqual({
      reason:
        'all of it, −3.0 to 0.5, is below 1, the smallest possible value: sampling variation cannot explain this',
    });
  });
});

describe('intervals of what lies at the edge of its range', () => {
  const noise = gaussianCloud({ n: 90, d: 8, seed: 3 }).data;
  const certain = (n: number, classes: number) => ({
    n,
    d: classes,
    data: Float64Array.from({ length: n * classes }, (_, at) =>
      Math.floor(at / classes) % classes === at % classes ? 40 : 0,
    ).map((value, at) => value + 2 * noise[at]!), // no two images are copies
  });
  const evaluated = async (id: string, generated: Comparison['generated'], reference = generated) =>
    (await metricById(id).evaluate({ reference, generated }, {}, { interval: { level: 0.95 } }))[0]!;

  test.each([
    'is',
    'is-infinity',
  ])('%s of images shared by all classes is not above their number', async (id) => {
    const logits = certain(90, 8);
    const { interval, warnings } = await evaluated(id, embeddedSet(logits, { logits }));
    expect(interval === undefined || (interval.high <= 8 && (interval.estimate ?? 8) <= 8)).toBe(true);
    expect(warnings.map(({ message }) => message).join()).toMatch(/above 8, the number of classes/);
  });

  test.each([
    'fid',
    'mind',
    'kid-all-pairs',
    'cmmd',
    'cmmd-v',
    'fid-infinity',
  ])('%s of equal populations has no limit below 0', async (id) => {
    for (const seed of [1, 3, 5, 7]) {
      const reference = embeddedSet(gaussianCloud({ n: 80, d: 3, seed }));
      const generated = embeddedSet(gaussianCloud({ n: 80, d: 3, seed: seed + 1 }));
      const { interval } = await evaluated(id, generated, reference);
      if (interval === undefined) continue;
      expect(interval.low).toBeGreaterThanOrEqual(0);
      expect(interval.estimate ?? 0).toBeGreaterThanOrEqual(0);
    }
  });
});

describe('intervals of the catalog', () => {
  test.each(
    METRICS.filter(({ heldOut }) => heldOut === undefined).map((metric) => [metric.id, metric] as const),
  )('%s gives a standard error and an interval on request, around what it estimates, and changes nothing else', async (id, metric) => {
    const parameters = PARAMETERS[id] ?? {};
    const plain = await metric.evaluate(sets, parameters);
    const found = await metric.evaluate(sets, parameters, { interval: { level: 0.3 } }); // narrow, within what can be
    expect(found.map(({ value }) => value)).toEqual(plain.map(({ value }) => value));
    for (const { standardError, interval, value } of found) {
      expect(standardError).toBeGreaterThan(0);
      expect(interval!.level).toBe(0.3);
      const { procedure } = interval!;
      const jackknife = procedure.kind === 'jackknife' ? procedure : null;
      expect(interval!.of).toBe(interval!.estimate === undefined ? 'value' : 'limit');
      const middle = (interval!.low + interval!.high) / 2;
      if (jackknife?.bounds === 'wilson') {
        expect(interval!.low <= value! && value! <= interval!.high).toBe(true);
      } else if (jackknife?.scale === 'logarithm') {
        expectClose(Math.sqrt(interval!.low * interval!.high), interval!.estimate!, 1e-9, 1);
      } else if (jackknife === null || jackknife.bounds === 'noncentral') {
        // of a squared distance: longer above than below
        expect(interval!.low < interval!.estimate! && interval!.estimate! < interval!.high).toBe(true);
        expect(middle).toBeGreaterThan(interval!.estimate!);
      } else expectClose(middle, interval!.estimate ?? value!, 1e-9, 1);
    }
    expect(
      plain.every(({ interval, standardError }) => interval === undefined && standardError === undefined),
    ).toBe(true);
  });

  test.each(
    METRICS.filter(({ heldOut }) => heldOut === 'needed').map((metric) => [metric.id, metric] as const),
  )('%s has none, and every value says why', async (_, metric) => {
    const three = {
      ...sets,
      heldOut: embeddedSet(gaussianCloud({ n: 60, d: sets.reference.embeddings!.d, seed: 9 })),
    };
    const found = await metric.evaluate(three, {}, { interval: { level: 0.95 } });
    for (const { interval, warnings } of found) {
      expect(interval).toBeUndefined();
      expect(warnings.map(({ code }) => code)).toContain('NO_INTERVAL');
    }
  });

  test('kid’s standard error has the variance of its draws over their number beside that of all pairs, whose interval it keeps', async () => {
    const of = async (id: string, parameters: Record<string, number>) =>
      (await metricById(id).evaluate(sets, parameters, { interval: { level: 0.95 } }))[0]!;
    const drawn = await of('kid', PARAMETERS.kid!);
    const all = await of('kid-all-pairs', {});
    // the spread that torch-fidelity prints divides by the number of subsets, an estimate by one less
    const draws = drawn.spread!.value ** 2 / (5 - 1);
    expectClose(drawn.standardError!, Math.sqrt(all.standardError! ** 2 + draws), SUMMATION_TOLERANCE, 1);
    expect(drawn.interval).toEqual(all.interval);
    expect(drawn.interval!.method).toBe('closed-form variance, all pairs');
  });

  test('kid of one subset has no interval, for it does not say how the draws vary', async () => {
    const parameters = { kidSubsets: 1, kidSubsetSize: 30 };
    const [{ interval, warnings }] = (await metricById('kid').evaluate(sets, parameters, {
      interval: { level: 0.95 },
    })) as never as [{ interval?: object; warnings: readonly object[] }];
    expect(interval).toBe(undefined);
    expect(warnings).toContainEqual({
      code: 'NO_INTERVAL',
      message: 'no interval: one subset does not say how the draws vary',
    });
  });

  test('a higher level gives a wider interval', async () => {
    const width = async (level: number) => {
      const [{ interval }] = (await metricById('fid').evaluate(
        sets,
        {},
        { interval: { level } },
      )) as never as [{ interval: { low: number; high: number } }];
      return interval.high - interval.low;
    };
    expect(await width(0.99)).toBeGreaterThan(await width(0.9));
  });

  test('fid by down-dates equals the jackknife of images encoded anew', async () => {
    const [found] = await metricById('fid').evaluate(sets, {}, { interval: { level: 0.95 } });
    const ordered = canonicalSets(sets);
    const groups = {
      reference: randomGroups({ n: 90, groups: 20, seed: 2020 }),
      generated: randomGroups({ n: 70, groups: 20, seed: 2021 }),
    };
    const replicates: number[] = [];
    for (let j = 0; j < 20; j++) {
      const without = (side: 'reference' | 'generated') => {
        const rows = ordered[side].embeddings!;
        return embeddedSet(selectRows(rows, indicesWithout(rows.n, groups[side][j]!)));
      };
      const left = { reference: without('reference'), generated: without('generated') };
      replicates.push((await metricById('fid').evaluate(left, {}))[0]!.value!);
    }
    const { interval } = deleteGroupJackknife({
      value: found!.value!,
      replicates,
      level: 0.95,
      bias: 'removed',
    });
    expectClose(found!.interval!.estimate, interval.estimate!, 1e-9, 1);
  });

  test('vendi of images whose dimensions are all alike covers their number, far above the value', async () => {
    // the entropy of such eigenvalues is log d − d/2n, the jackknife's law; the score itself bends away from it
    const generated = embeddedSet(gaussianCloud({ n: 120, d: 60, seed: 1 }));
    const [found] = await metricById('vendi').evaluate(
      { reference: generated, generated },
      {},
      { interval: { level: 0.95 } },
    );
    expect(found!.value).toBeLessThan(49);
    expect(found!.interval!.low).toBeLessThan(60);
    expect(found!.interval!.high).toBe(60); // no more than the dimensions
    expectClose(found!.interval!.estimate, 60, 0.015);
  });

  test.each([
    ['precision-recall', { precision: 0, recall: 0 }],
    ['prdc', { 'prdc-precision': 0, 'prdc-recall': 0, density: 0, coverage: 0 }],
  ])('%s of sets far apart leaves room above 0, and density says why it does not', async (id, expected) => {
    const far = { reference: sets.reference, generated: setOf(70, 2, 100) };
    const found = await metricById(id).evaluate(far, {}, { interval: { level: 0.95 } });
    expect(Object.fromEntries(found.map((one) => [one.id, one.value]))).toEqual(expected);
    for (const { id: number, interval, warnings } of found) {
      if (number === 'density') expect(warnings.map(({ code }) => code)).toEqual(['NO_INTERVAL']);
      else {
        expect(interval!.low).toBe(0);
        expect(interval!.high).toBeGreaterThan(0.03);
      }
    }
  });

  test('fid of classes in fixed shares that nobody names depends no more on the halves than five halvings leave', async () => {
    const [n, d] = [210, 8];
    const centers = gaussianCloud({ n: 7, d, seed: 3 }).data.map((value) => 2 * value);
    const even = (seed: number, turn: number) => {
      const { data } = gaussianCloud({ n, d, seed });
      // the distance is the same along axes in another order, and the order of rows is another
      const turned = data.map((_, at) => {
        const [row, axis] = [Math.floor(at / d), (at + turn) % d];
        return data[row * d + axis]! + centers[(row % 7) * d + axis]!;
      });
      return embeddedSet({ n, d, data: turned });
    };
    const ends: number[] = [];
    for (const seed of [1, 2, 3]) {
      for (let turn = 0; turn < d; turn++) {
        const [{ interval }] = (await metricById('fid').evaluate(
          { reference: even(seed, turn), generated: even(seed + 10, turn) },
          {},
          { interval: { level: 0.95 }, algebra: plainAlgebra },
        )) as never as [{ interval?: { high: number } }];
        ends.push(interval?.high ?? Number.NaN);
      }
    }
    expect(Math.max(...ends)).toBeLessThan(0.8);
  });

  test('fid-infinity takes out the bias of a small reference too, and warns of it', async () => {
    const pair = {
      reference: embeddedSet(gaussianCloud({ n: 120, d: 20, seed: 1 }), { source: 'real/' }),
      generated: embeddedSet(gaussianCloud({ n: 900, d: 20, seed: 2 })),
    };
    const [found] = await metricById('fid-infinity').evaluate(pair, {}, { interval: { level: 0.95 } });
    // the truth is 0, and the reference alone adds b/m = (20 + 20·21/4)/120
    expect(found!.value).toBeGreaterThan(0.6);
    expect(found!.interval!.low).toBe(0);
    expect(found!.interval!.high).toBeGreaterThan(0);
    expect(found!.warnings).toEqual([
      {
        code: 'LIMIT_OUT_OF_RANGE',
        message: expect.stringMatching(
          /^the estimate as n → ∞ is −0\.\d+ by jackknife of 20 groups, below 0, /,
        ),
      },
      {
        code: 'BIASED_AT_N',
        message: expect.stringMatching(/^biased upwards at n = 120 of the reference by about /),
      },
    ]);
  });

  test('fid-infinity warns where its line begins at singular covariances', async () => {
    const pair = { reference: setOf(90, 1), generated: setOf(45, 4) };
    const [asked] = await metricById('fid-infinity').evaluate(pair, {}, { interval: { level: 0.95 } });
    expect([asked!.interval, asked!.warnings.at(-1)!.code]).toEqual([undefined, 'NO_INTERVAL']);
    const [found] = await metricById('fid-infinity').evaluate(pair, {});
    expect(found!.value).toBeLessThan(0);
    expect(found!.warnings).toEqual([
      {
        code: 'LIMIT_OUT_OF_RANGE',
        message: 'below 0, the smallest possible value: impossible as n → ∞, so the 1/N fit is unreliable',
      },
      {
        code: 'RANK_DEFICIENT_COVARIANCE',
        message:
          '1 of the fit’s 15 sizes, from 4 images, have no more images than the 5 dimensions: FID is not linear in 1/N there, so the asymptotic value is unreliable',
      },
    ]);
  });

  test('a reference of statistics alone stays fixed, and the method says so', async () => {
    const moments = gaussianMoments(sets.reference.embeddings!);
    const reference = { ...sets.reference, embeddings: null, logits: null, moments };
    const [fid] = await metricById('fid').evaluate({ ...sets, reference }, {}, { interval: { level: 0.95 } });
    expect(fid!.interval!.method).toBe('jackknife-20, reference fixed');
  });

  test('too few images have no interval, and the value says why', async () => {
    const small = { reference: setOf(90, 1), generated: setOf(39, 2) };
    for (const id of ['fid', 'precision-recall', 'vendi', 'is']) {
      const [found] = await metricById(id).evaluate(small, {}, { interval: { level: 0.95 } });
      expect(found).not.toHaveProperty('interval');
      expect(found!.warnings.find(({ code }) => code === 'NO_INTERVAL')!.message).toContain('39 images');
    }
  });

  test('a level outside 0 … 1 is refused', async () => {
    expect(await rejected(metricById('fid').evaluate(sets, {}, { interval: { level: 95 } }))).toBe(
      'OUT_OF_RANGE --interval: the level must lie between 0 and 1; got 95. Usual levels are 0.95 and 0.9.',
    );
  });

  test('the engine may be given', async () => {
    expect(await metricById('cmmd').evaluate(sets, {}, { algebra: plainAlgebra })).toEqual(
      await metricById('cmmd').evaluate(sets, {}),
    );
  });
});
