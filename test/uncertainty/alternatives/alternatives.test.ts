import { describe, expect, test } from 'vitest';
import { imageMask } from '../../../diffusion/image-noise.js';
import { noiseSchedule } from '../../../diffusion/noise-schedule.js';
import { type NoisePredictor, sampleTrajectory } from '../../../diffusion/sample-trajectory.js';
import { ddimSteps } from '../../../diffusion/sampler-steps.js';
import { timeGrid } from '../../../diffusion/time-grid.js';
import { plainAlgebra } from '../../../numerics/algebra.js';
import type { Alternative } from '../../../uncertainty/alternatives/alternative.js';
import { ALTERNATIVES } from '../../../uncertainty/alternatives/alternative-catalog.js';
import { ensemble, semanticEntropy } from '../../../uncertainty/alternatives/ensemble.js';
import { mcDropout } from '../../../uncertainty/alternatives/mc-dropout.js';
import { reconstruction } from '../../../uncertainty/alternatives/reconstruction.js';
import { referenceDistance } from '../../../uncertainty/alternatives/reference-distance.js';
import {
  featureNorm,
  flip,
  perturbation,
} from '../../../uncertainty/alternatives/trajectory-alternatives.js';
import { expectClose } from '../../support/tolerance.js';

const schedule = noiseSchedule({ kind: 'linear', steps: 1000, betaStart: 1e-4, betaEnd: 0.02 });
const steps = ddimSteps(schedule, timeGrid({ steps: 1000, count: 20, kind: 'uniform', end: 't0' }), {
  eta: 0,
});
const SHAPE = [1, 20, 30];
const SIZE = 600;
const IMAGES = [0, 9];

/** A network that answers with a function of the value, its column and time; the features are 3 everywhere. */
function network(epsilon: (value: number, column: number, time: number) => number): NoisePredictor {
  const predictor: NoisePredictor = {
    predict: async ({ x, time }) => ({
      epsilon: x.map((value, i) => epsilon(value, i % 30, time)),
      features: new Float32Array(2 * x.length).fill(3),
    }),
    epsilon: async (batch) => (await predictor.predict(batch)).epsilon,
  };
  return predictor;
}

async function scored(
  alternative: Alternative,
  predictor: NoisePredictor,
  clip: 'none' | 'x0' = 'none',
): Promise<number[]> {
  const start = Float32Array.from({ length: 2 * SIZE }, (_, i) => Math.sin(1.7 * i));
  const batch = { images: IMAGES, size: SIZE };
  const run = alternative.open({ ...batch, shape: SHAPE, start, steps, predictor, clip, seed: 3 });
  const observers = run.observer === undefined ? [] : [run.observer];
  const x = await sampleTrajectory(start, batch, { predictor, steps, seed: 3, clip, observers });
  return Array.from(await run.scores(x));
}

describe('alternatives of a network whose answer is known', () => {
  test('featureNorm of features 3 everywhere is 9 for each of the 600 values', async () => {
    expect(
      await scored(
        featureNorm,
        network(() => 0),
      ),
    ).toEqual([5400, 5400]);
  });

  test('flip of a network that looks at values alone is 0, and of ε = 0.1 · column the sum of (0.1 (2c − 29))²', async () => {
    expect(
      await scored(
        flip,
        network((value) => Math.tanh(value)),
      ),
    ).toEqual([0, 0]);
    const perRow = Array.from({ length: 30 }, (_, c) => (0.1 * (2 * c - 29)) ** 2).reduce(
      (sum, square) => sum + square,
      0,
    );
    for (const score of await scored(
      flip,
      network((_, column) => 0.1 * column),
    ))
      expectClose(score, 20 * perRow, 1e-5);
  });

  test('perturbation of ε = 0.5 x is 0.25 σ² times the squared change of its noise: (z − ε)² has the mean 1 + ε²', async () => {
    let expected = 0;
    const predictor = network((value) => 0.5 * value);
    const last = steps.slice(-10);
    const start = Float32Array.from({ length: 2 * SIZE }, (_, i) => Math.sin(1.7 * i));
    await sampleTrajectory(
      start,
      { images: IMAGES, size: SIZE },
      {
        predictor,
        steps,
        seed: 3,
        observers: [
          {
            wantsFeatures: () => false,
            observe: async ({ index, step: { sigma }, epsilon }) => {
              if (index < steps.length - 10) return undefined;
              for (const value of epsilon.subarray(0, SIZE))
                expected += (0.25 * sigma ** 2 * (1 + value * value)) / last.length;
              return undefined;
            },
          },
        ],
      },
    );
    const [first] = await scored(perturbation(), predictor);
    expectClose(first, expected, 0.05); // 30,000 squares of normal draws, weighted unevenly
  });

  test('where x̂_0 is kept in −1 … 1, noise is compared as the steps take it: flip of a network that looks at values alone stays 0', async () => {
    const far = network((value) => value - 40);
    expect(await scored(flip, far, 'x0')).toEqual([0, 0]);
    for (const score of await scored(perturbation(), far, 'x0')) expect(score).toBeLessThan(600 * 2.5); // (z − z′)², not 40²
  });

  test('mcDropout of a network that answers with the number of values kept is 600 times the variance of that number, with M − 1', async () => {
    const rate = 0.25;
    const kept = (mask: Uint8Array) => mask.reduce((sum, value) => sum + value, 0);
    const dropout = {
      sites: [{ rate, shape: [3, 10] }],
      masked: ([mask]: readonly Uint8Array[]) => ({
        description: { nullClass: 7 } as never,
        predict: async () => ({}) as never,
        epsilon: async ({ x }: { readonly x: Float32Array }) => x.map(() => kept(mask!)),
      }),
      close: async () => {},
    };
    const expected = IMAGES.map((image) => {
      const variances = Array.from({ length: 10 }, (_, i) => {
        const index = steps.length - 10 + i;
        const drawn = [0, 1, 2].map((draw) => {
          const stream = { seed: 3, image, purpose: 'dropout' } as const;
          return kept(imageMask(stream, { length: 30, rate }, index, draw, 0));
        });
        const mean = (drawn[0]! + drawn[1]! + drawn[2]!) / 3;
        return drawn.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 2;
      });
      return (600 * variances.reduce((sum, value) => sum + value, 0)) / 10;
    });
    const predictor = network((value) => value);
    for (const guidance of [undefined, 3]) {
      const scores = await scored(mcDropout(dropout, { draws: 3, guidance }), predictor);
      expect(new Set(scores).size).toBe(2);
      scores.forEach((score, i) => {
        expectClose(score, expected[i]!, 1e-6);
      });
    }
  });

  test('imageMask keeps values at the chance 1 − rate, other ones for each image, step and draw', () => {
    const stream = { seed: 3, image: 4, purpose: 'dropout' } as const;
    const mask = imageMask(stream, { length: 40_000, rate: 0.1 }, 1, 2);
    const kept = mask.reduce((sum, value) => sum + value, 0);
    expect(Math.abs(kept - 36_000)).toBeLessThan(4 * Math.sqrt(40_000 * 0.09));
    expect(imageMask(stream, { length: 40_000, rate: 0.1 }, 1, 2)).toEqual(mask);
    expect(imageMask(stream, { length: 40_000, rate: 0.1 }, 1, 3)).not.toEqual(mask);
    expect(imageMask({ ...stream, image: 5 }, { length: 40_000, rate: 0.1 }, 1, 2)).not.toEqual(mask);
    expect(new Set(imageMask(stream, { length: 1000, rate: 0 }))).toEqual(new Set([1]));
  });

  test('reconstruction is 0 for a network that knows the clean image, and grows with its error', async () => {
    const clean = 0.25;
    const knows = (error: number) =>
      network((value, _, time) => {
        const bar = schedule.alphaBars[time]!;
        return (value - Math.sqrt(bar) * (clean + error)) / Math.sqrt(1 - bar);
      });
    for (const error of [0, 0.1]) {
      const run = reconstruction.open({
        images: IMAGES,
        size: SIZE,
        shape: SHAPE,
        start: new Float32Array(0),
        steps,
        predictor: knows(error),
        clip: 'none',
        seed: 3,
      });
      const scores = await run.scores(new Float32Array(2 * SIZE).fill(clean));
      for (const score of Array.from(scores)) expect(score).toBeCloseTo(SIZE * error ** 2, 4);
    }
  });

  test('every alternative names its source and its cost', () => {
    expect(ALTERNATIVES.every(({ source, cost }) => source !== '' && cost !== '')).toBe(true);
    expect(new Set(ALTERNATIVES.map(({ name }) => name)).size).toBe(ALTERNATIVES.length);
  });
});

describe('semanticEntropy', () => {
  test('of embeddings (0, 1) and (2, 1) is that of N(·, diag(1.001, 0.001))', () => {
    const expected = 0.5 * (Math.log(1.001) + Math.log(0.001)) + 1 + Math.log(2 * Math.PI);
    expect(
      semanticEntropy([
        [0, 1],
        [2, 1],
      ]),
    ).toBeCloseTo(expected, 12);
  });

  test('the ensemble starts all networks from the same noise: draws that change nothing leave σ² alone', async () => {
    const encoder = {
      id: 'first pixels',
      embeddings: async (x: Float32Array) => ({
        d: 2,
        embeddings: Float32Array.of(x[0]!, x[1]!, x[SIZE]!, x[SIZE + 1]!),
      }),
    };
    const draws = (size: number) => ({
      count: 3,
      deviation: async (m: number, _: Float32Array, n: number) =>
        new Float32Array(n * SIZE).fill(size * (m + 1)),
      close: async () => {},
    });
    const least = Math.log(1e-3) + 1 + Math.log(2 * Math.PI);
    const same = await scored(
      ensemble(draws(0), encoder),
      network((value) => 0.3 * value),
    );
    for (const score of same) expect(score).toBeCloseTo(least, 9);
    const [other] = await scored(
      ensemble(draws(0.01), encoder),
      network((value) => 0.3 * value),
    );
    expect(other).toBeGreaterThan(least + 0.1);
  });

  test('referenceDistance is the distance of the first two pixels to the nearer of two references', async () => {
    const encoder = {
      id: 'first pixels',
      embeddings: async (x: Float32Array) => ({
        d: 2,
        embeddings: Float32Array.of(x[0]!, x[1]!, x[SIZE]!, x[SIZE + 1]!),
      }),
    };
    const references = [
      [0.5, -2],
      [30, 40],
    ] as const;
    const rows = { n: 2, d: 2, data: Float64Array.from(references.flat()) };
    const { open } = referenceDistance({ rows, digest: 'two' }, encoder, plainAlgebra);
    const x = new Float32Array(2 * SIZE);
    x.set([0.5, 1, ...new Array(SIZE - 2).fill(7), 27, 36]);
    const run = open({
      ...{ images: IMAGES, size: SIZE, shape: SHAPE, start: x, steps, clip: 'none', seed: 3 },
      predictor: network(() => 0),
    });
    expect(Array.from(await run.scores(x))).toEqual([3, 5]);
  });
});
