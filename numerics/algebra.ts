import { type CovarianceFactor, factorOfMoments } from './covariance-factor.js';
import { type GaussianMoments, gaussianMoments } from './gaussian-moments.js';
import type { Kernel } from './kernel.js';
import { type CrossKernelSums, crossKernelSums, type OwnKernelSums, ownKernelSums } from './kernel-sums.js';
import { innerProducts } from './products.js';
import type { Rows } from './rows.js';
import { symmetricEigenvalues } from './symmetric-eigenvalues.js';
import { squareRootSpectrum, traceSquareRootOfFactors } from './trace-square-root.js';

/** How exact moments must be. */
export interface MomentsOptions {
  /** `float32` may be faster, and gives moments to about 1e-7 of the vectors' mean square; default `float64` */
  readonly products?: 'float32' | 'float64';
}

export interface KernelSumOptions {
  /**
   * `rows`, the default: every row's sum is exact to about 1e-13 of its pairs. For Gaussian kernels much wider than the vectors are
   * long an engine may do with less where the mean over all pairs is all that counts: `mean` is off by at most 2.5e-13 there,
   * `rounded` by at most 2.5e-10, and the sums of single rows by about 1e-7 of their pairs.
   */
  readonly accuracy?: 'rows' | 'mean' | 'rounded';
  /** (d): a point amid the vectors, from which an engine may measure them; no value depends on it. Default: the first set's mean */
  readonly origin?: Float64Array;
}

/** Inner products where a bound of their error will do: what they leave open is settled by differences. */
export interface ApproximateProducts {
  /** what rows are best given in */
  readonly type: 'float32' | 'float64';
  /** A·Bᵀ, (n, m) row-major, of rows in that type */
  innerProducts(first: Rows, second: Rows): Promise<Float32Array | Float64Array>;
  /** |product − xᵀy| is at most this times ‖x‖·‖y‖, the rounding of x and y to the type included */
  relativeError(d: number): number;
}

/**
 * The heavy steps of the metrics, for an engine to do fast. Every engine gives the plain functions' values, to the tolerances
 * in docs/precision.md.
 */
export interface Algebra {
  /** A·Bᵀ, (n, m) row-major */
  innerProducts(first: Rows, second: Rows): Promise<Float64Array>;
  readonly approximateProducts: ApproximateProducts;
  gaussianMoments(vectors: Rows, options?: MomentsOptions): Promise<GaussianMoments>;
  factorOfMoments(moments: Pick<GaussianMoments, 'd' | 'covariance'>): Promise<CovarianceFactor>;
  traceSquareRootOfFactors(first: CovarianceFactor, second: CovarianceFactor): Promise<number>;
  /** eigenvalues of (Σ₁Σ₂)^½, ascending; their sum is the trace */
  squareRootSpectrum(first: CovarianceFactor, second: CovarianceFactor): Promise<Float64Array>;
  symmetricEigenvalues(matrix: Float64Array, d: number): Promise<Float64Array>;
  crossKernelSums(
    first: Rows,
    second: Rows,
    kernel: Kernel,
    options?: KernelSumOptions,
  ): Promise<CrossKernelSums>;
  ownKernelSums(vectors: Rows, kernel: Kernel, options?: KernelSumOptions): Promise<OwnKernelSums>;
}

/** Plain TypeScript, one thread: right at any size, and quick enough below a few hundred dimensions. */
export const plainAlgebra: Algebra = {
  innerProducts: async (first, second) => innerProducts(first, second),
  approximateProducts: {
    type: 'float64',
    innerProducts: async (first, second) => innerProducts(first, second),
    relativeError: (d) => d * Number.EPSILON,
  },
  gaussianMoments: async (vectors) => gaussianMoments(vectors),
  factorOfMoments: async (moments) => factorOfMoments(moments),
  traceSquareRootOfFactors: async (first, second) => traceSquareRootOfFactors(first, second),
  squareRootSpectrum: async (first, second) => squareRootSpectrum(first, second),
  symmetricEigenvalues: async (matrix, d) => symmetricEigenvalues(matrix, d),
  crossKernelSums: async (first, second, kernel) => crossKernelSums(first, second, kernel),
  ownKernelSums: async (vectors, kernel) => ownKernelSums(vectors, kernel),
};
