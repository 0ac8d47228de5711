import { z } from 'zod';
import { denoiserSchema } from '../../diffusion/denoiser-sidecar.js';
import { SAMPLERS, SPACINGS } from '../../diffusion/sampler-steps.js';
import { GRIDS } from '../../diffusion/time-grid.js';
import { IMAGE_RANGES } from '../../encoders/images/source-options.js';
import type { SweepReport } from '../../uncertainty/files/open-sweep-folder.js';
import type { GenerationRecord } from '../../uncertainty/generation-record.js';
import { STRUCTURES } from '../../uncertainty/laplace/posterior-settings.js';
import { COVARIANCES } from '../../uncertainty/laplace/trajectory-moments.js';

const count = z.int().positive();
const positive = z.number().positive();
const share = z.number().min(0).max(1);
const structure = z.enum(STRUCTURES);
const onOff = z.enum(['on', 'off']);
const keepTimes = z.array(z.int().min(0)).describe('times whose variance is kept as well');
const network = { id: z.string(), sha256: z.string() };

const sampling = z.strictObject({
  sampler: z.enum(SAMPLERS),
  steps: count,
  eta: share,
  grid: z.enum(GRIDS),
  spacing: z.enum(SPACINGS),
  end: z.enum(['t0', 'x0']),
  clip: z.enum(['none', 'x0']),
  guidance: z.number().nullable(),
  seed: z.int(),
  times: z.array(z.number()).describe('times asked, late to early'),
});

const propagation = {
  skip: count,
  samples: count,
  covariance: z.enum(COVARIANCES),
  totalVariance: z.enum(['added', 'left-out']),
  trajectory: z.enum(['map', 'sampled']),
};

const classes = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('uniform') }),
  z.strictObject({ kind: z.literal('in-turn'), labels: z.array(z.int().min(0)).min(1) }),
]);

const initialNoise = z.strictObject({ sha256: z.string() }).nullable().describe('null where noise was drawn');

const alternative = z.strictObject({
  name: z.string(),
  source: z.string().describe('paper or program that it comes from'),
  cost: z.string().describe('network passes for an image, in words'),
  parameters: z.record(z.string(), z.union([z.string(), z.number()])),
});

const negatives = z.strictObject({
  elements: z.int().min(0),
  images: z.int().min(0),
  share: share.describe('of all values of all maps'),
});

/** `generation.json` in a folder of `generate`, `steadfid/generation/1`: all that is needed to make the images again. */
export async function generationSchema(): Promise<z.ZodType<GenerationRecord>> {
  const { schedule } = (await denoiserSchema()).shape;
  return z.strictObject({
    schema: z.literal('steadfid/generation/1'),
    version: z.string(),
    n: count,
    denoiser: z.strictObject({ ...network, imageShape: z.array(count).describe('channels, height, width') }),
    posterior: z
      .strictObject({
        sha256: z.string(),
        structure,
        noiseSd: positive,
        priorPrecision: positive,
        temperature: positive,
        fisherFactor: z.union([z.literal(1), z.literal(2)]),
      })
      .nullable()
      .describe('null for images alone'),
    schedule,
    sampling,
    propagation: z.strictObject({ ...propagation, publishedDdpm: onOff, keepTimes }).nullable(),
    classes: classes.nullable().describe('null for a network without classes'),
    initialNoise,
    alternatives: z.array(alternative).describe('columns of alternatives.csv, in their order'),
    decoder: z
      .strictObject({
        ...network,
        imageShape: z.array(count).describe('channels, height, width of the decoded images'),
        scale: positive.describe('what latents are divided by before they are decoded'),
        decodings: count.nullable().describe('draws of each latent; null without a posterior'),
      })
      .nullable()
      .describe('null of a network that works on pixels'),
    layout: z.enum(['steadfid', 'bayesdiff']),
    device: z.string(),
    rounding: z.string().describe('how a value in -1 … 1 becomes a byte'),
    counts: z.strictObject({
      images: z.int().min(0),
      negatives: negatives.nullable().describe('values of the maps below 0; null without maps'),
    }),
  });
}

const setting = { structure, noiseSd: positive, priorPrecision: positive };

const arm = z.strictObject({
  ...setting,
  folder: z.string().describe('of its maps, within the sweep'),
  mean: z.number().describe('of all values of all maps, in squared units of -1 … 1'),
  negativeShare: share.describe('values below 0'),
});

const law = z.strictObject({
  first: z.string(),
  second: z.string(),
  measured: z.number().nullable().describe('mean of the second over that of the first'),
  isotropic: positive.describe('that ratio for an isotropic posterior with many data'),
  exponent: z.number().nullable().describe('log measured over log isotropic'),
  structure,
  changed: z.enum(['noise-sd', 'prior-precision']),
  expected: z.enum(['wider', 'narrower']),
  agrees: z.boolean().nullable().describe('null where there is no ratio'),
});

/** `sweep.json` in a folder of `sweep`, `steadfid/sweep/1`: the maps' means under every setting and how they scale. */
export const sweepSchema: z.ZodType<SweepReport> = z.strictObject({
  schema: z.literal('steadfid/sweep/1'),
  version: z.string(),
  n: count,
  denoiser: z.strictObject(network),
  sums: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('posterior'), sha256: z.string() }),
      z.strictObject({
        kind: z.literal('images'),
        source: z.string(),
        key: z.string().exactOptional().describe('the array of the source'),
        imageRange: z.enum(IMAGE_RANGES).exactOptional().describe('what its floats mean'),
        n: count.nullable().describe('null for the default'),
        seed: z.int(),
      }),
    ])
    .describe('a posterior’s file, or the images that posterior.npz in the folder was fitted to'),
  sampling,
  propagation: z.strictObject(propagation),
  keepTimes,
  classes: classes.nullable().describe('null for a network without classes'),
  initialNoise,
  device: z.string(),
  arms: z.array(arm),
  laws: z.array(law),
});
