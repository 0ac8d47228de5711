import type { Algebra } from '../numerics/algebra.js';
import { columnMeans } from '../numerics/column-means.js';
import type { GaussianMoments } from '../numerics/gaussian-moments.js';
import { compensatedSum } from '../numerics/mean-and-variance.js';
import { dotProduct, squaredNorms } from '../numerics/products.js';
import { type Rows, rowRange, transposed } from '../numerics/rows.js';
import { seededRandom, standardNormals } from '../numerics/seeded-random.js';
import { symmetricEigenDecomposition } from '../numerics/symmetric-eigenvalues.js';
import type { FactoredGaussian } from './frechet-distance.js';
import type { MmdEstimator, MmdSums } from './squared-mmd.js';

/** Directions in which the root of the covariances is differentiated one by one; what is left counts by its energy. */
const LEADING = 128;
/** Steps of the subspace iteration that finds them. */
const STEPS = 2;
/** Rows at a time, so that memory does not grow with n. */
const BLOCK = 2048;

/**
 * By how much leaving each generated image out lowers a Fréchet distance. With z = x − μ, the reference's Σᵣ = FᵀF and
 * M = FΣFᵀ, the mean and the trace of Σ change exactly, and the root to first order, d tr M^½ = ½ tr(M^−½ F dΣ Fᵀ):
 *
 * 2(μ − μᵣ)·z/(n − 1) − ‖z‖²/(n − 1)² + [n/(n − 1)·(‖z‖² − ‖M^−¼Fz‖²) − tr Σ + tr M^½]/(n − 2).
 *
 * M^−½ is exact in the `leading` directions of the largest eigenvalues, and beyond them the multiple of the identity that
 * gives the same tr M^½: exact up to that many dimensions.
 *
 * @param generated  rows (n, d), n ≥ 3, and their moments
 * @param distance  of the two
 * @returns (n), positive where the image raises the distance
 * @source derivative of the formula; Σ less a row is ((n − 1)Σ − n/(n − 1)·zzᵀ)/(n − 2)
 */
export async function frechetInfluence(
  reference: FactoredGaussian,
  generated: { readonly rows: Rows; readonly moments: GaussianMoments },
  {
    distance,
    algebra,
    leading = LEADING,
  }: { readonly distance: number; readonly algebra: Algebra; readonly leading?: number },
): Promise<Float64Array> {
  const { rows, moments } = generated;
  const { n, d } = rows;
  const { rank, data } = reference.factor;
  const factor = { n: rank, d, data };
  const mean = columnMeans(rows);
  const toReference = mean.map((value, j) => value - reference.mean[j]!);
  const variance = compensatedSum(Float64Array.from({ length: d }, (_, j) => moments.covariance[j * d + j]!));
  const meanTerm = compensatedSum(toReference.map((value) => value * value));
  const root = (meanTerm + reference.totalVariance + variance - distance) / 2;
  const { along, roots } = await leadingDirections(factor, moments.covariance, { leading, algebra });

  const lengths = new Float64Array(n); // ‖z‖²
  const energies = new Float64Array(n); // ‖Fz‖² beyond the leading directions
  const explained = new Float64Array(n); // ‖M^−¼Fz‖² in them
  const shifts = new Float64Array(n);
  for (let top = 0; top < n; top += BLOCK) {
    const block = centered(rowRange(rows, top, Math.min(top + BLOCK, n)), mean);
    const inside = await algebra.innerProducts(block, along);
    const whole =
      rank > along.n ? squaredNorms(rowsOf(await algebra.innerProducts(block, factor), rank)) : null;
    const norms = squaredNorms(block);
    for (let i = 0; i < block.n; i++) {
      let energy = whole?.[i] ?? 0;
      for (let k = 0; k < along.n; k++) {
        const square = inside[i * along.n + k]! ** 2;
        energy -= square;
        explained[top + i]! += square / roots[k]!;
      }
      energies[top + i] = Math.max(0, energy);
      lengths[top + i] = norms[i]!;
      for (let j = 0; j < d; j++) shifts[top + i]! += block.data[i * d + j]! * toReference[j]!;
    }
  }
  const left = Math.max(0, root - compensatedSum(roots));
  const energy = compensatedSum(energies) / (n - 1);
  const perEnergy = energy > 0 ? left / energy : 0;
  return lengths.map((length, i) => {
    const rooted = explained[i]! + perEnergy * energies[i]!;
    const ofCovariance = ((n / (n - 1)) * (length - rooted) - variance + root) / (n - 2);
    return (2 * shifts[i]!) / (n - 1) - length / (n - 1) ** 2 + ofCovariance;
  });
}

function rowsOf(data: Float64Array, d: number): Rows {
  return { n: data.length / d, d, data };
}

function centered({ n, d, data }: Rows, mean: Float64Array): Rows {
  return { n, d, data: Float64Array.from({ length: n * d }, (_, at) => data[at]! - mean[at % d]!) };
}

/** Eigenvectors of M = FΣFᵀ times F, with the square roots of their eigenvalues, the largest; those of no variance left out. */
async function leadingDirections(
  factor: Rows,
  covariance: Float64Array,
  { leading, algebra }: { readonly leading: number; readonly algebra: Algebra },
): Promise<{ readonly along: Rows; readonly roots: readonly number[] }> {
  const { n: rank, d } = factor;
  const count = Math.min(leading, rank);
  const across = transposed(factor);
  const sigma = rowsOf(covariance, d);
  const applied = async (vectors: Rows): Promise<Rows> => {
    const back = rowsOf(await algebra.innerProducts(vectors, across), d);
    const varied = rowsOf(await algebra.innerProducts(back, sigma), d);
    return rowsOf(await algebra.innerProducts(varied, factor), rank);
  };
  let basis = orthonormal(
    count === rank
      ? identity(rank)
      : rowsOf(standardNormals(count * rank, seededRandom(0, 'directions')), rank),
  );
  for (let step = 0; step < STEPS && count < rank; step++) basis = orthonormal(await applied(basis));
  const { values, vectors } = symmetricEigenDecomposition(
    await algebra.innerProducts(basis, await applied(basis)),
    count,
  );
  const least = Math.max(0, values[count - 1]!) * Number.EPSILON * rank;
  const kept = [...values.keys()].filter((k) => values[k]! > least);
  const chosen = rowsOf(
    Float64Array.from(kept.flatMap((k) => [...vectors.subarray(k * count, (k + 1) * count)])),
    count,
  );
  const inBasis = await algebra.innerProducts(chosen, transposed(basis));
  return {
    along: rowsOf(await algebra.innerProducts(rowsOf(inBasis, rank), across), d),
    roots: kept.map((k) => Math.sqrt(values[k]!)),
  };
}

function identity(d: number): Rows {
  return { n: d, d, data: Float64Array.from({ length: d * d }, (_, at) => (at % (d + 1) === 0 ? 1 : 0)) };
}

/** Rows made orthonormal one after another, twice for the digits; those that depend on others become 0. */
function orthonormal({ n, d, data }: Rows): Rows {
  const basis = Float64Array.from(data);
  const row = (i: number) => basis.subarray(i * d, (i + 1) * d);
  for (let i = 0; i < n; i++) {
    const own = row(i);
    const before = Math.sqrt(dotProduct(own, own));
    for (let time = 0; time < 2; time++)
      for (let k = 0; k < i; k++) {
        const other = row(k);
        const share = dotProduct(own, other);
        for (let j = 0; j < d; j++) own[j]! -= share * other[j]!;
      }
    const length = Math.sqrt(dotProduct(own, own));
    const scale = length > 1e-12 * before ? 1 / length : 0;
    for (let j = 0; j < d; j++) own[j]! *= scale;
  }
  return { n, d, data: basis };
}

/**
 * By how much leaving each image of the second set out lowers a squared MMD: exactly, from the sums that gave it. With r the sums
 * of k over the other images of the set and c over the first set, of m images, mean k becomes (Σr − 2rᵢ)/((n − 1)(n − 2)) for the
 * unbiased estimator, and mean k across (Σc − cᵢ)/((n − 1)m).
 *
 * @returns (n), positive where the image raises the distance
 * @source Gretton et al. 2012, JMLR 13:723–773, eqs. 3 and 5, without one image
 */
export function mmdInfluence(
  { second, across }: Omit<MmdSums, 'first'>,
  estimator: MmdEstimator,
): Float64Array {
  const { rowSums, diagonal } = second;
  const n = rowSums.length;
  const m = across.rowSums.length;
  const isBiased = estimator === 'biased';
  const own = compensatedSum(rowSums) + (isBiased ? compensatedSum(diagonal) : 0);
  const cross = compensatedSum(across.columnSums);
  const pairs = (size: number) => (isBiased ? size * size : size * (size - 1));
  return rowSums.map((sum, i) => {
    const less = 2 * sum + (isBiased ? diagonal[i]! : 0);
    const ofOwn = own / pairs(n) - (own - less) / pairs(n - 1);
    const ofCross = (cross / n - (cross - across.columnSums[i]!) / (n - 1)) / m;
    return ofOwn - 2 * ofCross;
  });
}
