import type { FactoredGaussian } from '../../metrics/frechet-distance.js';
import { gaussianOfSet } from '../../metrics/set-gaussian.js';
import type { Algebra } from '../../numerics/algebra.js';
import { columnMeans } from '../../numerics/column-means.js';
import type { GaussianMoments } from '../../numerics/gaussian-moments.js';
import { compensatedSum } from '../../numerics/mean-and-variance.js';
import { momentsWithoutRows } from '../../numerics/moments-without-rows.js';
import { squaredNorms } from '../../numerics/products.js';
import {
  mostTogether,
  type PrincipalRows,
  rootsWithoutRows,
  sharedQuadrature,
} from '../../numerics/roots-without-rows.js';
import type { Rows } from '../../numerics/rows.js';
import { selectRows } from '../../numerics/rows.js';
import {
  type EigenDecomposition,
  symmetricEigenDecomposition,
} from '../../numerics/symmetric-eigenvalues.js';
import { allIndices } from '../kept-indices.js';
import type { MetricSides, SubsetMetric, TogetherOptions } from './subset-metric.js';
import { indicesOutside } from './subset-metric.js';

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

/** Of a value that is found together with others, the error beside rounding is proven to be at most this share. */
const PROVEN_SHARE = 1e-10;

/**
 * A Fréchet distance of subsets. With the reference's Σᵣ = FᵀF, tr((ΣᵣΣ)^½) is Σ√λ of FΣFᵀ, the covariance of the rows Fx: they
 * are projected once, a subset's covariance is the pool's without the rows it leaves out, and what remains is its eigenvalues.
 * A subset of no more images than dimensions has those of its Gram matrix instead. Many subsets that leave few rows out are found
 * together, by log determinants in place of eigenvalues (`rootsWithoutRows`).
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
  let decomposition: EigenDecomposition | undefined;
  const decomposed = (of: GaussianMoments): EigenDecomposition => {
    if (of !== moments.whole) return symmetricEigenDecomposition(of.covariance, rank);
    decomposition ??= symmetricEigenDecomposition(of.covariance, rank);
    return decomposition;
  };

  async function traceSquareRoot(indices: Uint32Array): Promise<number> {
    const [matrix, size] =
      indices.length <= rank
        ? [await gramOfDeviations(selectRows(projected, indices)), indices.length]
        : [(await moments.of(indices)).covariance, rank];
    const eigenvalues = await algebra.symmetricEigenvalues(matrix, size);
    return compensatedSum(eigenvalues.map((value) => Math.sqrt(Math.max(0, value))));
  }

  async function gramOfDeviations(subset: Rows): Promise<Float64Array> {
    const own = lessCenter(subset, columnMeans(subset));
    const products = await algebra.innerProducts(own, own);
    return products.map((value) => value / (subset.n - 1));
  }

  function withRoot(indices: Uint32Array, root: number): number {
    const n = indices.length;
    const shift = meanOf(deviations, indices);
    const meanTerm = compensatedSum(shift.map((value) => value * value));
    const squares = compensatedSum(Float64Array.from(indices, (index) => norms[index]!));
    const variance = (squares - n * meanTerm) / (n - 1);
    return meanTerm + Math.max(0, target.totalVariance + variance - 2 * root);
  }

  const value = async (indices: Uint32Array) => withRoot(indices, await traceSquareRoot(indices));

  async function principalRows(): Promise<PrincipalRows> {
    const { values, vectors } = decomposed(moments.whole);
    const centered = lessCenter(projected, moments.whole.mean);
    const data = await algebra.innerProducts(centered, { n: rank, d: rank, data: vectors });
    return { rows: { n: rows.n, d: rank, data }, eigenvalues: values.map((one) => one * (rows.n - 1)) };
  }

  let shared: ReturnType<typeof sharedOf> | undefined;

  /** Of the pool alone, so that no value depends on what it is found with. */
  async function sharedOf(most: number) {
    const principal = await principalRows();
    const whole = await value(allIndices(rows.n));
    const tolerance = (PROVEN_SHARE / 8) * whole * Math.sqrt(rows.n - most - 1);
    return { principal, quadrature: sharedQuadrature(principal, { most, tolerance }) };
  }

  async function values(
    subsets: readonly Uint32Array[],
    { planned, onShare }: TogetherOptions,
  ): Promise<(number | null)[]> {
    const found: (number | null)[] = subsets.map(() => null);
    const most = mostTogether({ n: rows.n, d: rank }, planned);
    const excluded = subsets.map((indices) => indicesOutside(indices, rows.n));
    const places = [...excluded.keys()].filter((at) => {
      const { length } = excluded[at]!;
      return length > 0 && length <= most;
    });
    if (places.length === 0) return found;
    shared ??= sharedOf(most);
    const { principal, quadrature } = await shared;
    if (quadrature === null) return found;
    const out = places.map((at) => excluded[at]!);
    const roots = await rootsWithoutRows(await principal, out, {
      quadrature,
      algebra,
      onShare,
    });
    for (const [i, at] of places.entries()) {
      const root = roots[i];
      if (root === null || root === undefined) continue;
      const scale = Math.sqrt(subsets[at]!.length - 1);
      const own = withRoot(subsets[at]!, root.value / scale);
      if ((2 * root.error) / scale <= PROVEN_SHARE * own) found[at] = own;
    }
    return found;
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
    value,
    values,
    influence: async (from) => {
      const seen = await moments.of(from);
      return frechetInfluence(target, { rows, projected, from, seen, ...decomposed(seen) }, algebra);
    },
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
  /** of the covariance of what is seen */
  readonly values: Float64Array;
  readonly vectors: Float64Array;
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
  { rows, projected, from, seen, values, vectors }: InfluenceSubject,
  algebra: Algebra,
): Promise<Float64Array> {
  const { n, d, data } = rows;
  const rank = projected.d;
  const mean = columnMeans(selectRows(rows, from));
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

/** Moments of one set, and of any of its subsets. */
interface MomentsOfSubsets {
  readonly whole: GaussianMoments;
  of(indices: Uint32Array): Promise<GaussianMoments>;
}

/** A subset's moments are the set's without the rows it leaves out. */
export async function momentsOfSubsets(rows: Rows, algebra: Algebra): Promise<MomentsOfSubsets> {
  const whole = await algebra.gaussianMoments(rows);
  return {
    whole,
    of: (indices) =>
      momentsWithoutRows(rows, whole, { excluded: indicesOutside(indices, rows.n), stay: indices }, algebra),
  };
}
