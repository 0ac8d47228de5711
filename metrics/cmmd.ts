import type { Algebra } from './numerics/algebra.js';
import { plainColumnMeans } from './numerics/column-means.js';
import type { Kernel } from './numerics/kernel.js';
import type { Rows } from './numerics/rows.js';
import { unitRows } from './numerics/unit-rows.js';
import { type MmdEstimator, type MmdSums, mmdSumsBy, squaredMmd } from './squared-mmd.js';

/** Width of CMMD's kernel. */
export const CMMD_SIGMA = 10;

/** exp(−‖x − y‖²/(2σ²)), for unit vectors. */
export const CMMD_KERNEL: Kernel = { kind: 'rbf', sigma: CMMD_SIGMA };

/** What a squared MMD is multiplied by, so that it reads well. */
export const CMMD_SCALE = 1000;

/** How near CMMD over all pairs is to be: `mean` to 1e-9, `rounded` to 1e-6, in less than half the time. */
export type CmmdAccuracy = 'mean' | 'rounded';

/**
 * Kernel sums of CMMD: rows are divided by their lengths, the kernel is exp(−‖x − y‖²/(2·10²)), and k − 1 is summed. Both
 * estimators and the variance come of them.
 *
 * @param names  what the caller calls the sets, for the error
 * @throws NumericalError NOT_FINITE naming a row of zeros
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
  const reference = unitRows(sets.reference, names.reference);
  return unitCmmdSums({ reference, generated: unitRows(sets.generated, names.generated) }, algebra, accuracy);
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
export function cmmd(sums: MmdSums, estimator: MmdEstimator): number {
  return CMMD_SCALE * squaredMmd(sums, estimator);
}
