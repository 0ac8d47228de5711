import type { NoisePredictor, TrajectoryObserver } from '../../diffusion/sample-trajectory.js';
import type { SamplerStep } from '../../diffusion/sampler-steps.js';

/** A score of generated images that needs no map of the variance. */
export interface Alternative {
  /** the column's name */
  readonly name: string;
  /** paper or program that it comes from */
  readonly source: string;
  /** network passes for an image, beside those of the trajectory, in words */
  readonly cost: string;
  /** `image`: at what a person would see, so that latents must be decoded first */
  readonly looksAt: 'trajectory' | 'image';
  /** what else its numbers depend on, for the record */
  readonly parameters?: Readonly<Record<string, string | number>>;
  /** Begins with a batch. */
  open(batch: WatchedBatch): AlternativeRun;
}

export interface WatchedBatch {
  readonly images: readonly number[];
  /** values of one image */
  readonly size: number;
  /** channels, height, width */
  readonly shape: readonly number[];
  readonly y?: Int32Array | undefined;
  /** x_T (n, size) */
  readonly start: Float32Array;
  readonly steps: readonly SamplerStep[];
  readonly predictor: NoisePredictor;
  readonly clip: 'none' | 'x0';
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

export interface AlternativeRun {
  /** what looks at the trajectory; absent where the finished images are enough */
  readonly observer?: TrajectoryObserver;
  /**
   * One number for each image (n): higher is less certain.
   *
   * @param x  the finished images x_0 (n, size)
   */
  scores(x: Float32Array): Promise<ArrayLike<number>> | ArrayLike<number>;
}
