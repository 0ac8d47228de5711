import { describe, expect, test } from 'vitest';
import { type CovarianceFactor, factorOfMoments, factorOfRows } from '../../numerics/covariance-factor.js';
import {
  fastSquareRootSpectrum,
  fastTraceSquareRoot,
  fastTraceSquareRootOfFactors,
} from '../../numerics/fast-trace-square-root.js';
import { gaussianMoments } from '../../numerics/gaussian-moments.js';
import { squareRootSpectrum } from '../../numerics/trace-square-root.js';
import { fixtureCases } from '../support/fixture.js';
import { formulaRows } from '../support/formula-matrix.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';
import { sameBits } from '../support/same-bits.js';
import { rejected } from '../support/thrown.js';
import { EIGEN_TOLERANCE, expectAllClose, expectClose, FRECHET_TOLERANCE } from '../support/tolerance.js';

const D = 150;
const first = gaussianCloud({ n: 400, d: D, seed: 6 });
const second = gaussianCloud({ n: 300, d: D, seed: 7, smallest: 0.01 });
const few = gaussianCloud({ n: 110, d: D, seed: 8 });
const factors: Readonly<Record<string, CovarianceFactor>> = {
  'full-rank': factorOfMoments(gaussianMoments(first)),
  graded: factorOfMoments(gaussianMoments(gaussianCloud({ n: 300, d: D, seed: 7, smallest: 1e-7 }))),
  singular: factorOfMoments(gaussianMoments(few)),
  thin: factorOfRows(few),
  tiny: factorOfRows(gaussianCloud({ n: 9, d: D, seed: 8 })),
};

function trace(matrix: Float64Array, d: number): number {
  return matrix.reduce((sum, value, at) => (at % (d + 1) === 0 ? sum + value : sum), 0);
}

describe('fastTraceSquareRoot', () => {
  test.each(
    fixtureCases<{ readonly d: number; readonly traceSquareRoot?: number }>('large-decompositions').filter(
      (c) => c.traceSquareRoot !== undefined,
    ),
  )('of $name equals the trace of scipy.linalg.sqrtm', async ({ d, traceSquareRoot }) => {
    const reference = gaussianMoments(formulaRows({ start: 0, n: 2 * d, d }));
    const generated = gaussianMoments(formulaRows({ start: 2 * d, n: 2 * d, d }));
    expectClose(
      await fastTraceSquareRoot(reference.covariance, generated.covariance, d),
      traceSquareRoot!,
      FRECHET_TOLERANCE,
    );
  });

  const pairs = Object.keys(factors).flatMap((a) => Object.keys(factors).map((b) => [a, b]));
  test.each(pairs)('of a %s and a %s factor equals that of the plain routine', async (a, b) => {
    expectAllClose(
      await fastSquareRootSpectrum(factors[a!]!, factors[b!]!),
      squareRootSpectrum(factors[a!]!, factors[b!]!),
      EIGEN_TOLERANCE,
    );
  });

  test.each(Object.entries(factors))('of a %s covariance with itself is its trace', async (_, factor) => {
    const total = factor.data.reduce((sum, value) => sum + value * value, 0);
    expectClose(await fastTraceSquareRootOfFactors(factor, factor), total, EIGEN_TOLERANCE);
  });

  test('of Σ and 9Σ is 3·tr Σ, whatever the rank', async () => {
    for (const rows of [first, few]) {
      const { covariance } = gaussianMoments(rows);
      const scaled = covariance.map((value) => 9 * value);
      expectClose(
        await fastTraceSquareRoot(covariance, scaled, D),
        3 * trace(covariance, D),
        EIGEN_TOLERANCE,
      );
    }
  });

  test('of covariances whose spans are orthogonal is 0', async () => {
    const { covariance } = gaussianMoments(first);
    const half = (keep: (i: number) => boolean) =>
      covariance.map((value, at) => (keep(Math.floor(at / D)) && keep(at % D) ? value : 0));
    const root = await fastTraceSquareRoot(
      half((i) => i < 75),
      half((i) => i >= 75),
      D,
    );
    expect(root).toBe(0);
  });

  test('has the same bits with 1, 2 and 3 threads', async () => {
    for (const [a, b] of [
      ['full-rank', 'graded'],
      ['thin', 'full-rank'],
      ['thin', 'thin'],
    ] as const) {
      const alone = await fastSquareRootSpectrum(factors[a]!, factors[b]!, { threads: 1 });
      for (const threads of [2, 3]) {
        const together = await fastSquareRootSpectrum(factors[a]!, factors[b]!, { threads });
        expect(sameBits(together, alone)).toBe(true);
      }
    }
  });

  test('is symmetric', async () => {
    const { covariance } = gaussianMoments(first);
    const other = gaussianMoments(second).covariance;
    expectClose(
      await fastTraceSquareRoot(covariance, other, D),
      await fastTraceSquareRoot(other, covariance, D),
      EIGEN_TOLERANCE,
    );
  });

  test('d = 1 is √(4·9)', async () => {
    expectClose(await fastTraceSquareRoot(Float64Array.of(4), Float64Array.of(9), 1), 6, EIGEN_TOLERANCE);
  });

  test('covariances of unlike size are refused', async () => {
    expect(
      await rejected(
        fastSquareRootSpectrum(factors.thin!, factorOfRows(formulaRows({ start: 0, n: 3, d: 5 }))),
      ),
    ).toBe('SHAPE_MISMATCH fastSquareRootSpectrum: both covariances must be of one size; got 150 and 5.');
  });
});
