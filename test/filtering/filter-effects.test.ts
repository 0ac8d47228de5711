import { beforeAll, describe, expect, test } from 'vitest';
import { comparisonPlan } from '../../filtering/comparison-plan.js';
import type { FilterEffect } from '../../filtering/filter-effect.js';
import type { PooledControl } from '../../filtering/filter-effect-of.js';
import { filterEffects } from '../../filtering/filter-effects.js';
import { frechetOfSubsets } from '../../filtering/subset-metrics/frechet-of-subsets.js';
import { mmdOfSubsets } from '../../filtering/subset-metrics/mmd-of-subsets.js';
import { neighborMetricsOfSubsets } from '../../filtering/subset-metrics/neighbor-metrics-of-subsets.js';
import type { SubsetMetric } from '../../filtering/subset-metrics/subset-metric.js';
import { verdict } from '../../filtering/verdict.js';
import { cmmdUnbiased } from '../../metrics/records/cmmd.js';
import { seededRandom } from '../../numerics/seeded-random.js';
import { studentQuantile } from '../../numerics/student-t.js';
import { PooledRows, type PooledScore } from '../../uncertainty/image-pool.js';
import { parsedKeepRule } from '../../uncertainty/keep-rule.js';
import { plantedPool } from '../support/planted-pool.js';
import { rejected, thrown } from '../support/thrown.js';

const rule = parsedKeepRule('q84');
const thresholded = (...scores: PooledScore[]) => scores.map((score) => ({ score, rule }));
const planted = plantedPool({ n: 600, d: 6, seed: 11 });
const { spoiled } = planted;

/** Detail of half of what is spoiled, and of much that is not. */
const detail = planted.score('png-bytes', 0.35);
const controls: PooledControl[] = [{ family: 'detail', score: detail }];
const plan = comparisonPlan({ seed: 1, draws: 399, curveSteps: 5, doseDraws: 10 });

describe('planted truth: a third of the images is spoiled', () => {
  let effects: FilterEffect[];
  const of = (score: string, metric: string) =>
    effects.find((effect) => effect.score === score && effect.metric === metric)!;

  beforeAll(async () => {
    const metrics: SubsetMetric[] = [
      await frechetOfSubsets('fid', planted.sides),
      await mmdOfSubsets(cmmdUnbiased, planted.sides),
      ...(await neighborMetricsOfSubsets(planted.sides)),
    ];
    const scores = thresholded(
      planted.score('knows', 0.95),
      planted.score('half knows', 0.6),
      planted.score('does not', 0),
      planted.scoreOf(
        'knows the wrong way',
        planted.score('knows', 0.95).pool.ids.map((_, i) => -spoiled[i]! + 0.01 * (i % 7)),
      ),
      detail,
    );
    effects = await filterEffects({ scores: scores.slice(0, 4), controls, metrics }, plan);
    effects = [
      ...effects,
      ...(await filterEffects({ scores: thresholded(detail), controls, metrics: metrics.slice(0, 1) }, plan)),
    ];
  });

  test('a score that knows it helps', () => {
    expect(of('knows', 'fid').verdict?.kind).toBe('helps');
    expect(of('knows', 'cmmd').verdict?.kind).toBe('helps');
  });

  test('a score that half knows it helps less', () => {
    const [knows, half] = [of('knows', 'fid'), of('half knows', 'fid')];
    expect(half.verdict?.kind).toBe('helps');
    expect(half.difference.value).toBeGreaterThan(knows.difference.interval.high);
    expect(half.sparsification.aurg).toBeLessThan(knows.sparsification.aurg);
  });

  test('a score that knows nothing is no evidence only where an effect of the stated size is excluded', async () => {
    const { verdict, pHolm, difference, random } = of('does not', 'fid');
    expect(pHolm).toBeGreaterThan(0.05);
    expect(verdict?.kind).toBe('too-few-images');
    expect(verdict?.sentence).toMatch(
      /; a change of 5 % is not excluded, and about [\d,]+ images would be needed to see or to exclude it\.$/,
    );
    // ±5 % lies within the interval of 1 − 0.05/8, 8 tests, by Student's t with 19 degrees of freedom
    const half = studentQuantile(1 - 0.05 / 8 / 2, 19) * difference.standardError;
    const reach = (Math.abs(difference.value) + half) / random.mean;
    expect(reach).toBeGreaterThan(0.05);
    const metrics = [await frechetOfSubsets('fid', planted.sides)];
    const scores = thresholded(planted.score('does not', 0));
    const judged = (smallestEffect: number) =>
      filterEffects({ scores, controls, metrics }, comparisonPlan({ ...plan, smallestEffect, doses: [0] }));
    const [excluded] = await judged(reach);
    expect(excluded!.verdict?.kind).toBe('no-evidence');
    expect(excluded!.verdict?.sentence).toMatch(/; a change of [\d.]+ % or more is excluded\.$/);
  });

  test('as many images as are said would exclude an effect with power 0.8, where a difference of none lies to either side of 0', () => {
    const { verdict: _, ...none } = of('does not', 'fid');
    const about = (n: number, deviates: number) => {
      const standardError = none.difference.standardError * Math.sqrt(none.unfiltered.n / n);
      const difference = { ...none.difference, standardError, value: deviates * standardError };
      return verdict({ ...none, difference, unfiltered: { ...none.unfiltered, n } }, plan, 8);
    };
    const needed = about(none.unfiltered.n, 0).imagesNeeded!;
    expect(needed).toBeGreaterThan(none.unfiltered.n);
    // |z| is below z₀.₉ = 1.2816 with probability 0.8, z below z₀.₈ = 0.8416
    for (const sign of [1, -1]) {
      expect(about(needed, 1.28 * sign).kind).toBe('no-evidence');
      expect(about(needed, 1.29 * sign).kind).toBe('too-few-images');
    }
  });

  test('an improvement is not attributed to a score whose decision detail explains, whatever it is that is not more than detail', () => {
    const { verdict: _, ...knows } = of('knows', 'fid');
    const { beyondDetail, filtered, random } = knows;
    if ('reason' in beyondDetail) throw new Error(beyondDetail.reason);
    const said = (isDetermined: boolean, test: Partial<typeof beyondDetail.test>, pHolm: number) => {
      const beyond = { ...beyondDetail, isDetermined, pHolm, test: { ...beyondDetail.test, ...test } };
      return verdict({ ...knows, beyondDetail: beyond }, plan, 8);
    };
    expect(said(false, {}, 0.01).kind).toBe('helps');
    expect(said(true, {}, 0.01).kind).toBe('inseparable-from-detail');
    expect(said(true, {}, 0.01).sentence).toMatch(
      /^Cannot be separated from detail: .*, but image detail alone determines which images are kept \(its ROC AUC is [\d.]+ %\); random subsets matched on detail give /,
    );
    // matched subsets are as good: half of the change is excluded
    const asGood = { mean: filtered, standardDeviation: 0.01 * (random.mean - filtered) };
    expect([said(false, asGood, 1).kind, said(true, asGood, 1).kind]).toEqual([
      'not-more-than-detail',
      'not-more-than-detail',
    ]);
    const unclear = { mean: filtered, standardDeviation: random.mean - filtered };
    expect([said(false, unclear, 1).kind, said(true, unclear, 1).kind]).toEqual([
      'too-few-images',
      'inseparable-from-detail',
    ]);
  });

  test('a score that knows it the wrong way hurts, and its inverse filter is what helps', () => {
    const { verdict, inverse } = of('knows the wrong way', 'fid');
    expect([verdict?.kind, inverse.test.pLower]).toEqual(['hurts', 1 / 400]);
  });

  test('detail as a score does not more than detail does, and nothing of it is left without', () => {
    const { verdict, residual, controls: beside } = of('png-bytes', 'fid');
    expect(verdict?.kind).toBe('not-more-than-detail');
    expect(beside[0]!.difference?.value).toBe(0);
    expect(residual).toEqual({ reason: 'detail explains the whole score' });
  });

  test('every arm has the same n, and the random band is around the random mean', () => {
    for (const { n, random, doses } of effects.filter(({ score }) => score !== 'knows the wrong way')) {
      expect([n, random.draws, random.values.length]).toEqual([504, 399, 399]);
      expect(random.band.low).toBeLessThanOrEqual(random.mean);
      expect(doses.map((dose) => dose.n)).toEqual([600, 588, 570, 540, 504, 450, 300]);
    }
  });

  test('a score that knows is better than chance, one that half knows is worse than the oracle', () => {
    const { aurg, oracle } = of('knows', 'fid').sparsification;
    expect(aurg).toBeGreaterThan(0);
    expect(Math.abs(of('does not', 'fid').sparsification.aurg)).toBeLessThan(aurg / 10);
    expect(of('half knows', 'fid').sparsification.ause).toBeGreaterThan(0);
    expect(oracle?.[0]).toBe(of('knows', 'fid').unfiltered.value);
    expect(of('knows', 'fid').doseTrend).toBeGreaterThan(0.9);
  });

  test('precision, recall, density and coverage stand beside without a verdict', () => {
    const beside = effects.filter(({ role }) => role !== 'quality');
    expect([...new Set(beside.map(({ metric }) => metric))]).toEqual([
      'precision',
      'recall',
      'density',
      'coverage',
    ]);
    expect(beside.every(({ verdict, pHolm }) => verdict === null && pHolm === null)).toBe(true);
    expect(of('knows', 'precision').random.pHigher).toBeLessThan(0.01);
  });

  test('the sentence holds the numbers that it rests on', () => {
    expect(of('knows', 'fid').verdict?.sentence).toMatch(
      /^Helps: FID is [\d.]+ for the 504 of 600 images that "knows" keeps and [\d.]+ for random subsets of the same size \(−[\d.]+ %, 95 % interval −[\d.]+ % to −[\d.]+ %\), p ≤ 0\.0[\d.]+, and more than the detail in it does: random subsets matched on detail give [\d.]+ \([\d.]+ % of the change\), p [=≤] 0\.0[\d.]+; filtering by png-bytes gives [\d.]+; the residual score gives [\d.]+, p [=≤] 0\.0[\d.]+\.$/,
    );
  });

  test('the same seed gives the same numbers, another one others', async () => {
    const metrics = [await frechetOfSubsets('fid', planted.sides)];
    const short = comparisonPlan({ ...plan, draws: 39, doses: [0, 0.16] });
    const once = await filterEffects({ scores: thresholded(detail), controls: [], metrics }, short);
    const twice = await filterEffects({ scores: thresholded(detail), controls: [], metrics }, short);
    const other = await filterEffects(
      { scores: thresholded(detail), controls: [], metrics },
      { ...short, seed: 2 },
    );
    expect(JSON.stringify(twice)).toBe(JSON.stringify(once));
    expect(other[0]!.random.mean).not.toBe(once[0]!.random.mean);
  });
});

describe('too little to say', () => {
  test('few images give no verdict, but how many it would take', async () => {
    const small = plantedPool({ n: 60, d: 6, seed: 3, shift: 0.4 });
    const metrics = [await frechetOfSubsets('fid', small.sides)];
    const scores = thresholded(small.score('does not', 0));
    const [effect] = await filterEffects({ scores, controls: [], metrics }, comparisonPlan({ seed: 1 }));
    expect(effect!.verdict?.kind).toBe('too-few-images');
    expect(effect!.verdict!.imagesNeeded).toBeGreaterThan(60);
    expect(effect!.random.draws).toBe(199);
  });

  test('sixteen images are too few, and it is said how many would do', async () => {
    const small = plantedPool({ n: 16, d: 3, seed: 3, shift: 0.4 });
    const metrics = [await frechetOfSubsets('fid', small.sides)];
    const scores = thresholded(small.score('does not', 0));
    const [effect] = await filterEffects({ scores, controls: [], metrics }, comparisonPlan({ seed: 1 }));
    expect(effect!.difference.interval.method).toBe('jackknife-16');
    expect(effect!.verdict?.kind).toBe('too-few-images');
    expect(effect!.verdict!.imagesNeeded).toBeGreaterThan(16);
  });

  test('a pool of which a part keeps a single image is refused with what must hold', async () => {
    const tiny = plantedPool({ n: 3, d: 3, seed: 3 });
    const metrics = [await mmdOfSubsets(cmmdUnbiased, tiny.sides)];
    const scores = thresholded(tiny.score('does not', 0));
    expect(
      await rejected(filterEffects({ scores, controls: [], metrics }, comparisonPlan({ seed: 1 }))),
    ).toBe(
      'TOO_FEW_SAMPLES generated/: the rule must keep at least two images of every part of the pool that the jackknife takes; got 1 of 2. Supply more images, or keep a larger share.',
    );
  });

  test('too few draws are said to be too few, and draws are raised for many tests unless given', async () => {
    const metrics = [await mmdOfSubsets(cmmdUnbiased, planted.sides)];
    const names = Array.from({ length: 5 }, (_, i) => planted.score(`score ${i}`, 0));
    const few = comparisonPlan({ ...plan, draws: 99, groups: 5, doses: [0], curveSteps: 1 });
    const effects = await filterEffects({ scores: thresholded(...names), controls: [], metrics }, few);
    expect(effects[0]!.verdict?.kind).toBe('too-few-draws');
    expect(effects[0]!.verdict?.sentence).toContain('with 5 tests at least 199 random subsets are needed.');
    const slow = { ...metrics[0]!, defaultDraws: 20 };
    const enough = await filterEffects(
      { scores: thresholded(...names), controls: [], metrics: [slow] },
      { ...few, draws: null },
    );
    expect(enough[0]!.random.draws).toBe(399);
  });
});

describe('ties', () => {
  test('a random score of two levels neither helps nor hurts, though the spoiled come last', async () => {
    const found: string[] = [];
    for (let seed = 1; seed <= 20; seed++) {
      const pool = plantedPool({ n: 200, d: 2, seed, shift: 0 });
      const { rows, pool: images } = pool.sides.generated;
      const data = Float64Array.from(rows.data, (value, at) => value + (at >= 280 ? 1 : 0));
      const generated = PooledRows.join(images, {
        source: 'generated/',
        ids: images.ids,
        rows: { ...rows, data },
      });
      const random = seededRandom(seed, 'levels');
      const score = pool.scoreOf(
        'levels',
        Float64Array.from(images.ids, () => Math.floor(2 * random())),
      );
      const metrics = [await frechetOfSubsets('fid', { ...pool.sides, generated })];
      const scores = [{ score, rule: parsedKeepRule('keep-168') }];
      const short = comparisonPlan({ seed, draws: 99, doses: [0], curveSteps: 1 });
      const [effect] = await filterEffects({ scores, controls: [], metrics }, short);
      found.push(effect!.verdict!.kind);
    }
    // of 20 at 5 %, more than 4 with probability 0.003
    expect(found.filter((kind) => kind.startsWith('h')).length).toBeLessThanOrEqual(4);
  });
});

describe('errors of filterEffects', () => {
  test('scores of another pool are refused', async () => {
    const metrics = [await mmdOfSubsets(cmmdUnbiased, planted.sides)];
    const other = plantedPool({ n: 600, d: 6, seed: 11 }).score('knows', 1);
    expect(await rejected(filterEffects({ scores: thresholded(other), controls: [], metrics }, plan))).toBe(
      'CONFLICTING_OPTIONS filterEffects: scores, controls and metrics must be joined to one and the same pool, that of cmmd; got another of "knows".',
    );
  });

  test('an aborted comparison ends with the 100 random subsets whose values are found together, and says how far it was', async () => {
    const metrics = [await mmdOfSubsets(cmmdUnbiased, planted.sides)];
    const stop = new AbortController();
    const watch = {
      signal: stop.signal,
      onProgress: ({ done }: { done: number }) => done === 3 && stop.abort(),
    };
    expect(
      await rejected(filterEffects({ scores: thresholded(detail), controls: [], metrics }, plan, watch)),
    ).toBe('INTERRUPTED steadfid compare: stopped after 102 values of cmmd; nothing was written.');
  });

  test('impossible plans are refused by their flags', () => {
    expect(thrown(() => comparisonPlan({ draws: 5 }))).toBe(
      'OUT_OF_RANGE --draws: must be a whole number from 19 to 1000000; got 5.',
    );
    expect(thrown(() => comparisonPlan({ doses: [0, 1] }))).toBe(
      'OUT_OF_RANGE --doses: a share removed must lie from 0 to 0.95; got 1.',
    );
  });
});
