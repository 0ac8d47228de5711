import { OptionError, SampleSizeError } from '../errors.js';
import type { Algebra, KernelSumOptions } from '../numerics/algebra.js';
import type { Kernel } from '../numerics/kernel.js';
import {
  type CrossKernelSums,
  crossKernelSums,
  type OwnKernelSums,
  ownKernelSums,
} from '../numerics/kernel-sums.js';
import { compensatedSum } from '../numerics/mean-and-variance.js';
import type { Rows } from '../numerics/rows.js';

/** All that both estimators of a squared MMD, and their variance, need of two sets. */
export interface MmdSums {
  readonly first: OwnKernelSums;
  readonly second: OwnKernelSums;
  readonly across: CrossKernelSums;
}

/** `unbiased`: U-statistic, pairs of an item with itself left out, may be negative; `biased`: V-statistic, never negative. */
export type MmdEstimator = 'unbiased' | 'biased';

/** @throws OptionError OUT_OF_RANGE for another name, which a caller without types may give */
export function requireEstimator(estimator: MmdEstimator): void {
  if (estimator === 'unbiased' || estimator === 'biased') return;
  throw new OptionError('OUT_OF_RANGE', {
    where: 'estimator',
    expected: 'must be unbiased or biased',
    received: String(estimator),
  });
}

/** Kernel sums of two sets, by the plain engine. */
export function mmdSums(first: Rows, second: Rows, kernel: Kernel): MmdSums {
  return {
    first: ownKernelSums(first, kernel),
    second: ownKernelSums(second, kernel),
    across: crossKernelSums(first, second, kernel),
  };
}

/** Kernel sums of two sets, by any engine. */
export async function mmdSumsBy(
  algebra: Pick<Algebra, 'ownKernelSums' | 'crossKernelSums'>,
  { first, second }: { readonly first: Rows; readonly second: Rows },
  kernel: Kernel,
  options?: KernelSumOptions,
): Promise<MmdSums> {
  return {
    first: await algebra.ownKernelSums(first, kernel, options),
    second: await algebra.ownKernelSums(second, kernel, options),
    across: await algebra.crossKernelSums(first, second, kernel, options),
  };
}

/** Mean of k, less its offset, over the pairs of one set. */
export function ownMean({ rowSums, diagonal }: OwnKernelSums, estimator: MmdEstimator): number {
  const n = rowSums.length;
  const pairs = compensatedSum(rowSums);
  return estimator === 'unbiased' ? pairs / (n * (n - 1)) : (pairs + compensatedSum(diagonal)) / (n * n);
}

/**
 * Squared maximum mean discrepancy, mean k(x, x′) + mean k(y, y′) − 2·mean k(x, y), from sums of k less its offset, which
 * cancels. The pairs of x and y are all n·m in both estimators.
 *
 * @returns symmetric, lower is better. `biased` is at least 0, and exceeds `unbiased` by mean(k(x, x) − k(x, x′))/n + the same
 * of y
 * @throws SampleSizeError TOO_FEW_SAMPLES for fewer than 2 vectors (unbiased) or 1 (biased)
 * @source Gretton et al. 2012, JMLR 13:723–773, eqs. 3 and 5
 * @agreesWith numpy float64 over whole kernel matrices, to 1e-12 of the largest term (test/reference/kernel-metrics.json)
 */
export function squaredMmd({ first, second, across }: MmdSums, estimator: MmdEstimator): number {
  requireEstimator(estimator);
  const needed = estimator === 'unbiased' ? 2 : 1;
  const smaller = Math.min(first.rowSums.length, second.rowSums.length);
  if (smaller < needed) {
    throw new SampleSizeError('TOO_FEW_SAMPLES', {
      where: 'squaredMmd',
      expected: `the ${estimator} estimator needs at least ${needed} image${needed === 1 ? '' : 's'} on each side`,
      received: String(smaller),
      help: 'Supply more images.',
      n: smaller,
      needed,
    });
  }
  const n = first.rowSums.length;
  const m = second.rowSums.length;
  const acrossMean = compensatedSum(across.rowSums) / (n * m);
  const value = ownMean(first, estimator) + ownMean(second, estimator) - 2 * acrossMean;
  return estimator === 'biased' ? Math.max(0, value) : value;
}
