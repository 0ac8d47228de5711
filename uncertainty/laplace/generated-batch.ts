import { defined } from '../../defined.js';
import { initialNoise } from '../../diffusion/image-noise.js';
import type { NoisePredictor, TrajectoryObserver } from '../../diffusion/sample-trajectory.js';
import { sampleTrajectory } from '../../diffusion/sample-trajectory.js';
import type { SamplerStep } from '../../diffusion/sampler-steps.js';
import { type Propagation, type PropagationOptions, propagation } from './propagation.js';

/** How the variance is followed, without what comes from the denoiser. */
export type PropagationSettings = Pick<
  PropagationOptions,
  'samples' | 'covariance' | 'totalVariance' | 'trajectory' | 'publishedDdpm'
> & {
  /** each so many steps the variance is followed */
  readonly skip: number;
};

/** Images with the mean and variance of each of their values. */
export interface GeneratedBatch {
  /** numbers of the images (n) */
  readonly images: readonly number[];
  /** x_0 (n, size), in [−1, 1] where the network is a good one */
  readonly x: Float32Array;
  /** one for each posterior, in its order */
  readonly moments: readonly GeneratedMoments[];
}

export interface GeneratedMoments {
  /** E x_0 (n, size) */
  readonly mean: Float64Array;
  /** Var x_0 (n, size), in squared units of [−1, 1]; may be negative */
  readonly variance: Float64Array;
  /** Var x_t by time t, where it was asked for */
  readonly byTime: ReadonlyMap<number, Float64Array>;
  readonly clampedElements: number;
}

export interface BatchRequest {
  readonly images: readonly number[];
  /** values of one image */
  readonly size: number;
  readonly y?: Int32Array | undefined;
  /** x_T (n, size); drawn by `initialNoise` if absent */
  readonly start?: Float32Array | undefined;
  readonly predictor: NoisePredictor;
  readonly steps: readonly SamplerStep[];
  readonly seed: number;
  readonly clip: 'none' | 'x0';
  /** how to follow the variance under each of several posteriors: they share the trajectory and all draws */
  readonly propagations: readonly Pick<
    PropagationOptions,
    'varianceOf' | 'samples' | 'covariance' | 'totalVariance' | 'trajectory' | 'publishedDdpm' | 'followed'
  >[];
  /** times of the grid whose variance is kept */
  readonly keepTimes: readonly number[];
  readonly batchSize: number;
  readonly observers?: readonly TrajectoryObserver[];
  readonly onStep?: (index: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * A batch of images from x_T to x_0, with mean and variance under each posterior. One pass of the network in each step serves all of
 * them; their draws for the covariance are each their own, from the same random numbers.
 */
export async function generatedBatch(request: BatchRequest): Promise<GeneratedBatch> {
  const { images, size, y, predictor, steps, seed, clip, keepTimes, signal } = request;
  const start = request.start ?? initialNoise(images, { seed, size });
  const batch = { images, size, y };
  const kept = request.propagations.map(() => new Map<number, Float64Array>());
  const propagations: Propagation[] = request.propagations.map((options, i) =>
    propagation(start, batch, {
      ...options,
      predictor,
      clip,
      seed,
      batchSize: request.batchSize,
      onVariance: (time, variance) => {
        const wanted = keepTimes.find((keep) => Math.abs(keep - time) < 0.5);
        if (wanted !== undefined) kept[i]!.set(wanted, variance.slice());
      },
      ...defined({ signal }),
    }),
  );
  const x = await sampleTrajectory(start, batch, {
    predictor,
    steps,
    seed,
    clip,
    observers: [...propagations, ...(request.observers ?? [])],
    onStep: (index) => request.onStep?.(index),
    ...defined({ signal }),
  });
  return {
    images,
    x,
    moments: propagations.map(({ moments, clampedElements }, i) => ({
      ...moments,
      byTime: kept[i]!,
      clampedElements,
    })),
  };
}
