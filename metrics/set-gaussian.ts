import type { EmbeddedSet } from '../encoders/embedded-set.js';
import { NumericalError } from '../errors.js';
import type { Algebra, MomentsOptions } from '../numerics/algebra.js';
import { varyingFeatures } from '../numerics/covariance-factor.js';
import type { GaussianMoments } from '../numerics/gaussian-moments.js';
import { memoized } from '../numerics/memoized.js';
import { rows } from '../numerics/rows.js';
import { requireEmbeddings, tooFewImages } from './comparable-sets.js';
import { type FactoredGaussian, gaussianOfFactor, gaussianOfRows } from './frechet-distance.js';
import type { CovarianceRank } from './warnings.js';

/** Moments as they are. @throws NumericalError NOT_FINITE where squares of the embeddings went beyond float64 */
export function momentsInRange(moments: GaussianMoments, where: string): GaussianMoments {
  if (moments.covariance.every(Number.isFinite)) return moments;
  throw new NumericalError('NOT_FINITE', {
    where,
    expected: 'covariances of the embeddings must lie within the range of float64',
    received: 'some that overflow',
    help: 'Scale the embeddings of both sides alike.',
  });
}

/**
 * Mean and covariance of a set: its own, or those of its embeddings.
 *
 * @throws SampleSizeError TOO_FEW_SAMPLES for one image; NumericalError NOT_FINITE where they overflow
 */
export const momentsOfSet = memoized(
  async (
    set: EmbeddedSet,
    metric: string,
    algebra: Algebra,
    options?: MomentsOptions,
  ): Promise<GaussianMoments> => {
    if (set.moments !== null) {
      const { d, mean } = set.moments;
      rows(mean, { n: 1, d, name: `mean of ${set.source}` });
      return set.moments;
    }
    const vectors = requireEmbeddings(set, metric);
    if (vectors.n < 2) throw tooFewImages(metric, set, vectors.n, 2);
    return momentsInRange(await algebra.gaussianMoments(vectors, options), set.source);
  },
);

/**
 * The factored Gaussian of a set: straight from its rows where they are no more than their dimensions, else by way of the
 * covariance.
 *
 * @throws SampleSizeError TOO_FEW_SAMPLES for one image
 */
export const gaussianOfSet = memoized(
  async (set: EmbeddedSet, metric: string, algebra: Algebra): Promise<FactoredGaussian> => {
    if (set.embeddings !== null && set.embeddings.n <= set.embeddings.d) {
      const vectors = requireEmbeddings(set, metric);
      if (vectors.n < 2) throw tooFewImages(metric, set, vectors.n, 2);
      return gaussianOfRows(vectors);
    }
    const moments = await momentsOfSet(set, metric, algebra);
    return gaussianOfFactor(moments, await algebra.factorOfMoments(moments));
  },
);

/** The rank of a Gaussian's covariance. */
export function rankOfGaussian({ factor }: FactoredGaussian): CovarianceRank {
  return { rank: factor.rank, varying: varyingFeatures(factor) };
}
