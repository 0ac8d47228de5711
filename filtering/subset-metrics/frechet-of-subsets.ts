import type { FactoredGaussian } from '../../metrics/frechet-distance.js';
import { gaussianOfSet } from '../../metrics/set-gaussian.js';
import type { Algebra } from '../../numerics/algebra.js';
import { columnMeans } from '../../numerics/column-means.js';
import type { GaussianMoments } from '../../numerics/gaussian-moments.js';
import { compensatedSum } from '../../numerics/mean-and-variance.js';
import { squaredNorms } from '../../numerics/products.js';
import type { Rows } from '../../numerics/rows.js';
import { selectRows } from '../../numerics/rows.js';
import { symmetricEigenDecomposition } from '../../numerics/symmetric-eigenvalues.js';
import { momentsOfSubsets } from './moments-of-subsets.js';
import type { DrawnImages, MetricSides, SubsetMetric } from './subset-metric.js';

function lessCenter({ n, d, data }: Rows, center: Float64Array): Rows {
  const deviations = new Float64Array(n * d);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < d; j++) deviations[i * d + j] = data[i * d + j]! - center[j]!;
  return { n, d, data: deviations };
}

/** Mean of the rows at some indices. */
function meanOf({ d, data }: Rows, indices: Uint32Array): Float64Array {
  const mean = new Float64Array(d);
  for (const index of indices) for (let j = 0; j < d; j++) mean[j]! += data[index * d + j]!;
  return mean.map((value) => value / indices.length);
}

/**
 * A Fréchet distance of subsets. With the reference's Σᵣ = FᵀF, tr((ΣᵣΣ)^½) is Σ√λ of FΣFᵀ, the covariance of the rows Fx: they
 * are projected once, a subset's covariance is the pool's without the rows it leaves out, and what remains is its eigenvalues.
 * A subset of no more images than dimensions has those of its Gram matrix instead.
 *
 * @param id  of the protocol: `fid`, `fd-dinov2`
 *
 * Agrees with: `frechetDistance` of the subset's own moments, to 1e-7 of the covariances' traces: square roots of eigenvalues
 * that are 0 keep half of the digits (test/filtering/subset-metrics.test.ts).
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

  async function traceSquareRoot(indices: Uint32Array, drawn?: DrawnImages): Promise<number> {
    const [matrix, size] =
      indices.length <= rank
        ? [await gramOfDeviations(selectRows(projected, indices)), indices.length]
        : [(await moments.of(indices, drawn)).covariance, rank];
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
    value: async (indices, drawn) => {
      const n = indices.length;
      const shift = meanOf(deviations, indices);
      const meanTerm = compensatedSum(shift.map((value) => value * value));
      const squares = compensatedSum(Float64Array.from(indices, (index) => norms[index]!));
      const variance = (squares - n * meanTerm) / (n - 1);
      const root = await traceSquareRoot(indices, drawn);
      return meanTerm + Math.max(0, target.totalVariance + variance - 2 * root);
    },
    influence: async (from) =>
      frechetInfluence(target, { rows, projected, from, seen: await moments.of(from) }, algebra),
  };
}

/** What the influence is of, and as seen from which rows. */
interface InfluenceSubject {
  readonly rows: Rows;
  /** (n, rank): the rows, less any constant, times the reference's factor */
  readonly projected: Rows;
  /** rows that are seen, and the moments of their projections */
  readonly from: Uint32Array;
  readonly seen: GaussianMoments;
}

/**
 * Influence of each row on the Fréchet distance: with z = x − μ and the reference's Σᵣ = FᵀF, M = FΣFᵀ = VΛVᵀ,
 * 2(μ − μᵣ)·z + ‖z‖² − Σₖ λₖ^−½ (vₖᵀFz)² up to a constant, the derivative of the distance when the row is given weight.
 * Eigenvalues are taken to be at least d/n times their mean: below that n rows cannot tell a small one from none, and a row
 * that is not among them would have influence without bound.
 *
 * @returns (n), of mean 0 over the rows seen
 *
 * Source: d tr M^½ = ½ tr(M^−½ dM), with dΣ = zzᵀ − Σ and dμ = z.
 */
async function frechetInfluence(
  reference: FactoredGaussian,
  { rows, projected, from, seen }: InfluenceSubject,
  algebra: Algebra,
): Promise<Float64Array> {
  const { n, d, data } = rows;
  const rank = projected.d;
  const mean = columnMeans(selectRows(rows, from));
  const { values, vectors } = symmetricEigenDecomposition(seen.covariance, rank);
  const floor = (d / from.length) * (values.reduce((sum, value) => sum + value, 0) / rank);
  const roots = values.map((value) => Math.sqrt(Math.max(value, floor)));
  const along = await algebra.innerProducts(projected, { n: rank, d: rank, data: vectors }); // (n, rank)
  const middle = await algebra.innerProducts(
    { n: 1, d: rank, data: seen.mean },
    { n: rank, d: rank, data: vectors },
  );
  const influence = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let value = 0;
    for (let j = 0; j < d; j++) {
      const z = data[i * d + j]! - mean[j]!;
      value += 2 * (mean[j]! - reference.mean[j]!) * z + z * z;
    }
    for (let k = 0; k < rank; k++) value -= (along[i * rank + k]! - middle[k]!) ** 2 / roots[k]!;
    influence[i] = value;
  }
  const center = from.reduce((sum, index) => sum + influence[index]!, 0) / from.length;
  return influence.map((value) => value - center);
}
