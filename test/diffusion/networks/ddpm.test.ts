import { describe, expect, test } from 'vitest';
import { ddpmPlan } from '../../../diffusion/networks/ddpm.js';
import { denoiserAnswers, denoiserCase, denoiserCheckpoint } from '../../support/denoiser-cases.js';
import { expectedOutput } from '../../support/formula-network.js';
import { thrown } from '../../support/thrown.js';
import { expectNear, NETWORK_TOLERANCE } from '../../support/tolerance.js';

describe('ddpmPlan', () => {
  test.each(['ddpm', 'ddpm-pooled'])('%s: noise and features are the authors’', async (name) => {
    const reference = denoiserCase(name);
    const plan = ddpmPlan(denoiserCheckpoint(reference.tensors), reference.settings!);
    const { epsilon, features } = await denoiserAnswers(plan, reference);
    expectNear(epsilon, expectedOutput(reference, 'epsilon'), NETWORK_TOLERANCE);
    expectNear(features, expectedOutput(reference, 'features'), NETWORK_TOLERANCE);
  });

  test('the sidecar says what the tensors say, and DDPM’s schedule unless another is given', () => {
    const { tensors } = denoiserCase('ddpm-pooled');
    const { description, assumptions } = ddpmPlan(denoiserCheckpoint(tensors), { imageSize: 8 });
    expect(description).toEqual({
      kind: 'denoiser',
      inputs: { x: 'x', t: 't' },
      outputs: { epsilon: 'epsilon', features: 'features' },
      imageSize: 8,
      channels: 1,
      classes: null,
      prediction: 'epsilon',
      schedule: { kind: 'linear', steps: 1000, betaStart: 1e-4, betaEnd: 0.02 },
      lastLayer: {
        kind: 'convolution',
        inputChannels: 32,
        outputChannels: 1,
        kernel: [3, 3],
        padding: [1, 1],
        weight: 'conv_out.weight',
        bias: 'conv_out.bias',
      },
    });
    expect(assumptions).toEqual([
      'The noise schedule was taken to be linear, β from 0.0001 to 0.02 in 1000 steps.',
    ]);
    const cosine = ddpmPlan(denoiserCheckpoint(tensors), { imageSize: 8, schedule: 'cosine', steps: 100 });
    expect(cosine.description.schedule).toEqual({ kind: 'cosine', steps: 100 });
    expect(cosine.assumptions).toEqual([]);
  });

  test('of a training checkpoint the moving average of the weights is taken', async () => {
    const reference = denoiserCase('ddpm-pooled');
    const average = denoiserCheckpoint(reference.tensors, (name) => `4.${name}`);
    const trained = denoiserCheckpoint(
      reference.tensors.map((tensor) => ({ ...tensor, offset: 0.5 })),
      (name) => `0.module.${name}`,
    );
    const checkpoint = { ...average, tensors: new Map([...trained.tensors, ...average.tensors]) };
    const plan = ddpmPlan(checkpoint, { imageSize: 8 });
    expect(plan.assumptions[0]).toBe(
      'The file holds the network 2 times; the last, list entry 4, was taken as the moving average of its weights.',
    );
    const { epsilon } = await denoiserAnswers(plan, reference);
    expectNear(epsilon, expectedOutput(reference, 'epsilon'), NETWORK_TOLERANCE);
  });

  test('of names with ema in them, those are an average where it is a word', () => {
    const { tensors } = denoiserCase('ddpm-pooled');
    const named = (...prefixes: readonly string[]) => {
      const copies = prefixes.map((prefix) => denoiserCheckpoint(tensors, (name) => `${prefix}.${name}`));
      const all = new Map(copies.flatMap((copy) => [...copy.tensors]));
      return ddpmPlan({ ...copies[0]!, tensors: all }, { imageSize: 8 });
    };
    expect(named('model_ema', 'schema').assumptions[0]).toMatch(
      /; model_ema was taken as the moving average/,
    );
    expect(named('EMA.module', 'remat').assumptions[0]).toMatch(
      /; EMA\.module was taken as the moving average/,
    );
    expect(thrown(() => named('model', 'schema'))).toMatch(/^UNREADABLE_FILE net\.pth: /);
  });

  test('without a size of images it is refused', () => {
    const checkpoint = denoiserCheckpoint(denoiserCase('ddpm').tensors);
    expect(thrown(() => ddpmPlan(checkpoint, {}))).toBe(
      'CONFLICTING_OPTIONS denoiser: its file does not say the side of the images, which must be told. ' +
        'Pass --image-size N, or --config model.json with image_size.',
    );
  });

  test('a side that the network cannot halve as often as it does is refused', () => {
    const checkpoint = denoiserCheckpoint(denoiserCase('ddpm-pooled').tensors);
    expect(thrown(() => ddpmPlan(checkpoint, { imageSize: 6 }))).toBe(
      'CONFLICTING_OPTIONS --image-size: must be a multiple of 4, by which the network makes images smaller; got 6 × 6.',
    );
  });

  test('another network, a missing tensor, one too many and one of another shape are refused by name', () => {
    const refusal = (name: string, rename: (name: string) => string | undefined) =>
      thrown(() => ddpmPlan(denoiserCheckpoint(denoiserCase(name).tensors, rename), { imageSize: 8 }));
    const same = (name: string) => name;
    expect(refusal('adm-plain', same)).toMatch(
      /^UNREADABLE_FILE net\.pth: a DDPM U-Net must have the tensor conv_in\.weight; got no such tensor\./,
    );
    expect(refusal('diffusers-ddpm', same)).toMatch(
      /must have the tensor temb\.dense\.0\.weight; got no such tensor/,
    );
    const without = (lacking: string) => (name: string) => (name === lacking ? undefined : name);
    expect(refusal('ddpm', without('mid.attn_1.v.bias'))).toMatch(
      /the tensor mid\.attn_1\.v\.bias; got no such tensor/,
    );
    expect(refusal('ddpm', without('up.0.block.2.conv1.weight'))).toMatch(
      /a DDPM U-Net must have no tensor but its own; got up\.0\.block\.2\./,
    );
    const exchanged = new Map([
      ['conv_in.weight', 'conv_out.weight'],
      ['conv_out.weight', 'conv_in.weight'],
    ]);
    expect(refusal('ddpm', (name) => exchanged.get(name) ?? name)).toMatch(
      /^UNREADABLE_FILE net\.pth: down\.0\.block\.0\.norm1 must have channels in 32 groups of one size; got 3 channels\./,
    );
  });
});
