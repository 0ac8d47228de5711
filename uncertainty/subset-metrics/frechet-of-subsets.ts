import {
  type FactoredGaussian,
  frechetDistanceOfParts,
  gaussianOfFactor,
  gaussianOfRows,
} from '../../metrics/frechet-distance.js';
import { type GaussianMoments, removeRows } from '../../metrics/numerics/gaussian-moments.js';
import { selectRows } from '../../metrics/numerics/select-rows.js';
import { gaussianOfSet } from '../../metrics/set-gaussian.js';
import { frechetInfluence } from './frechet-influence.js';
import type { MetricSides } from './metric-sides.js';
import { placesOutside } from './places-outside.js';
import type { SubsetMetric } from './subset-metric.js';

/**
 * A Fréchet distance of subsets. The reference is factored once; a subset's moments are the pool's without the rows that it
 * leaves out, or its own where it leaves out more than it keeps; a subset of no more images than dimensions is its own thin
 * factor.
 *
 * @param id  of the protocol: `fid`, `fd-dinov2`
 */
export async function frechetOfSubsets(
  id: string,
  { reference, generated, algebra }: MetricSides,
): Promise<SubsetMetric> {
  const { pool, rows } = generated;
  const target = await gaussianOfSet(reference, id, algebra);
  const whole = await algebra.gaussianMoments(rows);

  async function moments(places: Uint32Array): Promise<GaussianMoments> {
    const outside = placesOutside(places, rows.n);
    if (outside.length > places.length) return algebra.gaussianMoments(selectRows(rows, places));
    return removeRows(whole, selectRows(rows, outside));
  }

  async function gaussian(places: Uint32Array): Promise<FactoredGaussian> {
    if (places.length <= rows.d) return gaussianOfRows(selectRows(rows, places));
    const subset = await moments(places);
    return gaussianOfFactor(subset, await algebra.factorOfMoments(subset));
  }

  return {
    id,
    direction: 'lower-is-better',
    role: 'quality',
    pool,
    referenceSize: reference.n ?? 0,
    encoder: reference.encoder,
    parameters: { covarianceDdof: 1 },
    method: 'reference factored once; moments of the pool without the rows left out',
    defaultDraws: 199,
    value: async (places) => {
      const subset = await gaussian(places);
      const root = await algebra.traceSquareRootOfFactors(target.factor, subset.factor);
      return frechetDistanceOfParts(target, subset, root);
    },
    influence: async (from) => frechetInfluence(target, { rows, moments: await moments(from) }, algebra),
  };
}
