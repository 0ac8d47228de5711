import { columnMeans } from '../../metrics/numerics/column-means.js';
import { compensatedSum } from '../../metrics/numerics/compensated-sum.js';
import { squaredNorms } from '../../metrics/numerics/products.js';
import type { Rows } from '../../metrics/numerics/rows.js';
import { selectRows } from '../../metrics/numerics/select-rows.js';
import { gaussianOfSet } from '../../metrics/set-gaussian.js';
import { frechetInfluence } from './frechet-influence.js';
import type { MetricSides } from './metric-sides.js';
import { momentsOfSubsets } from './moments-of-subsets.js';
import type { SubsetMetric } from './subset-metric.js';

function lessCenter({ n, d, data }: Rows, center: Float64Array): Rows {
  const deviations = new Float64Array(n * d);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < d; j++) deviations[i * d + j] = data[i * d + j]! - center[j]!;
  return { n, d, data: deviations };
}

/** Mean of the rows at some places. */
function meanOf({ d, data }: Rows, places: Uint32Array): Float64Array {
  const mean = new Float64Array(d);
  for (const place of places) for (let j = 0; j < d; j++) mean[j]! += data[place * d + j]!;
  return mean.map((value) => value / places.length);
}

/**
 * A Fréchet distance of subsets. With the reference's Σᵣ = FᵀF, tr((ΣᵣΣ)^½) is Σ√λ of FΣFᵀ, the covariance of the rows Fx: they
 * are projected once, a subset's covariance is the pool's without the rows it leaves out, and what remains is its eigenvalues.
 * A subset of no more images than dimensions has those of its Gram matrix instead.
 *
 * @param id  of the protocol: `fid`, `fd-dinov2`
 *
 * Agrees with: `frechetDistance` of the subset's own moments, to 1e-7 of the covariances' traces: square roots of eigenvalues
 * that are 0 keep half of the digits (test/uncertainty/subset-metrics.test.ts).
 */
export async function frechetOfSubsets(
  id: string,
  { reference, generated, algebra }: MetricSides,
): Promise<SubsetMetric> {
  const { pool, rows } = generated;
  const target = await gaussianOfSet(reference, id, algebra);
  const { rank, data } = target.factor;
  const deviations = lessCenter(rows, target.mean); // an outlier in the pool must not move the center away from the rest
  const norms = squaredNorms(deviations);
  const projected = {
    n: rows.n,
    d: rank,
    data: await algebra.innerProducts(deviations, { n: rank, d: target.mean.length, data }),
  };
  const moments = await momentsOfSubsets(projected, algebra);

  async function traceSquareRoot(places: Uint32Array): Promise<number> {
    const [matrix, size] =
      places.length <= rank
        ? [await gramOfDeviations(selectRows(projected, places)), places.length]
        : [(await moments.of(places)).covariance, rank];
    const eigenvalues = await algebra.symmetricEigenvalues(matrix, size);
    return compensatedSum(eigenvalues.map((value) => Math.sqrt(Math.max(0, value))));
  }

  async function gramOfDeviations(subset: Rows): Promise<Float64Array> {
    const own = lessCenter(subset, columnMeans(subset));
    const products = await algebra.innerProducts(own, own);
    return products.map((value) => value / (subset.n - 1));
  }

  return {
    id,
    direction: 'lower-is-better',
    role: 'quality',
    pool,
    referenceSize: reference.n ?? 0,
    encoder: reference.encoder,
    parameters: { covarianceDdof: 1 },
    method: 'rows projected on the factored reference once; covariance of the pool without the rows left out',
    defaultDraws: 199,
    value: async (places) => {
      const n = places.length;
      const shift = meanOf(deviations, places);
      const meanTerm = compensatedSum(shift.map((value) => value * value));
      const squares = compensatedSum(Float64Array.from(places, (place) => norms[place]!));
      const variance = (squares - n * meanTerm) / (n - 1);
      const root = await traceSquareRoot(places);
      return meanTerm + Math.max(0, target.totalVariance + variance - 2 * root);
    },
    influence: async (from) =>
      frechetInfluence(target, { rows, projected, from, seen: await moments.of(from) }, algebra),
  };
}
