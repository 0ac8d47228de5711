import { describe, expect, test } from 'vitest';
import { cmmdOfSums, cmmdSums } from '../../metrics/cmmd.js';
import {
  frechetDistance,
  frechetDistanceOfParts,
  gaussianOfMoments,
  gaussianOfRows,
} from '../../metrics/frechet-distance.js';
import { inceptionScore } from '../../metrics/inception-score.js';
import { cubicKernel, kernelInceptionDistance } from '../../metrics/kernel-inception-distance.js';
import { mmdSums, squaredMmd } from '../../metrics/squared-mmd.js';
import { plainAlgebra } from '../../numerics/algebra.js';
import { gaussianMoments } from '../../numerics/gaussian-moments.js';
import { numpyRandomState } from '../../numerics/numpy-random-state.js';
import type { Rows } from '../../numerics/rows.js';
import { singularValues } from '../../numerics/singular-values.js';
import { symmetricEigenvalues } from '../../numerics/symmetric-eigenvalues.js';
import { traceSquareRootOfFactors } from '../../numerics/trace-square-root.js';
import { fixtureCases, type PackedRows, unpacked } from '../support/fixture.js';
import {
  COVARIANCE_TOLERANCE,
  EIGEN_TOLERANCE,
  expectAllClose,
  expectClose,
  FLOAT32_CMMD,
  FLOAT32_KID,
  FRECHET_TOLERANCE,
  SQRTM_TOLERANCE,
  SUMMATION_TOLERANCE,
} from '../support/tolerance.js';

interface Pair {
  readonly reference: PackedRows;
  readonly generated: PackedRows;
}

/** The route of the metric: rows where they are no more than their dimensions, else moments. */
function frechetOf(reference: Rows, generated: Rows): number {
  const [first, second] = [reference, generated].map((rows) =>
    rows.n <= rows.d ? gaussianOfRows(rows) : gaussianOfMoments(gaussianMoments(rows)),
  );
  return frechetDistanceOfParts(first!, second!, traceSquareRootOfFactors(first!.factor, second!.factor));
}

describe('frechetDistance', () => {
  interface FrechetCase extends Pair {
    readonly expected: number;
    readonly trace: number;
    readonly peers: Readonly<Record<string, number | string>>;
  }
  const cases = fixtureCases<FrechetCase>('frechet-distance');

  test.each(cases)('of $name agrees with 70-digit arithmetic', ({
    reference,
    generated,
    expected,
    trace,
  }) => {
    const value = frechetOf(unpacked(reference), unpacked(generated));
    expect(value).toBeGreaterThanOrEqual(0);
    expectClose(value, expected, FRECHET_TOLERANCE, Math.max(Math.abs(expected), trace));
  });

  test.each(cases)('of $name by way of covariances agrees to 1e-6 of the variance', (fixture) => {
    const value = frechetDistance(
      gaussianMoments(unpacked(fixture.reference)),
      gaussianMoments(unpacked(fixture.generated)),
    );
    // the covariance's rounding of ε is √ε in the root of an eigenvalue that should be 0
    expectClose(value, fixture.expected, COVARIANCE_TOLERANCE, fixture.trace);
  });

  test.each(
    cases.filter(({ peers }) => typeof peers['pytorch-fid'] === 'number'),
  )('of $name agrees with pytorch-fid to 1e-6', ({ reference, generated, peers, trace }) => {
    const value = frechetOf(unpacked(reference), unpacked(generated));
    expectClose(value, peers['pytorch-fid'] as number, SQRTM_TOLERANCE, trace);
  });

  test.each(
    cases.filter(({ name }) => name.startsWith('identical')),
  )('of $name is 0 to 1e-9 of the trace, and not below', ({ reference, generated, trace }) => {
    const value = frechetOf(unpacked(reference), unpacked(generated));
    expect(value).toBeGreaterThanOrEqual(0);
    expect(value).toBeLessThan(1e-9 * trace);
  });
});

describe('moments and decompositions', () => {
  interface MomentCase {
    readonly rows: PackedRows;
    readonly mean: number[];
    readonly covariance: number[];
  }
  test.each(
    fixtureCases<MomentCase>('gaussian-moments'),
  )('gaussianMoments of $name are those of numpy', (fixture) => {
    const { mean, covariance } = gaussianMoments(unpacked(fixture.rows));
    expectAllClose(mean, fixture.mean, SUMMATION_TOLERANCE);
    expectAllClose(covariance, fixture.covariance, SUMMATION_TOLERANCE);
  });

  interface EigenCase {
    readonly rows: PackedRows;
    readonly eigenvalues: number[];
    readonly singularValues: number[];
  }
  test.each(
    fixtureCases<EigenCase>('eigenvalues'),
  )('eigenvalues and singular values of $name are those of LAPACK', (fixture) => {
    const rows = unpacked(fixture.rows);
    expectAllClose(
      symmetricEigenvalues(gaussianMoments(rows).covariance, rows.d),
      fixture.eigenvalues,
      EIGEN_TOLERANCE,
    );
    const shape = { rows: rows.n, columns: rows.d };
    expectAllClose(
      singularValues(Float64Array.from(rows.data), shape),
      fixture.singularValues,
      EIGEN_TOLERANCE,
    );
  });

  interface StreamCase {
    readonly permutation: number[];
    readonly choice: number[];
    readonly next: number[];
  }
  test.each(
    fixtureCases<StreamCase>('random-streams'),
  )('numpyRandomState($name) draws what numpy draws', (fixture) => {
    const random = numpyRandomState(Number(fixture.name));
    expect([...random.permutation(33)]).toEqual(fixture.permutation);
    expect([...random.choice(1000, 9)]).toEqual(fixture.choice);
    const again = numpyRandomState(Number(fixture.name));
    expect([again.nextUint32(), again.nextUint32(), again.nextUint32()]).toEqual(fixture.next);
  });
});

describe('inceptionScore', () => {
  interface InceptionCase {
    readonly logits: PackedRows;
    readonly splits: number;
    readonly seed: number | null;
    readonly expected: number;
    readonly spread: number;
    readonly peers: { readonly 'torch-fidelity': readonly (number | string)[] };
  }
  const cases = fixtureCases<InceptionCase>('inception-score');

  test.each(cases)('of $name agrees with numpy', ({ logits, splits, seed, expected, spread }) => {
    const score = inceptionScore(unpacked(logits), { splits, seed });
    expectClose(score.value, expected, SUMMATION_TOLERANCE);
    expectClose(score.spread, spread, SUMMATION_TOLERANCE, expected);
  });

  test.each(
    cases.filter(({ peers }) => typeof peers['torch-fidelity'][0] === 'number'),
  )('of $name agrees with torch-fidelity', ({ logits, splits, seed, peers }) => {
    const score = inceptionScore(unpacked(logits), { splits, seed });
    expectClose(score.value, peers['torch-fidelity'][0] as number, SUMMATION_TOLERANCE);
    expectClose(score.spread, peers['torch-fidelity'][1] as number, SUMMATION_TOLERANCE, score.value);
  });
});

describe('inceptionScore of logits far from 0', () => {
  interface FarCase {
    readonly n: number;
    readonly d: number;
    readonly float64: string;
    readonly splits: number;
    readonly seed: number;
    readonly expected: number;
    readonly spread: number;
  }

  test.each(fixtureCases<FarCase>('far-logits'))('of $name agrees with long doubles', (fixture) => {
    const { n, d, float64, splits, seed, expected, spread } = fixture;
    const bytes = Buffer.from(float64, 'base64');
    const data = Float64Array.from({ length: n * d }, (_, i) => bytes.readDoubleLE(8 * i));
    const score = inceptionScore({ n, d, data }, { splits, seed });
    expectClose(score.value, expected, SUMMATION_TOLERANCE);
    expectClose(score.spread, spread, SUMMATION_TOLERANCE, expected);
  });
});

describe('kernel metrics', () => {
  interface KernelCase extends Pair {
    readonly kid: {
      readonly subsets: number;
      readonly subsetSize: number;
      readonly seed: number;
      readonly expected: number;
      readonly spread: number;
    };
    readonly kidAllPairs: number;
    readonly cmmd: number;
    readonly cmmdV: number;
    readonly peers: { readonly 'torch-fidelity': readonly [number, number]; readonly 'cmmd-pytorch': number };
  }
  const cases = fixtureCases<KernelCase>('kernel-metrics');

  /** KID is a difference of such terms: the mean kernel of the first image, at least 1. */
  function largestKernel({ reference, generated }: { reference: Rows; generated: Rows }): number {
    const { first } = mmdSums(generated, reference, cubicKernel(reference.d));
    return Math.max(1, first.rowSums[0]! / generated.n);
  }
  test.each(
    cases,
  )('kid of $name agrees with long doubles, and with torch-fidelity to its float32', async (fixture) => {
    const sets = { reference: unpacked(fixture.reference), generated: unpacked(fixture.generated) };
    const { value, spread } = await kernelInceptionDistance(sets, fixture.kid, plainAlgebra);
    const largest = largestKernel(sets);
    expectClose(value, fixture.kid.expected, SUMMATION_TOLERANCE, largest);
    expectClose(spread, fixture.kid.spread, SUMMATION_TOLERANCE, largest);
    expectClose(value, fixture.peers['torch-fidelity'][0], FLOAT32_KID, largest);
    expectClose(spread, fixture.peers['torch-fidelity'][1], FLOAT32_KID, largest);
  });

  test.each(cases)('kid-all-pairs of $name agrees with long doubles', (fixture) => {
    const sets = { reference: unpacked(fixture.reference), generated: unpacked(fixture.generated) };
    const sums = mmdSums(sets.generated, sets.reference, cubicKernel(sets.reference.d));
    expectClose(squaredMmd(sums, 'unbiased'), fixture.kidAllPairs, SUMMATION_TOLERANCE, largestKernel(sets));
  });

  test.each(cases)('cmmd and cmmd-v of $name agree with long doubles to 1e-12', async (fixture) => {
    const sets = { reference: unpacked(fixture.reference), generated: unpacked(fixture.generated) };
    const sums = await cmmdSums(sets, plainAlgebra);
    expectClose(cmmdOfSums(sums, 'unbiased'), fixture.cmmd, 1e-12, 1);
    expectClose(cmmdOfSums(sums, 'biased'), fixture.cmmdV, 1e-12, 1);
    expectClose(cmmdOfSums(sums, 'biased'), fixture.peers['cmmd-pytorch'], FLOAT32_CMMD, 1);
  });
});
