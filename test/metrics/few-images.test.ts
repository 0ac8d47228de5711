import { describe, expect, test } from 'vitest';
import { deleteGroupJackknife } from '../../metrics/intervals/delete-group-jackknife.js';
import { metricById } from '../../metrics/metric-catalog.js';
import { mean, standardDeviation } from '../../numerics/mean-and-variance.js';
import { embeddedSet } from '../support/embedded-set.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';
import { expectClose, SUMMATION_TOLERANCE } from '../support/tolerance.js';

/** Of metrics that look at the generated side alone. */
const NONE = embeddedSet(gaussianCloud({ n: 3, d: 2, seed: 1 }));

describe('a jackknife of a bias a/n + c/n²', () => {
  const n = 200;
  const at = (count: number, c: number) => 3 + 40 / count + c / count ** 2;
  const jackknife = (c: number) => {
    // without each of 20 groups: of what is left, now above, now below
    const replicates = Array.from({ length: 20 }, (_, j) => at(n * 0.95, c) + (j % 2 === 0 ? 1e-3 : -1e-3));
    const halves = [at(n / 2, c), at(n / 2, c)];
    return deleteGroupJackknife({ value: at(n, c), replicates, halves, level: 0.95, bias: 'removed' });
  };

  test('finds that there is nothing beyond a/n', () => {
    const { interval } = jackknife(0);
    expectClose(interval.estimate, 3, SUMMATION_TOLERANCE, 1);
    expectClose(interval.jackknifeDisagreement, 0, SUMMATION_TOLERANCE, 1);
  });

  test('widens its interval by what it is off by, and holds the limit', () => {
    const { interval } = jackknife(4000);
    const off = interval.estimate! - 3;
    expect(Math.abs(off)).toBeGreaterThan(0.09);
    expectClose(interval.jackknifeDisagreement, -off, 0.11); // to the order after that, and for groups that are no single images
    expect(interval.low).toBeLessThan(3);
    expect(interval.high).toBeGreaterThan(3);
  });
});

describe('metrics of few images', () => {
  test('fid of hardly more images than dimensions covers its limit, its interval widened by what the bias is off 1/n', async () => {
    const d = 30;
    const reference = embeddedSet(gaussianCloud({ n: 1500, d, seed: 1 }));
    const shift = 0.4; // apart by d·0.16 in the mean alone
    for (const seed of [2, 3, 4, 5]) {
      const generated = embeddedSet(gaussianCloud({ n: 45, d, seed, shift }));
      const [found] = await metricById('fid').evaluate(
        { reference, generated },
        {},
        { interval: { level: 0.95 } },
      );
      const { interval, standardError } = found!;
      expect(Math.abs(interval!.jackknifeDisagreement!)).toBeGreaterThan(standardError!);
      expect(interval!.low).toBeLessThan(d * shift ** 2);
      expect(interval!.high).toBeGreaterThan(d * shift ** 2);
    }
  });

  test('fid of sets of hardly more images than dimensions tells where both ways put the limit', async () => {
    const reference = embeddedSet(gaussianCloud({ n: 1500, d: 40, seed: 1 }));
    const generated = embeddedSet(gaussianCloud({ n: 60, d: 40, seed: 2, shift: 0.5 }));
    const [found] = await metricById('fid').evaluate(
      { reference, generated },
      {},
      { interval: { level: 0.95 } },
    );
    expect(found!.warnings.map(({ code }) => code)).toContain('BIAS_NOT_LINEAR');
  });

  test('fid of no more images than dimensions has no interval', async () => {
    const reference = embeddedSet(gaussianCloud({ n: 300, d: 50, seed: 1 }));
    const generated = embeddedSet(gaussianCloud({ n: 50, d: 50, seed: 2 }));
    const [found] = await metricById('fid').evaluate(
      { reference, generated },
      {},
      { interval: { level: 0.95 } },
    );
    expect(found).not.toHaveProperty('interval');
    expect(found!.warnings.map(({ code }) => code)).toEqual(['RANK_DEFICIENT_COVARIANCE', 'NO_INTERVAL']);
  });

  test('is of hardly more images than classes has neither limit nor interval', async () => {
    const logits = { n: 200, d: 200, data: new Float64Array(200 * 200) };
    for (let i = 0; i < 200; i++) logits.data[i * 200 + ((i * 7919) % 200)] = 100;
    const generated = embeddedSet(null, { logits });
    for (const id of ['is', 'is-infinity']) {
      const [found] = await metricById(id).evaluate(
        { reference: NONE, generated },
        {},
        { interval: { level: 0.95 } },
      );
      expect(found).not.toHaveProperty('interval');
      const codes = found!.warnings.map(({ code }) => code);
      expect(codes).toContain('FEW_FOR_CLASSES');
      expect(codes).toContain('NO_INTERVAL');
      expect(codes).not.toContain('BIASED_AT_N');
    }
  });

  test('is gives the standard error of the value that it gives, splits and all', async () => {
    const scores = await Promise.all(
      Array.from({ length: 60 }, async (_, seed) => {
        const cloud = gaussianCloud({ n: 300, d: 8, seed: 100 + seed });
        const logits = { ...cloud, data: cloud.data.map((value) => 3 * value) };
        const [found] = await metricById('is').evaluate(
          { reference: NONE, generated: embeddedSet(null, { logits }) },
          {},
          { interval: { level: 0.95 } },
        );
        return found!;
      }),
    );
    const spread = standardDeviation(
      scores.map(({ value }) => value!),
      1,
    )!;
    expectClose(mean(scores.map(({ standardError }) => standardError!))!, spread, 0.25); // of 60: ±9 % by chance
  });

  test('vendi of hardly more images than it counts has no interval, and says that it grows with n', async () => {
    const generated = embeddedSet(gaussianCloud({ n: 60, d: 120, seed: 1 }));
    const [found] = await metricById('vendi').evaluate(
      { reference: generated, generated },
      {},
      { interval: { level: 0.95 } },
    );
    expect(found).not.toHaveProperty('interval');
    expect(found!.warnings.map(({ code }) => code)).toEqual(['BIASED_AT_N', 'NO_INTERVAL']);
  });

  test('vendi of equal images is 1 without a warning of what rounding left, and one cluster has no interval', async () => {
    const row = [0.3, 1.3, 2.3, 3.3, 4.3, 5.3];
    const data = Float64Array.from({ length: 600 }, (_, at) => row[at % 6]!);
    const generated = embeddedSet({ n: 100, d: 6, data });
    const [found] = await metricById('vendi').evaluate(
      { reference: NONE, generated },
      {},
      { interval: { level: 0.95 } },
    );
    expect([found!.value?.toFixed(12), found!.interval]).toEqual(['1.000000000000', undefined]);
    expect(found!.warnings.map(({ code }) => code)).toEqual(['NO_INTERVAL', 'EQUAL_EMBEDDINGS']);
    expect(found!.warnings[0]!.message).toContain('all belong to one cluster');
  });
});
