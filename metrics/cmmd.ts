import { ShapeError } from '../errors.js';
import type { Algebra } from '../numerics/algebra.js';
import { plainColumnMeans } from '../numerics/column-means.js';
import type { GaussianMoments } from '../numerics/gaussian-moments.js';
import type { Kernel } from '../numerics/kernel.js';
import { compensatedSum } from '../numerics/mean-and-variance.js';
import type { Rows } from '../numerics/rows.js';
import { givenSets, unitRows } from '../numerics/rows.js';
import type { MmdEstimator, MmdSums } from './squared-mmd.js';
import { mmdSumsBy, squaredMmd } from './squared-mmd.js';

/** Width of CMMD's kernel. */
export const CMMD_SIGMA = 10;

/** exp(−‖x − y‖²/(2σ²)), for unit vectors. */
export const CMMD_KERNEL: Kernel = { kind: 'rbf', sigma: CMMD_SIGMA };

/** What a squared MMD is multiplied by, so that it reads well. */
export const CMMD_SCALE = 1000;

/**
 * The largest CMMD, 2000·(1 − exp(−2/σ²)) ≈ 39.6, of two opposite points: ‖x − y‖² ≤ 4 of unit vectors, so that k lies in [exp(−2/σ²), 1] and
 * MMD² = mean k(x, x′) + mean k(y, y′) − 2·mean k(x, y) ≤ 2 − 2·exp(−2/σ²).
 */
export const LARGEST_CMMD = -2 * CMMD_SCALE * Math.expm1(-2 / CMMD_SIGMA ** 2);

/** How near CMMD over all pairs is to be: `mean` to 1e-9, `rounded` to 1e-6, in less than half the time. */
export type CmmdAccuracy = 'mean' | 'rounded';

/**
 * Kernel sums of CMMD: rows are divided by their lengths, the kernel is exp(−‖x − y‖²/(2·10²)), and k − 1 is summed. Both
 * estimators and the variance come of them.
 *
 * @param names  what the caller calls the sets, for the error
 * @throws ShapeError SHAPE_MISMATCH, NumericalError NOT_FINITE naming a row of zeros, or one that is not finite
 */
export async function cmmdSums(
  sets: { readonly reference: Rows; readonly generated: Rows },
  algebra: Algebra,
  accuracy: CmmdAccuracy = 'mean',
  names: { readonly reference: string; readonly generated: string } = {
    reference: 'reference',
    generated: 'generated',
  },
): Promise<MmdSums> {
  const given = givenSets(sets, ['reference', 'generated'], cmmdSums.name);
  return unitCmmdSums(cmmdVectors(given, names), algebra, accuracy);
}

/**
 * Rows of both sets divided by their lengths.
 *
 * @throws NumericalError NOT_FINITE naming a row of zeros
 */
export function cmmdVectors(
  sets: { readonly reference: Rows; readonly generated: Rows },
  names: { readonly reference: string; readonly generated: string },
): { readonly reference: Rows; readonly generated: Rows } {
  const reference = unitRows(sets.reference, names.reference);
  return { reference, generated: unitRows(sets.generated, names.generated) };
}

/** The same of vectors whose length is 1. */
export async function unitCmmdSums(
  { reference, generated }: { readonly reference: Rows; readonly generated: Rows },
  algebra: Algebra,
  accuracy: CmmdAccuracy,
): Promise<MmdSums> {
  const options = { accuracy, origin: plainColumnMeans(reference) };
  return mmdSumsBy(algebra, { first: reference, second: generated }, CMMD_KERNEL, options);
}

/**
 * CLIP maximum mean discrepancy: 1000·MMD².
 *
 * @returns lower is better, symmetric. `unbiased` may be negative where the sets are alike; `biased` is at least 0 and larger by
 * about 5/n + 5/m
 * @throws SampleSizeError TOO_FEW_SAMPLES
 * @source Jayasumana et al. 2024, arXiv:2401.09603, section 4
 * @agreesWith numpy float64 with k − 1 sums, to 1e-9 absolute; google-research/cmmd and cmmd-pytorch (`biased`) to their float32
 * noise of 1e-4 (test/reference/kernel-metrics.json)
 */
export function cmmdOfSums(sums: MmdSums, estimator: MmdEstimator): number {
  return CMMD_SCALE * squaredMmd(sums, estimator);
}

/** A value with what it may be off by. */
interface CmmdByMoments {
  readonly value: number;
  /** |value − exact| is at most this, whatever the unit vectors, beside float64's own rounding */
  readonly errorBound: number;
}

/** 1/σ²: the inner product of unit vectors enters the kernel as exp(xᵀy/σ² − 1/σ²). */
const STEP = 1 / CMMD_SIGMA ** 2;

/** Σ_{j≥3} stepʲ/j!: what the exponential series has beyond the square. */
const REST = Math.expm1(STEP) - STEP - STEP ** 2 / 2;

/** ‖μ‖² and ‖E xxᵀ‖² of one set, or of a difference of two. */
interface Powers {
  readonly first: number;
  readonly second: number;
}

function counted({ n }: GaussianMoments): number {
  if (n === null) {
    throw new ShapeError('SHAPE_MISMATCH', {
      where: 'cmmdByMoments',
      expected: 'moments must state their number of images',
      received: 'moments without a count',
    });
  }
  return n;
}

/** E xxᵀ = Σ·(n − 1)/n + μμᵀ at one entry. */
function secondMoment(moments: GaussianMoments, i: number, j: number): number {
  const n = moments.n!;
  return (moments.covariance[i * moments.d + j]! * (n - 1)) / n + moments.mean[i]! * moments.mean[j]!;
}

function powersOf(entry: (i: number, j: number) => number, mean: Float64Array): Powers {
  const d = mean.length;
  const rowSums = new Float64Array(d);
  for (let i = 0; i < d; i++) {
    let sum = 0;
    for (let j = 0; j <= i; j++) sum += (j < i ? 2 : 1) * entry(i, j) ** 2;
    rowSums[i] = sum;
  }
  return { first: compensatedSum(mean.map((value) => value * value)), second: compensatedSum(rowSums) };
}

/** e^{−1/σ²}·(‖·‖²/σ² + ‖·‖²/(2σ⁴)): the part of a mean kernel beyond its constant. */
function kernelPart({ first, second }: Powers): number {
  return Math.exp(-STEP) * (STEP * first + (STEP ** 2 / 2) * second);
}

/**
 * CMMD from the first two moments of unit vectors alone: for xᵀx = 1 the kernel is e^{−1/σ²}·exp(xᵀy/σ²), and with σ = 10 the
 * series of exp beyond the square is below 1.7e-7. So 1000·MMD² ≈ 1000·e^−0.01·(0.01·‖Δμ‖² + 0.5e-4·‖ΔE xxᵀ‖²): O(n·d²) where
 * all pairs are O(n²·d), and moments merge and down-date.
 *
 * @param reference  `gaussianMoments` of unit rows
 * @param generated  the same
 * @param options  `momentError`: what ‖E xxᵀ‖ of either side may be off by beyond float64's rounding; default 0
 * @returns the value and a bound of its error: 1000·4·Σ_{j≥3} 0.01ʲ/j! ≈ 6.7e-4, and what comes of the moments' own error; on
 * embeddings the error is about 1e-5 of the value
 * @throws ShapeError SHAPE_MISMATCH if the vectors differ in length, or a count is missing
 * @source Taylor series; ‖E x⊗ʲ − E y⊗ʲ‖² ≤ 4 for unit vectors bounds each term left out, and ‖E xxᵀ − E yyᵀ‖² ≤ 2 what an error of
 * them does
 * @agreesWith `cmmd` over all pairs, within the bound (test/metrics/cmmd-by-moments.test.ts)
 */
export function cmmdByMoments(
  { reference, generated }: { readonly reference: GaussianMoments; readonly generated: GaussianMoments },
  estimator: MmdEstimator,
  { momentError = 0 }: { readonly momentError?: number } = {},
): CmmdByMoments {
  if (reference.d !== generated.d) {
    throw new ShapeError('SHAPE_MISMATCH', {
      where: 'cmmdByMoments',
      expected: 'both sides must have vectors of one length',
      received: `${reference.d} and ${generated.d}`,
    });
  }
  const sides = [reference, generated];
  sides.forEach(counted);
  const difference = powersOf(
    (i, j) => secondMoment(reference, i, j) - secondMoment(generated, i, j),
    reference.mean.map((value, j) => value - generated.mean[j]!),
  );
  let value = kernelPart(difference);
  // ‖D + E‖² − ‖D‖² ≤ 2‖D‖‖E‖ + ‖E‖² with ‖D‖ ≤ √2 and ‖E‖ at most twice the error of a side
  let rest = 4 * REST + (STEP ** 2 / 2) * (4 * Math.SQRT2 * momentError + 4 * momentError ** 2);
  if (estimator === 'unbiased') {
    for (const side of sides) {
      const n = counted(side);
      // V − U of one side is mean over i ≠ j of 1 − k, over n
      const own = powersOf((i, j) => secondMoment(side, i, j), side.mean);
      value -= (1 - Math.exp(-STEP) - kernelPart(own)) / (n - 1);
      rest += (REST + (STEP ** 2 / 2) * (2 * momentError + momentError ** 2)) / (n - 1);
    }
  }
  return { value: CMMD_SCALE * value, errorBound: CMMD_SCALE * Math.exp(-STEP) * rest };
}
