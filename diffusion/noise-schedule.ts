import { OptionError } from '../errors.js';
import type { BetaSchedule } from './denoiser.js';

/** The forward process q(x_t | x_0) = N(√ᾱ_t x_0, (1 − ᾱ_t) I) at t = 0 … steps − 1. */
export interface NoiseSchedule {
  readonly steps: number;
  /** β_t (steps) */
  readonly betas: Float64Array;
  /** ᾱ_t = Π_{i ≤ t} (1 − β_i) (steps); falls with t */
  readonly alphaBars: Float64Array;
}

/** ᾱ(u) of the cosine schedule at u in [0, 1], up to a factor. */
function cosineAlphaBar(u: number): number {
  return Math.cos((((u + 0.008) / 1.008) * Math.PI) / 2) ** 2;
}

function betasOf(schedule: BetaSchedule): Float64Array {
  const { kind, steps } = schedule;
  const evenly = (first: number, last: number): Float64Array =>
    Float64Array.from({ length: steps }, (_, i) =>
      steps === 1 ? first : first + ((last - first) * i) / (steps - 1),
    );
  switch (kind) {
    case 'linear':
      return evenly(schedule.betaStart, schedule.betaEnd);
    case 'scaled-linear':
      return evenly(Math.sqrt(schedule.betaStart), Math.sqrt(schedule.betaEnd)).map((root) => root * root);
    case 'cosine':
      return Float64Array.from({ length: steps }, (_, i) =>
        Math.min(1 - cosineAlphaBar((i + 1) / steps) / cosineAlphaBar(i / steps), 0.999),
      );
    case 'explicit':
      return Float64Array.from(schedule.betas);
  }
}

/**
 * β_t and ᾱ_t = Π_{i ≤ t} (1 − β_i) of a schedule, in float64.
 *
 * `linear`: β evenly from first to last; `scaled-linear`: √β evenly; `cosine`: β_t = min(1 − f((t + 1)/T)/f(t/T), 0.999) with
 * f(u) = cos²((u + 0.008)/1.008 · π/2); `explicit`: as they are.
 *
 * @throws OptionError OUT_OF_RANGE if a β is not between 0 and 1, or there are not `steps` of them
 *
 * Source: Ho, Jain and Abbeel 2020, arXiv:2006.11239 (linear); Rombach et al. 2022, arXiv:2112.10752 (scaled linear); Nichol and
 * Dhariwal 2021, arXiv:2102.09672, equation 17 (cosine).
 *
 * @example
 * noiseSchedule({ kind: 'explicit', steps: 2, betas: [0.5, 0.5] }).alphaBars.join(' '); // 0.5 0.25
 */
export function noiseSchedule(schedule: BetaSchedule): NoiseSchedule {
  const betas = betasOf(schedule);
  const wrong = betas.findIndex((beta) => !(beta > 0 && beta < 1));
  if (wrong >= 0 || betas.length !== schedule.steps || schedule.steps < 1)
    throw new OptionError('OUT_OF_RANGE', {
      where: 'noiseSchedule',
      expected: 'must have one β for each step, each between 0 and 1',
      received:
        wrong >= 0 ? `β = ${betas[wrong]} at t = ${wrong}` : `${betas.length} for ${schedule.steps} steps`,
    });
  let product = 1;
  const alphaBars = betas.map((beta) => (product *= 1 - beta));
  return { steps: schedule.steps, betas, alphaBars };
}

/** ᾱ at a time of the grid; t = −1 is the clean image, where ᾱ = 1. */
export function alphaBarAt({ alphaBars }: NoiseSchedule, t: number): number {
  return t < 0 ? 1 : alphaBars[t]!;
}

/**
 * The same process in continuous time, as DPM-Solver sees it: log α piecewise linear through the schedule's points, log α at
 * τ = (t + 1)/steps being ½ log ᾱ_t; λ = log(α/σ) is half the log of the signal-to-noise ratio.
 */
export interface ContinuousSchedule {
  /** where sampling begins: 1, or the last τ whose λ is at least −5.1 */
  readonly latest: number;
  /** where sampling ends: 1/steps, which is t = 0 */
  readonly earliest: number;
  logAlpha(tau: number): number;
  /** √(1 − α²) */
  sigma(tau: number): number;
  lambda(tau: number): number;
  /** τ of a λ: the inverse of `lambda` */
  tauAt(lambda: number): number;
  /** time that the network takes: τ · steps − 1, between steps as well */
  networkTime(tau: number): number;
}

/** λ below which a schedule's end is left out: the cosine schedule's last steps have no signal that float32 could hold. */
const LEAST_LAMBDA = -5.1;

/**
 * @see ContinuousSchedule
 *
 * Source: Lu et al. 2022, arXiv:2206.00927, appendix D.4; the bound of λ is that of the authors' program.
 */
export function continuousSchedule({ steps, alphaBars }: NoiseSchedule): ContinuousSchedule {
  const logAlphas = alphaBars.map((alphaBar) => 0.5 * Math.log(alphaBar));
  const sigmaOf = (logAlpha: number): number => Math.sqrt(-Math.expm1(2 * logAlpha));
  const lambdaOf = (logAlpha: number): number => logAlpha - Math.log(sigmaOf(logAlpha));
  let kept = steps;
  while (kept > 2 && lambdaOf(logAlphas[kept - 1]!) < LEAST_LAMBDA) kept--;

  /** log α between points `i` and `i + 1`; beyond both ends the outermost line goes on */
  function logAlpha(tau: number): number {
    if (kept === 1) return logAlphas[0]!;
    const place = tau * steps - 1;
    const i = Math.max(0, Math.min(kept - 2, Math.floor(place)));
    return logAlphas[i]! + (place - i) * (logAlphas[i + 1]! - logAlphas[i]!);
  }

  function tauAt(lambda: number): number {
    if (kept === 1) return 1;
    const wanted =
      -0.5 *
      (lambda > 0 ? Math.log1p(Math.exp(-2 * lambda)) : -2 * lambda + Math.log1p(Math.exp(2 * lambda)));
    let low = 0;
    let high = kept - 2; // the segment is the last whose first point has log α ≥ wanted
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (logAlphas[middle]! >= wanted) low = middle;
      else high = middle - 1;
    }
    const [first, second] = [logAlphas[low]!, logAlphas[low + 1]!];
    return (low + (wanted - first) / (second - first) + 1) / steps;
  }

  return {
    latest: kept / steps,
    earliest: 1 / steps,
    logAlpha,
    sigma: (tau) => sigmaOf(logAlpha(tau)),
    lambda: (tau) => lambdaOf(logAlpha(tau)),
    tauAt,
    networkTime: (tau) => tau * steps - 1,
  };
}
