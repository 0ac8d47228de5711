import { describe, expect, test } from 'vitest';
import { ctScore } from '../../metrics/data-copying.js';
import { featureLikelihood } from '../../metrics/feature-likelihood.js';
import { metricById } from '../../metrics/metric-catalog.js';
import { realismScores } from '../../metrics/realism.js';
import { fScore } from '../../metrics/records/f-score.js';
import { realism } from '../../metrics/records/realism.js';
import { plainAlgebra } from '../../numerics/algebra.js';
import type { Rows } from '../../numerics/rows.js';
import { embeddedSet } from '../support/embedded-set.js';
import { fixtureCases, type PackedRows, unpacked } from '../support/fixture.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';
import { projectFile } from '../support/project.js';
import { rejected } from '../support/thrown.js';
import { expectClose, SUMMATION_TOLERANCE } from '../support/tolerance.js';

interface PairCase {
  readonly reference: PackedRows;
  readonly generated: PackedRows;
  readonly fScore: number;
  readonly realism3: readonly number[];
  readonly realism5: readonly number[];
}

/** Fifty steps of float32 by fld; ours are of float64. */
const FLOAT32_FLD = 0.02;

const pairs = fixtureCases<PairCase>('peer-metrics');
const line = (...data: number[]): Rows => ({ n: data.length, d: 1, data: Float64Array.from(data) });
const setsOf = (reference: Rows, generated: Rows) => ({
  reference: embeddedSet(reference, { source: 'real/' }),
  generated: embeddedSet(generated, { source: 'fake/' }),
});

describe('f-score', () => {
  test('of half precise and three quarters recalled is 2·½·¾/(½ + ¾) = 0.6', async () => {
    const sets = setsOf(line(0, 1, 2, 3), line(0, 1, 9, 9));
    const [found] = await fScore.evaluate(sets, { prcNeighborhood: 1 });
    expect(found!.value).toBe(0.6);
  });

  test.each(pairs)('of $name agrees with torch-fidelity', async ({
    reference,
    generated,
    fScore: expected,
  }) => {
    const [found] = await fScore.evaluate(setsOf(unpacked(reference), unpacked(generated)), {});
    expectClose(found!.value!, expected, 1e-6, 1); // its shares are float32
  });

  test('of sets far apart is 0, where precision and recall are', async () => {
    const [found] = await fScore.evaluate(setsOf(line(0, 1, 2, 3), line(90, 91, 92, 93)), {});
    expect(found!.value).toBe(0);
  });

  test('needs more images than neighbors', async () => {
    expect(await rejected(fScore.evaluate(setsOf(line(0, 1, 2), line(0, 1, 2, 3)), {}))).toBe(
      'TOO_FEW_SAMPLES f-score: reference: 3 nearest neighbors need at least 4 images; got 3. Supply 1 more.',
    );
  });
});

describe('realism', () => {
  test('of 5 before 0, 1, 3, whose radii are 1, 1, 2, is 0 balls below the median wide', async () => {
    // radii 1, 1, 2 have the median 1: none is below it
    expect([
      ...(await realismScores({ reference: line(0, 1, 3), generated: line(5) }, { k: 1 }, plainAlgebra)),
    ]).toEqual([0]);
  });

  test('of 5 and 0 before 0, 1, 3, 7 is the ball of radius 1 over the distance', async () => {
    // radii 1, 1, 2, 4 have the median 1.5: of 0 and 1 count, and 5 is 4 away from 1
    const sets = { reference: line(0, 1, 3, 7), generated: line(5, 0) };
    expect([...(await realismScores(sets, { k: 1 }, plainAlgebra))]).toEqual([
      0.25,
      Number.POSITIVE_INFINITY,
    ]);
  });

  test.each(pairs)('of $name agrees with dgm-eval, image by image', async ({
    reference,
    generated,
    realism3,
    realism5,
  }) => {
    const sets = { reference: unpacked(reference), generated: unpacked(generated) };
    for (const [k, expected] of [
      [3, realism3],
      [5, realism5],
    ] as const) {
      const scores = await realismScores(sets, { k }, plainAlgebra);
      expected.forEach((value, j) => {
        expectClose(scores[j]!, value, SUMMATION_TOLERANCE);
      });
    }
  });

  test('of a set is the share of images of realism 1 or more, in a quarter of these', async () => {
    const sets = setsOf(line(0, 1, 3, 7), line(0.5, 2.5, 5, 9)); // 0.5/1, 1.5/1, 4/1, 8/1 of the balls of radius 1
    const [found] = await realism.evaluate(sets, { realismNeighborhood: 1 });
    expect(found!.value).toBe(0.25);
  });

  test('of a copy of a reference image without a ball is not above that of others', async () => {
    const sets = { reference: line(2, 2, 5, 9, 14), generated: line(2) }; // the radius at 2 is 0
    expect([...(await realismScores(sets, { k: 1 }, plainAlgebra))]).toEqual([0]);
  });
});

test.each(['f-score', 'realism'])('%s has an interval around the value, of this n', async (id) => {
  const sets = setsOf(
    gaussianCloud({ n: 90, d: 3, seed: 5 }),
    gaussianCloud({ n: 80, d: 3, seed: 6, shift: 0.3 }),
  );
  const [found] = await metricById(id).evaluate(sets, {}, { interval: { level: 0.95 } });
  expect(found!.interval!.of).toBe('value');
  expect(found!.interval!.low).toBeLessThan(found!.value!);
  expect(found!.interval!.high).toBeGreaterThan(found!.value!);
});

describe('measures of a model against its training images', () => {
  const { training, models } = JSON.parse(projectFile('test/reference/peer-metrics.json')) as {
    readonly training: {
      readonly train: PackedRows;
      readonly heldOut: PackedRows;
      readonly baseline: number;
    };
    readonly models: readonly {
      readonly name: string;
      readonly generated: PackedRows;
      readonly ct: number;
      readonly fld: number;
      readonly gap: number;
    }[];
  };
  const [train, heldOut] = [unpacked(training.train), unpacked(training.heldOut)];

  test.each(models)('ctScore of a model "$name" agrees with dgm-eval', async ({ generated, ct }) => {
    const found = await ctScore({ train, heldOut, generated: unpacked(generated) }, {}, plainAlgebra);
    expectClose(found, ct, 1e-9);
  });

  test.each(models)('featureLikelihood of a model "$name" agrees with fld to its float32', async ({
    generated,
    fld,
    gap,
  }) => {
    const sets = { train, heldOut, generated: unpacked(generated) };
    const found = await featureLikelihood(sets, { baseline: training.baseline }, plainAlgebra);
    expectClose(found.fld, fld, FLOAT32_FLD, 1);
    expectClose(found.gap, gap, FLOAT32_FLD, 1);
  });

  test('ctScore in 70 dimensions, of which 4 vary, is that of these', async () => {
    const wide = ({ n, d, data }: Rows): Rows => ({
      n,
      d: 70,
      data: Float64Array.from({ length: n * 70 }, (_, at) =>
        at % 70 < d ? data[Math.floor(at / 70) * d + (at % 70)]! : 0,
      ),
    });
    const [model] = models;
    const sets = { train: wide(train), heldOut: wide(heldOut), generated: wide(unpacked(model!.generated)) };
    expectClose(await ctScore(sets, {}, plainAlgebra), model!.ct, 1e-9);
  });

  test('featureLikelihood is below 0 of the training images as a model, by a gap that no honest model has', async () => {
    const { gap } = await featureLikelihood({ train, heldOut, generated: train }, {}, plainAlgebra);
    expect(gap).toBeLessThan(-400);
    const honest = await featureLikelihood(
      { train, heldOut, generated: unpacked(models[0]!.generated) },
      {},
      plainAlgebra,
    );
    expect(Math.abs(honest.gap)).toBeLessThan(20);
    expect(Math.abs(honest.fld)).toBeLessThan(20); // as good as half of the training images
  });

  test.each([
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ])('a value of %s is refused by set and row', async (value) => {
    const sets = { train: line(0, 1, 2, 3), heldOut: line(0, 1, 4), generated: line(0, 2, value) };
    const refusal = (where: string) =>
      `NOT_FINITE ${where}: generated: every value must be finite; got ${value} in row 2, column 0 (counted from 0). Encode the images again, or leave that row out on purpose.`;
    expect(await rejected(featureLikelihood(sets, {}, plainAlgebra))).toBe(refusal('featureLikelihood'));
    expect(await rejected(ctScore(sets, {}, plainAlgebra))).toBe(refusal('ctScore'));
    const pair = { reference: sets.train, generated: sets.generated };
    expect(await rejected(realismScores(pair, { k: 1 }, plainAlgebra))).toBe(refusal('realismScores'));
  });

  test('a column that is constant over the held-out images is refused', async () => {
    const sets = { train: line(0, 1, 2), heldOut: line(4, 4, 4), generated: line(0, 2, 3) };
    expect(await rejected(featureLikelihood(sets, {}, plainAlgebra))).toBe(
      'NOT_FINITE featureLikelihood: heldOut: every column must vary, because all are divided by its standard deviations; got one value alone in column 0 (counted from 0). Leave that column out of all sets.',
    );
  });

  test('sets of unlike lengths, and a set that is not given, are refused', async () => {
    const sets = {
      train: line(0, 1),
      heldOut: line(0, 1),
      generated: { n: 1, d: 2, data: Float64Array.of(1, 2) },
    };
    expect(await rejected(ctScore(sets, {}, plainAlgebra))).toBe(
      'SHAPE_MISMATCH ctScore: all sets must have vectors of one length; got 1, 1 and 2. Encode all by one network.',
    );
    expect(await rejected(ctScore({ train: line(0) } as never, {}, plainAlgebra))).toContain(
      'SHAPE_MISMATCH ctScore: heldOut: must be { n, d, data }',
    );
  });

  test('ctScore leaves out a cell without held-out images, whose weight is 0', async () => {
    const near = (center: number, count: number, by: number) =>
      Array.from({ length: count }, (_, i) => center + by * i);
    const centers = [0, 1000, 2000] as const;
    const sets = {
      train: line(...centers.flatMap((center) => near(center, 10, 1))),
      heldOut: line(...centers.slice(0, 2).flatMap((center) => near(center, 10, 1.3))),
      generated: line(...centers.slice(0, 2).flatMap((center) => near(center, 30, 0.17))),
    };
    const more = line(...sets.generated.data, ...near(2000, 30, 0.4));
    const found = await ctScore({ ...sets, generated: more }, {}, plainAlgebra);
    expect(found).toBe(await ctScore(sets, {}, plainAlgebra));
    expect(found).toBeLessThan(0);
  });

  test('featureLikelihood refuses more pairs than 8 GiB hold, before any work', async () => {
    const zeros = (n: number): Rows => ({ n, d: 1, data: new Float64Array(n) });
    const sets = { train: zeros(60_000), heldOut: zeros(100), generated: zeros(20_000) };
    expect(await rejected(featureLikelihood(sets, {}, plainAlgebra))).toBe(
      'OUT_OF_RANGE featureLikelihood: train: must hold at most 53,687 images beside 10,000 generated ones, at 16 bytes a pair; got 60,000. Pass --limit 100, which draws as many of each set.',
    );
    const counts = { reference: 53_687, heldOut: 60_000, generated: 10_000 };
    const [reference, heldOut, generated] = Object.entries(counts).map(([source, n]) => ({ source, n }));
    const images = { reference: reference!, heldOut: heldOut!, generated: generated! };
    expect(() => metricById('fld').requireImages(images, {})).toThrow(
      /fld: heldOut: must hold at most 53,687/,
    );
    expect(() =>
      metricById('fld').requireImages({ ...images, heldOut: { source: 'test/', n: 53_687 } }, {}),
    ).not.toThrow();
  });

  test('too few images are refused', async () => {
    const few = line(0, 1, 2);
    expect(await rejected(ctScore({ train: few, heldOut: few, generated: few }, {}, plainAlgebra))).toBe(
      'TOO_FEW_SAMPLES ctScore: a cell must have more than 20 generated images; got 3. Supply more images.',
    );
    const many = line(...Array.from({ length: 30 }, (_, i) => i % 3));
    expect(await rejected(ctScore({ train: few, heldOut: line(0), generated: many }, {}, plainAlgebra))).toBe(
      'TOO_FEW_SAMPLES ctScore: a cell must have more than 20 generated images; got 10. Supply more images.',
    );
    const elsewhere = line(...Array.from({ length: 30 }, () => 2));
    expect(
      await rejected(ctScore({ train: few, heldOut: line(0, 1), generated: elsewhere }, {}, plainAlgebra)),
    ).toBe(
      'TOO_FEW_SAMPLES ctScore: heldOut: a cell of more than 20 generated images must have held-out ones; got 0. Supply more images.',
    );
    expect(
      await rejected(featureLikelihood({ train: few, heldOut: line(0), generated: few }, {}, plainAlgebra)),
    ).toBe(
      'TOO_FEW_SAMPLES featureLikelihood: heldOut: must hold at least 2 images; got 1. Supply more images.',
    );
  });
});
