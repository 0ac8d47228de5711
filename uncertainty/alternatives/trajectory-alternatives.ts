import { imageNormals } from '../../diffusion/image-noise.js';
import {
  clipped,
  namedImage,
  requireGoingOn,
  type TrajectoryPoint,
} from '../../diffusion/sample-trajectory.js';
import type { Alternative, AlternativeRun, WatchedBatch } from './alternative.js';

/** Steps at the end of a trajectory that are looked at, as De Vita and Belagiannis do: details are decided there. */
export const LAST_STEPS = 10;

/**
 * Adds up a number for each image over the steps that are looked at, and divides by their number.
 *
 * @param values  at a point, row-major (n, values of an image)
 * @throws NumericalError NOT_FINITE naming image and step for which the network answers with NaN
 */
export function averaged(
  { images, size, steps }: WatchedBatch,
  { last, features }: { readonly last: number; readonly features: 'wanted' | 'not wanted' },
  values: (point: TrajectoryPoint) => Promise<ArrayLike<number>>,
): AlternativeRun {
  const sums = new Float64Array(images.length);
  const first = Math.max(0, steps.length - last);
  return {
    observer: {
      wantsFeatures: (index) => features === 'wanted' && index >= first,
      async observe(point) {
        if (point.index < first) return undefined;
        const elements = await values(point).catch((error: unknown) => {
          throw namedImage(error, { images }, { index: point.index, count: steps.length, time: point.time });
        });
        const each = elements.length / images.length;
        for (let i = 0; i < images.length; i++) {
          let sum = 0;
          for (let j = i * each; j < (i + 1) * each; j++) sum += elements[j]!;
          sums[i]! += (features === 'wanted' ? (sum * size) / each : sum) / (steps.length - first);
        }
        return undefined;
      },
    },
    scores: () => sums,
  };
}

/**
 * ‖φ‖² of the last layer's input: mean square of its elements times the values of an image, averaged over all steps. Up to a factor
 * it is the sum of the map of an isotropic posterior, which no data enter: what such a posterior "knows".
 */
export const featureNorm: Alternative = {
  name: 'feature-norm',
  source: 'the variance of an isotropic posterior, without its constants',
  cost: 'none',
  looksAt: 'trajectory',
  open: (batch) =>
    averaged(batch, { last: Number.POSITIVE_INFINITY, features: 'wanted' }, async ({ features }) =>
      features.map((value) => value * value),
    ),
};

/**
 * Σ over pixels of mean_m (ε̂(x̃_m) − ε̂)², where x̃_m = α x̂_0 + σ z_m is the predicted clean image noised again; mean over the last 10 steps.
 *
 * @param repeats  M, noisings of each step
 */
export function perturbation(repeats = 5): Alternative {
  return {
    name: 'perturbation',
    source: 'De Vita and Belagiannis 2024, arXiv:2412.00205',
    cost: `${repeats} for each of the last ${LAST_STEPS} steps`,
    looksAt: 'trajectory',
    parameters: { repeats, lastSteps: LAST_STEPS },
    open: (batch) =>
      averaged(batch, { last: LAST_STEPS, features: 'not wanted' }, async (point) => {
        const { step, at, epsilon, time, index } = point;
        const stage = step.midpoint ?? step;
        const { alpha, sigma } = stage;
        const squares = new Float64Array(at.length);
        const normals = batch.images.map((image) =>
          imageNormals({ seed: batch.seed, image, purpose: 'perturbation' }, index),
        );
        for (let repeat = 0; repeat < repeats; repeat++) {
          requireGoingOn(batch.signal);
          const x = new Float32Array(at.length);
          for (let i = 0; i < x.length; i++) {
            const clean = (at[i]! - sigma * epsilon[i]!) / alpha;
            x[i] = alpha * clean + sigma * normals[Math.floor(i / batch.size)]!();
          }
          const predicted = await batch.predictor.epsilon({ n: batch.images.length, x, time, y: batch.y });
          const again = clipped({ epsilon: predicted }, x, stage, batch.clip).epsilon; // as the step's own
          for (let i = 0; i < x.length; i++) squares[i]! += (again[i]! - epsilon[i]!) ** 2 / repeats;
        }
        return squares;
      }),
  };
}

/** Σ over pixels of (ε̂(x) − flip ε̂(flip x))², flipped from left to right; mean over the last 10 steps. */
export const flip: Alternative = {
  name: 'flip',
  source: 'test-time augmentation by flips, Wang et al. 2019, arXiv:1807.07356, on ε̂',
  cost: `1 for each of the last ${LAST_STEPS} steps`,
  looksAt: 'trajectory',
  parameters: { lastSteps: LAST_STEPS },
  open: (batch) =>
    averaged(batch, { last: LAST_STEPS, features: 'not wanted' }, async ({ step, at, epsilon, time }) => {
      requireGoingOn(batch.signal);
      const width = batch.shape.at(-1)!;
      const x = flipped(at, width);
      const predicted = await batch.predictor.epsilon({ n: batch.images.length, x, time, y: batch.y });
      const ofFlipped = clipped({ epsilon: predicted }, x, step.midpoint ?? step, batch.clip).epsilon; // as the step's own
      const again = flipped(ofFlipped, width);
      return epsilon.map((value, i) => (value - again[i]!) ** 2);
    }),
};

/** Each row of `width` values from right to left. */
function flipped(values: Float32Array, width: number): Float32Array {
  return values.map((_, i) => values[i - (i % width) + (width - 1 - (i % width))]!);
}
