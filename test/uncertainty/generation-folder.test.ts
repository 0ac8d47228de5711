import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openDenoiser } from '../../diffusion/open-denoiser.js';
import type { Alternative } from '../../uncertainty/alternatives/alternative.js';
import { type GenerationRequest, generateImages } from '../../uncertainty/files/generate-images.js';
import {
  type GenerationFolder,
  openGenerationFolder,
} from '../../uncertainty/files/open-generation-folder.js';
import { type GenerationSettings, ROUNDING } from '../../uncertainty/generation-record.js';
import { writeSmallDenoiser } from '../support/small-denoiser.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { rejected } from '../support/thrown.js';

const SAMPLING = {
  sampler: 'ddim',
  steps: 2,
  eta: 0,
  grid: 'uniform',
  spacing: 'log-snr',
  end: 't0',
  clip: 'none',
  guidance: null,
  seed: 1,
} as const;

const SETTINGS: GenerationSettings = {
  schema: 'steadfid/generation/1',
  version: '1.0.0',
  n: 4,
  denoiser: { id: 'small', sha256: '0'.repeat(64), imageShape: [1, 2, 2] },
  posterior: null,
  schedule: {},
  sampling: { ...SAMPLING, times: [500, 0] },
  propagation: null,
  classes: null,
  initialNoise: null,
  alternatives: [{ name: 'flip', source: 'none', cost: 'one pass', parameters: {} }],
  decoder: null,
  layout: 'steadfid',
  device: 'cpu',
  rounding: ROUNDING,
};

const part = (folder: string, index: number, settings = SETTINGS): Promise<GenerationFolder> =>
  openGenerationFolder(folder, settings, { shard: { index, count: 2 }, existing: 'refused' });

async function fill(output: GenerationFolder): Promise<void> {
  const x = new Float32Array(4);
  for (const image of output.missing)
    await output.write({
      image,
      x,
      moments: null,
      latentVariance: null,
      byTime: new Map(),
      scores: [image / 4],
    });
}

describe('shards of a generation', () => {
  test('that end at the same time finish the whole, with the alternatives of all images', async () => {
    const folder = temporaryFolder();
    const parts = [await part(folder, 1), await part(folder, 2)];
    for (const output of parts) await fill(output);
    await Promise.all(parts.map((output) => output.finish()));
    expect(readdirSync(folder).sort()).toEqual([
      'alternatives.csv',
      'generation-1-of-2.json',
      'generation-2-of-2.json',
      'generation.json',
      'images',
    ]);
    const rows = readFileSync(join(folder, 'alternatives.csv'), 'utf8').trim().split('\r\n');
    expect(rows).toEqual([
      'id,flip',
      'img_1000000,0',
      'img_1000001,0.25',
      'img_1000002,0.5',
      'img_1000003,0.75',
    ]);
    expect(JSON.parse(readFileSync(join(folder, 'generation.json'), 'utf8')).counts.images).toBe(4);
  });

  test('of which the last was killed before the whole was finished are finished by the next run of one', async () => {
    const folder = temporaryFolder();
    const settings = { ...SETTINGS, alternatives: [] };
    for (const index of [1, 2]) {
      const output = await part(folder, index, settings);
      await fill(output);
      await output.finish();
    }
    const path = join(folder, 'generation.json');
    const whole = readFileSync(path, 'utf8');
    rmSync(path);
    writeFileSync(join(folder, 'unfinished-2-of-2.json'), '{}');
    expect(await rejected(part(folder, 2, settings))).toContain('these images are finished');
    expect(readFileSync(path, 'utf8')).toBe(whole);
    expect(existsSync(join(folder, 'unfinished-2-of-2.json'))).toBe(false);
  });

  test('whose record is damaged are told by its path', async () => {
    const folder = temporaryFolder();
    const [first, second] = [await part(folder, 1), await part(folder, 2)];
    for (const output of [first, second]) await fill(output);
    await first.finish();
    for (const text of ['{"counts":', '{"counts":{"images":-1,"negatives":null}}']) {
      writeFileSync(join(folder, 'generation-1-of-2.json'), text);
      expect(await rejected(second.finish())).toContain('generation-1-of-2.json: must be');
    }
    expect(existsSync(join(folder, 'generation.json'))).toBe(false);
  });
});

describe('generateImages', () => {
  async function request(changes: Partial<GenerationRequest> = {}): Promise<GenerationRequest> {
    const denoiser = await openDenoiser(await writeSmallDenoiser(temporaryFolder()));
    return {
      n: 4,
      denoiser,
      posterior: null,
      sampling: SAMPLING,
      keepTimes: [],
      alternatives: [],
      layout: 'steadfid',
      device: 'cpu',
      batchSize: 2,
      existing: 'refused',
      ...changes,
    };
  }

  test('has written what it began to write when it fails', async () => {
    const failing: Alternative = {
      name: 'failing',
      source: 'none',
      cost: 'none',
      looksAt: 'trajectory',
      open: ({ images }) => {
        if (images.includes(2)) throw new Error('no more');
        return { scores: () => images };
      },
    };
    const folder = temporaryFolder();
    const asked = await request({ alternatives: [failing] });
    await expect(generateImages(folder, asked)).rejects.toThrow('no more');
    const written = readdirSync(folder, { recursive: true }).map(String).sort();
    await asked.denoiser.close();
    expect(written).toEqual([
      '.scores',
      join('.scores', 'img_1000000.json'),
      join('.scores', 'img_1000001.json'),
      'images',
      join('images', 'img_1000000.png'),
      join('images', 'img_1000001.png'),
      'unfinished.json',
    ]);
  });

  test('refuses a folder in which another run makes the same images, and leaves its files alone', async () => {
    const folder = temporaryFolder();
    const asked = await request();
    const runs = await Promise.allSettled([generateImages(folder, asked), generateImages(folder, asked)]);
    await asked.denoiser.close();
    expect(runs.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const failed = runs.find((run) => run.status === 'rejected');
    expect(String(failed?.reason)).toContain('is writing there');
    expect(readdirSync(folder).sort()).toEqual(['generation.json', 'images']);
  });
});
