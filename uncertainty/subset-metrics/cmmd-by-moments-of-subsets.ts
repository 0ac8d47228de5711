import { CMMD_SIGMA } from '../../metrics/cmmd.js';
import { cmmdByMoments } from '../../metrics/cmmd-by-moments.js';
import { errorText } from '../../metrics/numerics/number-text.js';
import type { Rows } from '../../metrics/numerics/rows.js';
import type { MmdEstimator } from '../../metrics/squared-mmd.js';
import type { MetricSides } from './metric-sides.js';
import { momentsOfSubsets } from './moments-of-subsets.js';
import type { SubsetMetric } from './subset-metric.js';

/**
 * CMMD of subsets of pools too large for all pairs, from two moments: a subset's are the pool's without the rows it leaves out.
 *
 * @param rows  unit vectors of both sides
 */
export async function cmmdByMomentsOfSubsets(
  id: string,
  sides: MetricSides,
  rows: { readonly reference: Rows; readonly generated: Rows },
  estimator: MmdEstimator,
): Promise<SubsetMetric> {
  const reference = await sides.algebra.gaussianMoments(rows.reference);
  const moments = await momentsOfSubsets(rows.generated, sides.algebra);
  const { errorBound } = cmmdByMoments({ reference, generated: moments.whole }, estimator);
  return {
    id,
    direction: 'lower-is-better',
    role: 'quality',
    pool: sides.generated.pool,
    referenceSize: rows.reference.n,
    encoder: sides.reference.encoder,
    parameters: { sigma: CMMD_SIGMA },
    method: `two moments, within ${errorText(errorBound)} of all pairs`,
    defaultDraws: 199,
    value: async (places) =>
      cmmdByMoments({ reference, generated: await moments.of(places) }, estimator).value,
  };
}
