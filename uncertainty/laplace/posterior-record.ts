import type { BetaSchedule } from '../../diffusion/denoiser.js';
import { denoiserSchema } from '../../diffusion/denoiser-sidecar.js';
import { checkedJson } from '../../encoders/files/checked-json.js';
import { parsedJson } from '../../encoders/files/json-text.js';
import type { ShardSet, SkippedImage } from '../../encoders/provenance.js';
import { STRUCTURES } from './posterior-settings.js';

/** How noisy images are made of clean ones, as every record says it. */
export const NOISING = 'x_t = sqrt(alpha_bar_t) x + sqrt(1 - alpha_bar_t) noise';

/** Where a posterior's pairs come from. */
export interface PosteriorData {
  /** images with drawn times and noise, or a file that holds all three */
  readonly kind: 'images' | 'fit-set';
  /** as the user typed it */
  readonly source: string;
  /** of every draw; null where none was made */
  readonly seed: number | null;
  readonly timesPerImage: number;
  /** how images became x: resampler, size, crop and range; null where they were given so */
  readonly preprocessing: string | null;
  /** which parts of a divided set; null for the whole */
  readonly shards: ShardSet | null;
  /** images left out because they cannot be read, where that was asked for */
  readonly skipped: readonly SkippedImage[];
}

/** What a posterior's file says of the network and the data that it is of. */
export interface PosteriorRecord {
  readonly schema: 'steadfid/posterior/1';
  /** of the suite that wrote it */
  readonly version: string;
  readonly denoiser: { readonly id: string; readonly sha256: string };
  readonly schedule: BetaSchedule;
  readonly noising: typeof NOISING;
  /** how σ and λ were found; null where they were given */
  readonly tuned: 'marginal-likelihood' | null;
  /** ‖θ‖² of the trained last layer, for the evidence */
  readonly squaredWeights: number;
  readonly data: PosteriorData;
}

/** `provenance.json` in a posterior's file, `steadfid/posterior/1`: the record, the settings and the shape; loads zod. */
export async function posteriorSchema() {
  const { z } = await import('zod');
  const count = z.int().positive();
  const positive = z.number().positive();
  const odd = count.refine((side) => side % 2 === 1, 'must be odd');
  const { schedule } = (await denoiserSchema()).shape;
  return z.object({
    schema: z.literal('steadfid/posterior/1'),
    version: z.string(),
    denoiser: z.object({ id: z.string(), sha256: z.string() }),
    schedule,
    noising: z.literal(NOISING),
    structure: z.enum(STRUCTURES),
    noiseSd: positive,
    priorPrecision: positive,
    temperature: positive,
    fisherFactor: z.union([z.literal(1), z.literal(2)]),
    tuned: z.literal('marginal-likelihood').nullable(),
    layer: z.object({
      inputs: count,
      outputs: count,
      kernel: z.tuple([odd, odd]),
      bias: z.enum(['with', 'without']),
    }),
    pairs: count,
    positions: count,
    squaredResiduals: z.number().nonnegative(),
    squaredWeights: z.number().nonnegative(),
    data: z.object({
      kind: z.enum(['images', 'fit-set']),
      source: z.string(),
      seed: z.int().nullable(),
      timesPerImage: count,
      preprocessing: z.string().nullable(),
      shards: z.object({ count, indices: z.array(count) }).nullable(),
      skipped: z.array(z.object({ id: z.string(), reason: z.string() })).default([]),
    }),
  });
}

/** `provenance.json` in a file of `laplace predict`, `steadfid/prediction/1`; loads zod. */
export async function predictionSchema() {
  const { z } = await import('zod');
  const { structure, noiseSd, priorPrecision, temperature, fisherFactor, denoiser } = (
    await posteriorSchema()
  ).shape;
  return z.object({
    schema: z.literal('steadfid/prediction/1'),
    version: z.string(),
    denoiser,
    posterior: z.object({ structure, noiseSd, priorPrecision, temperature, fisherFactor }).nullable(),
    inputs: z.string(),
    n: z.int().positive(),
  });
}

/**
 * The record of a posterior's file out of its text.
 *
 * @param where  the file, for the error
 * @throws InputError UNREADABLE_FILE if the text is not what `steadfid laplace fit` writes
 */
export async function parsedPosteriorRecord(text: string, where: string) {
  const origin = { where: `${where}, provenance.json`, help: 'Fit the posterior again.' };
  return checkedJson(await posteriorSchema(), parsedJson(text, origin), origin);
}
