import { describe, expect, test } from 'vitest';
import { admPlan } from '../../../diffusion/networks/adm.js';
import { denoiserAnswers, denoiserCase, denoiserCheckpoint } from '../../support/denoiser-cases.js';
import { expectedOutput } from '../../support/formula-network.js';
import { thrown } from '../../support/thrown.js';
import { expectNear, NETWORK_TOLERANCE, relativeError } from '../../support/tolerance.js';

describe('admPlan', () => {
  test.each([
    'adm-legacy-order',
    'adm-new-order',
    'adm-half',
    'adm-plain',
    'adm-pooled',
    'adm-one-level',
  ])('%s: noise and features are the authors’', async (name) => {
    const reference = denoiserCase(name);
    const plan = admPlan(denoiserCheckpoint(reference.tensors), reference.settings!);
    const { epsilon, features } = await denoiserAnswers(plan, reference);
    expectNear(epsilon, expectedOutput(reference, 'epsilon'), NETWORK_TOLERANCE);
    expectNear(features, expectedOutput(reference, 'features'), NETWORK_TOLERANCE);
  });

  test('the other order of the attention’s rows, or other heads, give another noise', async () => {
    const reference = denoiserCase('adm-new-order');
    const checkpoint = denoiserCheckpoint(reference.tensors);
    const expected = expectedOutput(reference, 'epsilon');
    for (const change of [{ attentionOrder: 'legacy' }, { heads: 2 }] as const) {
      const plan = admPlan(checkpoint, { ...reference.settings!, ...change });
      const { epsilon } = await denoiserAnswers(plan, reference);
      expect(relativeError(epsilon, expected)).toBeGreaterThan(0.01);
    }
  });

  test('classes, variance and the last layer are read from the tensors', () => {
    const { tensors, settings } = denoiserCase('adm-legacy-order');
    const { attentionOrder: _, ...silent } = settings!;
    const plan = admPlan(denoiserCheckpoint(tensors), silent);
    expect(plan.title).toBe(
      'guided-diffusion U-Net, 32 channels, 3 blocks down, 8 × 8 px, 5 classes, learned variance',
    );
    expect(plan.description).toMatchObject({
      inputs: { x: 'x', t: 't', y: 'y' },
      channels: 3,
      classes: 5,
      lastLayer: { inputChannels: 32, outputChannels: 3, weight: 'out.2.weight', bias: 'out.2.bias' },
    });
    expect(plan.assumptions).toEqual([
      'The attention’s rows were taken to be in the legacy order, as in all published networks but that of 64 × 64 pixels.',
    ]);
  });

  test('what the tensors do not say must be told', () => {
    const { tensors, settings } = denoiserCase('adm-plain');
    const refusal = (changes: object) =>
      thrown(() => admPlan(denoiserCheckpoint(tensors), { ...settings!, ...changes }));
    expect(refusal({ heads: undefined })).toMatch(
      /^CONFLICTING_OPTIONS .*: its file does not say the number of attention heads, which must be told\. Pass --heads N/,
    );
    expect(refusal({ imageSize: undefined })).toMatch(/does not say the side of the images/);
    expect(refusal({ schedule: undefined })).toMatch(/does not say the noise schedule/);
    expect(refusal({ heads: 5 })).toBe(
      'CONFLICTING_OPTIONS --heads: must divide the 32 channels of every attention; got 5.',
    );
    expect(refusal({ headChannels: 48 })).toBe(
      'CONFLICTING_OPTIONS --head-channels: must divide the 32 channels of every attention; got 48.',
    );
  });

  test('another network, and one with a tensor missing, are refused by the tensor', () => {
    const refusal = (name: string, rename: (name: string) => string | undefined) =>
      thrown(() =>
        admPlan(denoiserCheckpoint(denoiserCase(name).tensors, rename), {
          heads: 1,
          imageSize: 8,
          schedule: 'linear',
        }),
      );
    expect(refusal('ddpm', (name) => name)).toMatch(
      /^UNREADABLE_FILE net\.pth: a guided-diffusion U-Net must have the tensor input_blocks\.0\.0\.weight; got no such tensor\./,
    );
    const without = (lacking: string) => (name: string) => (name === lacking ? undefined : name);
    expect(refusal('adm-plain', without('output_blocks.2.1.conv.bias'))).toMatch(
      /must have the tensor output_blocks\.2\.\d\.conv\.bias; got no such tensor/,
    );
    expect(refusal('adm-plain', without('output_blocks.2.0.in_layers.2.weight'))).toMatch(
      /^UNREADABLE_FILE net\.pth: /,
    );
    expect(refusal('adm-plain', (name) => name.replace('time_embed.0', 'time_embed.1'))).toMatch(
      /must have the tensor time_embed\.0\.weight; got no such tensor/,
    );
  });
});
