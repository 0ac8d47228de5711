import type { MetricCapabilities } from '../../metrics/metric-definition.js';

/** What one value costs that no clock is needed to tell. */
export interface EvaluationCost {
  /** generated images that must be encoded */
  readonly images: number;
  /** multiplications with embeddings and the reference's statistics at hand, to leading order; null where no formula is kept */
  readonly multiplications: number | null;
  /** why `multiplications` is null */
  readonly reason: string | null;
}

/** Multiplications of the two steps of a Fréchet distance at n: products of matrices, and their singular values. */
export function frechetWork(
  n: number,
  d: number,
): { readonly products: number; readonly decompositions: number } {
  return n <= d
    ? { products: n * d * d, decompositions: n * n * d }
    : { products: n * d * d + d ** 3, decompositions: 1.5 * d ** 3 };
}

/**
 * Cost of one value at n from d-dimensional embeddings: of a Fréchet distance the moments of n rows (n·d²), their factor and the
 * singular values of a product (2.5·d³; n·d² + n²·d up to n = d), of a squared MMD n(n − 1)/2 + n·m kernels of d each.
 */
export function evaluationCost(
  shape: MetricCapabilities['cost'],
  {
    sampleSize: n,
    dimension: d,
    referenceSize: m,
  }: { readonly sampleSize: number; readonly dimension: number | null; readonly referenceSize: number },
): EvaluationCost {
  if (shape === 'logits') {
    return { images: n, multiplications: null, reason: 'one pass over the logits, negligible' };
  }
  if (shape === 'other' || d === null) {
    return { images: n, multiplications: null, reason: 'no formula is kept for this metric' };
  }
  if (shape === 'kernel')
    return { images: n, multiplications: ((n * (n - 1)) / 2 + n * m) * d, reason: null };
  const { products, decompositions } = frechetWork(n, d);
  return { images: n, multiplications: products + decompositions, reason: null };
}
