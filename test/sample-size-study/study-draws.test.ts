import { describe, expect, test } from 'vitest';
import { defaultSizes } from '../../sample-size-study/parsed-design.js';
import { type DrawPlan, studyDraws } from '../../sample-size-study/study-draws.js';

const plan: DrawPlan = {
  poolSize: 100,
  referenceSize: 80,
  sizes: [10, 30, 100],
  repeats: 4,
  scheme: 'subsample',
  reference: 'full',
  seed: 2020,
};

describe('studyDraws', () => {
  test('subsamples draw each image at most once', () => {
    for (const { order } of studyDraws(plan)) expect(new Set(order).size).toBe(order.length);
  });

  test('the whole pool, which all repeats would share, is drawn once', () => {
    expect(studyDraws(plan).map(({ sizes }) => sizes.includes(100))).toEqual([true, false, false, false]);
  });

  test('blocks are disjoint, and no more than fit into the pool', () => {
    const blocks = studyDraws({ ...plan, scheme: 'blocks', repeats: 20 }).filter(
      ({ sizes }) => sizes[0] === 10,
    );
    expect(blocks).toHaveLength(10);
    expect(new Set(blocks.flatMap(({ order }) => [...order])).size).toBe(100);
  });

  test('a bootstrap draws with replacement and repeats the whole pool', () => {
    const draws = studyDraws({ ...plan, scheme: 'bootstrap' });
    expect(draws.every(({ sizes }) => sizes.includes(100))).toBe(true);
    expect(new Set(draws[0]!.order).size).toBeLessThan(100);
  });

  test('the same seed gives the same draws, another seed others', () => {
    expect(studyDraws(plan)).toEqual(studyDraws(plan));
    expect(studyDraws({ ...plan, seed: 1 })[0]!.order).not.toEqual(studyDraws(plan)[0]!.order);
  });

  test('more repeats leave the first ones as they were', () => {
    expect(studyDraws({ ...plan, repeats: 9 }).slice(0, 4)).toEqual(studyDraws(plan));
  });

  test('with an equal reference each repeat orders the reference too', () => {
    const [first, second] = studyDraws({ ...plan, reference: 'equal' });
    expect(first!.referenceOrder).toHaveLength(80);
    expect(first!.referenceOrder).not.toEqual(second!.referenceOrder);
  });
});

describe('defaultSizes', () => {
  test('holds the classical sizes up to n and ends with n', () => {
    const sizes = defaultSizes(12_000);
    expect(sizes).toEqual(expect.arrayContaining([50, 1000, 2000, 3000, 4000, 5000, 10000, 12000]));
    expect(sizes.at(-1)).toBe(12_000);
    expect(sizes).not.toContain(15_000);
  });
  test('of a small pool begins at a tenth of it', () => {
    expect(defaultSizes(100)[0]).toBe(10);
  });
});
