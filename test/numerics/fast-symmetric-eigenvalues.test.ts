import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, test } from 'vitest';
import { fastSymmetricEigenvalues } from '../../numerics/fast-singular-values.js';
import { gaussianMoments } from '../../numerics/gaussian-moments.js';
import { symmetricEigenvalues } from '../../numerics/symmetric-eigenvalues.js';
import { fixtureCases } from '../support/fixture.js';
import { formulaMatrix, type MatrixKind, symmetricFormula } from '../support/formula-matrix.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';
import { sameBits } from '../support/same-bits.js';
import { rejected } from '../support/thrown.js';
import { EIGEN_TOLERANCE, expectAllClose } from '../support/tolerance.js';

interface Case {
  readonly kind: MatrixKind | 'indefinite';
  readonly d: number;
  readonly every?: number;
  readonly eigenvalues?: readonly number[];
}

const cases = fixtureCases<Case>('large-decompositions').filter((c) => c.eigenvalues !== undefined);

describe('fastSymmetricEigenvalues', () => {
  test.each(cases)('of the matrix $name equal scipy.linalg.eigvalsh', async ({
    kind,
    d,
    every = 1,
    ...expected
  }) => {
    const values = await fastSymmetricEigenvalues(symmetricFormula(kind, d), d);
    const kept = every === 1 ? values : [...values.filter((_, i) => i % every === 0), values.at(-1)!];
    expectAllClose(kept, expected.eigenvalues!, EIGEN_TOLERANCE);
  });

  test.each([
    96, 97, 127, 128, 129, 161,
  ])('of a covariance of size %i equal those of ml-matrix', async (d) => {
    const { covariance } = gaussianMoments(gaussianCloud({ n: 2 * d, d, seed: 3, smallest: 1e-4 }));
    const expected = new EigenvalueDecomposition(Matrix.from1DArray(d, d, [...covariance])).realEigenvalues;
    expectAllClose(
      await fastSymmetricEigenvalues(covariance, d),
      expected.sort((a, b) => a - b),
      EIGEN_TOLERANCE,
    );
  });

  test('have the same bits with 1, 2 and 3 threads', async () => {
    const matrix = symmetricFormula('indefinite', 200);
    const alone = await fastSymmetricEigenvalues(matrix, 200, { threads: 1 });
    for (const threads of [2, 3]) {
      expect(sameBits(await fastSymmetricEigenvalues(matrix, 200, { threads }), alone)).toBe(true);
    }
  });

  test('read the lower triangle alone', async () => {
    const matrix = symmetricFormula('indefinite', 128);
    const torn = matrix.map((value, at) => (at % 128 > Math.floor(at / 128) ? 99 : value));
    expect(
      sameBits(await fastSymmetricEigenvalues(torn, 128), await fastSymmetricEigenvalues(matrix, 128)),
    ).toBe(true);
  });

  test('of the zero matrix are 0, of the identity 1', async () => {
    const identity = new Float64Array(100 * 100).map((_, at) => (at % 101 === 0 ? 1 : 0));
    expectAllClose(
      await fastSymmetricEigenvalues(identity, 100),
      new Float64Array(100).fill(1),
      EIGEN_TOLERANCE,
    );
    expect(await fastSymmetricEigenvalues(new Float64Array(100 * 100), 100)).toEqual(new Float64Array(100));
  });

  test('of a small matrix are those of the plain routine', async () => {
    const { data } = formulaMatrix('full', 16);
    expect(await fastSymmetricEigenvalues(data, 16)).toEqual(symmetricEigenvalues(data, 16));
  });

  test('a matrix with NaN is refused, naming its place', async () => {
    expect(await rejected(fastSymmetricEigenvalues(new Float64Array(100 * 100).fill(Number.NaN), 100))).toBe(
      'NOT_FINITE symmetricEigenvalues: every value must be finite; got NaN in row 0, column 0 (counted from 0).',
    );
  });
});
