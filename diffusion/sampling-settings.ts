import { createHash } from 'node:crypto';
import { OptionError } from '../errors.js';
import type { DenoiserDescription } from './denoiser.js';
import { noiseSchedule } from './noise-schedule.js';
import {
  ddimSteps,
  ddpmSteps,
  dpmSolver2Steps,
  type Sampler,
  type SamplerStep,
  type Spacing,
} from './sampler-steps.js';
import { type GridKind, lateStart, type TimeGrid, timeGrid } from './time-grid.js';

/** How images are made of noise: what one needs to make them again. */
export interface SamplingSettings {
  readonly sampler: Sampler;
  /** times asked by DDIM and DDPM; network evaluations of DPM-Solver-2, two in each step */
  readonly steps: number;
  /** of DDIM: 0 is deterministic */
  readonly eta: number;
  /** of DDIM and DDPM */
  readonly grid: GridKind;
  /** of DPM-Solver-2 */
  readonly spacing: Spacing;
  /** of DDIM and DDPM: at t = 0, as the original study, or one step further to the clean image */
  readonly end: TimeGrid['end'];
  /** whether x̂_0 is kept in [−1, 1] at each step */
  readonly clip: 'none' | 'x0';
  /** scale of guidance without a classifier; null for none */
  readonly guidance: number | null;
  readonly seed: number;
}

/**
 * The steps that settings ask of a denoiser's schedule.
 *
 * @returns steps, and a warning where the uniform grid does not reach the schedule's end
 * @throws OptionError OUT_OF_RANGE, CONFLICTING_OPTIONS if a setting is none of the sampler's
 */
export function settingsSteps(
  { sampler, steps: count, eta, grid, spacing, end }: SamplingSettings,
  { schedule }: Pick<DenoiserDescription, 'schedule'>,
): { readonly steps: readonly SamplerStep[]; readonly warnings: readonly string[] } {
  const noising = noiseSchedule(schedule);
  if (eta !== 0 && sampler !== 'ddim') throw notOf('--eta', 'ddim', sampler);
  if (sampler === 'dpm-solver-2') {
    if (grid !== 'uniform') throw notOf('--grid', 'ddim and ddpm; pass --spacing', sampler);
    if (end !== 't0') throw notOf('--end', 'ddim and ddpm', sampler);
    return { steps: dpmSolver2Steps(noising, { evaluations: count, spacing }), warnings: [] };
  }
  const times = timeGrid({ steps: noising.steps, count, kind: grid, end });
  const late = grid === 'uniform' ? lateStart({ steps: noising.steps, count }) : null;
  return {
    steps: sampler === 'ddim' ? ddimSteps(noising, times, { eta }) : ddpmSteps(noising, times),
    warnings:
      late === null
        ? []
        : [
            `--steps: ${count} does not divide the ${noising.steps} steps of the schedule, so sampling starts at t = ${late.time}, as in the original study's programs. ${late.dividing.join(' and ')} would divide.`,
          ],
  };
}

function notOf(flag: string, owner: string, sampler: Sampler): OptionError {
  return new OptionError('CONFLICTING_OPTIONS', {
    where: flag,
    expected: `is a setting of ${owner}`,
    received: `--sampler ${sampler}`,
    help: 'Leave it out.',
  });
}

/** Which classes images are of: drawn evenly for each image, or these in turn. */
export type ClassChoice =
  | { readonly kind: 'uniform' }
  | { readonly kind: 'in-turn'; readonly labels: readonly number[] };

/**
 * Class labels of images. A drawn one depends on the seed and the image's number alone.
 *
 * @param images  their numbers (n)
 * @returns (n), undefined for a network without classes
 * @throws OptionError CONFLICTING_OPTIONS for classes of a network that has none; OUT_OF_RANGE naming a label that it does not know
 */
export function imageClasses(
  images: readonly number[],
  choice: ClassChoice | undefined,
  {
    classes,
    nullClass,
    seed,
  }: Pick<DenoiserDescription, 'classes' | 'nullClass'> & { readonly seed: number },
): Int32Array | undefined {
  if (classes === null) {
    if (choice === undefined) return undefined;
    throw new OptionError('CONFLICTING_OPTIONS', {
      where: '--class',
      expected: 'needs a network that knows classes; this one knows none',
      help: 'Leave it out.',
    });
  }
  if (choice?.kind === 'in-turn') {
    const { labels } = choice;
    const wrong = labels.find(
      (label) => !(Number.isInteger(label) && label >= 0 && label < classes) && label !== nullClass,
    );
    if (wrong !== undefined || labels.length === 0)
      throw new OptionError('OUT_OF_RANGE', {
        where: '--class',
        expected: `must be of the network's classes 0 to ${classes - 1}`,
        received: wrong === undefined ? 'none' : String(wrong),
      });
    return Int32Array.from(images, (image) => labels[image % labels.length]!);
  }
  return Int32Array.from(images, (image) => {
    const hash = createHash('sha256').update(['steadfid', 'class', seed, image].join('\u0000')).digest();
    return Math.floor((hash.readUInt32LE(0) / 2 ** 32) * classes);
  });
}
