import type { SamplerStep } from '../../diffusion/sampler-steps.js';

/** Mean and variance of x_t, element by element (n · size); float64, for early variance survives through cancellation alone. */
export interface TrajectoryMoments {
  readonly mean: Float64Array;
  /** negative where the estimate of the covariance outweighs it */
  readonly variance: Float64Array;
}

/** Of the noise ε_t ~ N(ε̂(x_t), γ²(x_t)) over x_t and the weights, element by element. */
export interface NoiseMoments {
  /** E ε̂(x_t) */
  readonly mean: ArrayLike<number>;
  /** Cov(x_t, ε̂(x_t)); null where none was estimated */
  readonly covariance: ArrayLike<number> | null;
  /** γ², the variance over the weights */
  readonly variance: ArrayLike<number>;
  /** Var ε̂(x_t), the variance over x_t; null leaves it out */
  readonly spread: ArrayLike<number> | null;
}

/**
 * Mean and variance after a step x′ = a x + b ε + s z:
 * E′ = a E + b E ε̂, Var′ = a² Var + 2ab Cov(x, ε̂) + b² (γ² + Var ε̂) + s².
 *
 * The original study leaves Var ε̂ out; where ε̂ is locally linear with slope c this takes b²c² Var too little. With it the formula is
 * the law of total variance of each element, exact up to the estimate of the covariance where ε̂ of an element depends on that element
 * alone: draws take elements as independent.
 *
 * @param moments  of x_t; left as they are
 * @returns of x′
 *
 * Source: Kou et al. 2024, arXiv:2310.11142, section 3.3, for DDIM, DDPM and DPM-Solver-2 with each one's a, b and s.
 */
export function stepMoments(
  { mean, variance }: TrajectoryMoments,
  noise: NoiseMoments,
  { xFactor: a, epsilonFactor: b, noiseSd: s }: Pick<SamplerStep, 'xFactor' | 'epsilonFactor' | 'noiseSd'>,
): TrajectoryMoments {
  const nextMean = new Float64Array(mean.length);
  const nextVariance = new Float64Array(mean.length);
  for (let i = 0; i < mean.length; i++) {
    nextMean[i] = a * mean[i]! + b * noise.mean[i]!;
    const covariance = noise.covariance === null ? 0 : noise.covariance[i]!;
    const ofNoise = noise.variance[i]! + (noise.spread === null ? 0 : noise.spread[i]!);
    nextVariance[i] = a * a * variance[i]! + 2 * a * b * covariance + b * b * ofNoise + s * s;
  }
  return { mean: nextMean, variance: nextVariance };
}

/**
 * The step where the variance is not followed: E′ = a E + b ε̂(x_t), Var′ = a² Var + s². Errors of the skipped steps' noise and
 * their covariance with x are left out, as the original study does.
 */
export function skippedMoments(
  { mean, variance }: TrajectoryMoments,
  epsilon: ArrayLike<number>,
  { xFactor: a, epsilonFactor: b, noiseSd: s }: Pick<SamplerStep, 'xFactor' | 'epsilonFactor' | 'noiseSd'>,
): TrajectoryMoments {
  return {
    mean: mean.map((value, i) => a * value + b * epsilon[i]!),
    variance: variance.map((value) => a * a * value + s * s),
  };
}

/**
 * The released DDPM program's step: the variance is multiplied by a, where a² belongs, and the mean never moves, for the
 * program takes ᾱ twice at the same time. To repeat its numbers, and for nothing else.
 */
export function publishedDdpmMoments(
  moments: TrajectoryMoments,
  noise: NoiseMoments,
  step: Pick<SamplerStep, 'xFactor' | 'epsilonFactor' | 'noiseSd'>,
): TrajectoryMoments {
  const { variance } = stepMoments(moments, noise, step);
  const excess = step.xFactor * step.xFactor - step.xFactor;
  return { mean: moments.mean, variance: variance.map((value, i) => value - excess * moments.variance[i]!) };
}

/** How the covariance of x_t and ε̂(x_t) is estimated. */
export const COVARIANCES = ['centered', 'published', 'none'] as const;
export type CovarianceEstimator = (typeof COVARIANCES)[number];

/** What was drawn from N(E, Var) and what the network answered, summed. */
export interface CovarianceSums {
  /** of one draw after the other: x − E and ε̂, each at element `i` */
  add(i: number, deviation: number, epsilon: number): void;
  /** of `samples` draws at each element */
  moments(estimator: 'centered' | 'published'): {
    readonly mean: Float64Array;
    readonly covariance: Float64Array;
    /** Var ε̂, ddof 1 */
    readonly spread: Float64Array;
  };
}

/**
 * Sums for mean ε̂, Cov(x, ε̂) and Var ε̂ from S draws of x ~ N(E, Var).
 *
 * `centered`: 1/(S − 1) Σ (x_s − E)(ε̂_s − mean ε̂). `published`: 1/S Σ x_s ε̂_s − E · mean ε̂, which has the same mean and, ε̂ not
 * being centered, noise of standard deviation |ε̂| √(Var/S): most of what the released maps show.
 *
 * @param length   elements of all images
 * @param samples  S, at least 2
 */
export function covarianceSums(length: number, samples: number): CovarianceSums {
  const shift = new Float64Array(length).fill(Number.NaN); // the first ε̂ of each element, so that sums stay small
  const [deviations, epsilons, products, squares] = [0, 1, 2, 3].map(() => new Float64Array(length)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  return {
    add(i, deviation, epsilon) {
      if (Number.isNaN(shift[i]!)) shift[i] = epsilon;
      const shifted = epsilon - shift[i]!;
      deviations[i]! += deviation;
      epsilons[i]! += shifted;
      products[i]! += deviation * shifted;
      squares[i]! += shifted * shifted;
    },
    moments(estimator) {
      const mean = epsilons.map((sum, i) => shift[i]! + sum / samples);
      const centered = (i: number): number =>
        (products[i]! - (deviations[i]! * epsilons[i]!) / samples) / (samples - 1);
      const published = (i: number): number => (products[i]! + shift[i]! * deviations[i]!) / samples;
      return {
        mean,
        covariance: mean.map((_, i) => (estimator === 'centered' ? centered(i) : published(i))),
        spread: mean.map((_, i) => (squares[i]! - (epsilons[i]! * epsilons[i]!) / samples) / (samples - 1)),
      };
    },
  };
}
