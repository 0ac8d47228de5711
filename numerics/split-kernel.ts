import { compensatedSum } from './mean-and-variance.js';
import type { SeriesProducts } from './series-sums.js';

/**
 * What the mean of a·b·eᵗ may be off by where the series' tail is summed from products that are off: with δ the most that t may be off
 * by, |(t + δ)³ − t³|/6 ≤ δ/2·(t² + |t|δ + δ²/3), the mean of |t| is at most the root of that of t², and what is left out begins with
 * t⁴/24 for bytes, t⁵/120 for float32.
 *
 * @param bound  the mean of t², δ, and the largest |t|
 */
export function seriesBound({
  square,
  off,
  largest,
  products,
}: {
  readonly square: number;
  readonly off: number;
  readonly largest: number;
  readonly products: SeriesProducts;
}): number {
  const tail = (off / 2) * (square + Math.sqrt(square) * off + off ** 2 / 3);
  const first = products === 'int8' ? largest ** 2 / 24 : largest ** 3 / 120;
  return tail + square * Math.exp(largest) * first;
}

/** The most that a product of two vectors may differ from that of what they were rounded to. */
export function offInRounded(
  x: { readonly largestNorm: number },
  y: { readonly largestNorm: number },
  { rowError, columnError }: { readonly rowError: number; readonly columnError: number },
): number {
  return rowError * Math.sqrt(y.largestNorm) + (Math.sqrt(x.largestNorm) + rowError) * columnError;
}

/** What splits exp(−‖x − y‖²/2σ²) into a·b·eᵗ, t = xᵀy/σ²: one factor of each vector, less 1, which keeps its digits. */
export interface SplitKernel {
  /** (n): a − 1 = exp(−‖x‖²/2σ²) − 1 */
  readonly reduced: Float64Array;
  /** (n): a */
  readonly weights: Float64Array;
  /** the largest ‖x‖² */
  readonly largestNorm: number;
}

/** The factors of vectors of these squared lengths. */
export function splitKernel(norms: Float64Array, sigma: number): SplitKernel {
  const reduced = norms.map((norm) => reducedFactor(norm, sigma));
  const largestNorm = norms.reduce((most, norm) => Math.max(most, norm), 0);
  return { reduced, weights: reduced.map((value) => 1 + value), largestNorm };
}

/** a − 1 of one vector. */
export function reducedFactor(norm: number, sigma: number): number {
  return Math.expm1(-norm / (2 * sigma * sigma));
}

/** The most that |t| can be, by Cauchy and Schwarz; `scale` is 1/σ². */
export function largestExponent(x: SplitKernel, y: SplitKernel, scale: number): number {
  return Math.sqrt(x.largestNorm * y.largestNorm) * scale;
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
