import { describe, expect, test } from 'vitest';
import { frechetDistance, gaussianOfMoments } from '../../../metrics/frechet-distance.js';
import { inceptionScore } from '../../../metrics/inception-score.js';
import { cubicKernel } from '../../../metrics/kernel-inception-distance.js';
import { metricById } from '../../../metrics/metric-catalog.js';
import { type MmdEstimator, mmdSums, squaredMmd } from '../../../metrics/squared-mmd.js';
import { plainAlgebra } from '../../../numerics/algebra.js';
import { gaussianMoments } from '../../../numerics/gaussian-moments.js';
import type { Kernel } from '../../../numerics/kernel.js';
import { selectRows } from '../../../numerics/rows.js';
import { conditionCurves } from '../../../sample-size-study/condition-curves.js';
import type { CurveDraw, CurveEngine } from '../../../sample-size-study/curves/curve-engine.js';
import { frechetCurves } from '../../../sample-size-study/curves/frechet-curves.js';
import { inceptionCurves } from '../../../sample-size-study/curves/inception-curves.js';
import { kernelCurves } from '../../../sample-size-study/curves/kernel-curves.js';
import { protocolCurves } from '../../../sample-size-study/curves/protocol-curves.js';
import { type DrawPlan, type StudyDraw, studyDraws } from '../../../sample-size-study/study-draws.js';
import { embeddedSet } from '../../support/embedded-set.js';
import { gaussianCloud } from '../../support/gaussian-cloud.js';
import { rejected } from '../../support/thrown.js';

const D = 6;
const reference = gaussianCloud({ n: 70, d: D, seed: 1 });
const pool = gaussianCloud({ n: 60, d: D, seed: 2, shift: 0.3, smallest: 0.4 });
const logits = gaussianCloud({ n: 60, d: 10, seed: 3 });
const plan: DrawPlan = {
  poolSize: 60,
  referenceSize: 70,
  sizes: [4, 6, 7, 8, 9, 25, 60],
  repeats: 3,
  scheme: 'subsample',
  reference: 'full',
  seed: 2020,
};

/** Merged moments against moments of all rows at once. */
const MERGE_TOLERANCE = 1e-11;

async function drawn(engine: CurveEngine, draws: readonly StudyDraw[]): Promise<readonly CurveDraw[]> {
  const all: CurveDraw[] = [];
  for await (const one of engine.curves(draws)) all.push(one);
  return all;
}

/** Every value of an engine against one computed anew from the subset's rows. */
async function expectEach(
  engine: CurveEngine,
  draws: readonly StudyDraw[],
  expected: (draw: StudyDraw, size: number) => number,
): Promise<void> {
  const all = await drawn(engine, draws);
  expect(all.map(({ draw }) => draw)).toEqual(draws);
  for (const { draw, values } of all) {
    expect(values.map(({ sampleSize }) => sampleSize)).toEqual(draw.sizes);
    for (const { sampleSize, value } of values) {
      const wanted = expected(draw, sampleSize);
      expect(Math.abs(value! - wanted)).toBeLessThanOrEqual(MERGE_TOLERANCE * Math.max(1, Math.abs(wanted)));
    }
  }
}

const rowsOf = (draw: StudyDraw, size: number) => selectRows(pool, draw.order.subarray(0, size));
const referenceRowsOf = (draw: StudyDraw, size: number) =>
  draw.referenceOrder === null ? reference : selectRows(reference, draw.referenceOrder.subarray(0, size));

describe('frechetCurves', () => {
  const gaussian = gaussianOfMoments(gaussianMoments(reference));
  const engine = frechetCurves({ metric: 'fid', reference: { kind: 'full', gaussian }, pool }, plainAlgebra);
  const anew = (draw: StudyDraw, size: number) =>
    frechetDistance(gaussianMoments(referenceRowsOf(draw, size)), gaussianMoments(rowsOf(draw, size)));

  test('equal the distance of each subset computed anew, below and above n = d, in steps of one row too', async () => {
    await expectEach(engine, studyDraws(plan), anew);
  });

  test('against an equal reference take as many of its rows', async () => {
    const equal = frechetCurves(
      { metric: 'fid', reference: { kind: 'equal', vectors: reference }, pool },
      plainAlgebra,
    );
    await expectEach(equal, studyDraws({ ...plan, reference: 'equal' }), anew);
  });

  test('have no value for one image, and say why', async () => {
    const [first] = await drawn(engine, studyDraws({ ...plan, sizes: [1] }));
    expect(first!.values[0]).toMatchObject({ value: null, reason: 'a covariance needs 2 images' });
  });
});

describe('kernelCurves', () => {
  const kernels: readonly (readonly [string, Kernel])[] = [
    ['rbf', { kind: 'rbf', sigma: 10 }],
    ['cubic', cubicKernel(D)],
  ];
  const cases = kernels.flatMap(([name, kernel]) =>
    (['unbiased', 'biased'] as const).map((estimator) => [name, estimator, kernel] as const),
  );

  const engine = (kernel: Kernel, estimator: MmdEstimator) =>
    kernelCurves({ metric: 'kid', reference, pool, kernel, estimator, scale: 1000 }, plainAlgebra);

  test.each(
    cases,
  )('%s, %s: equal the squared MMD of each subset computed anew', async (_, estimator, kernel) => {
    for (const sides of ['full', 'equal'] as const) {
      await expectEach(engine(kernel, estimator), studyDraws({ ...plan, reference: sides }), (draw, size) => {
        const sums = mmdSums(rowsOf(draw, size), referenceRowsOf(draw, size), kernel);
        return 1000 * squaredMmd(sums, estimator);
      });
    }
  });

  test('of a bootstrap leave out pairs of an image with its own copy', async () => {
    const kernel: Kernel = { kind: 'rbf', sigma: 1 };
    const draws = studyDraws({ ...plan, scheme: 'bootstrap', sizes: [30] });
    await expectEach(engine(kernel, 'unbiased'), draws, ({ order }) => {
      const distance = (a: number, b: number) => {
        let squares = 0;
        for (let j = 0; j < D; j++) squares += (pool.data[a * D + j]! - pool.data[b * D + j]!) ** 2;
        return Math.exp(-squares / 2);
      };
      let [sum, pairs] = [0, 0];
      for (const a of order) {
        for (const b of order) {
          if (a === b) continue;
          sum += distance(a, b);
          pairs++;
        }
      }
      const whole = mmdSums(selectRows(pool, order), reference, kernel);
      const own = whole.second.rowSums.reduce((a, b) => a + b, 0) / (70 * 69) + 1;
      const across = whole.across.rowSums.reduce((a, b) => a + b, 0) / (30 * 70) + 1;
      return 1000 * (sum / pairs + own - 2 * across);
    });
  });
});

describe('inceptionCurves', () => {
  test('equal the score of each subset, splits being stretches of the draw', async () => {
    const engine = inceptionCurves({ metric: 'is', logits, splits: 4 });
    await expectEach(
      engine,
      studyDraws(plan),
      (draw, size) =>
        inceptionScore(selectRows(logits, draw.order.subarray(0, size)), { splits: 4, seed: null }).value,
    );
  });

  test('have no value where there are fewer images than splits, and say why', async () => {
    const [first] = await drawn(inceptionCurves({ metric: 'is', logits, splits: 10 }), studyDraws(plan));
    expect(first!.values[0]).toMatchObject({ value: null, reason: '10 splits need 10 images' });
  });
});

describe('protocolCurves', () => {
  const sets = {
    reference: embeddedSet(reference, { source: 'reference/' }),
    generated: embeddedSet(pool, {
      source: 'generated/',
      ids: Array.from({ length: 60 }, (_, i) => `${i}.png`),
    }),
  };
  test('equal the metric of the subset', async () => {
    const engine = protocolCurves({ definition: metricById('fid'), parameters: {}, sets }, plainAlgebra);
    await expectEach(engine, studyDraws(plan), (draw, size) =>
      frechetDistance(gaussianMoments(reference), gaussianMoments(rowsOf(draw, size))),
    );
  });

  test('say what the metric says where there are too few images', async () => {
    const engine = protocolCurves(
      { definition: metricById('kid'), parameters: { kidSubsetSize: 20 }, sets },
      plainAlgebra,
    );
    const [first] = await drawn(engine, studyDraws(plan));
    expect(first!.values[0]!.value).toBeNull();
    expect(first!.values[0]!.reason).toContain('--kid-subset-size');
    expect(first!.values.at(-1)!.value).not.toBeNull();
  });
});

describe('conditionCurves', () => {
  test.each(['fid', 'kid'])('of %s refuses embeddings whose squares lose their digits', async (id) => {
    const small = embeddedSet({ ...pool, data: pool.data.map((value) => value * 1e-200) });
    const condition = {
      sets: { reference: small, generated: small },
      parameters: {},
      reference: 'full',
    } as const;
    expect(await rejected(conditionCurves(metricById(id), condition, plainAlgebra))).toContain(
      `DIGITS_LOST ${id}: `,
    );
  });
});
