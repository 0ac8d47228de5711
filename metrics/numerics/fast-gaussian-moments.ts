import type { MomentsOptions } from './algebra.js';
import { exactColumnMeans, plainColumnMeans } from './column-means.js';
import { fastScatter } from './fast-scatter.js';
import { type GaussianMoments, gaussianMoments } from './gaussian-moments.js';
import { roughScatter } from './rough-scatter.js';
import type { Rows } from './rows.js';

/** Fewer multiplications than this are done before a session is open. */
const SMALL = 2 ** 24;

/**
 * `gaussianMoments` for sets of any size: deviations from the mean, then products of blocks of columns by ONNX Runtime, those
 * below the diagonal alone.
 *
 * @param vectors  (n, d), n ≥ 2
 * @throws SampleSizeError TOO_FEW_SAMPLES for fewer than two rows
 * @source Chan, Golub & LeVeque 1983
 * @agreesWith `gaussianMoments`, to 1e-12 of the largest variance (test/numerics/fast-products.test.ts)
 */
export async function fastGaussianMoments(
  vectors: Rows,
  { products }: MomentsOptions = {},
): Promise<GaussianMoments> {
  const { n, d } = vectors;
  if (n < 2 || n * d * d < SMALL) return gaussianMoments(vectors);
  const rough = products === 'float32';
  const means = rough ? { mean: plainColumnMeans(vectors) } : exactColumnMeans(vectors);
  const covariance = await (rough ? roughScatter : fastScatter)(vectors, means.mean);
  for (let i = 0; i < covariance.length; i++) covariance[i]! /= n - 1;
  return { n, d, ...means, covariance };
}
