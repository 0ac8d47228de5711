import { compensatedSum } from './compensated-sum.js';

/** What splits exp(−‖x − y‖²/2σ²) into a·b·eᵗ, t = xᵀy/σ²: one factor of each vector, less 1, which keeps its digits. */
export interface SplitKernel {
  /** (n): a − 1 = exp(−‖x‖²/2σ²) − 1 */
  readonly reduced: Float64Array;
  /** (n): a */
  readonly weights: Float64Array;
}

/** The factors of vectors of these squared lengths. */
export function splitKernel(norms: Float64Array, sigma: number): SplitKernel {
  const reduced = norms.map((norm) => Math.expm1(-norm / (2 * sigma * sigma)));
  return { reduced, weights: reduced.map((value) => 1 + value) };
}

/** Σⱼ (aᵢbⱼ·eᵗ − 1) from Σⱼ bⱼ·(eᵗ − 1): what is added is Σⱼ (aᵢbⱼ − 1). */
export function completedSums(of: SplitKernel, over: SplitKernel, sums: Float64Array): Float64Array {
  const count = over.reduced.length;
  const total = compensatedSum(over.reduced);
  return sums.map((sum, i) => {
    const reduced = of.reduced[i]!;
    return of.weights[i]! * sum + (reduced * total + count * reduced + total);
  });
}
