import type { FactoredGaussian } from '../../metrics/frechet-distance.js';
import type { Algebra } from '../../metrics/numerics/algebra.js';
import { columnMeans } from '../../metrics/numerics/column-means.js';
import type { GaussianMoments } from '../../metrics/numerics/gaussian-moments.js';
import type { Rows } from '../../metrics/numerics/rows.js';
import { selectRows } from '../../metrics/numerics/select-rows.js';
import { symmetricEigenDecomposition } from '../../metrics/numerics/symmetric-eigenvalues.js';

/** What the influence is of, and as seen from which rows. */
export interface InfluenceSubject {
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
export async function frechetInfluence(
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
  const center = from.reduce((sum, place) => sum + influence[place]!, 0) / from.length;
  return influence.map((value) => value - center);
}
