import { describe, expect, test } from 'vitest';
import {
  parsedDiffusersConfig,
  parsedDiffusersSchedule,
} from '../../../diffusion/networks/diffusers-config.js';
import { diffusersUNetPlan } from '../../../diffusion/networks/diffusers-unet.js';
import {
  type DenoiserCase,
  denoiserAnswers,
  denoiserCase,
  denoiserCheckpoint,
} from '../../support/denoiser-cases.js';
import { expectedOutput } from '../../support/formula-network.js';
import { rejected } from '../../support/thrown.js';
import { expectNear, NETWORK_TOLERANCE } from '../../support/tolerance.js';

const schedule = { kind: 'cosine', steps: 1000 } as const;

async function planOf({ tensors, config }: DenoiserCase, rename?: (name: string) => string) {
  return diffusersUNetPlan(denoiserCheckpoint(tensors, rename), {
    config: await parsedDiffusersConfig(config, 'config.json'),
    imageSize: 8,
    schedule,
    assumptions: [],
  });
}

describe('diffusersUNetPlan', () => {
  test.each([
    'diffusers-ddpm',
    'diffusers-classes',
    'diffusers-residual-resampling',
    'diffusers-residual-blocks',
  ])('%s: noise and features are the authors’', async (name) => {
    const reference = denoiserCase(name);
    const { epsilon, features } = await denoiserAnswers(await planOf(reference), reference);
    expectNear(epsilon, expectedOutput(reference, 'epsilon'), NETWORK_TOLERANCE);
    expectNear(features, expectedOutput(reference, 'features'), NETWORK_TOLERANCE);
  });

  test('attention under the names of before 0.17 is the same', async () => {
    const reference = denoiserCase('diffusers-ddpm');
    const old = (name: string) =>
      name
        .replace('.to_q.', '.query.')
        .replace('.to_k.', '.key.')
        .replace('.to_v.', '.value.')
        .replace('.to_out.0.', '.proj_attn.');
    const { epsilon } = await denoiserAnswers(await planOf(reference, old), reference);
    expectNear(epsilon, expectedOutput(reference, 'epsilon'), NETWORK_TOLERANCE);
  });

  test('another network is refused by the tensor', async () => {
    const { config } = denoiserCase('diffusers-ddpm');
    expect(await rejected(planOf({ ...denoiserCase('ddpm'), config: config! }))).toMatch(
      /^UNREADABLE_FILE net\.pth: a UNet2DModel of diffusers must have the tensor time_embedding\.linear_1\.weight; got no such tensor\./,
    );
    const skipping = (name: string) =>
      name.replace('down_blocks.0.resnets.0.norm2', 'down_blocks.0.skip_conv');
    expect(await rejected(planOf(denoiserCase('diffusers-ddpm'), skipping))).toMatch(
      /must have the tensor down_blocks\.0\.resnets\.0\.norm2\.weight/,
    );
  });
});

describe('parsedDiffusersConfig', () => {
  const types = { down_block_types: ['UNetResDownBlock2D'], up_block_types: ['UpBlock2D'] };

  test('what is not said is diffusers’ default', async () => {
    expect(await parsedDiffusersConfig(types, 'config.json')).toMatchObject({
      flip_sin_to_cos: true,
      freq_shift: 0,
      attention_head_dim: 8,
      norm_eps: 1e-5,
      downsample_padding: 1,
      down_block_types: ['DownBlock2D'],
    });
  });

  test('what is not computed is refused by its field', async () => {
    const refusal = (changes: object) =>
      rejected(parsedDiffusersConfig({ ...types, ...changes }, 'config.json'));
    expect(await refusal({ time_embedding_type: 'fourier' })).toMatch(
      /^UNREADABLE_FILE config\.json, time_embedding_type: must be "positional"; got "fourier"/,
    );
    expect(await refusal({ down_block_types: ['SkipDownBlock2D'] })).toMatch(
      /config\.json, down_block_types\[0\]: /,
    );
    expect(await refusal({ class_embed_type: 'timestep' })).toMatch(/config\.json, class_embed_type: /);
    expect(await refusal({ _class_name: 'UNet2DConditionModel' })).toMatch(/config\.json, _class_name: /);
    expect(await refusal({ act_fn: 'gelu' })).toMatch(/config\.json, act_fn: /);
  });
});

describe('parsedDiffusersSchedule', () => {
  const of = (config: object) => parsedDiffusersSchedule(config, 'scheduler_config.json');

  test('schedules are read by diffusers’ names', async () => {
    expect(
      await of({ beta_schedule: 'linear', beta_start: 0.001, beta_end: 0.01, num_train_timesteps: 50 }),
    ).toEqual({
      kind: 'linear',
      steps: 50,
      betaStart: 0.001,
      betaEnd: 0.01,
    });
    expect((await of({ beta_schedule: 'scaled_linear' })).kind).toBe('scaled-linear');
    expect(await of({ beta_schedule: 'squaredcos_cap_v2' })).toEqual({ kind: 'cosine', steps: 1000 });
    expect(await of({ trained_betas: [0.1, 0.2] })).toEqual({
      kind: 'explicit',
      steps: 2,
      betas: [0.1, 0.2],
    });
  });

  test('a schedule whose β are changed afterwards, or are none, is refused', async () => {
    expect(await rejected(of({ rescale_betas_zero_snr: true }))).toMatch(
      /^UNREADABLE_FILE scheduler_config\.json, rescale_betas_zero_snr: must be/,
    );
    expect((await of({ rescale_betas_zero_snr: false })).kind).toBe('linear');
    expect(await rejected(of({ trained_betas: [0.1, 1] }))).toMatch(
      /^UNREADABLE_FILE scheduler_config\.json, trained_betas\[1\]: must be below 1; got 1/,
    );
  });

  test('a prediction of something else than noise is refused', async () => {
    expect(await rejected(of({ prediction_type: 'v_prediction' }))).toMatch(
      /^UNREADABLE_FILE scheduler_config\.json, prediction_type: must be/,
    );
  });
});
