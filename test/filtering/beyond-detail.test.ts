import { describe, expect, test } from 'vitest';
import { beyondDetail, detailBlocks, detailMatchedSubset } from '../../filtering/beyond-detail.js';
import { comparisonPlan } from '../../filtering/comparison-plan.js';
import type { PooledControl } from '../../filtering/filter-effect-of.js';
import { filterEffects } from '../../filtering/filter-effects.js';
import { keepDecision } from '../../filtering/keep-decision.js';
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

describe('detailBlocks', () => {
  test('hold every image once, ten to a block, in order of the score that detail lets expect', () => {
    const detail = pooled(noise(100, 'detail'), 'detail');
    const { blocks, explained } = detailBlocks(detail, [detail]);
    expect(blocks.map(({ length }) => length)).toEqual(Array(10).fill(10));
    expect([...blocks.flatMap((block) => [...block])].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 100 }, (_, i) => i),
    );
    const ends = blocks.map((block) => Array.from(block, (index) => detail.values[index]!));
    for (let i = 1; i < 10; i++) expect(Math.max(...ends[i - 1]!)).toBeLessThan(Math.min(...ends[i]!));
    expect(explained).toBe(1);
  });

  test('follow a score that is high at both ends of detail, which a straight line does not', () => {
    const values = noise(400, 'detail');
    const detail = pooled(values, 'detail');
    const bent = (of: Float64Array) => of.map((value) => Math.abs(value));
    expect(detailBlocks(pooled(bent(values)), [detail]).explained).toBeGreaterThan(0.9);
    expect(detailBlocks(pooled(noise(400, 'other')), [detail]).explained).toBeLessThan(0.05);
  });

  test('subsetOfLikeDetail keeps as many of each block as the filter, others each time', () => {
    const score = pooled(noise(200, 'score'));
    const found = detailBlocks(score, [pooled(noise(200, 'detail'))]);
    const own = new Set(keepDecision(score, rule).kept);
    const counts = (kept: ReadonlySet<number>) =>
      found.blocks.map((block) => block.filter((index) => kept.has(index)).length);
    const [first, second] = [0, 1].map((draw) => detailMatchedSubset(found, own, { draw, seed: 1 }));
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
    const { kept } = keepDecision(score, rule);
    const beyond = await beyondDetail(run, score, { details: [detail], kept, draws: 39, seed });
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
    expect('pHolm' in beyond && beyond.pHolm).toBeGreaterThan(0.05);
    expect(verdict?.kind).toBe('not-more-than-detail');
    expect(verdict?.sentence).toMatch(
      /, but random subsets matched on detail give .* and filtering by png-bytes gives /,
    );
  });

  test('where detail finds as many of the spoiled, a score that finds others still helps', async () => {
    const planted = plantedPool({ n: 600, d: 4, seed: 2 });
    const { spoiled } = planted;
    const half = (which: number, name: string) =>
      planted.scoreOf(
        name,
        noise(600, name).map((value, i) => (spoiled[i] === 1 && i % 2 === which ? 3 : 0) + 0.5 * value),
      );
    const { verdict } = await judged(planted, half(0, 'sum'), [half(1, 'png-bytes')]);
    expect(verdict?.kind).toBe('helps');
    expect(verdict?.sentence).toContain(
      'and more than the detail in it does: random subsets matched on detail give ',
    );
  });

  test('a score that helps less than detail and another control do says so first, and names both', async () => {
    const planted = plantedPool({ n: 600, d: 4, seed: 2 });
    const of = (name: string, quarters: readonly number[]) =>
      planted.scoreOf(
        name,
        noise(600, name).map(
          (value, i) => (planted.spoiled[i] === 1 && quarters.includes(i % 4) ? 3 : 0) + 0.5 * value,
        ),
      );
    const metrics = [await mmdOfSubsets(cmmdUnbiased, planted.sides)];
    const controls: PooledControl[] = [
      { family: 'detail', score: of('png-bytes', [1, 2, 3]) },
      { family: 'other', score: of('brightness', [0, 1, 2, 3]) },
      { family: 'other', score: of('embedding-norm', []) },
    ];
    const [effect] = await filterEffects(
      { scores: [{ score: of('sum', [0, 1]), rule }], controls, metrics },
      plan,
    );
    const { verdict, residual } = effect!;
    expect(verdict?.kind).toBe('helps');
    expect(verdict?.sentence).toMatch(/^Helps, but less than filtering by detail alone: /);
    expect(verdict?.sentence).toMatch(
      /; filtering by png-bytes gives [−\d.]+, which is better; filters that also do better than the score: brightness [−\d.]+; the residual score gives /,
    );
    expect('reason' in residual).toBe(false);
  });

  test('of few images it is said how many would tell a score from detail', async () => {
    const planted = plantedPool({ n: 100, d: 4, seed: 2 });
    const { verdict } = await judged(planted, planted.score('sum', 0.5), [planted.score('png-bytes', 0.6)]);
    expect(verdict?.kind).toBe('too-few-images');
    expect(verdict?.sentence).toMatch(/^Too few images to say whether it does more than detail: /);
    expect(verdict?.imagesNeeded).toBeGreaterThan(100);
  });

  test('without measures of detail a verdict says so', async () => {
    const planted = plantedPool({ n: 300, d: 4, seed: 2 });
    const { verdict } = await judged(planted, planted.score('sum', 0.9), []);
    expect(verdict?.sentence).toMatch(/^Helps: .*; no measures of detail were given\.$/);
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
