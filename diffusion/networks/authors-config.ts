import { defined } from '../../defined.js';
import { checkedJson } from '../../encoders/files/checked-json.js';
import { isRecord } from '../../encoders/files/json-text.js';
import { InputError } from '../../errors.js';
import { LARGEST_COUNT } from '../denoiser.js';
import type { AdmSettings } from './adm.js';
import type { UNet } from './u-net.js';

/** What a config says that the tensors say too: where they differ, one of them is of another network. */
export interface ConfigClaims {
  readonly class_cond?: boolean;
  readonly learn_sigma?: boolean;
  readonly use_scale_shift_norm?: boolean;
  readonly resblock_updown?: boolean;
}

/** A config read: settings for the plan, and claims to compare with the tensors. */
export interface AuthorsConfig {
  readonly settings: AdmSettings;
  readonly claims: ConfigClaims;
  /** `rescale_timesteps`: whether the network was trained with t · 1000/steps in place of t */
  readonly times: 'rescaled' | 'as-they-are';
}

/** Times that `rescale_timesteps` stretches a schedule to. */
const RESCALED_TO = 1000;

const SCHEDULES = { linear: 'linear', cosine: 'cosine', quad: 'scaled-linear' } as const;

/**
 * The settings in a JSON with the authors' own names: guided diffusion's flags, or the YAML of ermongroup/ddim and of
 * BayesDiff as JSON, whose parts `data`, `model` and `diffusion` (of U-ViT `nnet`) are read as one. What is not said stays open; a number of −1 is
 * not said. Other names are left alone.
 *
 * @throws InputError UNREADABLE_FILE naming the field whose value is not known
 */
export async function parsedAuthorsConfig(value: unknown, path: string): Promise<AuthorsConfig> {
  const { z } = await import('zod');
  const count = z
    .int()
    .max(LARGEST_COUNT)
    .transform((number) => (number === -1 ? undefined : number));
  const flag = z.boolean();
  const schedule = z.enum(['linear', 'cosine', 'quad']);
  const beta = z.number().gt(0).lt(1);
  const schema = z
    .object({
      image_size: count,
      dropout: z.number().min(0).lt(1),
      num_heads: count,
      num_head_channels: count,
      num_heads_upsample: count,
      use_new_attention_order: flag,
      noise_schedule: schedule,
      beta_schedule: schedule,
      diffusion_steps: count,
      num_diffusion_timesteps: count,
      beta_start: beta,
      beta_end: beta,
      class_cond: flag,
      learn_sigma: flag,
      use_scale_shift_norm: flag,
      resblock_updown: flag,
      predict_xstart: z.literal(false),
      rescale_timesteps: flag,
    })
    .partial();
  const config = checkedJson(schema, flattened(value), {
    where: path,
    help: 'Give the authors’ settings as JSON: { "image_size": 128, "num_heads": 4, "noise_schedule": "linear" }',
  });
  const kind = config.noise_schedule ?? config.beta_schedule;
  return {
    settings: defined({
      imageSize: config.image_size,
      dropout: config.dropout,
      heads: config.num_heads,
      headChannels: config.num_head_channels,
      headsUp: config.num_heads_upsample,
      attentionOrder:
        config.use_new_attention_order === undefined
          ? undefined
          : config.use_new_attention_order
            ? ('new' as const)
            : ('legacy' as const),
      schedule: kind === undefined ? undefined : SCHEDULES[kind],
      steps: config.diffusion_steps ?? config.num_diffusion_timesteps,
      betaStart: config.beta_start,
      betaEnd: config.beta_end,
    }),
    claims: defined({
      class_cond: config.class_cond,
      learn_sigma: config.learn_sigma,
      use_scale_shift_norm: config.use_scale_shift_norm,
      resblock_updown: config.resblock_updown,
    }),
    times: config.rescale_timesteps === true ? 'rescaled' : 'as-they-are',
  };
}

/**
 * Compares what a config claims with the network that the tensors are.
 *
 * @throws InputError UNREADABLE_FILE naming the first claim that does not hold
 */
export function requireClaims(network: UNet, claims: ConfigClaims, path: string): void {
  const { channels, classes, down, outConvolution } = network;
  const residuals = down.flat().filter((block) => block.kind === 'residual');
  const found: Required<ConfigClaims> = {
    class_cond: classes !== null,
    learn_sigma: outConvolution.weight.shape[0] !== channels,
    use_scale_shift_norm: residuals.some(({ timeEffect }) => timeEffect === 'scale-and-shift'),
    resblock_updown: residuals.some(({ resampling }) => resampling === 'down'),
  };
  for (const [name, claim] of Object.entries(claims)) {
    const holds = found[name as keyof ConfigClaims];
    if (claim === holds) continue;
    throw new InputError('UNREADABLE_FILE', {
      where: path,
      expected: `${name} must be ${holds}, as the tensors are`,
      received: `${claim}`,
      help: 'Give the config of this checkpoint.',
    });
  }
}

/**
 * A denoiser is given its schedule's own times: a network that was trained with rescaled ones must have 1,000 steps, where the two
 * are the same.
 *
 * @throws InputError UNREADABLE_FILE naming `rescale_timesteps`
 */
export function requireOwnTimes({ times }: AuthorsConfig, steps: number, path: string): void {
  if (times === 'as-they-are' || steps === RESCALED_TO) return;
  throw new InputError('UNREADABLE_FILE', {
    where: path,
    expected: `rescale_timesteps: must be false, or the schedule of ${RESCALED_TO} steps`,
    received: `true with ${steps} steps`,
    help: 'Only what this version can compute exactly is converted.',
  });
}

/** The parts of the study's YAML as one level; anything else as it is. */
function flattened(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const parts = ['data', 'model', 'diffusion', 'nnet'].map((name) => value[name]).filter(isRecord);
  return Object.assign({}, value, ...parts);
}
