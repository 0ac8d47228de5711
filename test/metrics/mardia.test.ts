import { describe, expect, test } from 'vitest';
import { effectiveRank, gaussianOfMoments, gaussianOfRows } from '../../metrics/frechet-distance.js';
import { mardiaMoments, normalityOf } from '../../metrics/mardia.js';
import { metricById } from '../../metrics/metric-catalog.js';
import { plainAlgebra } from '../../numerics/algebra.js';
import { gaussianMoments } from '../../numerics/gaussian-moments.js';
import type { Rows } from '../../numerics/rows.js';
import { seededRandom } from '../../numerics/seeded-random.js';
import { embeddedSet } from '../support/embedded-set.js';
import { fixtureCases, type PackedRows, unpacked } from '../support/fixture.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';
import { expectClose } from '../support/tolerance.js';

interface MardiaCase {
  readonly vectors: PackedRows;
  readonly whole: readonly [number, number];
  readonly leading: readonly [number, number];
}

const cases = fixtureCases<MardiaCase>('mardia');

function exponential(n: number, d: number): Rows {
  const random = seededRandom(7, 'exponential');
  return { n, d, data: Float64Array.from({ length: n * d }, () => -Math.log(1 - random())) };
}

describe('mardiaMoments', () => {
  test('of −1, 1, −1, 1 are 0 and 1', () => {
    const line = { n: 4, d: 1, data: Float64Array.of(-1, 1, -1, 1) };
    expect(mardiaMoments(line)).toEqual({ skewness: 0, kurtosis: 1 });
  });

  test.each(cases)('of $name agree with numpy', ({ vectors, whole: [skewness, kurtosis] }) => {
    const found = mardiaMoments(unpacked(vectors))!;
    expectClose(found.skewness, skewness, 1e-9);
    expectClose(found.kurtosis, kurtosis, 1e-9);
  });

  test('are none where a direction has no spread', () => {
    expect(mardiaMoments({ n: 3, d: 2, data: Float64Array.of(1, 2, 2, 4, 3, 6) })).toBeNull();
  });
});

describe('normalityOf', () => {
  test.each(cases)('of $name is numpy’s on ten components, over a normal distribution’s', async ({
    vectors,
    leading,
  }) => {
    const found = await normalityOf(unpacked(vectors), plainAlgebra);
    if (vectors.n < 100) {
      expect(found).toBeNull();
      return;
    }
    const [n, k] = [vectors.n, 10];
    expect([found!.components, found!.images]).toEqual([k, n]);
    const normal = (k * (k + 2) * ((n + 1) * (k + 1) - 6)) / ((n + 1) * (n + 3));
    expectClose(found!.skewness, (leading[0] - normal) / k, 1e-6, 1);
    expectClose(found!.kurtosis, leading[1] / ((k * (k + 2) * (n - 1)) / (n + 1)), 1e-6, 1);
  });

  test('of normal sets of many sizes is near 0 and 1, and nothing is warned of', async () => {
    for (const [n, d] of [
      [100, 1],
      [100, 40],
      [300, 12],
      [4100, 3],
    ] as const) {
      const generated = embeddedSet(gaussianCloud({ n, d, seed: n + d }));
      const [found] = await metricById('fid').evaluate({ reference: generated, generated }, {});
      expect(found!.warnings.map(({ code }) => code)).not.toContain('NOT_NORMAL');
      const { normality } = found!.gaussians!.generated;
      expect(Math.abs(normality!.skewness)).toBeLessThan(0.5);
      expect(Math.abs(normality!.kurtosis - 1)).toBeLessThan(0.35);
      expect(normality!.images).toBe(Math.min(n, 500));
    }
  });

  test('of exponential features is warned of beside a Fréchet distance', async () => {
    const sets = {
      reference: embeddedSet(gaussianCloud({ n: 400, d: 4, seed: 3 }), { source: 'real/' }),
      generated: embeddedSet(exponential(400, 4), { source: 'fake/' }),
    };
    const [found] = await metricById('fid').evaluate(sets, {});
    const warnings = found!.warnings.filter(({ code }) => code === 'NOT_NORMAL');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]!.message).toMatch(
      /^the embeddings of fake\/ are far from normal: Mardia's kurtosis is 1\.\d+ times/,
    );
  });
});

describe('effectiveRank', () => {
  test('of variances 1, 1, 2 is 4²/6', async () => {
    const moments = {
      n: 9,
      d: 3,
      mean: new Float64Array(3),
      covariance: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 2),
    };
    expectClose((await effectiveRank(gaussianOfMoments(moments), plainAlgebra))!, 16 / 6, 1e-14);
  });

  test('is the same from rows as from their covariance, and none of equal images', async () => {
    const vectors = gaussianCloud({ n: 12, d: 20, seed: 8, smallest: 0.1 });
    const rows = await effectiveRank(gaussianOfRows(vectors), plainAlgebra);
    expectClose(
      rows!,
      (await effectiveRank(gaussianOfMoments(gaussianMoments(vectors)), plainAlgebra))!,
      1e-10,
    );
    const equal = { n: 3, d: 2, data: Float64Array.of(1, 2, 1, 2, 1, 2) };
    expect(await effectiveRank(gaussianOfRows(equal), plainAlgebra)).toBeNull();
  });

  test('stands beside a Fréchet distance, of statistics too', async () => {
    const vectors = gaussianCloud({ n: 200, d: 3, seed: 9 });
    const moments = { ...embeddedSet(null), n: 200, moments: gaussianMoments(vectors) };
    const [found] = await metricById('fid').evaluate(
      { reference: moments, generated: embeddedSet(vectors) },
      {},
    );
    const { reference, generated } = found!.gaussians!;
    expect(reference.normality).toBeNull();
    expectClose(reference.effectiveRank!, generated.effectiveRank!, 1e-12);
    expect(generated.effectiveRank).toBeGreaterThan(1);
    expect(generated.effectiveRank).toBeLessThanOrEqual(3);
  });
});
