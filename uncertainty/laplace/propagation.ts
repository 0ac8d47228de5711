import { imageNormals, type Normals } from '../../diffusion/image-noise.js';
import {
  clipped,
  type ImageBatch,
  type NoisePredictor,
  namedImage,
  requireGoingOn,
  type TrajectoryObserver,
  type TrajectoryPoint,
} from '../../diffusion/sample-trajectory.js';
import type { Midpoint, SamplerStep } from '../../diffusion/sampler-steps.js';
import { OptionError } from '../../errors.js';
import {
  type CovarianceEstimator,
  covarianceSums,
  type NoiseMoments,
  publishedDdpmMoments,
  skippedMoments,
  stepMoments,
  type TrajectoryMoments,
} from './trajectory-moments.js';

/** γ² of ε̂ (n · size) out of the last layer's input of n images: where the variance comes from. */
export type VarianceSource = (
  features: Float32Array,
  n: number,
) => ArrayLike<number> | Promise<ArrayLike<number>>;

export interface PropagationOptions {
  /** asks for ε̂ at draws from N(E, Var) */
  readonly predictor: NoisePredictor;
  readonly varianceOf: VarianceSource;
  /** whether the variance is followed, for each step: see `followedSteps` */
  readonly followed: readonly boolean[];
  /** S, draws for the covariance; at least 2 unless `covariance` is `none` */
  readonly samples: number;
  /** `none`: Cov = 0 and E ε̂ = ε̂(x_t), without draws */
  readonly covariance: CovarianceEstimator;
  /** Var ε̂(x_t) over x_t, by the law of total variance: `added`, or `left-out` as in the paper */
  readonly totalVariance: 'added' | 'left-out';
  /** `map`: the images of the network as it is; `sampled`: ε_t ~ N(ε̂, γ²), as the released code draws */
  readonly trajectory: 'map' | 'sampled';
  /** `on`: the released DDPM program's coefficients: see `publishedDdpmMoments` */
  readonly publishedDdpm?: 'on' | 'off';
  readonly clip?: 'none' | 'x0';
  readonly seed: number;
  /** images that the network takes at once; draws of several images share a batch */
  readonly batchSize: number;
  /** variance of x after each step, at the time it has come to */
  readonly onVariance?: (time: number, variance: Float64Array) => void;
  readonly signal?: AbortSignal;
}

/** Follows mean and variance along a trajectory. */
export interface Propagation extends TrajectoryObserver {
  /** of x after the steps so far */
  readonly moments: TrajectoryMoments;
  /** how often an estimate was below 0 where draws were to be made, and was set to 0 */
  readonly clampedElements: number;
}

/**
 * An observer of `sampleTrajectory` that carries mean and variance of x_t along, from E = x_T and Var = 0. Give it x_T as `start`.
 *
 * In a step that is followed, Var is first raised to 0 where its estimate is below, S draws from N(E, Var) give E ε̂ and Cov(x, ε̂), γ²
 * is that of the trajectory's own point, and {@link stepMoments} is applied; the last step's result is left as it is. For DPM-Solver-2 the covariance is that of x_s and ε at the midpoint, which each draw
 * reaches by its own noise. In a skipped step {@link skippedMoments} is. Draws depend on seed, image and step alone.
 *
 * Network passes for an image: one for each step (two for DPM-Solver-2), and S (2S) for each followed step after the first.
 *
 * @throws OptionError OUT_OF_RANGE if samples is below 2 and a covariance is wanted
 *
 * Source: Kou et al. 2024, arXiv:2310.11142, algorithms 1 and 2.
 */
export function propagation(
  start: Float32Array,
  batch: ImageBatch,
  options: PropagationOptions,
): Propagation {
  const { covariance, samples, followed } = options;
  if (covariance !== 'none' && !(samples >= 2))
    throw new OptionError('OUT_OF_RANGE', {
      where: '--samples',
      expected: 'must be at least 2 for a covariance',
      received: String(samples),
      help: 'Pass --covariance none to do without.',
    });
  const length = start.length;
  let moments: TrajectoryMoments = { mean: Float64Array.from(start), variance: new Float64Array(length) };
  const zeros = new Float64Array(length);
  let clampedElements = 0;

  async function noiseMoments(point: TrajectoryPoint): Promise<NoiseMoments> {
    const variance = await pointVariance(point);
    // x_T is known: no variance, no covariance; but a midpoint has the noise of the step that leads to it.
    const isKnown =
      point.index === 0 && (point.step.midpoint === null || options.totalVariance === 'left-out');
    if (isKnown || covariance === 'none')
      return { mean: point.epsilon, covariance: null, variance, spread: null };
    // Nothing can be drawn with a negative variance, and left without its covariance it would only grow by r² at each step.
    clampedElements += moments.variance.reduce((count, value) => count + (value < 0 ? 1 : 0), 0);
    moments = { ...moments, variance: moments.variance.map((value) => Math.max(0, value)) };
    const drawn = await drawnMoments(moments, point, batch, options);
    return { ...drawn, variance, spread: options.totalVariance === 'added' ? drawn.spread : null };
  }

  /** γ² of the point, 0 where ε does not follow the network. */
  async function pointVariance({ features, unclipped }: TrajectoryPoint): Promise<ArrayLike<number>> {
    const variance = await options.varianceOf(features, batch.images.length);
    return unclipped === null
      ? variance
      : Float64Array.from(unclipped, (isFree, i) => (isFree === 1 ? variance[i]! : 0));
  }

  function drawnEpsilon(
    { epsilon, index }: TrajectoryPoint,
    variance: ArrayLike<number>,
    stage: number,
  ): Float32Array {
    const result = new Float32Array(length);
    batch.images.forEach((image, n) => {
      const normals = imageNormals(
        { seed: options.seed, image, purpose: 'sampled-trajectory' },
        index,
        stage,
      );
      for (let i = n * batch.size; i < (n + 1) * batch.size; i++)
        result[i] = epsilon[i]! + Math.sqrt(variance[i]!) * normals();
    });
    return result;
  }

  return {
    get moments() {
      return moments;
    },
    get clampedElements() {
      return clampedElements;
    },
    wantsFeatures: (index) => followed[index] === true,
    async observe(point) {
      const { index, step, epsilon } = point;
      let replaced: Float32Array | undefined;
      if (followed[index] === true) {
        const noise = await noiseMoments(point);
        const advance = options.publishedDdpm === 'on' ? publishedDdpmMoments : stepMoments;
        moments = advance(moments, noise, step);
        if (options.trajectory === 'sampled') replaced = drawnEpsilon(point, noise.variance, 1);
      } else if (options.publishedDdpm === 'on') {
        const noise = { mean: epsilon, covariance: null, variance: zeros, spread: null };
        moments = publishedDdpmMoments(moments, noise, step);
      } else moments = skippedMoments(moments, epsilon, step);
      options.onVariance?.(step.nextTime, moments.variance);
      return replaced;
    },
    ...(options.trajectory === 'map'
      ? {}
      : {
          observeStart: async (point: TrajectoryPoint) =>
            followed[point.index] === true ? drawnEpsilon(point, await pointVariance(point), 0) : undefined,
        }),
  };
}

/** E ε̂, Cov(x, ε̂) and Var ε̂ from S draws of each image, in batches that mix images so that the network is never half empty. */
async function drawnMoments(
  { mean, variance }: TrajectoryMoments,
  { index, step }: TrajectoryPoint,
  { images, size, y }: ImageBatch,
  {
    predictor,
    varianceOf: source,
    samples,
    covariance,
    seed,
    batchSize,
    clip = 'none',
    followed,
    signal,
  }: PropagationOptions,
): Promise<{
  readonly mean: Float64Array;
  readonly covariance: Float64Array;
  readonly spread: Float64Array;
}> {
  const sums = covarianceSums(mean.length, samples);
  const normalsOf = new Map<string, Normals>();
  const normalsFor = (image: number, stage: number): Normals => {
    const key = `${image} ${stage}`;
    const known = normalsOf.get(key) ?? imageNormals({ seed, image, purpose: 'moments' }, index, stage);
    normalsOf.set(key, known);
    return known;
  };
  const total = images.length * samples;
  for (let first = 0; first < total; first += batchSize) {
    requireGoingOn(signal);
    const owners = Array.from({ length: Math.min(batchSize, total - first) }, (_, i) =>
      Math.floor((first + i) / samples),
    );
    const draws = new Float32Array(owners.length * size);
    const deviations = new Float64Array(owners.length * size);
    owners.forEach((owner, n) => {
      const normals = normalsFor(images[owner]!, 0);
      for (let j = 0; j < size; j++) {
        const i = owner * size + j;
        const draw = Math.fround(mean[i]! + Math.sqrt(variance[i]!) * normals());
        draws[n * size + j] = draw;
        deviations[n * size + j] = draw - mean[i]!;
      }
    });
    const labels = y === undefined ? undefined : Int32Array.from(owners, (owner) => y[owner]!);
    const epsilon = await epsilonOfDraws(draws, owners, labels).catch((error: unknown) => {
      const drawn = { images: owners.map((owner) => images[owner]!) };
      throw namedImage(error, drawn, { index, count: followed.length, time: step.time });
    });
    owners.forEach((owner, n) => {
      for (let j = 0; j < size; j++)
        sums.add(owner * size + j, deviations[n * size + j]!, epsilon[n * size + j]!);
    });
  }
  return sums.moments(covariance === 'published' ? 'published' : 'centered');

  /** ε̂ at draws of x; for a solver of second order at the midpoints that they lead to. */
  async function epsilonOfDraws(
    x: Float32Array,
    owners: readonly number[],
    labels: Int32Array | undefined,
  ): Promise<Float32Array> {
    const n = owners.length;
    const ask = async (at: Float32Array, stage: SamplerStep | Midpoint) =>
      clipped(
        { epsilon: await predictor.epsilon({ n, x: at, time: stage.time, y: labels }) },
        at,
        stage,
        clip,
      ).epsilon;
    const { midpoint } = step;
    if (midpoint === null) return ask(x, step);
    const start = await predictor.predict({ n, x, time: step.time, y: labels });
    const { epsilon, unclipped } = clipped(start, x, step, clip);
    const ofWeights = await source(start.features, n);
    const deviation = (i: number): number =>
      unclipped === null || unclipped[i] === 1 ? Math.sqrt(ofWeights[i]!) : 0;
    const at = new Float32Array(x.length);
    owners.forEach((owner, place) => {
      const normals = normalsFor(images[owner]!, 1);
      for (let i = place * size; i < (place + 1) * size; i++)
        at[i] = midpoint.xFactor * x[i]! + midpoint.epsilonFactor * (epsilon[i]! + deviation(i) * normals());
    });
    return ask(at, midpoint);
  }
}
