import { expect, test } from 'vitest';
import { ctScore } from '../../metrics/data-copying.js';
import { plainAlgebra } from '../../numerics/algebra.js';
import type { Rows } from '../../numerics/rows.js';
import { fixtureCases, type PackedRows, unpacked } from '../support/fixture.js';
import { projectFile } from '../support/project.js';
import { rejected } from '../support/thrown.js';
import { expectClose } from '../support/tolerance.js';

const { training } = JSON.parse(projectFile('test/reference/data-copying.json')) as {
  readonly training: { readonly train: PackedRows; readonly heldOut: PackedRows };
};
const models = fixtureCases<{ readonly generated: PackedRows; readonly ct: number }>('data-copying');
const [train, heldOut] = [unpacked(training.train), unpacked(training.heldOut)];
const line = (...data: number[]): Rows => ({ n: data.length, d: 1, data: Float64Array.from(data) });

test.each(models)('ctScore of a model "$name" agrees with dgm-eval', async ({ generated, ct }) => {
  const found = await ctScore({ train, heldOut, generated: unpacked(generated) }, {}, plainAlgebra);
  expectClose(found, ct, 1e-9);
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

test.each([
  Number.NaN,
  Number.POSITIVE_INFINITY,
])('a value of %s is refused by set and row', async (value) => {
  const sets = { train: line(0, 1, 2, 3), heldOut: line(0, 1, 4), generated: line(0, 2, value) };
  expect(await rejected(ctScore(sets, {}, plainAlgebra))).toBe(
    `NOT_FINITE ctScore: generated: every value must be finite; got ${value} in row 2, column 0 (counted from 0). Encode the images again, or leave that row out on purpose.`,
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
});
