import { SampleSizeError } from '../errors.js';
import { columnMeans } from './column-means.js';
import type { GaussianMoments } from './gaussian-moments.js';
import { pivotedCholesky } from './pivoted-cholesky.js';
import type { Rows } from './rows.js';

/** A matrix F with FᵀF = Σ, as thin as Σ allows: Σ is never needed again. */
export interface CovarianceFactor {
  readonly rank: number;
  readonly d: number;
  /** (rank, d) row-major */
  readonly data: Float64Array;
  /** from Cholesky: row i is 0 in the columns `pivots[0 … i − 1]`, which halves the work of products */
  readonly pivots?: Uint32Array;
}

/** The factor of a covariance by rank-revealing Cholesky: worth keeping with a reference. */
export function factorOfMoments({
  d,
  covariance,
}: Pick<GaussianMoments, 'd' | 'covariance'>): CovarianceFactor {
  const { rank, factor, pivots } = pivotedCholesky(covariance, d);
  return { rank, d, data: factor, pivots };
}

/**
 * The factor (x − μ)/√(n − 1) of n ≤ d vectors: exact, with no decomposition, and free of the rounding of a covariance.
 *
 * @throws SampleSizeError TOO_FEW_SAMPLES for fewer than two rows
 */
export function factorOfRows(vectors: Rows): CovarianceFactor {
  const { n, d, data } = vectors;
  if (n < 2) {
    throw new SampleSizeError('TOO_FEW_SAMPLES', {
      where: 'factorOfRows',
      expected: 'a covariance needs at least 2 vectors',
      received: String(n),
      help: 'Supply more images.',
      n,
      needed: 2,
    });
  }
  const mean = columnMeans(vectors);
  const scale = 1 / Math.sqrt(n - 1);
  const factor = new Float64Array(n * d);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < d; j++) factor[i * d + j] = (data[i * d + j]! - mean[j]!) * scale;
  }
  return { rank: n, d, data: factor };
}

/** Features whose variance is not 0, as far as the factor goes. */
export function varyingFeatures({ rank, d, data }: CovarianceFactor): number {
  let varying = 0;
  for (let j = 0; j < d; j++) {
    let i = 0;
    while (i < rank && data[i * d + j] === 0) i++;
    if (i < rank) varying++;
  }
  return varying;
}
