import { checkedJson } from '../../encoders/files/checked-json.js';
import { type BetaSchedule, LARGEST_COUNT } from '../denoiser.js';

/** What to do about a field of config.json that has another meaning than the converter computes. */
const EXACT_ONLY = 'Only what this version can compute exactly is converted.';

const ATTENTIVE_BLOCKS = {
  down: ['DownBlock2D', 'AttnDownBlock2D', 'ResnetDownsampleBlock2D'],
  up: ['UpBlock2D', 'AttnUpBlock2D', 'ResnetUpsampleBlock2D'],
};

/** The `config.json` of a UNet2DModel: what its tensors do not say, with diffusers' defaults; loads zod. */
async function configSchema() {
  const { z } = await import('zod');
  const side = z.int().positive().max(LARGEST_COUNT);
  const blocks = (kinds: readonly string[]) =>
    z.array(
      z
        .string()
        .transform((name) => name.replace(/^UNetRes/, ''))
        .pipe(z.enum(kinds as [string, ...string[]])),
    );
  return z.object({
    _class_name: z.literal('UNet2DModel').optional(),
    sample_size: z.union([side, z.tuple([side, side])]).nullish(),
    center_input_sample: z.boolean().default(false),
    time_embedding_type: z.literal('positional').default('positional'),
    flip_sin_to_cos: z.boolean().default(true),
    freq_shift: z.number().default(0),
    down_block_types: blocks(ATTENTIVE_BLOCKS.down),
    up_block_types: blocks(ATTENTIVE_BLOCKS.up),
    mid_block_scale_factor: z.number().positive().default(1),
    downsample_padding: z.union([z.literal(0), z.literal(1)]).default(1),
    dropout: z.number().min(0).lt(1).default(0),
    act_fn: z.enum(['silu', 'swish']).default('silu'),
    attention_head_dim: side.nullable().default(8),
    norm_num_groups: side.default(32),
    attn_norm_num_groups: side.nullable().default(null),
    norm_eps: z.number().positive().default(1e-5),
    class_embed_type: z.null().default(null),
  });
}

export type DiffusersConfig = Awaited<ReturnType<typeof configSchema>>['_output'];

/** @throws InputError UNREADABLE_FILE naming the field that is of another network */
export async function parsedDiffusersConfig(value: unknown, path: string): Promise<DiffusersConfig> {
  return checkedJson(await configSchema(), value, { where: path, help: EXACT_ONLY });
}

/**
 * The schedule of a `scheduler_config.json` of diffusers.
 *
 * @throws InputError UNREADABLE_FILE naming the field whose value is not known, such as `prediction_type: "v_prediction"`
 */
export async function parsedDiffusersSchedule(value: unknown, path: string): Promise<BetaSchedule> {
  const { z } = await import('zod');
  const schema = z.object({
    beta_schedule: z.enum(['linear', 'scaled_linear', 'squaredcos_cap_v2']).default('linear'),
    beta_start: z.number().gt(0).lt(1).default(1e-4),
    beta_end: z.number().gt(0).lt(1).default(0.02),
    num_train_timesteps: z.int().positive().max(LARGEST_COUNT).default(1000),
    prediction_type: z.literal('epsilon').default('epsilon'),
    trained_betas: z.array(z.number().gt(0).lt(1)).nullish(),
    rescale_betas_zero_snr: z.literal(false).nullish(), // true: other β than these, the last of them 1
  });
  const config = checkedJson(schema, value, { where: path, help: EXACT_ONLY });
  const {
    beta_start: betaStart,
    beta_end: betaEnd,
    num_train_timesteps: steps,
    trained_betas: betas,
  } = config;
  if (betas != null) return { kind: 'explicit', steps: betas.length, betas };
  if (config.beta_schedule === 'squaredcos_cap_v2') return { kind: 'cosine', steps };
  return { kind: config.beta_schedule === 'linear' ? 'linear' : 'scaled-linear', steps, betaStart, betaEnd };
}
