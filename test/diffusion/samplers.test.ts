import { describe, expect, test } from 'vitest';
import { denoiserPredictor } from '../../diffusion/denoiser-predictor.js';
import { initialNoise } from '../../diffusion/image-noise.js';
import { continuousSchedule, noiseSchedule } from '../../diffusion/noise-schedule.js';
import { openDenoiser } from '../../diffusion/open-denoiser.js';
import { sampleTrajectory } from '../../diffusion/sample-trajectory.js';
import {
  ddimSteps,
  ddpmSteps,
  dpmSolver2Steps,
  type Sampler,
  type SamplerStep,
  type Spacing,
} from '../../diffusion/sampler-steps.js';
import {
  followedSteps,
  type GridKind,
  lateStart,
  type TimeGrid,
  timeGrid,
} from '../../diffusion/time-grid.js';
import { projectFile } from '../support/project.js';
import { writeSmallDenoiser } from '../support/small-denoiser.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { rejected, thrown } from '../support/thrown.js';
import { expectAllClose, expectClose, FLOAT32_SAMPLER, STATED_SIX_DIGITS } from '../support/tolerance.js';

const LINEAR = { kind: 'linear', steps: 1000, betaStart: 1e-4, betaEnd: 0.02 } as const;
const schedule = noiseSchedule(LINEAR);
const uniform = (count: number, end: TimeGrid['end'] = 't0') =>
  timeGrid({ steps: 1000, count, kind: 'uniform', end });

describe('noiseSchedule', () => {
  test('of the linear schedule ends at ᾱ = 4.036e-5, and starts at 0.9999', () => {
    expectClose(schedule.alphaBars[999], 4.035829765375694e-5, STATED_SIX_DIGITS);
    expect(schedule.alphaBars[0]).toBe(0.9999);
  });

  test('of the scaled linear schedule has its ends, and the square of the middle root between', () => {
    const { betas } = noiseSchedule({ kind: 'scaled-linear', steps: 3, betaStart: 0.01, betaEnd: 0.09 });
    expectAllClose(betas, [0.01, 0.04, 0.09], STATED_SIX_DIGITS);
  });

  test('of the cosine schedule ends at β = 0.999', () => {
    const { betas } = noiseSchedule({ kind: 'cosine', steps: 1000 });
    expect(betas[999]).toBe(0.999);
    expectClose(betas[0], 4.128422482e-5, STATED_SIX_DIGITS);
  });

  test('a β outside of 0 … 1 is refused with its time', () => {
    expect(thrown(() => noiseSchedule({ kind: 'explicit', steps: 2, betas: [0.5, 1] }))).toBe(
      'OUT_OF_RANGE noiseSchedule: must have one β for each step, each between 0 and 1; got β = 1 at t = 1.',
    );
  });
});

describe('continuousSchedule', () => {
  const process = continuousSchedule(schedule);

  test('tauAt is the inverse of lambda, between the points of the schedule as well', () => {
    for (const tau of [0.001, 0.0015, 0.25, 0.77777, 1])
      expectClose(process.tauAt(process.lambda(tau)), tau, 1e-9);
  });

  test('the cosine schedule begins where λ is −5.1', () => {
    const cosine = continuousSchedule(noiseSchedule({ kind: 'cosine', steps: 1000 }));
    expect(cosine.latest).toBe(0.996);
    expect(cosine.lambda(cosine.latest)).toBeGreaterThan(-5.1);
    expect(process.latest).toBe(1);
  });
});

describe('timeGrid', () => {
  test('50 of 1,000 are 980, 960, … 0', () => {
    expect(uniform(50).times.slice(0, 2)).toEqual([980, 960]);
    expect(uniform(50).times.at(-1)).toBe(0);
    expect(uniform(100).times[0]).toBe(990);
  });

  test('60 of 1,000 start at t = 944, and 50 and 100 are the neighbors that divide', () => {
    expect(uniform(60).times[0]).toBe(944);
    expect(lateStart({ steps: 1000, count: 60 })).toEqual({ time: 944, dividing: [50, 100] });
    expect(lateStart({ steps: 1000, count: 50 })).toBeNull();
  });

  test('the quadratic grid of 50 has t = 0, which ddim’s programs take twice, once', () => {
    const { times } = timeGrid({ steps: 1000, count: 50, kind: 'quadratic', end: 't0' });
    expect(times.length).toBe(49);
    expect([...times.slice(-3), times[0]]).toEqual([2, 1, 0, 800]);
  });

  test('the quadratic grid of 5 is numpy’s 0 50 200 450 800', () => {
    expect(timeGrid({ steps: 1000, count: 5, kind: 'quadratic', end: 't0' }).times).toEqual([
      800, 450, 200, 50, 0,
    ]);
  });

  test('more times than steps are refused', () => {
    expect(thrown(() => uniform(1001))).toBe(
      "OUT_OF_RANGE --steps: must be from 2 to the 1000 steps of the network's schedule; got 1001.",
    );
  });

  test('skipping by 5, of 49 steps 10 are followed, the first among them', () => {
    const followed = followedSteps({ count: 49, every: 5 });
    expect(followed.filter(Boolean).length).toBe(10);
    expect(followed[0]).toBe(true);
  });
});

/** (r², 2rk, k²) of a step, as published digits. */
function coefficients({ xFactor, epsilonFactor }: SamplerStep): number[] {
  return [xFactor * xFactor, 2 * xFactor * epsilonFactor, epsilonFactor * epsilonFactor];
}

describe('ddimSteps', () => {
  for (const [count, first, last, product] of [
    [50, [1.48064, -0.527663, 0.0470116], [1.0062, -0.139218, 0.00481555], 16937],
    [100, [1.22053, -0.231512, 0.0109784], [1.0021, -0.0738436, 0.00136037], 20672],
  ] as const)
    test(`of ${count} times have the coefficients r², 2rk, k² of the original, and ∏ r² = ${product}`, () => {
      const steps = ddimSteps(schedule, uniform(count), { eta: 0 });
      expect(steps.length).toBe(count - 1);
      coefficients(steps[0]!).forEach((value, i) => {
        expectClose(value, first[i]!, STATED_SIX_DIGITS);
      });
      coefficients(steps.at(-1)!).forEach((value, i) => {
        expectClose(value, last[i]!, 5e-5);
      }); // five digits stated
      expectClose(
        steps.reduce((all, { xFactor }) => all * xFactor * xFactor, 1),
        product,
        5e-5,
      );
    });

  test('with η = 1 draw as much as DDPM’s posterior, β′ (1 − ᾱ′)/(1 − ᾱ)', () => {
    const [step] = ddimSteps(schedule, uniform(50), { eta: 1 });
    const [bar, next] = [schedule.alphaBars[980]!, schedule.alphaBars[960]!];
    expectClose(step!.noiseSd ** 2, ((1 - bar / next) * (1 - next)) / (1 - bar), 1e-12);
  });

  test('the last step to the clean image is x̂_0', () => {
    const step = ddimSteps(schedule, uniform(50, 'x0'), { eta: 0 }).at(-1)!;
    expectClose(step.xFactor, 1 / Math.sqrt(0.9999), 1e-12);
    expectClose(step.epsilonFactor, -Math.sqrt(1e-4 / 0.9999), 1e-9);
    expect(step.nextTime).toBe(-1);
  });
});

test('dpmSolver2Steps of 50 evaluations are 25 from t = 999 to t = 0', () => {
  const steps = dpmSolver2Steps(schedule, { evaluations: 50, spacing: 'log-snr' });
  expect(steps.length).toBe(25);
  expect(steps[0]!.time).toBe(999);
  expectClose(steps.at(-1)!.nextTime, 0, 1e-9, 1);
});

test('dpmSolver2Steps of an odd number are refused', () => {
  expect(thrown(() => dpmSolver2Steps(schedule, { evaluations: 7, spacing: 'log-snr' }))).toBe(
    'OUT_OF_RANGE --steps: must be an even number for dpm-solver-2, which asks the network twice in each of its steps; got 7. Pass 6 or 8.',
  );
});

interface SamplerCase {
  readonly name: string;
  readonly peer: string;
  readonly sampler: Sampler;
  readonly steps: number;
  readonly eta?: number;
  readonly end?: TimeGrid['end'];
  readonly grid?: GridKind;
  readonly clip?: 'none' | 'x0';
  readonly schedule?: 'linear' | 'cosine';
  readonly spacing?: Spacing;
  readonly images: string;
}

const fixture = JSON.parse(projectFile('test/reference/samplers.json')) as {
  readonly seed: number;
  readonly imageNumbers: readonly number[];
  readonly initial: string;
  readonly cases: readonly SamplerCase[];
};
const floats = (base64: string) => new Float32Array(new Uint8Array(Buffer.from(base64, 'base64')).buffer);
const SIZE = 3 * 8 * 8;

function stepsOf({
  sampler,
  steps: count,
  eta = 0,
  end = 't0',
  grid = 'uniform',
  schedule: kind,
  spacing,
}: SamplerCase) {
  const process = kind === 'cosine' ? noiseSchedule({ kind, steps: 1000 }) : schedule;
  const times = timeGrid({ steps: 1000, count, kind: grid, end });
  if (sampler === 'ddim') return ddimSteps(process, times, { eta });
  return sampler === 'ddpm'
    ? ddpmSteps(process, times)
    : dpmSolver2Steps(process, { evaluations: count, spacing: spacing! });
}

describe('images of the authors’ samplers from the same noise and network', () => {
  test('the initial noise is that of an independent program', () => {
    const { seed, imageNumbers } = fixture;
    expectAllClose(
      initialNoise(imageNumbers, { seed, size: SIZE }),
      floats(fixture.initial),
      FLOAT32_SAMPLER,
    );
  });

  for (const sample of fixture.cases)
    test(`sampleTrajectory is ${sample.peer}: ${sample.name}`, async () => {
      const denoiser = await openDenoiser(await writeSmallDenoiser(temporaryFolder()));
      const images = await sampleTrajectory(
        floats(fixture.initial),
        { images: fixture.imageNumbers, size: SIZE },
        {
          predictor: denoiserPredictor(denoiser, undefined),
          steps: stepsOf(sample),
          seed: fixture.seed,
          clip: sample.clip ?? 'none',
        },
      );
      await denoiser.close();
      expectAllClose(images, floats(sample.images), FLOAT32_SAMPLER);
    });
});

test('an image for which the network answers NaN is named with its step', async () => {
  const predictor = {
    predict: async ({ x }: { readonly x: Float32Array }) => ({ epsilon: x, features: x }),
    epsilon: async ({ n, time }: { readonly n: number; readonly time: number }) =>
      Float32Array.from({ length: n }, (_, i) => (i === 1 && time < 960 ? Number.NaN : 0)),
  };
  const sampling = sampleTrajectory(
    Float32Array.of(1, 2),
    { images: [40, 41], size: 1 },
    { predictor, steps: ddimSteps(schedule, uniform(50), { eta: 0 }), seed: 1 },
  );
  expect(await rejected(sampling)).toBe(
    'NOT_FINITE image 41: the network must answer with finite noise; at step 3 of 49 (t = 940) it does not. A network in half precision may overflow: convert it in float32. Or leave the image out by another seed.',
  );
});
