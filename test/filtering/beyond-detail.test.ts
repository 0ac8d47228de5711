import { describe, expect, test } from 'vitest';
import { beyondDetail, detailMatchedSubset, medianBlocks } from '../../filtering/beyond-detail.js';
import { comparisonPlan } from '../../filtering/comparison-plan.js';
import type { FilterEffect } from '../../filtering/filter-effect.js';
import type { PooledControl } from '../../filtering/filter-effect-of.js';
import { filterEffects } from '../../filtering/filter-effects.js';
import { keepDecision, keepProbabilities } from '../../filtering/keep-decision.js';
import { MetricRun } from '../../filtering/metric-run.js';
import { mmdOfSubsets } from '../../filtering/subset-metrics/mmd-of-subsets.js';
import { cmmdUnbiased } from '../../metrics/records/cmmd.js';
import { seededRandom, standardNormals } from '../../numerics/seeded-random.js';
import type { PooledScore } from '../../uncertainty/image-pool.js';
import { PooledRows } from '../../uncertainty/image-pool.js';
import { parsedKeepRule } from '../../uncertainty/keep-rule.js';
import { plantedPool } from '../support/planted-pool.js';
import { pooled } from '../support/score-of.js';

const rule = parsedKeepRule('q70');
const noise = (n: number, name: string) => standardNormals(n, seededRandom(1, name));

describe('medianBlocks', () => {
  const coordinates = [noise(100, 'first'), noise(100, 'second')];
  const tiesBy = noise(100, 'ties');

  test('hold every row once, and no fewer than asked in any', () => {
    const blocks = medianBlocks(coordinates, { size: 8, tiesBy });
    expect(blocks.map(({ length }) => length)).toEqual([12, 13, 12, 13, 12, 13, 12, 13]);
    expect([...blocks.flatMap((block) => [...block])].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 100 }, (_, i) => i),
    );
  });

  test('are cut at the median of the first coordinate first', () => {
    const blocks = medianBlocks(coordinates, { size: 40, tiesBy });
    const [low, high] = blocks.map((block) => Array.from(block, (row) => coordinates[0]![row]!));
    expect(Math.max(...low!)).toBeLessThan(Math.min(...high!));
  });

  test('rows of equal coordinates are cut by the order of ties, not by their position', () => {
    const [first] = medianBlocks([new Float64Array(100)], { size: 50, tiesBy });
    const middle = [...tiesBy].sort((a, b) => a - b)[50]!;
    expect([...first!].every((row) => tiesBy[row]! < middle)).toBe(true);
  });

  test('detailMatchedSubset keeps as many of each block as the filter, others each time', () => {
    const score = pooled(noise(100, 'score'));
    const blocks = medianBlocks(coordinates, { size: 8, tiesBy });
    const own = new Set(keepDecision(score, rule).kept);
    const counts = (kept: ReadonlySet<number>) =>
      blocks.map((block) => block.filter((index) => kept.has(index)).length);
    const [first, second] = [0, 1].map((draw) => detailMatchedSubset(blocks, own, { draw, seed: 1 }));
    expect(counts(new Set(first!))).toEqual(counts(own));
    expect([...first!]).toEqual([...first!].sort((a, b) => a - b));
    expect([...second!]).not.toEqual([...first!]);
  });
});

/** Two-sided p of a score among subsets matched on detail, over pools in which detail knows a part of what is spoiled. */
async function pValues(scoreOf: (detail: PooledScore, seed: number) => Float64Array): Promise<number[]> {
  const found: number[] = [];
  for (let seed = 1; seed <= 60; seed++) {
    const planted = plantedPool({ n: 200, d: 2, seed });
    const detail = planted.score('png-bytes', 0.5);
    const score = planted.scoreOf('sum', scoreOf(detail, seed));
    const run = new MetricRun(await mmdOfSubsets(cmmdUnbiased, planted.sides), { seed, watch: {} });
    const decision = keepDecision(score, rule);
    const { kept } = decision;
    const probabilities = keepProbabilities(score.values, decision);
    const filter = { kept, probabilities, value: await run.value(kept) };
    const beyond = await beyondDetail(run, filter, { details: [detail], draws: 39, seed });
    found.push('reason' in beyond ? 1 : beyond.test.pTwoSided);
  }
  return found;
}

const share = (values: readonly number[]) => values.filter((p) => p <= 0.05).length / values.length;

describe('beyondDetail', () => {
  test('is seldom small for a score that sees what is spoiled through detail alone', async () => {
    const found = await pValues((detail, seed) => {
      const own = standardNormals(200, seededRandom(seed, 'own'));
      return own.map((value, i) => detail.values[i]! + 0.3 * value);
    });
    // 5 % of 60 is 3 with standard deviation 1.7; against random subsets nearly all are small
    expect(share(found)).toBeLessThan(0.14);
  });

  test('is small for a score that knows it beside detail', async () => {
    const found = await pValues((detail, seed) => {
      const { spoiled } = plantedPool({ n: 200, d: 2, seed });
      return spoiled.map((value, i) => value + 0.2 * detail.values[i]!);
    });
    expect(share(found)).toBeGreaterThan(0.9);
  });
});

describe('verdicts on detail', () => {
  const plan = comparisonPlan({ seed: 1, draws: 199, doses: [0], curveSteps: 1 });
  const judged = async (
    planted: ReturnType<typeof plantedPool>,
    score: PooledScore,
    details: PooledScore[],
  ) => {
    const controls: PooledControl[] = details.map((one) => ({ family: 'detail', score: one }));
    const metrics = [await mmdOfSubsets(cmmdUnbiased, planted.sides)];
    const [effect] = await filterEffects({ scores: [{ score, rule }], controls, metrics }, plan);
    return effect!;
  };

  test('a score that is detail with noise does not more than detail, though it is better than chance', async () => {
    const planted = plantedPool({ n: 600, d: 4, seed: 2 });
    const detail = planted.score('png-bytes', 0.8);
    const values = noise(600, 'own').map((value, i) => detail.values[i]! + 0.1 * value);
    const {
      verdict,
      pHolm,
      beyondDetail: beyond,
    } = await judged(planted, planted.scoreOf('sum', values), [detail]);
    expect(pHolm).toBeLessThanOrEqual(0.05);
    expect('concordance' in beyond && beyond.concordance).toBeGreaterThan(0.95);
    expect(['not-more-than-detail', 'inseparable-from-detail']).toContain(verdict?.kind);
    expect(verdict?.sentence).toContain('filtering by png-bytes gives ');
  });

  const parts = (planted: ReturnType<typeof plantedPool>, name: string, quarters: readonly number[]) =>
    planted.scoreOf(
      name,
      noise(600, name).map(
        (value, i) => (planted.spoiled[i] === 1 && quarters.includes(i % 4) ? 3 : 0) + 0.5 * value,
      ),
    );

  test('a score that finds more of the spoiled than detail does helps beyond it', async () => {
    const planted = plantedPool({ n: 600, d: 4, seed: 2 });
    const { verdict } = await judged(planted, parts(planted, 'sum', [0, 1, 2]), [
      parts(planted, 'png-bytes', [2, 3]),
    ]);
    expect(verdict?.kind).toBe('helps');
    expect(verdict?.sentence).toContain(
      'and more than the detail in it does: random subsets matched on detail give ',
    );
  });

  test('a score whose filter one measure of detail equals does not more, and the other controls are named', async () => {
    const planted = plantedPool({ n: 600, d: 4, seed: 2 });
    const metrics = [await mmdOfSubsets(cmmdUnbiased, planted.sides)];
    const controls: PooledControl[] = [
      { family: 'detail', score: parts(planted, 'png-bytes', [1, 2, 3]) },
      { family: 'other', score: parts(planted, 'brightness', [0, 1, 2, 3]) },
      { family: 'other', score: parts(planted, 'embedding-norm', []) },
    ];
    const [effect] = await filterEffects(
      { scores: [{ score: parts(planted, 'sum', [0, 1]), rule }], controls, metrics },
      plan,
    );
    const { verdict, residual } = effect!;
    expect(verdict?.kind).toBe('not-more-than-detail');
    expect(verdict?.sentence).toMatch(/^Not more than detail does: /);
    expect(verdict?.sentence).toMatch(
      /, but filtering by png-bytes gives [−\d.]+, which is as good or better; filters that also do better than the score: brightness [−\d.]+; the residual score gives /,
    );
    expect('reason' in residual).toBe(false);
  });

  test.each([
    ['a step of one measure', (first: number) => (first > 0.4 ? 1 : 0)],
    ['a band of one measure', (first: number) => Math.abs(first)],
    ['a product of two', (first: number, second: number) => first * second],
    ['two measures on unlike sides', (first: number, second: number) => (first > 0 !== second > 0 ? 1 : 0)],
  ] as const)('%s is never more than detail, though what is spoiled is just that', async (_, form) => {
    const planted = plantedPool({ n: 600, d: 4, seed: 3, shift: 0 });
    const [first, second] = [noise(600, 'first'), noise(600, 'second')];
    const score = planted.scoreOf(
      'sum',
      first.map((value, i) => form(value, second[i]!)),
    );
    const { rows, pool } = planted.sides.generated;
    const kept = new Set(keepDecision(score, parsedKeepRule('keep-300')).kept);
    const data = Float64Array.from(rows.data, (value, at) => value + (kept.has(Math.floor(at / 4)) ? 0 : 2));
    const generated = PooledRows.join(pool, { source: 'generated/', ids: pool.ids, rows: { ...rows, data } });
    const metrics = [await mmdOfSubsets(cmmdUnbiased, { ...planted.sides, generated })];
    const controls: PooledControl[] = [first, second].map((values, i) => ({
      family: 'detail',
      score: planted.scoreOf(`detail ${i}`, values),
    }));
    const scores = [{ score, rule: parsedKeepRule('keep-300') }];
    const [effect] = await filterEffects({ scores, controls, metrics }, plan);
    expect(effect!.pHolm).toBeLessThanOrEqual(0.05);
    expect(['not-more-than-detail', 'inseparable-from-detail']).toContain(effect!.verdict?.kind);
  });

  test('of few images it is said how many would tell a score from detail', async () => {
    const open: FilterEffect['verdict'][] = [];
    for (const seed of [2, 6]) {
      const planted = plantedPool({ n: 100, d: 4, seed });
      const { verdict } = await judged(planted, planted.score('sum', 0.6), [planted.score('png-bytes', 0.3)]);
      if (verdict!.sentence.startsWith('Too few images to say whether it does more than detail: '))
        open.push(verdict);
    }
    expect(open.length).toBeGreaterThan(0);
    for (const verdict of open) {
      expect(verdict!.kind).toBe('too-few-images');
      expect(verdict!.imagesNeeded).toBeGreaterThan(100);
    }
  });

  test('without measures of detail a verdict says so', async () => {
    const planted = plantedPool({ n: 300, d: 4, seed: 2 });
    const { verdict } = await judged(planted, planted.score('sum', 0.9), []);
    expect(verdict?.kind).toBe('helps-detail-unmeasured');
    expect(verdict?.sentence).toMatch(
      /^Better than random, but detail was not measured: .*; detail alone may explain that\.$/,
    );
  });

  test('all images of one embedding are no evidence, in numbers that exist', async () => {
    const { sides, score } = plantedPool({ n: 40, d: 3, seed: 1 });
    const { pool } = sides.generated;
    const rows = { n: 40, d: 3, data: new Float64Array(120).fill(1) };
    const generated = PooledRows.join(pool, { source: 'generated/', ids: pool.ids, rows });
    const metrics = [await mmdOfSubsets(cmmdUnbiased, { ...sides, generated })];
    const scores = [{ score: score('sum', 0), rule }];
    const [effect] = await filterEffects({ scores, controls: [], metrics }, plan);
    expect(effect!.verdict?.kind).toBe('no-evidence');
    expect(effect!.verdict?.sentence).not.toContain('NaN');
  });
});
