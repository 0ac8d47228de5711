import { describe, expect, test } from 'vitest';
import type { EmbeddedSet } from '../../encoders/embedded-set.js';
import { frechetDistance, gaussianOfMoments } from '../../metrics/frechet-distance.js';
import { frechetInfluence, mmdInfluence } from '../../metrics/image-influence.js';
import { metricById } from '../../metrics/metric-catalog.js';
import { mmdSums, squaredMmd } from '../../metrics/squared-mmd.js';
import { plainAlgebra as algebra } from '../../numerics/algebra.js';
import { gaussianMoments } from '../../numerics/gaussian-moments.js';
import { largestOf, leastOf } from '../../numerics/order-statistics.js';
import { type Rows, selectRows } from '../../numerics/rows.js';
import { seededRandom, standardNormals } from '../../numerics/seeded-random.js';
import { embeddedSet } from '../support/embedded-set.js';

/** Rows whose directions vary by 1, 1/2, 1/3, …, moved and bent, so that no two parts are alike. */
function cloud({ n, d, seed, shift = 0 }: { n: number; d: number; seed: number; shift?: number }): Rows {
  const draws = standardNormals(n * d, seededRandom(seed));
  const data = draws.map((value, at) => {
    const j = at % d;
    return (value + 0.2 * Math.sin(3 * value * draws[at - j]!)) / (1 + j) + shift / (2 + j);
  });
  return { n, d, data };
}

function without(rows: Rows, index: number): Rows {
  return selectRows(
    rows,
    Uint32Array.from({ length: rows.n }, (_, i) => i).filter((i) => i !== index),
  );
}

const range = (values: ArrayLike<number>) => largestOf(Array.from(values)) - leastOf(Array.from(values));
const farthest = (first: ArrayLike<number>, second: ArrayLike<number>) =>
  largestOf(Array.from(first, (value, i) => Math.abs(value - second[i]!)));
/** Indices of the largest, those first. */
const ranked = (values: ArrayLike<number>) =>
  Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[b]! - values[a]!);

describe('frechetInfluence', () => {
  const reference = gaussianMoments(cloud({ n: 300, d: 6, seed: 1 }));
  const rows = cloud({ n: 120, d: 6, seed: 2, shift: 1 });
  const distance = frechetDistance(reference, gaussianMoments(rows));
  const sides = () => ({ rows, moments: gaussianMoments(rows) });

  test('is what leaving each image out does, to 3 % of the range, and the five strongest either way are the same', async () => {
    const found = await frechetInfluence(gaussianOfMoments(reference), sides(), { distance, algebra });
    const exact = Float64Array.from(
      { length: rows.n },
      (_, i) => distance - frechetDistance(reference, gaussianMoments(without(rows, i))),
    );
    expect(farthest(found, exact)).toBeLessThan(0.03 * range(exact));
    expect(new Set(ranked(found).slice(0, 5))).toEqual(new Set(ranked(exact).slice(0, 5)));
    expect(new Set(ranked(found).slice(-5))).toEqual(new Set(ranked(exact).slice(-5)));
  });

  test('of one dimension is the derivative of (μ − μᵣ)² + (σ − σᵣ)² by hand', async () => {
    const [one, other] = [
      { n: 3, d: 1, data: Float64Array.of(-1, 0, 1) }, // mean 0, variance 1
      { n: 4, d: 1, data: Float64Array.of(1, 3, 3, 5) }, // mean 3, variance 8/3
    ];
    const moments = gaussianMoments(other);
    const [mean, variance] = [3, 8 / 3];
    const found = await frechetInfluence(
      gaussianOfMoments(gaussianMoments(one)),
      { rows: other, moments },
      {
        distance: mean ** 2 + (Math.sqrt(variance) - 1) ** 2,
        algebra,
      },
    );
    const byHand = [1, 3, 3, 5].map((x) => {
      const z = x - mean;
      const meanPart = (2 * mean * z) / 3 - z ** 2 / 9;
      const change = ((4 / 3) * z ** 2 - variance) / 2; // of the variance
      return meanPart + change * (1 - 1 / Math.sqrt(variance)); // d(σ − 1)² = (1 − 1/σ) dσ²
    });
    expect(farthest(found, byHand)).toBeLessThan(1e-12);
  });

  test('with fewer directions than dimensions it stays near, and its sum of roots is the same', async () => {
    const [wide, many] = [cloud({ n: 400, d: 60, seed: 3 }), cloud({ n: 300, d: 60, seed: 4, shift: 1 })];
    const target = gaussianMoments(wide);
    const own = { rows: many, moments: gaussianMoments(many) };
    const settings = { distance: frechetDistance(target, own.moments), algebra };
    const full = await frechetInfluence(gaussianOfMoments(target), own, settings);
    const few = await frechetInfluence(gaussianOfMoments(target), own, { ...settings, leading: 24 });
    expect(farthest(full, few)).toBeGreaterThan(0);
    expect(farthest(full, few)).toBeLessThan(0.01 * range(full));
    const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
    expect(Math.abs(sum(full) - sum(few))).toBeLessThan(1e-9 * range(full));
  });
});

describe('mmdInfluence', () => {
  test.each([
    'unbiased',
    'biased',
  ] as const)('is exactly what leaving each image out does, %s', (estimator) => {
    const [first, second] = [cloud({ n: 40, d: 5, seed: 5 }), cloud({ n: 30, d: 5, seed: 6, shift: 1 })];
    const kernel = { kind: 'rbf', sigma: 2 } as const;
    const sums = mmdSums(first, second, kernel);
    const exact = Array.from(
      { length: 30 },
      (_, i) =>
        squaredMmd(sums, estimator) - squaredMmd(mmdSums(first, without(second, i), kernel), estimator),
    );
    expect(farthest(mmdInfluence(sums, estimator), exact)).toBeLessThan(1e-12 * range(exact));
  });
});

describe('the influence of a metric of the catalog', () => {
  const pair = (n: number): { reference: EmbeddedSet; generated: EmbeddedSet } => ({
    reference: embeddedSet(cloud({ n: 50, d: 5, seed: 7 })),
    generated: embeddedSet(cloud({ n, d: 5, seed: 8, shift: 2 })),
  });

  test.each(['fid', 'cmmd', 'cmmd-v'])('%s: value less the value without the image', async (id) => {
    const metric = metricById(id);
    const sets = pair(60);
    const distanceTo = async (generated: EmbeddedSet) =>
      (await metric.evaluate({ ...sets, generated }, {}, { algebra }))[0]!.value!;
    const value = await distanceTo(sets.generated);
    const found = (await metric.influence!(sets, metric.parameters, { value, algebra }))!;
    const exact: number[] = [];
    for (let i = 0; i < 60; i++)
      exact.push(value - (await distanceTo(embeddedSet(without(sets.generated.embeddings!, i)))));
    expect(farthest(found, exact)).toBeLessThan((id === 'fid' ? 0.05 : 1e-9) * range(exact));
  });

  test('is null of two images, and of moments alone', async () => {
    const { influence, parameters } = metricById('fid');
    const sets = pair(60);
    expect(await influence!(pair(2), parameters, { value: 1, algebra })).toBeNull();
    const alone = {
      ...sets.generated,
      embeddings: null,
      moments: gaussianMoments(sets.generated.embeddings!),
    };
    expect(await influence!({ ...sets, generated: alone }, parameters, { value: 1, algebra })).toBeNull();
  });
});
