import { OptionError } from '../../errors.js';
import type { BetaSchedule } from '../denoiser.js';

/** Architectures whose checkpoints are converted. */
export const DENOISER_ARCHITECTURES = ['ddpm', 'adm', 'diffusers-unet', 'uvit'] as const;
export type DenoiserArchitecture = (typeof DENOISER_ARCHITECTURES)[number];

/** What a denoiser's tensors do not say. */
export interface DenoiserSettings {
  /** side of its images in pixels */
  readonly imageSize?: number;
  /** heads of each attention */
  readonly heads?: number;
  /** channels of each head; counts before `heads` */
  readonly headChannels?: number;
  /** `new`: rows of all queries, then all keys, then all values; `legacy`: the three of each head together */
  readonly attentionOrder?: 'legacy' | 'new';
  /** chance that a value is dropped in a residual block; default: the config's, or 0 */
  readonly dropout?: number;
  readonly schedule?: 'linear' | 'scaled-linear' | 'cosine';
  /** of the schedule */
  readonly steps?: number;
  readonly betaStart?: number;
  readonly betaEnd?: number;
}

/** A schedule, and what was taken from the network's kind to have it. */
export interface ScheduleChoice {
  readonly schedule: BetaSchedule;
  readonly assumptions: readonly string[];
}

const STEPS = 1000;
const BETAS = { linear: [1e-4, 0.02], 'scaled-linear': [0.00085, 0.012] } as const;

/**
 * A schedule by its name; steps and bounds that are not given are its authors'.
 *
 * @returns undefined if no name was given
 */
export function namedSchedule(settings: DenoiserSettings): BetaSchedule | undefined {
  const { schedule: kind, steps = STEPS } = settings;
  if (kind === undefined) return undefined;
  if (kind === 'cosine') return { kind, steps };
  const [start, end] = BETAS[kind];
  const { betaStart = start, betaEnd = end } = settings;
  return { kind, steps, betaStart, betaEnd };
}

/** The schedule that was asked for, else DDPM's: β from 0.0001 to 0.02 in 1000 even steps. */
export function linearSchedule(settings: DenoiserSettings): ScheduleChoice {
  const schedule = namedSchedule(settings);
  if (schedule !== undefined) return { schedule, assumptions: [] };
  const linear = namedSchedule({ ...settings, schedule: 'linear' })!;
  const { betaStart, betaEnd } = { betaStart: BETAS.linear[0], betaEnd: BETAS.linear[1], ...settings };
  return {
    schedule: linear,
    assumptions: [
      `The noise schedule was taken to be linear, β from ${betaStart} to ${betaEnd} in ${linear.steps} steps.`,
    ],
  };
}

/** @throws OptionError CONFLICTING_OPTIONS if the schedule was not named */
export function requiredSchedule(settings: DenoiserSettings): BetaSchedule {
  return (
    namedSchedule(settings) ??
    missing(
      'noise schedule',
      'Pass --schedule linear or --schedule cosine, or --config model.json with noise_schedule.',
    )
  );
}

/** @throws OptionError CONFLICTING_OPTIONS if the size was not given */
export function requiredImageSize({ imageSize }: DenoiserSettings): number {
  return (
    imageSize ?? missing('side of the images', 'Pass --image-size N, or --config model.json with image_size.')
  );
}

/**
 * Heads of an attention.
 *
 * @throws OptionError CONFLICTING_OPTIONS if neither heads nor channels a head were given, or they do not divide the channels
 */
export function requiredHeads(
  { heads, headChannels }: { readonly heads: number | undefined; readonly headChannels: number | undefined },
  channels: number,
): number {
  const count = headChannels === undefined ? heads : channels / headChannels;
  if (count === undefined)
    return missing(
      'number of attention heads',
      'Pass --heads N or --head-channels N, or --config model.json with num_heads or num_head_channels.',
    );
  if (Number.isInteger(count) && channels % count === 0) return count;
  throw new OptionError('CONFLICTING_OPTIONS', {
    where: headChannels === undefined ? '--heads' : '--head-channels',
    expected: `must divide the ${channels} channels of every attention`,
    received: `${headChannels ?? heads}`,
  });
}

function missing(what: string, help: string): never {
  throw new OptionError('CONFLICTING_OPTIONS', {
    where: 'denoiser',
    expected: `its file does not say the ${what}, which must be told`,
    help,
  });
}
