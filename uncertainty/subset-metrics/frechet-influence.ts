import type { FactoredGaussian } from '../../metrics/frechet-distance.js';
import type { Algebra } from '../../metrics/numerics/algebra.js';
import type { GaussianMoments } from '../../metrics/numerics/gaussian-moments.js';
import type { Rows } from '../../metrics/numerics/rows.js';
import { symmetricEigenDecomposition } from '../../metrics/numerics/symmetric-eigenvalues.js';

/**
 * Influence of each row on the Fréchet distance: with z = x − μ and the reference's Σᵣ = FᵀF, M = FΣFᵀ = VΛVᵀ,
 * 2(μ − μᵣ)·z + ‖z‖² − tr Σ − Σₖ λₖ^−½ (vₖᵀFz)² + Σₖ λₖ^½, the derivative of the distance when the row is given weight.
 * Eigenvalues are taken to be at least d/n times their mean: below that n rows cannot tell a small one from none, and a row
 * that is not among them would have influence without bound.
 *
 * @param moments  of the rows as seen: all of them or a part, n of their count
 *
 * Source: d tr M^½ = ½ tr(M^−½ dM), with dΣ = zzᵀ − Σ and dμ = z.
 */
export async function frechetInfluence(
  reference: FactoredGaussian,
  { rows, moments }: { readonly rows: Rows; readonly moments: GaussianMoments },
  algebra: Algebra,
): Promise<Float64Array> {
  const { n, d } = rows;
  const { rank, data } = reference.factor;
  const deviations = new Float64Array(n * d);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < d; j++) deviations[i * d + j] = rows.data[i * d + j]! - moments.mean[j]!;
  }
  const factor: Rows = { n: rank, d, data };
  const spread: Rows = { n: d, d, data: moments.covariance }; // symmetric: its rows are its columns
  const half = await algebra.innerProducts(factor, spread); // (rank, d) = FΣ
  const inner = await algebra.innerProducts({ n: rank, d, data: half }, factor); // (rank, rank) = FΣFᵀ
  const { values, vectors } = symmetricEigenDecomposition(inner, rank);
  const projected = await algebra.innerProducts({ n, d, data: deviations }, factor); // (n, rank) = zᵀFᵀ
  const along = await algebra.innerProducts(
    { n, d: rank, data: projected },
    { n: rank, d: rank, data: vectors },
  );
  const seen = moments.n ?? n;
  const floor = (d / seen) * (values.reduce((sum, value) => sum + value, 0) / rank);
  const roots = values.map((value) => Math.sqrt(Math.max(value, floor)));
  let [rootTrace, trace] = [0, 0];
  for (let k = 0; k < rank; k++) rootTrace += Math.max(0, values[k]!) / roots[k]!;
  for (let j = 0; j < d; j++) trace += moments.covariance[j * d + j]!;
  return Float64Array.from({ length: n }, (_, i) => {
    let [shift, length, transported] = [0, 0, 0];
    for (let j = 0; j < d; j++) {
      const z = deviations[i * d + j]!;
      shift += (moments.mean[j]! - reference.mean[j]!) * z;
      length += z * z;
    }
    for (let k = 0; k < rank; k++) {
      transported += along[i * rank + k]! ** 2 / roots[k]!;
    }
    return 2 * shift + length - trace - transported + rootTrace;
  });
}
