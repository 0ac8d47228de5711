import { describe, expect, test } from 'vitest';
import { type BeyondDetail, beyondDetail } from '../../filtering/beyond-detail.js';
import { keepDecision, keepProbabilities } from '../../filtering/keep-decision.js';
import { keptIndices } from '../../filtering/kept-indices.js';
import { MetricRun } from '../../filtering/metric-run.js';
import { frechetOfSubsets } from '../../filtering/subset-metrics/frechet-of-subsets.js';
import { frechetDistance } from '../../metrics/frechet-distance.js';
import { gaussianMoments } from '../../numerics/gaussian-moments.js';
import { mean } from '../../numerics/mean-and-variance.js';
import { type Rows, selectRows } from '../../numerics/rows.js';
import { sampleIndices, seededRandom } from '../../numerics/seeded-random.js';
import { spreadTable } from '../../reports/study/stability-tables.js';
import { filterArms } from '../../sample-size-study/filter-arms.js';
import { parsedDesign } from '../../sample-size-study/parsed-design.js';
import { scoredArm } from '../../sample-size-study/scored-arm.js';
import type { FilterOrder } from '../../sample-size-study/study-design.js';
import { type StudyDraw, studyDraws } from '../../sample-size-study/study-draws.js';
import { studyRun } from '../../sample-size-study/study-run.js';
import { PooledScore } from '../../uncertainty/image-pool.js';
import { parsedKeepRule } from '../../uncertainty/keep-rule.js';
import { filterDesign, filterStudy, filterStudyReport } from '../support/filter-study.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';
import { numberedIds, pooled, scoreOf } from '../support/score-of.js';
import { rejected } from '../support/thrown.js';
import { EIGEN_TOLERANCE, expectClose } from '../support/tolerance.js';

const N = 320;
const world = {
  reference: gaussianCloud({ n: 300, d: 4, seed: 1 }),
  generated: gaussianCloud({ n: N, d: 4, seed: 2, shift: 0.3 }),
  score: Float64Array.from({ length: N }, (_, i) => seededRandom(7, i)()),
};

const ARM = { name: 'all', source: 'g/' };
const FILTER = { scores: 's.csv', column: 'sum', rule: 'mean+1sd' };
const design = (arms: readonly object[], more = {}) =>
  parsedDesign({ reference: 'r/', arms, ...more }, 'design.json');

describe('a design with filters', () => {
  test('learns thresholds in each draw unless it says otherwise, and a count in the pool', async () => {
    expect((await filterDesign()).filterOrder).toBe('draw');
    expect((await filterDesign({ filterOrder: 'pool' })).filterOrder).toBe('pool');
    const counted = await design([{ ...ARM, filter: { ...FILTER, rule: 'keep-90' } }]);
    expect(counted.filterOrder).toBe('pool');
  });

  test('read again is the same', async () => {
    const first = await filterDesign();
    expect(await parsedDesign(JSON.parse(JSON.stringify(first)), 'design.json')).toEqual(first);
  });

  test('without filters has none of their fields', async () => {
    expect(JSON.stringify(await design([ARM]))).not.toMatch(/filter|random|matched|inverse/);
  });

  test('refuses arms that are two things, or compared with what is no filter of their source', async () => {
    expect(await rejected(design([{ ...ARM, ids: 'kept.txt', filter: FILTER }]))).toContain(
      'at most one of ids, filter, random, matched and inverse may be given; got ids and filter',
    );
    expect(await rejected(design([ARM, { ...ARM, name: 'x', random: { like: 'all' } }]))).toContain(
      'CONFLICTING_OPTIONS x: must name a generated set that has a filter; got all.',
    );
    const other = { name: 'x', source: 'other/', inverse: { of: 'all' } };
    expect(await rejected(design([{ ...ARM, filter: FILTER }, other]))).toContain(
      'must have the source of the arm "all", g/; got other/.',
    );
    expect(await rejected(design([{ ...ARM, filter: FILTER }], { scheme: 'bootstrap' }))).toContain(
      'filtered sets are drawn by subsample, since copies of one image have one score, and are kept or dropped together; got bootstrap.',
    );
    expect(await rejected(design([{ ...ARM, filter: FILTER }], { scheme: 'blocks' }))).toContain(
      'filtered sets are drawn by subsample, since large sizes have too few blocks for their spread, and blocks of two sizes are not nested; got blocks.',
    );
    expect(await rejected(design([{ ...ARM, filter: { ...FILTER, rule: 'best' } }]))).toContain(
      'UNKNOWN_RULE',
    );
    expect(await rejected(design([ARM], { filterOrder: 'draw' }))).toContain(
      'needs a generated set with a filter',
    );
  });

  test('names its arms by rule, and by column, where there are several', () => {
    const choice = { source: 'g/', scores: 's.csv', keep: 'low', detail: 'without' } as const;
    const names = (columns: string[], rules: string[]) =>
      filterArms({ ...choice, columns, rules }).map(({ name }) => name);
    expect(names(['sum'], ['q84'])).toEqual(['unfiltered', 'filtered', 'random', 'inverse']);
    expect(names(['sum'], ['q84', 'q50'])).toContain('filtered: q50');
    expect(names(['sum', 'q95'], ['q84'])).toContain('inverse: q95');
    expect(names(['sum', 'q95'], ['q84', 'q50'])).toContain('inverse: q95 q50');
  });
});

const score = pooled(world.score);
const rule = parsedKeepRule('mean+1sd');

async function arm(role: 'all' | 'filtered' | 'random' | 'matched' | 'inverse', order: FilterOrder) {
  const detail = async () => [Float64Array.from({ length: N }, (_, i) => i)];
  const filter = role === 'all' ? null : { score, rule };
  return scoredArm({ role, pool: score.pool, filter, order, seed: 1, detail });
}

const controlOf = (values: readonly number[], i: number) =>
  scoreOf(Object.fromEntries(numberedIds(N).map((id, row) => [id, values[row]!])), `detail-${i}`);
const noInfluence = async () => null;
const [draw, next] = studyDraws({
  poolSize: N,
  referenceSize: 300,
  sizes: [80, 200],
  repeats: 2,
  scheme: 'subsample',
  reference: 'full',
  seed: 1,
  isWholeOrder: true,
}) as unknown as [StudyDraw, StudyDraw];

async function subsetOf(
  ...[role, order, size = 80, of = draw]: [Parameters<typeof arm>[0], FilterOrder, number?, typeof draw?]
) {
  return (await (await arm(role, order)).prepared(noInfluence)).of(of, size) as Uint32Array;
}

describe('scoredArm', () => {
  test('in a draw keeps what the rule keeps there, and its controls are as many of the same draw', async () => {
    const within = draw.order.slice(0, 80).sort();
    const kept = keptIndices(score.values, rule, { within, tiesBy: [] });
    expect(await subsetOf('all', 'draw')).toEqual(within);
    expect(await subsetOf('filtered', 'draw')).toEqual(kept);
    for (const role of ['random', 'matched', 'inverse'] as const) {
      const own = await subsetOf(role, 'draw');
      expect([role, own.length, own.every((index) => within.includes(index))]).toEqual([
        role,
        kept.length,
        true,
      ]);
      expect(own).not.toEqual(kept);
      expect(own).toEqual(own.slice().sort());
    }
    const lowest = Math.min(
      ...Array.from(await subsetOf('inverse', 'draw'), (index) => score.values[index]!),
    );
    const left = within.filter((index) => score.values[index]! < lowest);
    expect(left).toHaveLength(80 - kept.length);
  });

  test('in the pool draws n of those kept, in the order of the same draw', async () => {
    const kept = new Set(
      keptIndices(score.values, rule, { within: Uint32Array.from({ length: N }, (_, i) => i), tiesBy: [] }),
    );
    const expected = draw.order
      .filter((index) => kept.has(index))
      .slice(0, 80)
      .sort();
    expect(await subsetOf('filtered', 'pool')).toEqual(expected);
    expect((await arm('filtered', 'pool')).largest).toBe(kept.size);
    expect((await arm('filtered', 'draw')).largest).toBe(N);
    expect(await subsetOf('random', 'pool')).toHaveLength(80);
  });

  test('draws controls anew in every repeat of the whole pool', async () => {
    for (const role of ['random', 'matched'] as const) {
      const first = await subsetOf(role, 'draw', N);
      expect(await subsetOf(role, 'draw', N, next)).not.toEqual(first);
    }
    expect(await subsetOf('filtered', 'draw', N, next)).toEqual(await subsetOf('filtered', 'draw', N));
  });

  test('matched subsets keep as many of every five images of like detail as the filter does', async () => {
    const matched = new Set(await subsetOf('matched', 'draw', N));
    const kept = new Set(await subsetOf('filtered', 'draw', N));
    for (let block = 0; block < N; block += 5) {
      const images = Array.from({ length: 5 }, (_, i) => block + i);
      expect(images.filter((i) => matched.has(i))).toHaveLength(images.filter((i) => kept.has(i)).length);
    }
  });

  test('where the rule keeps all or none of a draw, says so', async () => {
    const filtered = scoredArm({
      role: 'filtered',
      pool: score.pool,
      filter: { score, rule: parsedKeepRule('keep-100') },
      order: 'draw',
      seed: 1,
      detail: async () => [],
    });
    expect((await filtered.prepared(noInfluence)).of(draw, 80)).toEqual({
      reason: 'the rule keeps all of 80 images',
    });
  });

  test('finds how many images the parts kept of two draws have in common, of four images with two drawn', async () => {
    const lowest = pooled(Float64Array.of(1, 2, 3, 4));
    const filter = { score: lowest, rule: parsedKeepRule('keep-1') };
    const parts = { role: 'filtered', pool: lowest.pool, filter, seed: 1, detail: async () => [] } as const;
    const learned = await scoredArm({ ...parts, order: 'draw' }).prepared(noInfluence);
    const { shares } = learned.inCommon([2, 4])!;
    // the lowest of two is image 1, 2 or 3 with 3/6, 2/6 and 1/6; the lowest of all is image 1
    expect(Math.abs(shares[0]![0]! - 14 / 36)).toBeLessThan(0.06); // of 100 draws: 0.03 is their error
    expect(Math.abs(shares[0]![1]! - 1 / 2)).toBeLessThan(0.15);
    expect(shares[1]).toEqual([shares[0]![1], 1]);
    const fixed = await scoredArm({ ...parts, order: 'pool' }).prepared(noInfluence);
    expect(fixed.inCommon([2])).toBeUndefined();
  });

  test('of images tied at a count draws anew in every repeat, and says how many two draws have in common', async () => {
    const tied = pooled(Float64Array.of(1, 2, 2, 2, 2, 3));
    const filter = { score: tied, rule: parsedKeepRule('keep-3') };
    const parts = { role: 'filtered', pool: tied.pool, filter, seed: 1, detail: async () => [] } as const;
    const filtered = scoredArm({ ...parts, order: 'draw' });
    const { of, overlap } = await filtered.prepared(noInfluence);
    expect([filtered.isRedrawn, filtered.isAlikeAtLargest]).toEqual([false, false]);
    const order = Uint32Array.of(0, 1, 2, 3, 4, 5);
    const drawn = Array.from({ length: 30 }, (_, repeat) => of({ order, repeat }, 6) as Uint32Array);
    for (const [repeat, own] of drawn.entries())
      expect(own).toEqual(keepDecision(tied, filter.rule, { seed: 1, draw: repeat }).kept);
    expect(new Set(drawn.map(String)).size).toBe(6); // two of four
    expect(overlap).toBe((1 + 4 * 0.5 ** 2) / 3);
    const inverse = scoredArm({ ...parts, role: 'inverse', order: 'draw' });
    expect(inverse.isAlikeAtLargest).toBe(true);
    const opposite = (await inverse.prepared(noInfluence)).of;
    const same = drawn.map((_, repeat) => opposite({ order, repeat }, 6) as Uint32Array);
    expect(new Set(same.map(String)).size).toBe(1); // ties of repeat 0, as in `compare`
    const clear = { ...filter, rule: parsedKeepRule('keep-5') };
    expect(scoredArm({ ...parts, filter: clear, order: 'pool' }).isAlikeAtLargest).toBe(true);
  });

  test('says which share of their images two draws have in common', async () => {
    const kept = (await subsetOf('filtered', 'draw', N)).length;
    const overlap = async (role: Parameters<typeof arm>[0]) =>
      (await (await arm(role, 'draw')).prepared(noInfluence)).overlap;
    expect(await overlap('filtered')).toBe(1);
    expect(await overlap('random')).toBe(kept / N);
    const matched = await overlap('matched');
    expect(matched).toBeGreaterThan(kept / N);
    expect(matched).toBeLessThan(1);
  });
});

describe('a study of a filter', () => {
  test('says at its largest n what the engine of compare says, to the last digit', async () => {
    const study = filterStudy(await filterDesign(), world);
    const { rows } = await studyRun(study);
    const { reference, generated } = await study.data.sets(
      { arm: study.design.arms[0]!, name: 'unfiltered', distortion: 'none', level: 0 },
      study.metrics[0]!,
    );
    const rowsOf = { rows: generated.embeddings!, pool: score.pool };
    const engine = await frechetOfSubsets('fid', {
      reference,
      generated: rowsOf as never,
      algebra: study.algebra,
    });
    const all = Uint32Array.from({ length: N }, (_, i) => i);
    const kept = keptIndices(score.values, rule, { within: all, tiesBy: [] });
    const at = (name: string) => rows.filter(({ arm, sampleSize }) => arm === name && sampleSize === N);
    expect(at('unfiltered').map(({ value, scored }) => [value, scored])).toEqual([
      [await engine.value(all), N],
    ]);
    expect(at('filtered').map(({ value, scored }) => [value, scored])).toEqual([
      [await engine.value(kept), kept.length],
    ]);
    expect(at('random')).toHaveLength(5);
  });

  test('says of matched subsets of all images what compare says, to the last digit', async () => {
    const known = Array.from({ length: N }, (_, i) => world.generated.data[i * 4]!);
    const noisy = (label: string) => known.map((value, i) => value + 2 * seededRandom(9, label, i)());
    const [of, repeats] = [Float64Array.from(noisy('score')), 6];
    const details = [noisy('first'), noisy('second')];
    const study = filterStudy(await filterDesign({ sizes: [N], repeats }), { ...world, score: of, details });
    const { rows } = await studyRun(study);
    const own = pooled(of);
    const { reference, generated } = await study.data.sets(
      { arm: study.design.arms[0]!, name: 'unfiltered', distortion: 'none', level: 0 },
      study.metrics[0]!,
    );
    const sides = { reference, generated: { rows: generated.embeddings!, pool: own.pool } as never };
    const metric = await frechetOfSubsets('fid', { ...sides, algebra: study.algebra });
    const { seed } = study.design;
    const decision = keepDecision(own, rule, { seed });
    const filter = {
      kept: decision.kept,
      probabilities: keepProbabilities(of, decision),
      value: await metric.value(decision.kept),
    };
    const scores = details.map((values, i) =>
      PooledScore.join(own.pool, controlOf(values, i), { source: 's' }),
    );
    const run = new MetricRun(metric, { seed, watch: {} });
    const compared = await beyondDetail(run, filter, { details: scores, draws: repeats, seed });
    const drawn = rows.filter(({ arm }) => arm === 'matched').map(({ value }) => value!);
    expect(drawn).toHaveLength(repeats);
    expect((compared as BeyondDetail).test.mean).toBe(mean(drawn));
  });

  test.each([
    'draw',
    'pool',
  ] as const)('against an equal reference, order %s, is the distance of both subsets by their own moments', async (filterOrder) => {
    const sizes = [60, 120];
    const metrics = ['fid', 'kid'];
    const study = filterStudy(
      await filterDesign({
        metrics,
        sizes,
        repeats: 2,
        cheapRepeats: 2,
        filterOrder,
        referenceSize: 'equal',
      }),
      world,
    );
    const { rows, facts } = await studyRun(study);
    const orderOf = (n: number, label: string, repeat: number, size: number) =>
      sampleIndices({ n, size }, seededRandom(study.design.seed, label, repeat));
    const kernel = { kind: 'polynomial', degree: 3, scale: 1 / 4, offset: 1 } as const;
    for (const size of sizes) {
      const order = orderOf(N, 'study', 1, N);
      const within = order.slice(0, size);
      const all = Uint32Array.from({ length: N }, (_, i) => i);
      const kept =
        filterOrder === 'draw'
          ? keptIndices(score.values, rule, { within: within.sort(), tiesBy: [] })
          : order
              .filter((i) => keptIndices(score.values, rule, { within: all, tiesBy: [] }).includes(i))
              .slice(0, size);
      const generated = selectRows(world.generated, kept);
      const reference = selectRows(
        world.reference,
        orderOf(300, 'study-reference', 1, 120).slice(0, kept.length),
      );
      const value = (metric: string) =>
        rows.find(
          (row) =>
            row.metric === metric && row.arm === 'filtered' && row.sampleSize === size && row.repeat === 1,
        )!.value!;
      expectClose(
        value('fid'),
        frechetDistance(gaussianMoments(reference), gaussianMoments(generated)),
        EIGEN_TOLERANCE,
      );
      let [own, other, across] = [0, 0, 0];
      const k = (a: Rows, i: number, b: Rows, j: number) => {
        let product = 0;
        for (let c = 0; c < 4; c++) product += a.data[i * 4 + c]! * b.data[j * 4 + c]!;
        return (product * kernel.scale + kernel.offset) ** kernel.degree;
      };
      const m = kept.length;
      for (let i = 0; i < m; i++)
        for (let j = 0; j < m; j++) {
          if (i !== j) own += k(generated, i, generated, j);
          if (i !== j) other += k(reference, i, reference, j);
          across += k(generated, i, reference, j);
        }
      expectClose(value('kid'), (own + other) / (m * (m - 1)) - (2 * across) / m ** 2, 1e-9, 1);
    }
    const filtered = facts.find(({ arm, protocol }) => arm === 'filtered' && protocol === 'fid')!;
    expect(filtered.leaveOut!['fid']!.without).toHaveLength(20);
  });

  test('against a reference smaller than the pool keeps its draws, and the value of all images alone is null', async () => {
    const sizes = [40, 80, 120];
    const study = filterStudy(
      await filterDesign({ metrics: ['fid', 'kid'], sizes, referenceSize: 'equal' }),
      world,
    );
    const { rows, facts } = await studyRun(study);
    const own = rows.filter(({ arm }) => arm === 'unfiltered');
    expect(own).toHaveLength(3 * (5 + 6));
    expect(own.filter(({ value }) => value === null)).toEqual([]);
    const { leaveOut, warnings } = facts.find(({ arm }) => arm === 'unfiltered')!;
    expect(leaveOut).toEqual({});
    expect(warnings.map(({ message }) => message)).toEqual([
      'The value of all 320 images is null: an equal reference has at most 300. The error of the pool is therefore unknown, and ratios that need it are null',
    ]);
    const filtered = facts.find(({ arm }) => arm === 'filtered')!;
    expect([filtered.leaveOut!['fid']!.without.length, filtered.warnings]).toEqual([20, []]);
  });

  test('whose kept images are more than an equal reference has no slope, whose error is that of thresholds too', async () => {
    const design = await filterDesign({ sizes: [40, 60, 80, 100], referenceSize: 'equal' });
    const small = { ...world, reference: gaussianCloud({ n: 100, d: 4, seed: 1 }) };
    const { stability, curves, warnings } = await filterStudyReport(design, small);
    expect(stability!.map(({ slope }) => slope)).toEqual(stability!.map(() => null));
    const tooSmall = (arm: string) =>
      `an equal reference has fewer images than ${arm}, so the error of the pool is unknown`;
    const of = (role: string) => stability!.find((one) => one.role === role)!;
    expect(of('unfiltered').reasons).toMatchObject({
      slope: tooSmall('filtered'),
      limit: tooSmall('filtered'),
    });
    expect(spreadTable({ stability: [of('random')] }).notes).toContain(
      `–, FID against random, value, standard deviation, coefficient of variation: ${tooSmall('filtered')}.`,
    );
    const filtered = curves.find(({ arm }) => arm === 'filtered')!;
    expect(filtered.points.map(({ sampleSize }) => sampleSize)).toEqual([40, 60, 80, 100]);
    expect(warnings.map(({ code }) => code)).toContain('REFERENCE_TOO_SMALL');
  });

  test('of which a rule keeps one image in all is refused, for no size can be drawn from it', async () => {
    const design = await filterDesign({ rule: 'keep-1', filterOrder: 'pool' });
    expect(await rejected(studyRun(filterStudy(design, world)))).toBe(
      'TOO_FEW_SAMPLES filtered: the rule keep-1 must keep at least 2 of all images, from which draws are made; got 1 image. Choose a rule that keeps more.',
    );
  });

  test('a value that a small draw does not have is null with the reason', async () => {
    const { rows } = await studyRun(filterStudy(await filterDesign({ sizes: [2, 80] }), world));
    const small = rows.filter(({ arm, sampleSize }) => arm === 'filtered' && sampleSize === 2);
    expect(new Set(small.map(({ value, reason }) => [value, reason].join()))).toEqual(
      new Set([',2 images are needed, and 1 is scored']),
    );
  });
});
