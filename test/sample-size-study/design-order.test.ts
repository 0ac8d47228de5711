import { describe, expect, test } from 'vitest';
import type { EmbeddedSet } from '../../encoders/embedded-set.js';
import { type DrawnBy, designOrder } from '../../metrics/design/design-order.js';
import { frechetDistance } from '../../metrics/frechet-distance.js';
import { metricById } from '../../metrics/metric-catalog.js';
import { plainAlgebra } from '../../numerics/algebra.js';
import { gaussianMoments } from '../../numerics/gaussian-moments.js';
import { mean, standardDeviation } from '../../numerics/mean-and-variance.js';
import { seededRandom, standardNormals } from '../../numerics/seeded-random.js';
import { openStudyData } from '../../sample-size-study/files/open-study-data.js';
import { parsedDesign } from '../../sample-size-study/parsed-design.js';
import { studyReportOf } from '../../sample-size-study/study-report-of.js';
import { studyRun } from '../../sample-size-study/study-run.js';
import { embeddedSet } from '../support/embedded-set.js';
import { rejected } from '../support/thrown.js';

const numbers = (n: number, of: (i: number) => number) => Int32Array.from({ length: n }, (_, i) => of(i));

function ordered(
  n: number,
  design: DrawnBy,
  options: { size?: number; seed?: number; replace?: 'with' } = {},
) {
  const { size = n, seed = 1, ...replace } = options;
  return designOrder(n, design, { size, random: seededRandom(seed, 'order'), ...replace });
}

describe('designOrder', () => {
  test('has for every n of each stratum its share, to an image', () => {
    const strata = numbers(100, (i) => Math.floor(i / 20));
    const held = [0, 0, 0, 0, 0];
    for (const index of ordered(100, { strata, clusters: null })) {
      held[strata[index]!]!++;
      expect(Math.max(...held) - Math.min(...held)).toBeLessThanOrEqual(1);
    }
  });

  test('has of unequal strata their shares, to two images', () => {
    const strata = numbers(100, (i) => (i < 60 ? 0 : i < 90 ? 1 : 2));
    const order = ordered(100, { strata, clusters: null });
    for (let n = 1; n <= 100; n++) {
      const held = [0, 1, 2].map((stratum) => order.slice(0, n).filter((i) => strata[i] === stratum).length);
      [0.6, 0.3, 0.1].forEach((share, at) => {
        expect(Math.abs(held[at]! - share * n)).toBeLessThan(2);
      });
    }
  });

  test('takes every image as often into the first n', () => {
    const strata = numbers(24, (i) => (i < 16 ? 0 : 1));
    const counts = new Array<number>(24).fill(0);
    for (let seed = 1; seed <= 2000; seed++)
      for (const i of ordered(24, { strata, clusters: null }, { seed, size: 6 })) counts[i]!++;
    // a quarter of 2,000, with standard deviation 19
    expect(Math.min(...counts)).toBeGreaterThan(430);
    expect(Math.max(...counts)).toBeLessThan(570);
  });

  test('has clusters whole, but for the one at which n ends', () => {
    const clusters = numbers(60, (i) => i % 15);
    const order = ordered(60, { strata: null, clusters });
    expect(new Set(order).size).toBe(60);
    for (let n = 1; n <= 60; n++) {
      const sizes = new Map<number, number>();
      for (const i of order.slice(0, n)) sizes.set(clusters[i]!, (sizes.get(clusters[i]!) ?? 0) + 1);
      expect([...sizes.values()].filter((size) => size < 4).length).toBeLessThanOrEqual(1);
    }
  });

  test('with replacement repeats units of each stratum', () => {
    const strata = numbers(40, (i) => i % 4);
    const order = ordered(40, { strata, clusters: null }, { replace: 'with' });
    expect(new Set(order).size).toBeLessThan(40);
    expect([0, 1, 2, 3].map((own) => order.filter((i) => strata[i] === own).length)).toEqual([
      10, 10, 10, 10,
    ]);
  });
});

const D = 3;
const CLASSES = 5;
const CENTERS = standardNormals(CLASSES * D, seededRandom(9, 'centers')).map((value) => 1.6 * value);
const reference = embeddedSet(
  { n: 1000, d: D, data: standardNormals(1000 * D, seededRandom(9, 'reference')) },
  { source: 'reference' },
);

/** Of classes of unit covariance: mean and covariance of all of them together, and what the reference is from them. */
function truth(): number {
  const centers = gaussianMoments({ n: CLASSES, d: D, data: CENTERS });
  const covariance = centers.covariance.map(
    (value, at) => (value * (CLASSES - 1)) / CLASSES + (at % (D + 1) === 0 ? 1 : 0),
  );
  return frechetDistance(gaussianMoments(reference.embeddings!), { ...centers, covariance });
}

/** 200 images, forty of each class. */
function classBalanced(seed: number): EmbeddedSet {
  const n = 200;
  const classes = numbers(n, (i) => i % CLASSES);
  const data = standardNormals(n * D, seededRandom(seed, 'generated')).map(
    (value, at) => value + CENTERS[classes[Math.floor(at / D)]! * D + (at % D)]!,
  );
  const strata = { from: 'classes', labels: Array.from(classes, String) };
  return { ...embeddedSet({ n, d: D, data }, { source: 'generated' }), strata };
}

/** A whole study of one metric over sets in memory. */
async function studied(generated: EmbeddedSet, metric: string, more: object = {}) {
  const design = await parsedDesign(
    {
      reference: 'reference',
      arms: [{ name: 'a', source: 'generated' }],
      metrics: [metric],
      sizes: [25, 50, 100, 200],
      repeats: 10,
      cheapRepeats: 10,
      ...more,
    },
    'test',
  );
  const metrics = [metricById(metric)];
  const data = await openStudyData(design, metrics, { sets: { reference, generated } });
  const nothing = async () => {};
  const store = { rows: [], facts: [], keepRows: nothing, appendRows: nothing, appendFacts: nothing };
  const found = await studyRun({ design, metrics, data, store, algebra: plainAlgebra });
  return studyReportOf({ design, metrics, ...found });
}

describe('a study of class-balanced images', () => {
  const worlds = Array.from({ length: 12 }, (_, at) => classBalanced(at + 1));

  test('finds the asymptotic Fréchet distance, where draws of independent images lie below it', async () => {
    const fits: { design: number; none: number }[] = [];
    let held = 0;
    for (const world of worlds) {
      const [own, plain] = [
        await studied(world, 'fid'),
        await studied(world, 'fid', { strata: { generated: 'none' } }),
      ];
      const [curve, other] = [own.curves[0]!, plain.curves[0]!];
      expect(curve.drawnBy).toEqual({ strata: 'classes', clusters: null });
      expect(other.drawnBy).toBeUndefined();
      fits.push({ design: curve.fit!.limit, none: other.fit!.limit });
      const { low, high } = curve.limitInterval!;
      if (low <= truth() && truth() <= high) held++;
    }
    const limits = fits.map((fit) => fit.design);
    const error = standardDeviation(limits, 1)! / Math.sqrt(limits.length);
    expect(Math.abs(mean(limits)! - truth()) / error).toBeLessThan(3);
    const lower = fits.map(({ design, none }) => design - none);
    expect(mean(lower)! / (standardDeviation(lower, 1)! / Math.sqrt(lower.length))).toBeGreaterThan(3);
    expect(held).toBeGreaterThanOrEqual(10); // 95 % of 12, and two standard deviations
  });

  test('has a line in 1/n of KID, which rises with n, and says how subsets are drawn', async () => {
    const slopes: number[] = [];
    for (const world of worlds) {
      const { curves, warnings } = await studied(world, 'kid');
      slopes.push(curves[0]!.fit!.slope);
      expect(warnings.map(({ code }) => code)).toContain('DRAWN_BY_DESIGN');
    }
    const error = standardDeviation(slopes, 1)! / Math.sqrt(slopes.length);
    expect(mean(slopes)! / error).toBeLessThan(-2);
  });

  test('names both sides where the reference is drawn too', async () => {
    const set = (source: string, of: Pick<EmbeddedSet, 'strata' | 'clusters'>, seed: number) => {
      const data = standardNormals(2 * 40, seededRandom(seed, 'sides'));
      return { ...embeddedSet({ n: 40, d: 2, data }, { source }), ...of };
    };
    const labels = (from: string, count: number) => ({
      from,
      labels: Array.from({ length: 40 }, (_, i) => String(i % count)),
    });
    const sets = {
      reference: set('reference', { clusters: labels('prompts.csv', 20) }, 1),
      generated: set('generated', { strata: labels('classes.csv', 4) }, 2),
    };
    const said = async (referenceSize: 'full' | 'equal') => {
      const design = await parsedDesign(
        {
          reference: 'reference',
          arms: [{ name: 'a', source: 'generated' }],
          metrics: ['kid'],
          sizes: [10, 20, 40],
          repeats: 3,
          cheapRepeats: 3,
          referenceSize,
        },
        'test',
      );
      const metrics = [metricById('kid')];
      const data = await openStudyData(design, metrics, { sets });
      const nothing = async () => {};
      const store = { rows: [], facts: [], keepRows: nothing, appendRows: nothing, appendFacts: nothing };
      const { facts } = await studyRun({ design, metrics, data, store, algebra: plainAlgebra });
      await data.close();
      return facts[0]!.warnings.find(({ code }) => code === 'DRAWN_BY_DESIGN')!.message;
    };
    expect(await said('full')).toBe(
      'subsets of generated are drawn within strata (classes.csv), as the set was: values at n, biases and required n are of sets drawn so. --strata none draws without them',
    );
    expect(await said('equal')).toMatch(
      /^subsets of generated are drawn within strata \(classes\.csv\), those of reference are drawn by whole clusters \(prompts\.csv\), as the sets were: /,
    );
  });

  test('with a filter is refused strata', async () => {
    const filter = { scores: 'scores.csv', column: 'sum', rule: 'q84' };
    const design = {
      reference: 'reference',
      arms: [{ name: 'a', source: 'generated', filter }],
      strata: { generated: 'classes.csv' },
    };
    expect(await rejected(parsedDesign(design, 'test'))).toBe(
      'CONFLICTING_OPTIONS --strata: filtered sets are drawn as independent images; got {"generated":"classes.csv"}. Leave it out, or study the sets without filters; steadfid compare takes strata and clusters.',
    );
  });
});
