import type { SamplingSettings } from '../diffusion/sampling-settings.js';
import type { PosteriorSettings } from './laplace/posterior-settings.js';
import type { CovarianceEstimator } from './laplace/trajectory-moments.js';

/** Number of image 0 in file names, as the original study counts. */
export const FIRST_ID = 1_000_000;

/** What a generation is made of: with the same record, the same bytes. */
export interface GenerationSettings {
  readonly schema: 'steadfid/generation/1';
  readonly version: string;
  readonly n: number;
  readonly denoiser: { readonly id: string; readonly sha256: string; readonly imageShape: readonly number[] };
  /** null without one: images alone */
  readonly posterior: (PosteriorSettings & { readonly sha256: string }) | null;
  readonly schedule: object;
  readonly sampling: SamplingSettings & {
    /** times asked, late to early */
    readonly times: readonly number[];
  };
  readonly propagation: {
    readonly skip: number;
    readonly samples: number;
    readonly covariance: CovarianceEstimator;
    readonly totalVariance: 'added' | 'left-out';
    readonly trajectory: 'map' | 'sampled';
    readonly publishedDdpm: 'on' | 'off';
    readonly keepTimes: readonly number[];
  } | null;
  readonly classes:
    | { readonly kind: 'uniform' }
    | { readonly kind: 'in-turn'; readonly labels: readonly number[] }
    | null;
  readonly initialNoise: { readonly sha256: string } | null;
  readonly alternatives: readonly {
    readonly name: string;
    readonly source: string;
    /** network passes for an image */
    readonly cost: string;
    readonly parameters: Readonly<Record<string, string | number>>;
  }[];
  /** what makes pixels of latents; null of a network that works on pixels */
  readonly decoder: {
    readonly id: string;
    readonly sha256: string;
    readonly imageShape: readonly number[];
    readonly scale: number;
    /** draws of each latent; null without a posterior */
    readonly decodings: number | null;
  } | null;
  readonly layout: 'steadfid' | 'bayesdiff';
  readonly device: string;
  /** how a value in [−1, 1] becomes a byte */
  readonly rounding: string;
}

/** Channels, height and width of the images that are written. */
export function writtenShape({
  denoiser,
  decoder,
}: Pick<GenerationSettings, 'denoiser' | 'decoder'>): readonly [number, number, number] {
  return (decoder ?? denoiser).imageShape as readonly [number, number, number];
}

/** What came of it. */
export interface GenerationCounts {
  readonly images: number;
  /** of the maps; null without maps */
  readonly negatives: {
    readonly elements: number;
    readonly images: number;
    /** of all elements, 0 … 1 */
    readonly share: number;
  } | null;
}

/** `generation.json`. */
export interface GenerationRecord extends GenerationSettings {
  readonly counts: GenerationCounts;
}

export const ROUNDING = 'floor(255 * clip((x + 1) / 2, 0, 1) + 0.5) in float32, as torchvision save_image';

/**
 * Counts of parts of a generation together.
 *
 * @example
 * totalCounts([{ images: 2, negatives: null }, { images: 3, negatives: null }]).images; // 5
 */
export function totalCounts(parts: readonly GenerationCounts[], elementsPerImage = 0): GenerationCounts {
  const images = parts.reduce((sum, part) => sum + part.images, 0);
  if (parts.some(({ negatives }) => negatives === null)) return { images, negatives: null };
  const elements = parts.reduce((sum, part) => sum + part.negatives!.elements, 0);
  return {
    images,
    negatives: {
      elements,
      images: parts.reduce((sum, part) => sum + part.negatives!.images, 0),
      share: images === 0 ? 0 : elements / (images * elementsPerImage),
    },
  };
}

/** The first setting in which two records differ: `sampling.steps`, with both values; null if they are the same. */
export function settingsDifference(
  before: unknown,
  now: unknown,
  path = '',
): { readonly setting: string; readonly before: unknown; readonly now: unknown } | null {
  const isObject = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null;
  if (!isObject(before) || !isObject(now))
    return Object.is(before, now) ? null : { setting: path, before, now };
  for (const key of new Set([...Object.keys(before), ...Object.keys(now)])) {
    const found = settingsDifference(before[key], now[key], path === '' ? key : `${path}.${key}`);
    if (found !== null) return found;
  }
  return null;
}

/** A number as Python prints a float, for file names of the original study: `1.0`, `0.001`, `1e-05`. */
export function pythonFloat(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude < 1e-4 || magnitude >= 1e16)) {
    const [digits, exponent] = value.toExponential().split('e') as [string, string];
    return `${digits}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
  }
  return Number.isInteger(value) ? `${value.toFixed(0)}.0` : String(value);
}
