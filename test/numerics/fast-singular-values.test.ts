import { describe, expect, test } from 'vitest';
import { fastNuclearNorm, fastSingularValues } from '../../numerics/fast-singular-values.js';
import { nuclearNorm, singularValues } from '../../numerics/singular-values.js';
import { fixtureCases } from '../support/fixture.js';
import { formulaMatrix, type MatrixKind } from '../support/formula-matrix.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';
import { sameBits } from '../support/same-bits.js';
import { rejected } from '../support/thrown.js';
import { EIGEN_TOLERANCE, expectAllClose, expectClose } from '../support/tolerance.js';

interface Case {
  readonly kind: MatrixKind;
  readonly d: number;
  readonly every?: number;
  readonly singularValues?: readonly number[];
}

const cases = fixtureCases<Case>('large-decompositions').filter((c) => c.singularValues !== undefined);

/** Every so many of the values and the last, as the fixture keeps them. */
function thinned(values: Float64Array, every: number): Float64Array {
  return every === 1
    ? values
    : Float64Array.from([...values.filter((_, i) => i % every === 0), values.at(-1)!]);
}

describe('fastSingularValues', () => {
  test.each(cases)('of the matrix $name equal scipy.linalg.svdvals', async ({
    kind,
    d,
    every,
    ...expected
  }) => {
    const matrix = formulaMatrix(kind, d);
    expectAllClose(
      thinned(await fastSingularValues(matrix.data, matrix), every ?? 1),
      expected.singularValues!,
      EIGEN_TOLERANCE,
    );
  });

  test.each([
    ['full', 200],
    ['tall', 330],
    ['duplicated', 128],
  ] as const)('of a %s matrix have the same bits with 1, 2 and 3 threads', async (kind, d) => {
    const matrix = formulaMatrix(kind, d);
    const alone = await fastSingularValues(matrix.data, matrix, { threads: 1 });
    for (const threads of [2, 3]) {
      expect(sameBits(await fastSingularValues(matrix.data, matrix, { threads }), alone)).toBe(true);
    }
  });

  test.each([
    [96, 96],
    [97, 131],
    [131, 97],
    [130, 129],
    [400, 100],
  ])('of %i × %i normal draws equal those of the plain routine', async (rows, columns) => {
    const { data } = gaussianCloud({ n: rows, d: columns, seed: 4, smallest: 1e-5 });
    const matrix = Float64Array.from(data);
    expectAllClose(
      await fastSingularValues(matrix, { rows, columns }),
      singularValues(matrix, { rows, columns }),
      EIGEN_TOLERANCE,
    );
  });

  test('of c·A are c times those of A, for c of 1e290 and 1e-290', async () => {
    const { data, ...shape } = formulaMatrix('full', 128);
    const values = await fastSingularValues(data, shape);
    for (const c of [1e290, 1e-290]) {
      const scaled = await fastSingularValues(
        data.map((value) => value * c),
        shape,
      );
      expectAllClose(
        scaled.map((value) => value / c),
        values,
        EIGEN_TOLERANCE,
      );
    }
  });

  test('of zero matrices are 0, of an empty one none', async () => {
    expect(await fastSingularValues(new Float64Array(200 * 100), { rows: 200, columns: 100 })).toEqual(
      new Float64Array(100),
    );
    expect(await fastSingularValues(new Float64Array(0), { rows: 0, columns: 5 })).toEqual(
      new Float64Array(0),
    );
  });

  test('several at once wait for each other', async () => {
    const matrix = formulaMatrix('full', 100);
    const expected = nuclearNorm(matrix.data, matrix);
    const norms = await Promise.all(
      [1, 2, 2].map((threads) => fastNuclearNorm(matrix.data, matrix, { threads })),
    );
    for (const norm of norms) expectClose(norm, expected, EIGEN_TOLERANCE);
  });

  test('a matrix with NaN is refused, naming its place', async () => {
    const data = new Float64Array(100 * 100).fill(1);
    data[207] = Number.NaN;
    expect(await rejected(fastSingularValues(data, { rows: 100, columns: 100 }))).toBe(
      'NOT_FINITE fastSingularValues: every value must be finite; got NaN in row 2, column 7 (counted from 0).',
    );
    expect(await rejected(fastSingularValues(data, { rows: 10, columns: 10 }))).toBe(
      'SHAPE_MISMATCH fastSingularValues: must hold rows × columns = 10 × 10 = 100 values; got 10000.',
    );
  });
});
