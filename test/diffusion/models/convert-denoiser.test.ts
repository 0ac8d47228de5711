import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { convertDenoiser } from '../../../diffusion/models/convert-denoiser.js';
import type { DenoiserConversion } from '../../../diffusion/models/denoiser-conversion.js';
import { openDenoiser } from '../../../diffusion/open-denoiser.js';
import { type DenoiserCase, denoiserCase } from '../../support/denoiser-cases.js';
import { expectedOutput, formulaValues, IMAGES } from '../../support/formula-network.js';
import { writeSafetensors } from '../../support/safetensors-file.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { rejected } from '../../support/thrown.js';
import { NETWORK_TOLERANCE, relativeError } from '../../support/tolerance.js';

/** A folder with the checkpoint of a case, and what stands beside it. */
function folderOf(reference: DenoiserCase, files: Readonly<Record<string, unknown>> = {}) {
  const folder = temporaryFolder();
  const paths = { checkpoint: join(folder, 'model.safetensors'), onnx: join(folder, 'net.onnx') };
  writeSafetensors(paths.checkpoint, reference);
  for (const [name, value] of Object.entries(files)) writeFileSync(join(folder, name), JSON.stringify(value));
  return { folder, paths };
}

async function predictedError(path: string, reference: DenoiserCase): Promise<number> {
  const denoiser = await openDenoiser(path);
  const { input, times, classes } = reference;
  const x = formulaValues(IMAGES, { shape: input });
  const { epsilon } = await denoiser.predict({ n: times.length, x, t: times, y: classes });
  await denoiser.close();
  return relativeError(epsilon, expectedOutput(reference, 'epsilon'));
}

describe('convertDenoiser', () => {
  test.each([
    ['ddpm', 'ddpm'],
    ['adm', 'adm-legacy-order'],
    ['uvit', 'uvit-latent'],
  ] as const)('--as %s: the network written opens as a denoiser with the authors’ noise', async (architecture, name) => {
    const reference = denoiserCase(name);
    const { paths } = folderOf(reference);
    const { description } = await convertDenoiser(paths, { architecture, ...reference.settings! });
    expect(description.id).toBe('net');
    expect(await predictedError(paths.onnx, reference)).toBeLessThan(NETWORK_TOLERANCE);
  });

  test('of diffusers, config and schedule are read from the files beside it', async () => {
    const reference = denoiserCase('diffusers-classes');
    const scheduler = { beta_schedule: 'squaredcos_cap_v2', num_train_timesteps: 1000 };
    const { paths } = folderOf(reference, {
      'config.json': reference.config,
      'scheduler_config.json': scheduler,
    });
    const { description } = await convertDenoiser(paths, { architecture: 'diffusers-unet' });
    expect(description).toMatchObject({
      imageSize: 8,
      classes: 5,
      schedule: { kind: 'cosine', steps: 1000 },
    });
    expect(await predictedError(paths.onnx, reference)).toBeLessThan(NETWORK_TOLERANCE);
  });

  test('of diffusers, what is missing is told by name', async () => {
    const reference = denoiserCase('diffusers-ddpm');
    const { folder, paths } = folderOf(reference);
    const refusal = (changes: Partial<DenoiserConversion> = {}) =>
      rejected(convertDenoiser(paths, { architecture: 'diffusers-unet', ...changes }));
    expect(await refusal()).toBe(
      'CONFLICTING_OPTIONS steadfid models convert --as diffusers-unet: must be told its config.json. ' +
        'Put it beside the checkpoint, or pass --config config.json.',
    );
    writeFileSync(join(folder, 'config.json'), JSON.stringify(reference.config));
    expect(await refusal()).toMatch(/must be told the noise schedule\. Put scheduler_config\.json beside/);
    expect(await refusal({ heads: 2 })).toBe(
      'CONFLICTING_OPTIONS --heads: goes with --as adm; got diffusers-unet.',
    );
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...reference.config, sample_size: null }));
    expect(await refusal({ schedule: 'linear' })).toMatch(/must be told the side of the images/);
    expect(readdirSync(folder).sort()).toEqual(['config.json', 'model.safetensors']);
  });

  test('the authors’ own names are read from --config, flags count first', async () => {
    const reference = denoiserCase('adm-new-order');
    const config = {
      image_size: 8,
      num_heads: 4,
      num_head_channels: -1,
      use_new_attention_order: true,
      noise_schedule: 'cosine',
      learn_sigma: true,
      class_cond: true,
      attention_resolutions: '4',
    };
    const { folder, paths } = folderOf(reference, { 'model.json': config });
    const options = { config: join(folder, 'model.json') };
    const { description, assumptions } = await convertDenoiser(
      paths,
      { architecture: 'adm', schedule: 'linear', steps: 1000 },
      options,
    );
    expect(description.schedule.kind).toBe('linear');
    expect(assumptions).toEqual([]);
    expect(await predictedError(paths.onnx, reference)).toBeLessThan(NETWORK_TOLERANCE);
  });

  test('the parts of a study’s YAML are read as one, and a claim that the tensors deny is refused', async () => {
    const { folder, paths } = folderOf(denoiserCase('adm-new-order'), {
      'model.json': { model: { image_size: 8, num_heads: 4 }, diffusion: { beta_schedule: 'linear' } },
      'other.json': { image_size: 8, num_heads: 4, noise_schedule: 'linear', use_scale_shift_norm: false },
      'eps.json': { image_size: 8, predict_xstart: true },
    });
    const convert = (name: string) =>
      convertDenoiser(paths, { architecture: 'adm' }, { config: join(folder, name), existing: 'replaced' });
    expect((await convert('model.json')).description.imageSize).toBe(8);
    expect(await rejected(convert('other.json'))).toMatch(
      /^UNREADABLE_FILE .*other\.json: use_scale_shift_norm must be true, as the tensors are; got false\./,
    );
    expect(await rejected(convert('eps.json'))).toMatch(
      /^UNREADABLE_FILE .*eps\.json, predict_xstart: must be/,
    );
    expect(await rejected(convert('none.json'))).toMatch(/^UNREADABLE_FILE .*none\.json: no such file\.$/);
  });

  test('a network that was trained with rescaled times is refused where they are not its schedule’s', async () => {
    const config = { image_size: 8, num_heads: 4, noise_schedule: 'cosine', rescale_timesteps: true };
    const { folder, paths } = folderOf(denoiserCase('adm-new-order'), { 'model.json': config });
    const convert = (steps: number) =>
      convertDenoiser(paths, { architecture: 'adm', steps }, { config: join(folder, 'model.json') });
    expect(await rejected(convert(4000))).toMatch(
      /model\.json: rescale_timesteps: must be false, or the schedule of 1000 steps; got true with 4000 steps\./,
    );
    expect((await convert(1000)).description.schedule.steps).toBe(1000);
  });

  test('dropout is a flag, or the config’s: it changes the network’s file and not what it answers', async () => {
    const ddpm = denoiserCase('ddpm-dropout');
    const told = folderOf(ddpm, { 'model.json': { model: { dropout: 0.1 }, image_size: 8 } });
    const bytes = async (settings: Partial<DenoiserConversion>, config?: string) => {
      await convertDenoiser(
        told.paths,
        { architecture: 'ddpm', imageSize: 8, ...settings },
        { existing: 'replaced', ...(config === undefined ? {} : { config: join(told.folder, config) }) },
      );
      expect(await predictedError(told.paths.onnx, ddpm)).toBeLessThan(NETWORK_TOLERANCE);
      return readFileSync(told.paths.onnx);
    };
    const [without, flag, config, both] = [
      await bytes({}),
      await bytes({ dropout: 0.1 }),
      await bytes({}, 'model.json'),
      await bytes({ dropout: 0 }, 'model.json'),
    ];
    expect(flag.includes('Dropout')).toBe(true);
    expect(config.equals(flag)).toBe(true);
    expect(both.equals(without)).toBe(true);
    expect(without.includes('Dropout')).toBe(false);
    const { paths } = folderOf(denoiserCase('uvit'));
    expect(await rejected(convertDenoiser(paths, { architecture: 'uvit', heads: 4, dropout: 0.1 }))).toBe(
      'CONFLICTING_OPTIONS --dropout: goes with --as ddpm, adm or diffusers-unet; got uvit.',
    );
  });

  test('converting twice gives the same bytes, and files that are there stay', async () => {
    const reference = denoiserCase('ddpm-pooled');
    const { folder, paths } = folderOf(reference);
    const conversion = { architecture: 'ddpm', imageSize: 8 } as const;
    await convertDenoiser(paths, conversion);
    const before = readFileSync(paths.onnx);
    expect(await rejected(convertDenoiser(paths, conversion))).toMatch(/^FILE_EXISTS /);
    await convertDenoiser({ ...paths, onnx: join(folder, 'again.onnx') }, conversion, { id: 'mine' });
    expect(readFileSync(join(folder, 'again.onnx')).equals(before)).toBe(true);
    expect(JSON.parse(readFileSync(join(folder, 'again.json'), 'utf8'))).toMatchObject({
      id: 'mine',
      conversion,
      checkpoint: { path: 'model.safetensors' },
    });
  });
});
