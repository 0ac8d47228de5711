import { sqrtm } from 'mathjs';
import { EigenvalueDecomposition, Matrix, SingularValueDecomposition } from 'ml-matrix';
import { describe, expect, test } from 'vitest';
import { factorOfRows } from '../../numerics/covariance-factor.js';
import { gaussianMoments } from '../../numerics/gaussian-moments.js';
import { matrixSquareRoot } from '../../numerics/matrix-square-root.js';
import { pivotedCholesky } from '../../numerics/pivoted-cholesky.js';
import { innerProducts } from '../../numerics/products.js';
import { nuclearNorm, singularValues } from '../../numerics/singular-values.js';
import { symmetricEigenDecomposition, symmetricEigenvalues } from '../../numerics/symmetric-eigenvalues.js';
import { traceSquareRoot, traceSquareRootOfFactors } from '../../numerics/trace-square-root.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';
import { thrown } from '../support/thrown.js';
import { EIGEN_TOLERANCE, expectAllClose, expectClose, SUMMATION_TOLERANCE } from '../support/tolerance.js';

function matrixOf(data: Float64Array, rows: number, columns: number): Matrix {
  return Matrix.from1DArray(rows, columns, Array.from(data));
}

function trace(matrix: Float64Array, d: number): number {
  let sum = 0;
  for (let i = 0; i < d; i++) sum += matrix[i * d + i]!;
  return sum;
}

function square(matrix: Float64Array, d: number): Float64Array {
  const rows = { n: d, d, data: matrix };
  return innerProducts(rows, rows); // symmetric: A·Aᵀ = A²
}

const full = gaussianMoments(gaussianCloud({ n: 90, d: 30, seed: 1 })).covariance;
const graded = gaussianMoments(gaussianCloud({ n: 90, d: 30, seed: 2, smallest: 1e-9 })).covariance;
const singular = gaussianMoments(gaussianCloud({ n: 12, d: 30, seed: 3 })).covariance;
const dead = full.map((value, i) => (i % 30 < 4 || i < 120 ? 0 : value));
const covariances = { full, graded, singular, dead };

describe('symmetric eigenvalues', () => {
  test('of ((2, 1), (1, 2)) are 1 and 3', () => {
    expectAllClose(symmetricEigenvalues(Float64Array.of(2, 1, 1, 2), 2), [1, 3], EIGEN_TOLERANCE);
  });

  test.each(Object.entries(covariances))('of a %s covariance equal those of ml-matrix', (_, covariance) => {
    const expected = new EigenvalueDecomposition(matrixOf(covariance, 30, 30)).realEigenvalues;
    expectAllClose(
      symmetricEigenvalues(covariance, 30),
      expected.sort((a, b) => a - b),
      EIGEN_TOLERANCE,
    );
  });

  test.each(
    Object.entries(covariances),
  )('vectors of a %s covariance are orthonormal and A·v = λ·v', (_, covariance) => {
    const { values, vectors } = symmetricEigenDecomposition(covariance, 30);
    const rows = { n: 30, d: 30, data: vectors };
    const identity = Float64Array.from({ length: 900 }, (_, i) => (i % 31 === 0 ? 1 : 0));
    expectAllClose(innerProducts(rows, rows), identity, EIGEN_TOLERANCE);
    const images = innerProducts(rows, { n: 30, d: 30, data: covariance }); // row i is A·vᵢ
    const scale = Math.max(...values);
    images.forEach((value, at) => {
      expectClose(value, values[Math.floor(at / 30)]! * vectors[at]!, EIGEN_TOLERANCE, scale);
    });
  });

  test('of the zero matrix are 0, and of a 1 × 1 matrix its entry', () => {
    expect([...symmetricEigenvalues(new Float64Array(9), 3)]).toEqual([0, 0, 0]);
    expect([...symmetricEigenvalues(Float64Array.of(-7), 1)]).toEqual([-7]);
  });

  test('of a graded matrix from 1 to 1e-200 converge', () => {
    const d = 40;
    const matrix = new Float64Array(d * d);
    for (let i = 0; i < d; i++)
      for (let j = 0; j < d; j++) matrix[i * d + j] = 10 ** (-2.5 * (i + j)) * (i === j ? 2 : 1);
    expect(symmetricEigenvalues(matrix, d).every(Number.isFinite)).toBe(true);
  });

  test('a matrix with NaN is refused, naming its place', () => {
    expect(thrown(() => symmetricEigenvalues(Float64Array.of(1, 2, Number.NaN, 4), 2))).toBe(
      'NOT_FINITE symmetricEigenvalues: every value must be finite; got NaN in row 1, column 0 (counted from 0).',
    );
  });
});

describe('singular values', () => {
  test.each([
    ['tall', 40, 12],
    ['wide', 12, 40],
    ['square', 20, 20],
  ])('of a %s matrix equal those of ml-matrix', (_, rows, columns) => {
    const { data } = gaussianCloud({ n: rows, d: columns, seed: 9, smallest: 1e-6 });
    const expected = new SingularValueDecomposition(matrixOf(data as Float64Array, rows, columns), {
      autoTranspose: true,
    });
    expectAllClose(
      singularValues(data as Float64Array, { rows, columns }),
      expected.diagonal.slice(0, Math.min(rows, columns)).sort((a, b) => a - b),
      EIGEN_TOLERANCE,
    );
  });

  test('nuclearNorm of a rank-1 matrix is the product of its lengths', () => {
    expectClose(
      nuclearNorm(Float64Array.of(3, 4, 6, 8), { rows: 2, columns: 2 }),
      Math.sqrt(5) * 5,
      EIGEN_TOLERANCE,
    );
  });

  test('of an empty and of a zero matrix exist', () => {
    expect([...singularValues(new Float64Array(0), { rows: 0, columns: 3 })]).toEqual([]);
    expect([...singularValues(new Float64Array(6), { rows: 2, columns: 3 })]).toEqual([0, 0]);
  });
});

describe('pivotedCholesky', () => {
  test.each(Object.entries(covariances))('FᵀF gives a %s covariance back', (_, covariance) => {
    const { rank, factor } = pivotedCholesky(covariance, 30);
    const columns = new Float64Array(30 * rank);
    for (let i = 0; i < rank; i++) for (let j = 0; j < 30; j++) columns[j * rank + i] = factor[i * 30 + j]!;
    const rows = { n: 30, d: rank, data: columns };
    expectAllClose(innerProducts(rows, rows), covariance, SUMMATION_TOLERANCE);
  });

  test('the rank of 12 vectors is 11, of 4 dead features 26, of zero 0', () => {
    expect([singular, dead, new Float64Array(900)].map((c) => pivotedCholesky(c, 30).rank)).toEqual([
      11, 26, 0,
    ]);
  });

  test('a covariance of any scale has the factor of its scale', () => {
    const { full } = covariances;
    const { factor, rank } = pivotedCholesky(full!, 30);
    for (const exponent of [-600, -300, 300, 600]) {
      const scaled = pivotedCholesky(
        full!.map((value) => value * 2 ** exponent),
        30,
      );
      expect(scaled.rank).toBe(rank);
      expect(scaled.factor).toEqual(factor.map((value) => value * 2 ** (exponent / 2)));
    }
  });

  test('an indefinite matrix is refused', () => {
    expect(thrown(() => pivotedCholesky(Float64Array.of(1, 2, 2, 1), 2))).toBe(
      'NOT_POSITIVE_SEMIDEFINITE covariance: must be positive semi-definite; got covariance 2 of features 0 and 1, above the bound 1. Compute the statistics again from the images.',
    );
    expect(thrown(() => pivotedCholesky(Float64Array.of(0, 1, 1, 0), 2))).toContain(
      'NOT_POSITIVE_SEMIDEFINITE',
    );
    expect(thrown(() => pivotedCholesky(Float64Array.of(1, 0, 0, -1), 2))).toContain(
      'NOT_POSITIVE_SEMIDEFINITE',
    );
  });
});

describe('traceSquareRoot', () => {
  test('of diagonal covariances is the sum of the roots of the products', () => {
    expectClose(
      traceSquareRoot(Float64Array.of(4, 0, 0, 1), Float64Array.of(9, 0, 0, 25), 2),
      6 + 5,
      EIGEN_TOLERANCE,
    );
  });

  test.each(
    Object.entries(covariances),
  )('of a %s covariance with itself is its trace to 1e-12', (_, covariance) => {
    expectClose(traceSquareRoot(covariance, covariance, 30), trace(covariance, 30), EIGEN_TOLERANCE);
  });

  test('of full-rank covariances equals the trace of mathjs.sqrtm(Σ₁Σ₂)', () => {
    const other = gaussianMoments(gaussianCloud({ n: 50, d: 6, seed: 8 })).covariance;
    const own = gaussianMoments(gaussianCloud({ n: 40, d: 6, seed: 7 })).covariance;
    const product = matrixOf(own, 6, 6)
      .mmul(matrixOf(other, 6, 6))
      .to2DArray();
    const root = sqrtm(product) as unknown as number[][];
    expectClose(
      traceSquareRoot(own, other, 6),
      root.reduce((sum, row, i) => sum + row[i]!, 0),
      1e-10,
    );
  });

  test('the factor of the rows and that of their covariance agree', () => {
    const few = gaussianCloud({ n: 12, d: 30, seed: 3 });
    const many = gaussianCloud({ n: 17, d: 30, seed: 4 });
    const byRows = traceSquareRootOfFactors(factorOfRows(few), factorOfRows(many));
    // the covariance's rounding of ε becomes √ε in the root of an eigenvalue that should be 0
    expectClose(
      traceSquareRoot(gaussianMoments(few).covariance, gaussianMoments(many).covariance, 30),
      byRows,
      1e-6,
    );
  });
});

describe('matrixSquareRoot', () => {
  test.each(Object.entries(covariances))('squared gives a %s covariance back', (_, covariance) => {
    expectAllClose(square(matrixSquareRoot(covariance, 30), 30), covariance, EIGEN_TOLERANCE);
  });

  test('of a positive definite matrix equals mathjs.sqrtm', () => {
    const covariance = gaussianMoments(gaussianCloud({ n: 40, d: 6, seed: 7 })).covariance;
    const expected = sqrtm(matrixOf(covariance, 6, 6).to2DArray()) as unknown as number[][];
    expectAllClose(matrixSquareRoot(covariance, 6), expected.flat(), 1e-10);
  });

  test('the trace of (Σ₁^½·Σ₂·Σ₁^½)^½ is traceSquareRoot(Σ₁, Σ₂)', () => {
    const root = matrixSquareRoot(full, 30);
    const half = innerProducts({ n: 30, d: 30, data: root }, { n: 30, d: 30, data: graded });
    const inner = innerProducts({ n: 30, d: 30, data: half }, { n: 30, d: 30, data: root });
    // roots of eigenvalues near 0 keep half their digits: 1e-7 is what this route can give
    expectClose(trace(matrixSquareRoot(inner, 30), 30), traceSquareRoot(full, graded, 30), 1e-7);
  });

  test('an indefinite matrix is refused', () => {
    expect(thrown(() => matrixSquareRoot(Float64Array.of(1, 2, 2, 1), 2))).toContain(
      'NOT_POSITIVE_SEMIDEFINITE matrixSquareRoot: the matrix must be positive semi-definite; got eigenvalues from -',
    );
  });
});
