import { type EvaluationError, InterruptedError, NumericalError } from '../errors.js';
import type { NoisePrediction } from './denoiser.js';
import { imageNormals } from './image-noise.js';
import type { Midpoint, SamplerStep } from './sampler-steps.js';

/** What asks the network: a denoiser, one with guidance, or any function of x and t that is to be sampled from. */
export interface NoisePredictor {
  /** ε̂ and the last layer's input at (n, size) images, all at one time */
  predict(batch: PredictorBatch): Promise<NoisePrediction>;
  /** ε̂ alone */
  epsilon(batch: PredictorBatch): Promise<Float32Array>;
}

export interface PredictorBatch {
  readonly n: number;
  /** (n, size) */
  readonly x: Float32Array;
  /** of all */
  readonly time: number;
  /** (n); of a network with classes */
  readonly y?: Int32Array | undefined;
}

/** Images on their way, each with its number and class. */
export interface ImageBatch {
  /** numbers of the images (n): each has noise of its own */
  readonly images: readonly number[];
  /** values of one image */
  readonly size: number;
  readonly y?: Int32Array | undefined;
}

/** What the sampler has just asked, before it goes on. */
export interface TrajectoryPoint {
  readonly batch: ImageBatch;
  /** from 0, late to early */
  readonly index: number;
  readonly step: SamplerStep;
  /** x_t (n, size): where the step begins */
  readonly x: Float32Array;
  /** where ε̂ was taken: x_t, or the midpoint u of a solver of second order */
  readonly at: Float32Array;
  readonly time: number;
  /** ε̂ as the step uses it: after clipping, if x̂_0 is clipped */
  readonly epsilon: Float32Array;
  readonly features: Float32Array;
  /** 1 where ε follows the network, 0 where x̂_0 was clipped; null if nothing is clipped */
  readonly unclipped: Uint8Array | null;
}

/**
 * Looks at each point and may put another ε in place of the network's. Must not change the arrays it is given.
 *
 * `wantsFeatures` says whether the point's features are needed: asking for ε̂ alone may be cheaper.
 */
export interface TrajectoryObserver {
  wantsFeatures(index: number): boolean;
  observe(point: TrajectoryPoint): Promise<Float32Array | undefined>;
  /** of a solver of second order: where its step begins, before the midpoint is known */
  observeStart?(point: TrajectoryPoint): Promise<Float32Array | undefined>;
}

export interface TrajectoryOptions {
  readonly predictor: NoisePredictor;
  readonly steps: readonly SamplerStep[];
  readonly seed: number;
  /** `x0`: x̂_0 is kept in [−1, 1] at each step, as guided-diffusion does; default `none` */
  readonly clip?: 'none' | 'x0';
  readonly observers?: readonly TrajectoryObserver[];
  /** after each step */
  readonly onStep?: (index: number, x: Float32Array) => void;
  readonly signal?: AbortSignal;
}

/**
 * x_0 of a batch: each step takes ε̂ from the network and moves by the sampler's line, x′ = xFactor · x + epsilonFactor · ε + noiseSd · z.
 *
 * What happens to one image depends on its own noise and number alone; the network's answer is rounded to float32 as it comes.
 *
 * @param start  x_T (n, size); left as it is
 * @returns x_0 (n, size)
 * @throws NumericalError NOT_FINITE naming image and step for which the network answers with NaN or infinity
 * @throws InterruptedError INTERRUPTED between two steps
 */
export async function sampleTrajectory(
  start: Float32Array,
  batch: ImageBatch,
  { predictor, steps, seed, clip = 'none', observers = [], onStep, signal }: TrajectoryOptions,
): Promise<Float32Array> {
  let x: Float32Array = start;
  for (const [index, step] of steps.entries()) {
    requireGoingOn(signal);
    const { midpoint } = step;
    const place = { index, count: steps.length };
    const ask = async (at: Float32Array, time: number, kind: 'all' | 'epsilon') => {
      const asked = { n: batch.images.length, x: at, time, y: batch.y };
      try {
        return kind === 'all'
          ? await predictor.predict(asked)
          : { epsilon: await predictor.epsilon(asked), features: new Float32Array(0) };
      } catch (error) {
        throw namedImage(error, batch, { ...place, time });
      }
    };
    const wantsFeatures = observers.some((observer) => observer.wantsFeatures(index));
    const pointAt = async (at: Float32Array, stage: Midpoint | SamplerStep, kind: 'all' | 'epsilon') => {
      const { time } = stage;
      const { epsilon: predicted, features } = await ask(at, time, kind);
      requireFinite(predicted, batch, { ...place, time });
      return {
        batch,
        index,
        step,
        x,
        at,
        time,
        features,
        ...clipped({ epsilon: predicted }, at, stage, clip),
      };
    };
    let at = x;
    if (midpoint !== null) {
      const lookers = observers.filter((observer) => observer.observeStart !== undefined);
      const start = await pointAt(x, step, wantsFeatures && lookers.length > 0 ? 'all' : 'epsilon');
      let { epsilon } = start;
      for (const observer of lookers) epsilon = (await observer.observeStart!(start)) ?? epsilon;
      at = moved(x, epsilon, midpoint);
    }
    const point = await pointAt(at, midpoint ?? step, wantsFeatures ? 'all' : 'epsilon');
    let { epsilon } = point;
    for (const observer of observers) epsilon = (await observer.observe(point)) ?? epsilon;
    x = moved(x, epsilon, step);
    if (step.noiseSd > 0) addNoise(x, batch, { index, seed, deviation: step.noiseSd });
    onStep?.(index, x);
  }
  return x;
}

/** xFactor · x + epsilonFactor · ε */
function moved(
  x: Float32Array,
  epsilon: Float32Array,
  { xFactor, epsilonFactor }: Pick<Midpoint, 'xFactor' | 'epsilonFactor'>,
): Float32Array {
  const result = new Float32Array(x.length);
  for (let i = 0; i < x.length; i++) result[i] = xFactor * x[i]! + epsilonFactor * epsilon[i]!;
  return result;
}

/**
 * ε that belongs to x̂_0 kept in [−1, 1]: (x − α clip(x̂_0))/σ with x̂_0 = (x − σ ε)/α.
 *
 * @returns `unclipped` is 0 where the bound was met, so that ε no longer follows the network there
 */
export function clipped(
  { epsilon }: Pick<NoisePrediction, 'epsilon'>,
  x: Float32Array,
  { alpha, sigma }: Pick<Midpoint, 'alpha' | 'sigma'>,
  clip: 'none' | 'x0',
): { readonly epsilon: Float32Array; readonly unclipped: Uint8Array | null } {
  if (clip === 'none') return { epsilon, unclipped: null };
  const result = new Float32Array(epsilon);
  const unclipped = new Uint8Array(epsilon.length).fill(1);
  for (let i = 0; i < x.length; i++) {
    const clean = (x[i]! - sigma * epsilon[i]!) / alpha;
    if (clean >= -1 && clean <= 1) continue;
    result[i] = (x[i]! - alpha * Math.sign(clean)) / sigma;
    unclipped[i] = 0;
  }
  return { epsilon: result, unclipped };
}

function addNoise(
  x: Float32Array,
  { images, size }: ImageBatch,
  { index, seed, deviation }: { readonly index: number; readonly seed: number; readonly deviation: number },
): void {
  images.forEach((image, i) => {
    const normals = imageNormals({ seed, image, purpose: 'step' }, index);
    for (let j = i * size; j < (i + 1) * size; j++) x[j] = x[j]! + deviation * normals();
  });
}

interface Place {
  readonly index: number;
  readonly count: number;
  readonly time: number;
}

function requireFinite(epsilon: Float32Array, batch: ImageBatch, place: Place): void {
  for (let i = 0; i < epsilon.length; i++)
    if (!Number.isFinite(epsilon[i]!)) throw notFinite(Math.floor(i / batch.size), batch, place);
}

/** A denoiser names the place in its batch: here that is an image, and the step is known. */
export function namedImage(error: unknown, batch: Pick<ImageBatch, 'images'>, place: Place): unknown {
  if (!(error instanceof NumericalError) || error.code !== 'NOT_FINITE') return error;
  const at = Number(error.details['image'] ?? 0);
  return notFinite(at, batch, place, error);
}

function notFinite(
  at: number,
  { images }: Pick<ImageBatch, 'images'>,
  { index, count, time }: Place,
  cause?: unknown,
): EvaluationError {
  const image = images[at] ?? images[0]!;
  return new NumericalError(
    'NOT_FINITE',
    {
      where: `image ${image}`,
      expected: `the network must answer with finite noise; at step ${index + 1} of ${count} (t = ${Number(time.toFixed(3))}) it does not`,
      help: 'A network in half precision may overflow: convert it in float32. Or leave the image out by another seed.',
      image,
      step: index + 1,
      time,
    },
    { cause },
  );
}

/** @throws InterruptedError INTERRUPTED */
export function requireGoingOn(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw new InterruptedError('INTERRUPTED', { where: 'generate', expected: 'sampling was interrupted' });
}
