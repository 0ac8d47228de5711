import { describe, expect, test } from 'vitest';
import { randomSubset } from '../../filtering/kept-indices.js';
import { fewestDraws, groupJackknife, randomizationTest } from '../../filtering/randomization-test.js';
import { randomGroups } from '../../metrics/intervals/delete-group-jackknife.js';
import { holmAdjusted } from '../../numerics/holm-adjusted.js';
import { standardDeviation } from '../../numerics/mean-and-variance.js';
import { seededRandom, standardNormals } from '../../numerics/seeded-random.js';
import { normalQuantile, studentQuantile } from '../../numerics/student-t.js';
import { residualScore, scoreWithoutDetail } from '../../uncertainty/residual-score.js';
import { pooled, scoreOf } from '../support/score-of.js';
import { expectClose } from '../support/tolerance.js';

describe('randomizationTest', () => {
  test('p counts the value itself among the draws, on both sides', () => {
    const { pLower, pHigher, pTwoSided, mean, z } = randomizationTest(1, [2, 3, 4]);
    expect([pLower, pHigher, pTwoSided, mean, z]).toEqual([1 / 4, 1, 1 / 2, 3, -2]);
  });

  test('draws equal to the value count on both sides', () => {
    const { pLower, pHigher, z } = randomizationTest(2, [2, 2]);
    expect([pLower, pHigher, z]).toEqual([1, 1, null]);
  });

  test('p is uniform when the filter is one more random draw', () => {
    const random = seededRandom(3, 'uniform');
    const low = Array.from({ length: 2000 }, () => {
      const values = Array.from({ length: 20 }, random);
      return randomizationTest(values[0]!, values.slice(1)).pLower <= 0.05 ? 1 : 0;
    }).reduce((sum: number, hit) => sum + hit, 0);
    // 5 % of 2000 with standard deviation 9.7
    expect(low).toBeGreaterThan(60);
    expect(low).toBeLessThan(140);
  });

  test('39 draws can reach p = 0.05 in one test and 779 in twenty', () => {
    expect([fewestDraws({ tests: 1, level: 0.05 }), fewestDraws({ tests: 20, level: 0.05 })]).toEqual([
      39, 799,
    ]);
    expect(2 / (fewestDraws({ tests: 20, level: 0.05 }) + 1)).toBeLessThanOrEqual(0.05 / 20);
  });
});

describe('holmAdjusted', () => {
  test('multiplies the smallest by their number and never falls', () => {
    expect(holmAdjusted([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
  });

  test('stays at most 1 and keeps the order given', () => {
    expect(holmAdjusted([0.9, 0.001, 0.8])).toEqual([1, 0.003, 1]);
  });
});

describe('groupJackknife', () => {
  test('of a mean is the standard error of the group means', () => {
    const values = standardNormals(200, seededRandom(5, 'values'));
    const total = values.reduce((sum, value) => sum + value, 0);
    const groups = randomGroups({ n: 200, groups: 20, seed: 1 });
    const groupMeans = groups.map((group) => group.reduce((sum, i) => sum + values[i]!, 0) / 10);
    const replicates = groupMeans.map((mean) => (total - 10 * mean) / 190);
    const { standardError, interval } = groupJackknife(total / 200, replicates, { level: 0.95 });
    expectClose(standardError, standardDeviation(groupMeans, 1)! / Math.sqrt(20), 1e-12);
    expectClose(interval.high - total / 200, studentQuantile(0.975, 19) * standardError, 1e-12);
    expect(interval.method).toBe('jackknife-20');
  });
});

describe('random subsets', () => {
  test('a smaller subset of the same draw lies in the larger, and other draws differ', () => {
    const [small, large] = [randomSubset({ n: 50, size: 5 }, 3, 1), randomSubset({ n: 50, size: 30 }, 3, 1)];
    expect([...small].every((index) => large.includes(index))).toBe(true);
    expect([...randomSubset({ n: 50, size: 30 }, 4, 1)]).not.toEqual([...large]);
  });
});

describe('quantiles', () => {
  // scipy.stats.t.ppf and norm.ppf, scipy 1.17.1
  test.each([
    [0.975, 1, 12.706204736174694],
    [0.975, 2, 4.302652729749464],
    [0.975, 19, 2.093024054408263],
    [0.95, 30, 1.6972608865939574],
    [0.005, 7, -3.4994832973505026],
  ])('studentQuantile(%d, %d) equals scipy’s', (p, degrees, expected) => {
    expectClose(studentQuantile(p, degrees), expected, 1e-10);
  });

  test.each([
    [0.975, 1.959963984540054],
    [0.8, 0.8416212335729143],
    [0.0001, -3.719016485455709],
  ])('normalQuantile(%d) equals scipy’s', (p, expected) => {
    expectClose(normalQuantile(p), expected, 1e-10);
  });
});

describe('residualScore', () => {
  const detail = pooled([5, 1, 4, 2, 3, 9, 7, 8], 'detail');

  test('of a rising function of detail is undefined: nothing is left', () => {
    const same = pooled(
      Array.from(detail.values, (value) => value ** 3),
      'sum',
    );
    expect(residualScore(same, [detail])).toBeUndefined();
  });

  test('of a score that is unrelated to detail keeps its order and explains nothing', () => {
    // ranks of detail 5 1 4 2 3 8 6 7 are orthogonal to this pattern's
    const other = pooled([1, 2, 2, 1, 1.5, 1.5, 1.5, 1.5], 'sum');
    const { explained, score } = residualScore(other, [detail])!;
    expect(explained).toBeLessThan(0.1);
    expect(score.name).toBe('sum residual');
  });

  test('is not changed by a control given twice or by a constant one', () => {
    const score = pooled([3, 1, 4, 1, 5, 9, 2, 6], 'sum');
    const once = residualScore(score, [detail])!;
    const twice = residualScore(score, [detail, detail, pooled([1, 1, 1, 1, 1, 1, 1, 1], 'constant')])!;
    expect(Array.from(twice.score.values)).toEqual(Array.from(once.score.values));
  });

  test('by id, of the images that have all controls, is what it is in a pool', () => {
    const ids = Array.from({ length: 8 }, (_, i) => `i${i}`);
    const asScore = (name: string, values: readonly number[]) =>
      scoreOf(Object.fromEntries(ids.map((id, i) => [id, values[i]!])), name);
    const values = [3, 1, 4, 1, 5, 9, 2, 6];
    const found = scoreWithoutDetail(asScore('sum', values), [asScore('detail', Array.from(detail.values))])!;
    const pooledResidual = residualScore(pooled(values, 'sum'), [detail])!;
    expect([...found.score.byId.values()]).toEqual(Array.from(pooledResidual.score.values));
    expect(found.explained).toBe(pooledResidual.explained);
    expect(found.score.name).toBe('sum residual');
    expect(
      scoreWithoutDetail(asScore('sum', values), Array(6).fill(asScore('detail', values))),
    ).toBeUndefined();
  });
});
