import type { Algebra } from '../numerics/algebra.js';
import { columnMeans } from '../numerics/column-means.js';
import { compensatedSum } from '../numerics/mean-and-variance.js';
import { leadingComponents } from '../numerics/principal-components.js';
import { type Rows, rowRange, selectRows } from '../numerics/rows.js';
import { sampleIndices, seededRandom } from '../numerics/seeded-random.js';

/** Mardia's measures of how far vectors are from a normal distribution. */
export interface MardiaMoments {
  /** b₁ = mean over all pairs of ((xᵢ − x̄)ᵀS⁻¹(xⱼ − x̄))³: 0 for a normal distribution as n → ∞, about d(d + 1)(d + 2)/n at n */
  readonly skewness: number;
  /** b₂ = mean of ((x − x̄)ᵀS⁻¹(x − x̄))²: d(d + 2) for a normal distribution */
  readonly kurtosis: number;
}

/** Lower triangle of S = LLᵀ; null where S is singular to rounding. */
function cholesky(matrix: Float64Array, d: number): Float64Array | null {
  const lower = new Float64Array(d * d);
  for (let j = 0; j < d; j++) {
    let pivot = matrix[j * d + j]!;
    for (let k = 0; k < j; k++) pivot -= lower[j * d + k]! ** 2;
    if (!(pivot > d * Number.EPSILON * matrix[j * d + j]!)) return null;
    const root = Math.sqrt(pivot);
    lower[j * d + j] = root;
    for (let i = j + 1; i < d; i++) {
      let sum = matrix[i * d + j]!;
      for (let k = 0; k < j; k++) sum -= lower[i * d + k]! * lower[j * d + k]!;
      lower[i * d + j] = sum / root;
    }
  }
  return lower;
}

/** Rows about their mean, times L⁻ᵀ, so that their covariance (divisor n) is the identity; null where it has no inverse. */
function whitened({ n, d, data }: Rows): Float64Array | null {
  const center = columnMeans({ n, d, data });
  const white = Float64Array.from({ length: n * d }, (_, at) => data[at]! - center[at % d]!);
  const covariance = new Float64Array(d * d);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < d; j++)
      for (let k = 0; k <= j; k++) covariance[j * d + k]! += (white[i * d + j]! * white[i * d + k]!) / n;
  const lower = cholesky(covariance, d);
  if (lower === null) return null;
  for (let i = 0; i < n; i++)
    for (let j = 0; j < d; j++) {
      let sum = white[i * d + j]!;
      for (let k = 0; k < j; k++) sum -= lower[j * d + k]! * white[i * d + k]!;
      white[i * d + j] = sum / lower[j * d + j]!;
    }
  return white;
}

/**
 * Mardia's skewness b₁ and kurtosis b₂ of vectors, S with the divisor n.
 *
 * @param vectors  (n, d)
 * @returns unchanged by any affine map of the vectors; null where their covariance is singular
 * @source Mardia 1970, Biometrika 57:519–530, eqs. 2.23 and 3.12
 * @agreesWith numpy over whole matrices (test/reference/mardia.json)
 * @example
 * mardiaMoments({ n: 4, d: 1, data: Float64Array.of(-1, 1, -1, 1) }); // { skewness: 0, kurtosis: 1 }
 */
export function mardiaMoments(vectors: Rows): MardiaMoments | null {
  const { n, d } = vectors;
  const white = whitened(vectors);
  if (white === null) return null;
  const cubes = new Float64Array(n);
  const squares = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j <= i; j++) {
      let product = 0;
      for (let k = 0; k < d; k++) product += white[i * d + k]! * white[j * d + k]!;
      sum += (j < i ? 2 : 1) * product ** 3;
      if (j === i) squares[i] = product ** 2;
    }
    cubes[i] = sum;
  }
  return { skewness: compensatedSum(cubes) / n ** 2, kurtosis: compensatedSum(squares) / n };
}

/** Vectors projected on their first principal components, (n, count). */
async function onComponents(vectors: Rows, count: number, algebra: Algebra): Promise<Rows> {
  const directions = await leadingComponents(vectors, count, algebra);
  return { n: vectors.n, d: count, data: await algebra.innerProducts(vectors, directions) };
}

/** Of many images some do: the standard error of the kurtosis, √(8/(n·k(k + 2))), is then 1.2 %, a fortieth of what is warned of. */
const MOST_IMAGES = 500;
const MOST_COMPONENTS = 10;
/** Of the images drawn: at random, since every k-th of a file sorted by class, or of copies, is no fair part. */
const SEED = 2020;
/** Fewer images, or fewer a component, say nothing of fourth moments. */
const FEWEST = { images: 100, forEach: 20 };

/** How normal the embeddings of a set are, along the directions in which they vary most. */
export interface Normality {
  /** how many first principal components were looked at, and how many images */
  readonly components: number;
  readonly images: number;
  /** b₁ less what a normal distribution gives at this n, over the number of components: 0 for a normal distribution */
  readonly skewness: number;
  /** b₂ over what a normal distribution gives at this n: 1 for a normal distribution */
  readonly kurtosis: number;
}

/**
 * Mardia's measures of a set on its first ten principal components, of at most 500 images drawn at random, as shares of what a normal distribution gives.
 *
 * @returns null for too few images, or where the components have no spread
 */
export async function normalityOf(vectors: Rows, algebra: Algebra): Promise<Normality | null> {
  const draw = { n: vectors.n, size: Math.min(MOST_IMAGES, vectors.n) };
  const some =
    draw.size === vectors.n
      ? rowRange(vectors, 0, vectors.n)
      : selectRows(vectors, sampleIndices(draw, seededRandom(SEED, 'normality')).sort());
  const { n } = some;
  const components = Math.min(MOST_COMPONENTS, vectors.d, Math.floor(n / FEWEST.forEach));
  if (n < FEWEST.images || components < 1) return null;
  const projected = components === vectors.d ? some : await onComponents(some, components, algebra);
  const found = mardiaMoments(projected);
  if (found === null) return null;
  const k = components;
  // E b₁ = k(k + 2)((n + 1)(k + 1) − 6)/((n + 1)(n + 3)) and E b₂ = k(k + 2)(n − 1)/(n + 1), Mardia 1974, Sankhyā B 36:115
  const skewnessOfNormal = (k * (k + 2) * ((n + 1) * (k + 1) - 6)) / ((n + 1) * (n + 3));
  const kurtosisOfNormal = (k * (k + 2) * (n - 1)) / (n + 1);
  return {
    components,
    images: n,
    skewness: (found.skewness - skewnessOfNormal) / k,
    kurtosis: found.kurtosis / kurtosisOfNormal,
  };
}
