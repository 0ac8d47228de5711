import { expect, test } from 'vitest';
import { featureLikelihood } from '../../metrics/feature-likelihood.js';
import { metricById } from '../../metrics/metric-catalog.js';
import { plainAlgebra } from '../../numerics/algebra.js';
import type { Rows } from '../../numerics/rows.js';
import { fixtureCases, type PackedRows, unpacked } from '../support/fixture.js';
import { projectFile } from '../support/project.js';
import { rejected } from '../support/thrown.js';
import { expectClose } from '../support/tolerance.js';

/** Fifty steps of float32 by fld; ours are of float64. */
const FLOAT32_FLD = 0.02;

const { training } = JSON.parse(projectFile('test/reference/feature-likelihood.json')) as {
  readonly training: {
    readonly train: PackedRows;
    readonly heldOut: PackedRows;
    readonly baseline: number;
  };
};
const models = fixtureCases<{ readonly generated: PackedRows; readonly fld: number; readonly gap: number }>(
  'feature-likelihood',
);
const [train, heldOut] = [unpacked(training.train), unpacked(training.heldOut)];
const line = (...data: number[]): Rows => ({ n: data.length, d: 1, data: Float64Array.from(data) });

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

test('featureLikelihood refuses more pairs than 8 GiB hold, before any work', async () => {
  const zeros = (n: number): Rows => ({ n, d: 1, data: new Float64Array(n) });
  const sets = { train: zeros(60_000), heldOut: zeros(100), generated: zeros(20_000) };
  expect(await rejected(featureLikelihood(sets, {}, plainAlgebra))).toBe(
    'OUT_OF_RANGE featureLikelihood: train: must hold at most 53,687 images beside 10,000 generated ones, at 16 bytes a pair; got 60,000. Pass --limit 100, which draws as many of each set.',
  );
  const counts = { reference: 53_687, heldOut: 60_000, generated: 10_000 };
  const [reference, heldOut, generated] = Object.entries(counts).map(([source, n]) => ({ source, n }));
  const images = { reference: reference!, heldOut: heldOut!, generated: generated! };
  expect(() => metricById('fld').requireImages(images, {})).toThrow(/fld: heldOut: must hold at most 53,687/);
  expect(() =>
    metricById('fld').requireImages({ ...images, heldOut: { source: 'test/', n: 53_687 } }, {}),
  ).not.toThrow();
});

test.each([
  Number.NaN,
  Number.POSITIVE_INFINITY,
])('a value of %s is refused by set and row', async (value) => {
  const sets = { train: line(0, 1, 2, 3), heldOut: line(0, 1, 4), generated: line(0, 2, value) };
  expect(await rejected(featureLikelihood(sets, {}, plainAlgebra))).toBe(
    `NOT_FINITE featureLikelihood: generated: every value must be finite; got ${value} in row 2, column 0 (counted from 0). Encode the images again, or leave that row out on purpose.`,
  );
});

test('a column that is constant over the held-out images is refused', async () => {
  const sets = { train: line(0, 1, 2), heldOut: line(4, 4, 4), generated: line(0, 2, 3) };
  expect(await rejected(featureLikelihood(sets, {}, plainAlgebra))).toBe(
    'NOT_FINITE featureLikelihood: heldOut: every column must vary, because all are divided by its standard deviations; got one value alone in column 0 (counted from 0). Leave that column out of all sets.',
  );
});

test('too few images are refused', async () => {
  const few = line(0, 1, 2);
  expect(
    await rejected(featureLikelihood({ train: few, heldOut: line(0), generated: few }, {}, plainAlgebra)),
  ).toBe(
    'TOO_FEW_SAMPLES featureLikelihood: heldOut: must hold at least 2 images; got 1. Supply more images.',
  );
});
