import { describe, expect, test } from 'vitest';
import { noiseSchedule } from '../../../diffusion/noise-schedule.js';
import { type NoisePredictor, sampleTrajectory } from '../../../diffusion/sample-trajectory.js';
import { ddimSteps, ddpmSteps, dpmSolver2Steps, type SamplerStep } from '../../../diffusion/sampler-steps.js';
import { followedSteps, timeGrid } from '../../../diffusion/time-grid.js';
import { NumericalError } from '../../../errors.js';
import { type PropagationOptions, propagation } from '../../../uncertainty/laplace/propagation.js';
import {
  covarianceSums,
  publishedDdpmMoments,
  skippedMoments,
  stepMoments,
} from '../../../uncertainty/laplace/trajectory-moments.js';
import { rejected } from '../../support/thrown.js';
import { expectClose } from '../../support/tolerance.js';

// A world in which all is known: ε̂(x, t) = c(t) x + d(t) and γ² is one number, so that x_t is Gaussian at every step.
const GAMMA2 = 0.02;
const slope = (t: number) => 0.9 - 0.4 * (t / 1000);
const offset = (t: number) => 0.1 * Math.sin(t / 150);
const world: NoisePredictor = {
  predict: async ({ x, time }) => {
    const epsilon = x.map((value) => slope(time) * value + offset(time));
    return { epsilon, features: epsilon };
  },
  epsilon: async (batch) => (await world.predict(batch)).epsilon,
};

/** Mean and variance of x_0 from x_T = start, by the law of total variance and nothing else. */
function truth(
  steps: readonly SamplerStep[],
  start: number,
): { readonly mean: number; readonly variance: number } {
  let [mean, variance] = [start, 0];
  for (const { time, xFactor: a, epsilonFactor: b, noiseSd: s, midpoint } of steps) {
    // ε = m x + o + noise of the weights with variance w
    let [m, o, w] = [slope(time), offset(time), GAMMA2];
    if (midpoint !== null) {
      const c = slope(midpoint.time);
      o = c * midpoint.epsilonFactor * o + offset(midpoint.time);
      w = c ** 2 * midpoint.epsilonFactor ** 2 * w + GAMMA2;
      m = c * (midpoint.xFactor + midpoint.epsilonFactor * m);
    }
    mean = (a + b * m) * mean + b * o;
    variance = (a + b * m) ** 2 * variance + b * b * w + s * s;
  }
  return { mean, variance };
}

const schedule = noiseSchedule({ kind: 'linear', steps: 1000, betaStart: 1e-4, betaEnd: 0.02 });
const grid = timeGrid({ steps: 1000, count: 20, kind: 'uniform', end: 't0' });
const SAMPLERS = {
  ddim: ddimSteps(schedule, grid, { eta: 0 }),
  'ddim with η = 0.7': ddimSteps(schedule, grid, { eta: 0.7 }),
  ddpm: ddpmSteps(schedule, grid),
  'dpm-solver-2': dpmSolver2Steps(schedule, { evaluations: 20, spacing: 'time-uniform' }),
};
const SIZE = 3000;
const START = 0.7;

async function propagated(steps: readonly SamplerStep[], changes: Partial<PropagationOptions> = {}) {
  const start = new Float32Array(SIZE).fill(START);
  const batch = { images: [3], size: SIZE };
  const observer = propagation(start, batch, {
    predictor: world,
    varianceOf: (_, n) => new Float64Array(n * SIZE).fill(GAMMA2),
    followed: followedSteps({ count: steps.length, every: 1 }),
    samples: 60,
    covariance: 'centered',
    totalVariance: 'added',
    trajectory: 'map',
    seed: 1,
    batchSize: 7,
    ...changes,
  });
  const x = await sampleTrajectory(start, batch, { predictor: world, steps, seed: 1, observers: [observer] });
  return { x, ...observer.moments };
}

function average(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}

function deviation(values: ArrayLike<number>): number {
  const mean = average(values);
  return Math.sqrt(average(Array.from(values, (value) => (value - mean) ** 2)));
}

/** Of the mean of 3,000 independent elements, each with its own draws: some five standard errors. */
const MEAN_OF_ELEMENTS = 0.02;
/** The variance of 3,000 draws has a standard error of √(2/3000) = 2.6 %: four of them. */
const VARIANCE_OF_DRAWS = 0.1;

describe('in a linear Gaussian world, where x_0 has a known mean and variance,', () => {
  for (const [name, steps] of Object.entries(SAMPLERS)) {
    test(`${name}: the propagated moments are the true ones, with the law of total variance`, async () => {
      const { mean, variance } = await propagated(steps);
      const expected = truth(steps, START);
      expectClose(average(mean), expected.mean, MEAN_OF_ELEMENTS, Math.sqrt(expected.variance));
      expectClose(average(variance), expected.variance, MEAN_OF_ELEMENTS);
    });

    test(`${name}: a sampled trajectory has them too`, async () => {
      const { x } = await propagated(steps, { trajectory: 'sampled', covariance: 'none' });
      const expected = truth(steps, START);
      expectClose(average(x), expected.mean, VARIANCE_OF_DRAWS, Math.sqrt(expected.variance));
      expectClose(deviation(x) ** 2, expected.variance, VARIANCE_OF_DRAWS);
    });
  }

  test('the error of each element falls with the number of draws', async () => {
    const few = await propagated(SAMPLERS.ddim, { samples: 60 });
    const many = await propagated(SAMPLERS.ddim, { samples: 240 });
    const ratio = deviation(few.variance) / deviation(many.variance);
    expect(ratio).toBeGreaterThan(1.7); // √(239/59) = 2.01
    expect(ratio).toBeLessThan(2.4);
  });

  test('the published estimator has the same mean, and noise that buries the variance where the centered one does not', async () => {
    const expected = truth(SAMPLERS.ddim, START).variance;
    const published = await propagated(SAMPLERS.ddim, { covariance: 'published' });
    const centered = await propagated(SAMPLERS.ddim, { covariance: 'centered' });
    expect(deviation(published.variance) / expected).toBeGreaterThan(1);
    expect(deviation(published.variance) / deviation(centered.variance)).toBeGreaterThan(3);
    expect(published.variance.filter((value) => value < 0).length).toBeGreaterThan(100);
    expect(centered.variance.filter((value) => value < 0).length).toBe(0);
  });

  test('without the law of total variance the variance is too small, by the paper’s own recursion (r + kc)² Var − k²c² Var', async () => {
    const { variance } = await propagated(SAMPLERS.ddim, { totalVariance: 'left-out' });
    let paper = 0;
    for (const { time, xFactor: r, epsilonFactor: k } of SAMPLERS.ddim)
      paper = ((r + k * slope(time)) ** 2 - (k * slope(time)) ** 2) * paper + k * k * GAMMA2;
    expectClose(average(variance), paper, MEAN_OF_ELEMENTS);
    expect(paper).toBeLessThan(0.97 * truth(SAMPLERS.ddim, START).variance);
  });
});

test('propagation along the MAP trajectory leaves the images as they are without it, bit for bit', async () => {
  const steps = SAMPLERS.ddpm;
  const start = new Float32Array(SIZE).fill(START);
  const alone = await sampleTrajectory(
    start,
    { images: [3], size: SIZE },
    { predictor: world, steps, seed: 1 },
  );
  expect((await propagated(steps)).x).toEqual(alone);
});

test('the batch size of the draws changes no bit', async () => {
  const one = await propagated(SAMPLERS.ddim, { batchSize: 1 });
  const many = await propagated(SAMPLERS.ddim, { batchSize: 64 });
  expect(one.variance).toEqual(many.variance);
  expect(one.mean).toEqual(many.mean);
});

test('each skipped step multiplies the variance by r², and only followed ones draw', async () => {
  const followed = followedSteps({ count: SAMPLERS.ddim.length, every: 100 });
  const { variance } = await propagated(SAMPLERS.ddim, { followed });
  const [first, ...rest] = SAMPLERS.ddim;
  const expected = rest.reduce(
    (value, { xFactor }) => value * xFactor * xFactor,
    first!.epsilonFactor ** 2 * GAMMA2,
  );
  expectClose(variance[0], expected, 1e-12);
});

test('NaN at a draw for the covariance is named by its image and step', async () => {
  let asked = 0;
  const failing: NoisePredictor = {
    ...world,
    epsilon: async (batch) => {
      if (++asked < 40) return world.epsilon(batch);
      throw new NumericalError('NOT_FINITE', {
        where: 'net.onnx',
        expected: 'the noise must be finite',
        image: 1,
      });
    },
  };
  expect(await rejected(propagated(SAMPLERS.ddim, { predictor: failing }))).toMatch(
    /^NOT_FINITE image 3: the network must answer with finite noise; at step 6 of 19 \(t = 700\) it does not\./,
  );
});

test('one draw is refused, for a covariance needs two', async () => {
  expect(await rejected(propagated(SAMPLERS.ddim, { samples: 1 }))).toBe(
    'OUT_OF_RANGE --samples: must be at least 2 for a covariance; got 1. Pass --covariance none to do without.',
  );
});

describe('covarianceSums', () => {
  test('of draws x − E = −1, 0, 4 and ε̂ = 10, 11, 12 are those worked out by hand', () => {
    const sums = covarianceSums(1, 3);
    sums.add(0, -1, 10);
    sums.add(0, 0, 11);
    sums.add(0, 4, 12);
    const { mean, covariance, spread } = sums.moments('centered');
    expect([mean[0], covariance[0], spread[0]]).toEqual([11, 2.5, 1]);
    expect(sums.moments('published').covariance[0]).toBeCloseTo((-10 + 0 + 48) / 3, 12);
  });
});

describe('moments of a step with a = 2, b = −1, s = 0.5', () => {
  const step = { xFactor: 2, epsilonFactor: -1, noiseSd: 0.5 };
  const moments = { mean: Float64Array.of(3), variance: Float64Array.of(0.5) };
  const noise = { mean: [1], covariance: [0.25], variance: [0.125], spread: [0.5] };

  test('stepMoments are a E + b ε̂ = 5 and a² Var + 2ab Cov + b² (γ² + Var ε̂) + s² = 1.875', () => {
    const next = stepMoments(moments, noise, step);
    expect([next.mean[0], next.variance[0]]).toEqual([5, 1.875]);
  });

  test('skippedMoments are a E + b ε̂ = 5 and a² Var + s² = 2.25', () => {
    const next = skippedMoments(moments, [1], step);
    expect([next.mean[0], next.variance[0]]).toEqual([5, 2.25]);
  });

  test('publishedDdpmMoments leave the mean and take a Var for a² Var, 0.875', () => {
    const next = publishedDdpmMoments(moments, noise, step);
    expect([next.mean[0], next.variance[0]]).toEqual([3, 0.875]);
  });
});
