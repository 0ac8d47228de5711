import { describe, expect, test } from 'vitest';
import type { EmbeddedSet } from '../../encoders/embedded-set.js';
import { designGroups } from '../../metrics/design/design-groups.js';
import { designStatement } from '../../metrics/design/design-statement.js';
import { agreeBetter, areFixedCounts, areMoreEven } from '../../metrics/design/even-counts.js';
import { correlationInOrder } from '../../metrics/design/file-order.js';
import { samplingDesign } from '../../metrics/design/sampling-design.js';
import { fewCarryingVariance } from '../../metrics/design/tail-weight.js';
import { varianceOfMean } from '../../metrics/design/variance-of-mean.js';
import { metricById } from '../../metrics/metric-catalog.js';
import { plainAlgebra } from '../../numerics/algebra.js';
import { selectRows } from '../../numerics/rows.js';
import { seededRandom } from '../../numerics/seeded-random.js';
import { embeddedSet } from '../support/embedded-set.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';

const D = 8;
const setOf = (n: number, seed: number, shift = 0) => embeddedSet(gaussianCloud({ n, d: D, seed, shift }));
const labels = (values: readonly (string | number)[]) => ({ from: 'labels.csv', labels: values.map(String) });
const designOf = (generated: EmbeddedSet, reference = setOf(80, 1)) =>
  samplingDesign({ reference, generated }, plainAlgebra, 'thorough');

/** 30 images, each three times, moved by `noise` of a standard deviation. */
function threefold(noise: number): EmbeddedSet {
  const rows = selectRows(
    gaussianCloud({ n: 30, d: D, seed: 5 }),
    Array.from({ length: 90 }, (_, i) => i % 30),
  );
  const moves = gaussianCloud({ n: 90, d: D, seed: 6 }).data;
  return embeddedSet({ ...rows, data: rows.data.map((value, at) => value + noise * moves[at]!) });
}

describe('a sampling design', () => {
  test('of independent images has a unit an image, and nothing found', async () => {
    const design = await designOf(setOf(90, 2));
    expect(design.sides.generated).toMatchObject({ units: 90, copies: 0, nearCopies: 0, designEffect: 1 });
    expect(designStatement(design)).toMatchObject({ kinds: ['independent'], found: [] });
  });

  test.each([
    ['exact copies', 0, { copies: 60, nearCopies: 0 }],
    ['copies with noise of 1e-4', 1e-4, { copies: 0, nearCopies: 90 }],
    ['copies with noise of 3 %', 0.03, { copies: 0, nearCopies: 90 }],
  ])('finds the clusters that %s are', async (_, noise, found) => {
    const { generated } = (await designOf(threefold(noise))).sides;
    expect(generated).toMatchObject({ units: 30, designEffect: 3, ...found });
  });

  test.each([2, 3, 4, 6])('finds no near-copies by chance, in %i dimensions either', async (d) => {
    const found = [];
    for (let seed = 1; seed <= 10; seed++) {
      const [reference, generated] = [seed, seed + 100].map((own) =>
        embeddedSet(gaussianCloud({ n: 300, d, seed: own })),
      );
      const { sides, shared } = await designOf(generated!, reference!);
      found.push(sides.reference.nearCopies + sides.generated.nearCopies + shared.near);
    }
    expect(found.filter((count) => count > 0).length).toBeLessThan(2);
  });

  test('takes near-copies across the sets as shared, and warns of them in whatever order', async () => {
    const reference = setOf(80, 1);
    const order = Array.from({ length: 80 }, (_, i) => (i * 7) % 80);
    const moved = selectRows(reference.embeddings!, order);
    const noise = gaussianCloud({ n: 80, d: D, seed: 9 }).data;
    const data = moved.data.map((value, at) => value + 1e-3 * noise[at]!);
    const generated = embeddedSet({ n: 80, d: D, data });
    const design = await designOf(generated, reference);
    expect([design.shared.near, design.sharedShare, design.pairs]).toEqual([80, 1, 0]);
    const [found] = await metricById('fid').evaluate({ reference, generated }, {}, { search: 'quick' });
    expect(found!.warnings.map(({ code }) => code)).toContain('NEAR_COPIES_BETWEEN_SIDES');
  });

  test('has groups of the same share of every stratum, and whole clusters', async () => {
    const strata = labels(Array.from({ length: 100 }, (_, i) => i % 5));
    const clusters = labels(Array.from({ length: 100 }, (_, i) => `${i % 5} ${Math.floor(i / 10)}`));
    const design = await designOf({ ...setOf(100, 3), strata, clusters });
    expect(design.sides.generated.units).toBe(50);
    const { count, groups } = designGroups(design, ['generated'], { seed: 1 });
    expect(count).toBe(10); // 20 would not share out ten clusters a stratum
    for (const indices of groups.get('generated')!) {
      const held = [0, 0, 0, 0, 0];
      for (const i of indices) held[i % 5]!++;
      expect(held).toEqual([2, 2, 2, 2, 2]);
    }
  });

  test.each([
    [12, 12],
    [30, 15],
    [40, 20],
    [23, 23],
  ])('has as many of %i clusters in each of its %i groups, whatever the other side has', async (clusters, most) => {
    const n = 5 * clusters;
    const generated = { ...setOf(n, 3), clusters: labels(Array.from({ length: n }, (_, i) => i % clusters)) };
    const design = await designOf(generated, setOf(2000, 1));
    const { count, groups } = designGroups(design, ['reference', 'generated'], { seed: 1 });
    expect(count).toBe(most);
    for (const indices of groups.get('generated')!) expect(indices.length).toBe(n / count);
  });

  test.each([
    [6, 6, 6],
    [5, 7, 9],
    [3, 17, 10],
    [40, 80, 60],
  ])('has as many clusters of each side in its groups, %i of both sides, %i and %i of one', async (both, first, second) => {
    const sideOf = (names: readonly string[], seed: number) => ({
      ...setOf(5 * names.length, seed),
      clusters: labels(Array.from({ length: 5 * names.length }, (_, i) => names[i % names.length]!)),
    });
    const named = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name} ${i}`);
    const generated = sideOf([...named('both', both), ...named('generated', second)], 3);
    const reference = sideOf([...named('both', both), ...named('reference', first)], 4);
    const { groups } = designGroups(await designOf(generated, reference), ['reference', 'generated'], {
      seed: 1,
    });
    for (const own of groups.values()) {
      const sizes = own.map(({ length }) => length / 5);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }
  });

  test('has halves of equally many clusters where its groups cannot have', async () => {
    const generated = { ...setOf(580, 3), clusters: labels(Array.from({ length: 580 }, (_, i) => i % 58)) };
    const { count, groups } = designGroups(await designOf(generated), ['generated'], { seed: 1 });
    const sizes = groups.get('generated')!.map(({ length }) => length);
    const half = sizes.slice(0, Math.floor(count / 2)).reduce((sum, size) => sum + size, 0);
    expect(Math.abs(half - 290)).toBeLessThanOrEqual(10);
  });

  test('of copies with noise, no more than the dimensions, gives a Fréchet distance no interval', async () => {
    const wide = gaussianCloud({ n: 20, d: 24, seed: 5 });
    const copies = selectRows(
      wide,
      Array.from({ length: 80 }, (_, i) => i % 20),
    );
    const moves = gaussianCloud({ n: 80, d: 24, seed: 6 }).data;
    const generated = embeddedSet({
      ...copies,
      data: copies.data.map((value, at) => value + 1e-3 * moves[at]!),
    });
    const reference = embeddedSet(gaussianCloud({ n: 80, d: 24, seed: 1 }));
    const [found] = await metricById('fid').evaluate(
      { reference, generated },
      {},
      { interval: { level: 0.95 } },
    );
    expect(found!.interval).toBe(undefined);
    expect(found!.warnings.find(({ code }) => code === 'NO_INTERVAL')!.message).toMatch(
      /80 images of .* form 20 clusters, no more than the 24 dimensions of a covariance/,
    );
  });

  test('takes strata of fewer than five images together, and says so', async () => {
    const strata = labels(Array.from({ length: 60 }, (_, i) => (i < 50 ? i % 5 : `rare ${i < 55 ? i : 55}`)));
    const generated = { ...setOf(60, 4), strata };
    const design = await designOf(generated);
    expect(design.sides.generated.strata).toMatchObject({ count: 11, small: 5, single: 5 });
    const [found] = await metricById('fid').evaluate(
      { reference: setOf(80, 1), generated },
      {},
      { interval: { level: 0.95 } },
    );
    expect(found!.warnings.map(({ code }) => code)).toContain('SMALL_STRATA');
  });

  const codesOf = async (sets: { reference: EmbeddedSet; generated: EmbeddedSet }, level?: number) => {
    const [found] = await metricById('fid').evaluate(
      sets,
      {},
      { search: 'quick', ...(level === undefined ? {} : { interval: { level } }) },
    );
    return found!.warnings;
  };

  test.each([
    ['and of its interval', 0.95],
    ['without an interval too', undefined],
  ])('warns of a number whose strata one side alone has, %s', async (_, level) => {
    const [reference, generated] = [setOf(80, 1), setOf(80, 2)];
    const strata = labels(Array.from({ length: 80 }, (_, i) => i % 4));
    const one = await codesOf({ reference, generated: { ...generated, strata } }, level);
    expect(one.map(({ code }) => code)).toContain('ONE_SIDED_STRATA');
    const both = await codesOf(
      { reference: { ...reference, strata }, generated: { ...generated, strata } },
      level,
    );
    expect(both.map(({ code }) => code)).not.toContain('ONE_SIDED_STRATA');
  });

  test.each([
    [0.95],
    [undefined],
  ])('warns of images that follow each other and are alike, at an interval of level %s', async (level) => {
    const { n, d, data } = gaussianCloud({ n: 200, d: D, seed: 1 });
    const frames = data.slice();
    for (let at = d; at < n * d; at++) frames[at] = 0.9 * frames[at - d]! + Math.sqrt(0.19) * data[at]!;
    const generated = embeddedSet({ n, d, data: frames });
    const codes = (await codesOf({ reference: setOf(80, 1), generated }, level)).map(({ code }) => code);
    expect(codes.filter((code) => code === 'CORRELATED_IN_ORDER').length).toBe(1);
  });

  test('counts clusters whose images are in several strata', async () => {
    const reference = setOf(80, 1);
    const strata = labels(Array.from({ length: 80 }, (_, i) => i % 4));
    const said = async (clusterOf: (i: number) => number) => {
      const clusters = labels(Array.from({ length: 80 }, (_, i) => clusterOf(i)));
      const found = await codesOf({ reference, generated: { ...setOf(80, 2), strata, clusters } }, 0.95);
      return found.find(({ code }) => code === 'CLUSTERS_ACROSS_STRATA')?.message;
    };
    // rows are sorted by their values, so labels follow them: 20 clusters of one stratum each, or 40 of two
    expect(await said((i) => i % 20)).toBeUndefined();
    expect(await said((i) => Math.floor(i / 2))).toMatch(
      /^40 clusters of .* hold images of more than one stratum, and count in that of one of them: /,
    );
  });

  test('names pairs whose strata differ between the sides', async () => {
    const reference = setOf(80, 1);
    const moves = gaussianCloud({ n: 80, d: D, seed: 9 }).data;
    const data = reference.embeddings!.data.map((value, at) => value + 0.2 * moves[at]!);
    const ids = Array.from({ length: 80 }, (_, i) => `${i}.png`);
    const classes = ids.map((_, i) => i % 4);
    const other = classes.map((label, i) => (i < 7 ? label + 1 : label));
    const sides = (of: readonly number[]) => ({
      reference: { ...reference, ids, strata: labels(classes) },
      generated: { ...embeddedSet({ n: 80, d: D, data }), ids, strata: labels(of) },
    });
    const found = (await codesOf(sides(other))).find(({ code }) => code === 'STRATA_OF_PAIRS_DIFFER');
    expect(found!.message).toMatch(/^7 of 80 pairs .*\(0\.png, 1\.png, 2\.png, 3\.png, 4\.png, …\)/);
    expect((await codesOf(sides(classes))).map(({ code }) => code)).not.toContain('STRATA_OF_PAIRS_DIFFER');
  });

  test.each([
    ['one cluster', () => 'all', 'all belong to one cluster'],
    ['too few clusters', (i: number) => i % 6, 'form 6 clusters'],
  ])('of %s gives no interval, and says why', async (_, cluster, reason) => {
    const generated = {
      ...setOf(80, 7),
      clusters: labels(Array.from({ length: 80 }, (__, i) => cluster(i))),
    };
    for (const id of ['fid', 'kid-all-pairs']) {
      const [found] = await metricById(id).evaluate(
        { reference: setOf(80, 1), generated },
        {},
        { interval: { level: 0.95 } },
      );
      expect(found!.interval).toBe(undefined);
      expect(found!.warnings.find(({ code }) => code === 'NO_INTERVAL')!.message).toContain(reason);
    }
  });
});

describe('varianceOfMean', () => {
  const scores = Float64Array.of(1, 3, 2, 6, 4, 8);

  test('of independent images is the variance over n, of copies that of the different ones', async () => {
    const rows = gaussianCloud({ n: 6, d: D, seed: 1 });
    const plain = await designOf(embeddedSet(rows));
    expect(varianceOfMean(scores, plain, 'generated')).toBeCloseTo(6.8 / 6, 12);
    const copied = await designOf(embeddedSet(selectRows(rows, [0, 0, 1, 1, 2, 2])));
    const twice = Float64Array.of(1, 1, 2, 2, 6, 6);
    expect(varianceOfMean(twice, copied, 'generated')).toBeCloseTo(7 / 3, 12); // of 1, 2, 6
  });

  test('of strata is that within them', async () => {
    const strata = labels([0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
    const generated = { ...setOf(10, 2), strata };
    const apart = Float64Array.of(1, 2, 3, 4, 5, 101, 102, 103, 104, 105);
    expect(varianceOfMean(apart, await designOf(generated), 'generated')).toBeCloseTo(
      (2 * 5 * 2.5) / 100,
      12,
    );
  });
});

describe('class counts', () => {
  const random = seededRandom(3);
  const drawn = (n: number, classes: number) => {
    const counts = new Array<number>(classes).fill(0);
    for (let i = 0; i < n; i++) counts[Math.floor(random() * classes)]!++;
    return counts;
  };

  test('are more even than chance where they are fixed, and not where they are drawn', () => {
    expect(areMoreEven(new Array(10).fill(30))).toBe(true);
    expect(
      Array.from({ length: 200 }, () => areMoreEven(drawn(300, 10))).filter(Boolean).length,
    ).toBeLessThan(3);
    expect(areMoreEven([2, 2, 2, 2, 2])).toBe(false); // too few to tell
  });

  test('of two sets agree better than chance where both are fixed alike, whatever they are', () => {
    const counts = [10, 50, 20, 70, 40, 15, 33, 90];
    expect(agreeBetter(counts, counts)).toBe(true);
    const chance = Array.from({ length: 200 }, () => agreeBetter(drawn(300, 10), drawn(200, 10)));
    expect(chance.filter(Boolean).length).toBeLessThan(3);
  });

  test('of labels are fixed where all are the same', () => {
    expect(areFixedCounts([50, 50])).toBe(true);
    expect(areFixedCounts([37, 52, 41])).toBe(false);
    expect(areFixedCounts([1, 1, 1])).toBe(false); // a name of their own each
    expect(areFixedCounts([100])).toBe(false);
  });
});

describe('what independent images would not show', () => {
  const alone = (n: number) => Int32Array.from({ length: n }, (_, i) => i);

  test('frames that follow each other are correlated in order, independent images are not', () => {
    const { n, d, data } = gaussianCloud({ n: 200, d: D, seed: 1 });
    const frames = data.slice();
    for (let at = d; at < n * d; at++) frames[at] = 0.9 * frames[at - d]! + Math.sqrt(0.19) * data[at]!;
    expect(correlationInOrder(embeddedSet({ n, d, data: frames }), alone(n))).toBeGreaterThan(0.7);
    expect(correlationInOrder(embeddedSet({ n, d, data }), alone(n))).toBe(undefined);
  });

  test('images sorted by class are no longer so where the classes are strata', () => {
    const { n, d, data } = gaussianCloud({ n: 200, d: D, seed: 1 });
    const sorted = embeddedSet({ n, d, data: data.map((value, at) => value + 3 * Math.floor(at / d / 50)) });
    expect(correlationInOrder(sorted, alone(n))).toBeGreaterThan(0.5);
    const strata = labels(Array.from({ length: n }, (_, i) => Math.floor(i / 50)));
    expect(correlationInOrder({ ...sorted, strata }, alone(n))).toBe(undefined);
  });

  test('heavy tails leave few images that carry the spread, normal ones enough at any n', () => {
    const normal = gaussianCloud({ n: 400, d: D, seed: 2 });
    const heavy = { ...normal, data: normal.data.map((value) => Math.exp(1.5 * value)) };
    expect(fewCarryingVariance(heavy)).toBeLessThan(20);
    expect(fewCarryingVariance(normal)).toBe(undefined);
    expect(fewCarryingVariance(gaussianCloud({ n: 40, d: D, seed: 2 }))).toBe(undefined);
  });
});
