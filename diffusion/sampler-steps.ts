import { OptionError } from '../errors.js';
import {
  alphaBarAt,
  type ContinuousSchedule,
  continuousSchedule,
  type NoiseSchedule,
} from './noise-schedule.js';
import type { TimeGrid } from './time-grid.js';

/** ε̂ at a point of the way: `xFactor · x + epsilonFactor · ε̂(x)` is where the network is asked a second time. */
export interface Midpoint {
  readonly xFactor: number;
  readonly epsilonFactor: number;
  /** time that the network takes there */
  readonly time: number;
  /** α and σ of that time */
  readonly alpha: number;
  readonly sigma: number;
}

/**
 * One step of a sampler, x′ = xFactor · x + epsilonFactor · ε + noiseSd · z with z ~ N(0, I): all samplers here are linear in x and ε, so
 * mean and variance follow the same coefficients.
 */
export interface SamplerStep {
  /** time that the network takes at x: one of the grid, between whole ones for DPM-Solver */
  readonly time: number;
  /** α and σ of that time: x = α x_0 + σ ε */
  readonly alpha: number;
  readonly sigma: number;
  readonly xFactor: number;
  readonly epsilonFactor: number;
  /** 0 for a deterministic sampler */
  readonly noiseSd: number;
  /** where ε is taken in place of x, for a solver of second order; null elsewhere */
  readonly midpoint: Midpoint | null;
  /** time of x′; −1 is the clean image */
  readonly nextTime: number;
}

export const SAMPLERS = ['ddim', 'ddpm', 'dpm-solver-2'] as const;
export type Sampler = (typeof SAMPLERS)[number];

/** Pairs of neighboring times of a grid, from late to early, and what follows its end. */
function intervals({ times, end }: TimeGrid): { readonly t: number; readonly next: number }[] {
  const targets = end === 'x0' ? [...times, -1] : times;
  return targets.slice(1).map((next, i) => ({ t: targets[i]!, next }));
}

/**
 * Steps of DDIM: x′ = √ᾱ′ x̂_0 + √(1 − ᾱ′ − s²) ε + s z with x̂_0 = (x − √(1 − ᾱ) ε)/√ᾱ and
 * s = η √((1 − ᾱ/ᾱ′)(1 − ᾱ′)/(1 − ᾱ)). As a line in x and ε, at η = 0: r = √(ᾱ′/ᾱ) and k = √(1 − ᾱ′) − r √(1 − ᾱ).
 *
 * @param eta  0 is deterministic; 1 draws as DDPM does with its smaller variance
 * @throws OptionError OUT_OF_RANGE if eta is not in 0 … 1
 *
 * Source: Song, Meng and Ermon 2021, arXiv:2010.02502, equations 12 and 16.
 * Agrees with: ermongroup/ddim, test/reference/samplers.json.
 */
export function ddimSteps(
  schedule: NoiseSchedule,
  grid: TimeGrid,
  { eta }: { readonly eta: number },
): SamplerStep[] {
  if (!(eta >= 0 && eta <= 1))
    throw new OptionError('OUT_OF_RANGE', {
      where: 'eta',
      expected: 'must be from 0 to 1',
      received: String(eta),
    });
  return intervals(grid).map(({ t, next }) => {
    const [bar, nextBar] = [alphaBarAt(schedule, t), alphaBarAt(schedule, next)];
    const xFactor = Math.sqrt(nextBar / bar);
    const noiseSd = eta * Math.sqrt(((1 - bar / nextBar) * (1 - nextBar)) / (1 - bar));
    const epsilonFactor =
      Math.sqrt(Math.max(0, 1 - nextBar - noiseSd * noiseSd)) - xFactor * Math.sqrt(1 - bar);
    return { ...timeOf(schedule, t), xFactor, epsilonFactor, noiseSd, midpoint: null, nextTime: next };
  });
}

/**
 * Steps of DDPM on a grid: with β′ = 1 − ᾱ/ᾱ′, x′ = (x − β′ ε/√(1 − ᾱ))/√(1 − β′) + √β′ z. A last step to the clean image
 * draws no noise.
 *
 * Source: Ho, Jain and Abbeel 2020, arXiv:2006.11239, algorithm 2 with σ² = β.
 * Agrees with: ermongroup/ddim, test/reference/samplers.json.
 */
export function ddpmSteps(schedule: NoiseSchedule, grid: TimeGrid): SamplerStep[] {
  return intervals(grid).map(({ t, next }) => {
    const [bar, nextBar] = [alphaBarAt(schedule, t), alphaBarAt(schedule, next)];
    const beta = 1 - bar / nextBar;
    const xFactor = 1 / Math.sqrt(1 - beta);
    const epsilonFactor = -beta / Math.sqrt((1 - beta) * (1 - bar));
    return {
      ...timeOf(schedule, t),
      xFactor,
      epsilonFactor,
      noiseSd: next < 0 ? 0 : Math.sqrt(beta),
      midpoint: null,
      nextTime: next,
    };
  });
}

function timeOf(schedule: NoiseSchedule, t: number): Pick<SamplerStep, 'time' | 'alpha' | 'sigma'> {
  const bar = alphaBarAt(schedule, t);
  return { time: t, alpha: Math.sqrt(bar), sigma: Math.sqrt(1 - bar) };
}

/** How DPM-Solver spaces its steps: evenly in λ = log(α/σ), or evenly in time. */
export const SPACINGS = ['log-snr', 'time-uniform'] as const;
export type Spacing = (typeof SPACINGS)[number];

/**
 * Steps of singlestep DPM-Solver-2: with h = λ_t − λ_s and s₁ half of the way in λ, u = (α_{s₁}/α_s) x − σ_{s₁}(e^{h/2} − 1) ε̂(x, s)
 * and x′ = (α_t/α_s) x − σ_t (e^h − 1) ε̂(u, s₁).
 *
 * @param evaluations  of the network for an image: two in each step, so an even number
 * @throws OptionError OUT_OF_RANGE if it is odd or below 2
 *
 * Source: Lu et al. 2022, arXiv:2206.00927, algorithm 1 with r₁ = ½.
 * Agrees with: LuChengTHU/dpm-solver, test/reference/samplers.json.
 */
export function dpmSolver2Steps(
  schedule: NoiseSchedule,
  { evaluations, spacing }: { readonly evaluations: number; readonly spacing: Spacing },
): SamplerStep[] {
  if (evaluations < 2 || evaluations % 2 !== 0)
    throw new OptionError('OUT_OF_RANGE', {
      where: '--steps',
      expected: 'must be an even number for dpm-solver-2, which asks the network twice in each of its steps',
      received: String(evaluations),
      help: `Pass ${Math.max(2, evaluations - (evaluations % 2))} or ${Math.max(2, evaluations + (evaluations % 2))}.`,
    });
  const continuous = continuousSchedule(schedule);
  const taus = spacedTimes(continuous, { count: evaluations / 2, spacing });
  return taus.slice(1).map((tau, i) => dpmStep(continuous, taus[i]!, tau));
}

/** `count` + 1 times from the latest to the earliest. */
function spacedTimes(
  continuous: ContinuousSchedule,
  { count, spacing }: { readonly count: number; readonly spacing: Spacing },
): number[] {
  const { latest, earliest } = continuous;
  const between = (first: number, last: number, i: number): number => first + ((last - first) * i) / count;
  const [start, stop] = [continuous.lambda(latest), continuous.lambda(earliest)];
  return Array.from({ length: count + 1 }, (_, i) => {
    if (i === 0) return latest;
    if (i === count) return earliest;
    return spacing === 'log-snr' ? continuous.tauAt(between(start, stop, i)) : between(latest, earliest, i);
  });
}

function dpmStep(continuous: ContinuousSchedule, s: number, t: number): SamplerStep {
  const [lambda, nextLambda] = [continuous.lambda(s), continuous.lambda(t)];
  const h = nextLambda - lambda;
  const middle = continuous.tauAt(lambda + h / 2);
  return {
    time: continuous.networkTime(s),
    alpha: Math.exp(continuous.logAlpha(s)),
    sigma: continuous.sigma(s),
    xFactor: Math.exp(continuous.logAlpha(t) - continuous.logAlpha(s)),
    epsilonFactor: -continuous.sigma(t) * Math.expm1(h),
    noiseSd: 0,
    midpoint: {
      xFactor: Math.exp(continuous.logAlpha(middle) - continuous.logAlpha(s)),
      epsilonFactor: -continuous.sigma(middle) * Math.expm1(h / 2),
      time: continuous.networkTime(middle),
      alpha: Math.exp(continuous.logAlpha(middle)),
      sigma: continuous.sigma(middle),
    },
    nextTime: continuous.networkTime(t),
  };
}
