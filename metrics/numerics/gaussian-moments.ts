/** Mean and covariance of n vectors: all that a Fréchet distance needs, mergeable without the vectors. */
export interface GaussianMoments {
  /** how many vectors; null where a statistics file of another tool does not say */
  readonly n: number | null;
  readonly d: number;
  /** (d) */
  readonly mean: Float64Array;
  /** (d, d) row-major, symmetric, divisor n − 1 */
  readonly covariance: Float64Array;
}
