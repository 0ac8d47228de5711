import { describe, expect, test } from 'vitest';
import { uVitPlan } from '../../../diffusion/networks/u-vit.js';
import { denoiserAnswers, denoiserCase, denoiserCheckpoint } from '../../support/denoiser-cases.js';
import { expectedOutput } from '../../support/formula-network.js';
import { thrown } from '../../support/thrown.js';
import { expectNear, NETWORK_TOLERANCE } from '../../support/tolerance.js';

describe('uVitPlan', () => {
  test.each(['uvit', 'uvit-latent'])('%s: noise and features are the authors’', async (name) => {
    const reference = denoiserCase(name);
    const plan = uVitPlan(denoiserCheckpoint(reference.tensors), reference.settings!);
    const { epsilon, features } = await denoiserAnswers(plan, reference);
    expectNear(epsilon, expectedOutput(reference, 'epsilon'), NETWORK_TOLERANCE);
    expectNear(features, expectedOutput(reference, 'features'), NETWORK_TOLERANCE);
  });

  test('the last layer is the convolution of the image, or else the linear layer of the patches', () => {
    const plan = (name: string) => uVitPlan(denoiserCheckpoint(denoiserCase(name).tensors), { heads: 2 });
    expect(plan('uvit').description).toMatchObject({
      imageSize: 8,
      channels: 3,
      classes: null,
      schedule: { kind: 'linear' },
      lastLayer: { kind: 'convolution', inputChannels: 3, weight: 'final_layer.weight' },
    });
    const latent = plan('uvit-latent');
    expect(latent.description).toMatchObject({
      imageSize: 8,
      channels: 4,
      classes: 6,
      schedule: { kind: 'scaled-linear', betaStart: 0.00085, betaEnd: 0.012 },
      lastLayer: {
        kind: 'linear',
        inputFeatures: 64,
        patch: 2,
        allChannels: 4,
        weight: 'decoder_pred.weight',
      },
    });
    expect(latent.assumptions).toEqual([
      'The noise schedule was taken to be scaled-linear, as its authors’.',
      'Its images were taken to be latent ones, whose network counts times from 1.',
    ]);
  });

  test('without heads, or of another network, it is refused', () => {
    const { tensors } = denoiserCase('uvit');
    expect(thrown(() => uVitPlan(denoiserCheckpoint(tensors), {}))).toMatch(
      /^CONFLICTING_OPTIONS denoiser: its file does not say the number of attention heads/,
    );
    expect(thrown(() => uVitPlan(denoiserCheckpoint(denoiserCase('ddpm').tensors), { heads: 2 }))).toMatch(
      /^UNREADABLE_FILE net\.pth: a U-ViT must have the tensor patch_embed\.proj\.weight; got no such tensor\./,
    );
    const lacking = denoiserCheckpoint(tensors, (name) =>
      name === 'out_blocks.1.skip_linear.weight' ? undefined : name,
    );
    expect(thrown(() => uVitPlan(lacking, { heads: 2 }))).toMatch(
      /must have the tensor out_blocks\.1\.skip_linear\.weight; got no such tensor/,
    );
  });
});
