import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { processSpace } from '../../encoders/files/is-alive.js';
import { readNpy } from '../../encoders/files/read-npy.js';
import { npyFile } from '../support/command-files.js';
import { commandHere } from '../support/command-here.js';
import { fileDigests } from '../support/file-digests.js';
import { requireFormat } from '../support/json-formats.js';
import { runCommand } from '../support/run-command.js';
import { smallDecoderWeights, writeSmallDecoder } from '../support/small-decoder.js';
import { writeSmallDenoiser } from '../support/small-denoiser.js';
import { writeSmallPosterior } from '../support/small-posterior.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { expectClose } from '../support/tolerance.js';

/** What a folder says of itself, once it follows the committed schema. */
function record(folder: string, file = 'generation.json') {
  const json = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  requireFormat('generation', json);
  return json;
}

const FEW = ['-n', '5', '--steps', '12', '--clip', 'x0', '--samples', '4', '--skip', '3'];

async function world(options: Parameters<typeof writeSmallDenoiser>[1] = {}): Promise<string> {
  const cwd = temporaryFolder();
  const denoiser = await writeSmallDenoiser(cwd, options);
  await writeSmallPosterior(join(cwd, 'posterior.npz'), denoiser);
  return cwd;
}

const FILES = new Set(['-o', '--posterior', '--initial-noise', '--reference', '--decoder']);

/** Outcome or error of a run in this process; paths are within the folder. */
async function generated(cwd: string, words: readonly string[]): Promise<string> {
  const placed = words.map((word, i) => (FILES.has(words[i - 1]!) ? join(cwd, word) : word));
  const { outcome } = await commandHere(['generate', '--denoiser', join(cwd, 'small.onnx'), ...placed]);
  return outcome.replaceAll(`${cwd}/`, '');
}

describe('steadfid generate', () => {
  test('writes images, float32 maps of their shape, and a record that counts values below 0', async () => {
    const cwd = await world();
    expect(await generated(cwd, [...FEW, '--posterior', 'posterior.npz', '-o', 'out'])).toBe('done');
    const ids = [0, 1, 2, 3, 4].map((i) => `img_${1000000 + i}`);
    expect(readdirSync(join(cwd, 'out/images')).sort()).toEqual(ids.map((id) => `${id}.png`));
    const maps = await Promise.all(ids.map((id) => readNpy(join(cwd, `out/maps/${id}.npy`))));
    expect(maps.map(({ shape, descr }) => [descr, ...shape])).toEqual(ids.map(() => ['<f4', 3, 8, 8]));
    const below = maps.reduce((sum, { data }) => sum + data.filter((value) => value < 0).length, 0);
    const { counts, sampling, posterior, denoiser } = record(join(cwd, 'out'));
    expect(counts.negatives.elements).toBe(below);
    expect(counts.negatives.share).toBeCloseTo(below / (5 * 192), 12);
    expect(sampling.times.at(0)).toBe(913);
    expect([posterior.structure, posterior.fisherFactor]).toEqual(['full', 2]);
    expect(denoiser.imageShape).toEqual([3, 8, 8]);
    expect(readdirSync(join(cwd, 'out')).sort()).toEqual(['generation.json', 'images', 'maps']);
  });

  test('makes the same images with a posterior as without one', async () => {
    const cwd = await world();
    await generated(cwd, [...FEW, '--posterior', 'posterior.npz', '-o', 'with']);
    await generated(cwd, [...FEW, '-o', 'without']);
    expect(fileDigests(join(cwd, 'with/images'))).toEqual(fileDigests(join(cwd, 'without/images')));
  });

  test('gives the same bytes for any batch size, in shards, and after being killed', async () => {
    const cwd = await world();
    const all = [
      ...FEW,
      '--posterior',
      'posterior.npz',
      '--alternatives',
      'flip,feature-norm',
      '--keep-times',
      '498',
    ];
    await generated(cwd, [...all, '-o', 'whole']);
    const expected = fileDigests(join(cwd, 'whole'));
    expect(Object.keys(expected).length).toBe(17);
    await generated(cwd, [...all, '-o', 'one', '--batch-size', '1']);
    expect(fileDigests(join(cwd, 'one'))).toEqual(expected);

    await generated(cwd, [...all, '-o', 'parts', '--batch-size', '2', '--shard', '2/2']);
    expect(existsSync(join(cwd, 'parts/generation.json'))).toBe(false);
    await generated(cwd, [...all, '-o', 'parts', '--shard', '1/2']);
    const parts = fileDigests(join(cwd, 'parts'));
    expect(parts).toMatchObject(expected);
    expect(record(join(cwd, 'parts'), 'generation-2-of-2.json').counts.images).toBe(3);
    expect(Object.keys(parts).length).toBe(19);

    const killed = await runCommand(
      ['generate', '--denoiser', 'small.onnx', ...all, '-o', 'killed', '--batch-size', '1'],
      {
        cwd,
        interruptWhen: () => existsSync(join(cwd, 'killed/images/img_1000001.png')),
        interruptBy: 'SIGKILL',
      },
    );
    expect(killed.code).toBeNull();
    expect(existsSync(join(cwd, 'killed/unfinished.json'))).toBe(true);
    const dead = `${processSpace()}-${2 ** 31 - 1}-0123abcd`;
    writeFileSync(join(cwd, `killed/maps/.img_1000004.npy.${dead}.part`), 'half');
    expect(await generated(cwd, [...all, '-o', 'killed'])).toBe('done');
    expect(fileDigests(join(cwd, 'killed'))).toEqual(expected);
  });

  test('stops on Ctrl-C with exit code 130 and goes on later', async () => {
    const cwd = await world();
    const words = ['-n', '400', '--steps', '50', '-o', 'out', '--batch-size', '2'];
    const { code, stderr } = await runCommand(['generate', '--denoiser', 'small.onnx', ...words], {
      cwd,
      interruptWhen: () => existsSync(join(cwd, 'out/images/img_1000003.png')),
    });
    expect(code).toBe(130);
    expect(stderr).toContain('stopped by SIGINT');
    const files = Object.keys(fileDigests(join(cwd, 'out')));
    expect(files.filter((file) => file.endsWith('.part'))).toEqual([]);
  });

  test('--layout bayesdiff writes the original’s folders, which steadfid uncertainty reads to the same scores', async () => {
    const cwd = await world();
    const all = [...FEW, '--posterior', 'posterior.npz'];
    await generated(cwd, [...all, '-o', 'own']);
    await generated(cwd, [...all, '-o', 'theirs', '--layout', 'bayesdiff']);
    expect(readdirSync(join(cwd, 'theirs')).sort()).toEqual([
      'exp_tensors',
      'generation.json',
      'images',
      'var_tensors',
      'variances',
    ]);
    expect(readdirSync(join(cwd, 'theirs/var_tensors'))[0]).toBe('var_1000000_1.0_1.0.pth');
    const scores = (name: string, maps: string) =>
      commandHere(['uncertainty', join(cwd, maps), '--images', join(cwd, name, 'images')]);
    const own = await scores('own', 'own/maps');
    const theirs = await scores('theirs', 'theirs');
    expect(theirs.printed.replace(/^(?=\d)/gm, 'img_')).toBe(own.printed);
    expect(own.outcome).toBe('done');
  });

  test('--alternatives gives each image a number under each name, the ensemble with a posterior and an encoder', async () => {
    const cwd = await world({ dropout: 0.25 });
    const names = 'feature-norm,perturbation,flip,reconstruction,ensemble,mc-dropout';
    const words = [
      '--posterior',
      'posterior.npz',
      '--alternatives',
      names,
      '--encoder',
      'demo-clip',
      '--draws',
      '2',
    ];
    expect(await generated(cwd, [...FEW, ...words, '-o', 'out'])).toBe('done');
    const [header, ...rows] = readFileSync(join(cwd, 'out/alternatives.csv'), 'utf8').trim().split('\r\n');
    expect(header).toBe(`id,${names}`);
    expect(rows.map((row) => row.split(',')[0])).toEqual([0, 1, 2, 3, 4].map((i) => `img_${1000000 + i}`));
    expect(
      rows.every((row) =>
        row
          .split(',')
          .slice(1)
          .every((cell) => Number.isFinite(Number(cell)) && cell !== ''),
      ),
    ).toBe(true);
    expect(record(join(cwd, 'out')).alternatives[4].parameters).toEqual({
      draws: 2,
      encoder: 'demo-clip',
      variance: 0.001,
    });
    expect(record(join(cwd, 'out')).alternatives[5]).toMatchObject({
      cost: '2 for each of the last 10 steps',
      parameters: { draws: 2, rate: '0.25', lastSteps: 10 },
    });
  });

  test('reference-distance is 0 for images that are in the reference, and above for all others', async () => {
    const cwd = await world();
    await generated(cwd, [...FEW, '-o', 'first']);
    cpSync(join(cwd, 'first/images/img_1000003.png'), join(cwd, 'real/kept.png'), { recursive: true });
    const words = ['--alternatives', 'reference-distance', '--reference', 'real', '--encoder', 'demo-clip'];
    expect(await generated(cwd, [...FEW, ...words, '-o', 'out'])).toBe('done');
    const [header, ...rows] = readFileSync(join(cwd, 'out/alternatives.csv'), 'utf8').trim().split('\r\n');
    expect(header).toBe('id,reference-distance');
    const distances = rows.map((row) => Number(row.split(',')[1]));
    const [own] = distances.splice(3, 1);
    expect(own).toBeLessThan(1e-4 * Math.min(...distances)); // the encoder's rounding in batches of 5 and of 1
    const { parameters } = record(join(cwd, 'out')).alternatives[0];
    expect(parameters).toEqual({
      encoder: 'demo-clip',
      reference: expect.stringMatching(/^[0-9a-f]{64}$/),
      referenceImages: 1,
    });
  });

  test('images of classes: in turn, and drawn for each by its number', async () => {
    const cwd = await world({ classes: 4 });
    await generated(cwd, [...FEW, '--class', '2', '-o', 'two']);
    await generated(cwd, [...FEW, '--class', '3,2', '-o', 'turns']);
    await generated(cwd, [...FEW, '-o', 'drawn']);
    const [two, turns, drawn] = ['two', 'turns', 'drawn'].map((name) =>
      fileDigests(join(cwd, name, 'images')),
    );
    expect(turns!['img_1000001.png']).toBe(two!['img_1000001.png']);
    expect(turns!['img_1000000.png']).not.toBe(two!['img_1000000.png']);
    expect(record(join(cwd, 'drawn')).classes).toEqual({ kind: 'uniform' });
    expect(drawn).not.toEqual(two);
  });
});

describe('steadfid generate of a latent model', () => {
  async function latents(kind: 'linear' | 'curved' = 'linear'): Promise<string> {
    const cwd = await world({ channels: 4 });
    await writeSmallDecoder(cwd, { channels: 4, kind });
    return cwd;
  }
  const DECODED = [...FEW, '--posterior', 'posterior.npz', '--decoder', 'decoder.onnx'];

  test('decodes images, and gives each pixel the variance of its decodings: here Σ A²·Var of its latent', async () => {
    const cwd = await latents();
    const many = ['--decoder-scale', '0.5', '--decodings', '400', '-o', 'out'];
    expect(await generated(cwd, [...DECODED, ...many])).toBe('done');
    const { decoder, counts, denoiser } = record(join(cwd, 'out'));
    expect(decoder).toMatchObject({ id: 'decoder', imageShape: [3, 16, 16], scale: 0.5, decodings: 400 });
    expect(denoiser.imageShape).toEqual([4, 8, 8]);
    expect(readdirSync(join(cwd, 'out')).sort()).toEqual([
      'generation.json',
      'images',
      'latent-maps',
      'maps',
    ]);
    const a = smallDecoderWeights(4);
    let below = 0;
    for (const image of readdirSync(join(cwd, 'out/maps'))) {
      const map = await readNpy(join(cwd, 'out/maps', image));
      const latent = await readNpy(join(cwd, 'out/latent-maps', image));
      expect([map.descr, ...map.shape, ...latent.shape]).toEqual(['<f4', 3, 16, 16, 4, 8, 8]);
      below += latent.data.filter((value) => value < 0).length;
      let [found, expected] = [0, 0];
      for (let c = 0; c < 3; c++)
        for (let p = 0; p < 64; p++) {
          found += map.data[c * 256 + 32 * Math.floor(p / 8) + 2 * (p % 8)]!;
          for (let k = 0; k < 4; k++)
            expected += 4 * a[4 * c + k]! ** 2 * Math.max(0, latent.data[64 * k + p]!);
        }
      expectClose(found, expected, 0.05); // of 400 draws in 64 places
    }
    expect(counts.negatives.elements).toBe(below);
  });

  test('makes the same images with a posterior as without one, and the same bytes after a part is lost', async () => {
    const cwd = await latents('curved');
    await generated(cwd, [...DECODED, '-o', 'with']);
    await generated(cwd, [...FEW, '--decoder', 'decoder.onnx', '-o', 'without']);
    expect(fileDigests(join(cwd, 'with/images'))).toEqual(fileDigests(join(cwd, 'without/images')));
    const expected = fileDigests(join(cwd, 'with'));
    const { counts: _, ...settings } = record(join(cwd, 'with'));
    rmSync(join(cwd, 'with/generation.json'));
    rmSync(join(cwd, 'with/images/img_1000002.png'));
    writeFileSync(join(cwd, 'with/unfinished.json'), JSON.stringify(settings));
    expect(await generated(cwd, [...DECODED, '-o', 'with', '--batch-size', '1'])).toBe('done');
    expect(fileDigests(join(cwd, 'with'))).toEqual(expected);
    const scores = await commandHere([
      'uncertainty',
      join(cwd, 'with/maps'),
      '--images',
      join(cwd, 'with/images'),
    ]);
    expect(scores.outcome).toBe('done');
  });

  test.each([
    [
      ['--posterior', 'posterior.npz'],
      'small: must make images of 1 or 3 channels; got 4 channels, as of a latent model. Pass steadfid generate --decoder decoder.onnx, which makes pixels of latents.',
    ],
    [
      ['--decoder', 'decoder.onnx', '--decodings', '5'],
      '--decodings: is a setting of --posterior. Pass --posterior, or leave it out.',
    ],
    [
      ['--decoder-scale', '0.18215'],
      '--decoder-scale: is a setting of --decoder. Pass --decoder, or leave it out.',
    ],
    [
      ['--decoder', 'decoder.onnx', '--posterior', 'posterior.npz', '--keep-times', '249'],
      '--keep-times: goes with a network that works on pixels; got it with --decoder. Leave it out.',
    ],
    [
      [
        ...['--decoder', 'decoder.onnx', '--posterior', 'posterior.npz'],
        ...['--alternatives', 'flip,ensemble', '--encoder', 'demo-clip'],
      ],
      '--alternatives ensemble: goes with a network that works on pixels; got it with --decoder. Leave it out.',
    ],
    [
      ['--decoder', 'small.onnx'],
      "small.onnx: its only input must take the network's latents, float32 (n, 4, 8, 8); got x float32 (n, 4, 8, 8), t float32 (n). Export the decoder alone, without the encoder and without changing its values to 0 … 255.",
    ],
    [
      ['--decoder', 'other/decoder.onnx'],
      "other/decoder.onnx: its only input must take the network's latents, float32 (n, 4, 8, 8); got latents float32 (n, 3, 8, 8). Export the decoder alone, without the encoder and without changing its values to 0 … 255.",
    ],
  ])('%j is refused before anything is made', async (words, message) => {
    const cwd = await latents();
    mkdirSync(join(cwd, 'other'));
    await writeSmallDecoder(join(cwd, 'other'), { channels: 3 });
    expect(await generated(cwd, ['-n', '2', '--steps', '4', ...words, '-o', 'out'])).toBe(message);
    expect(existsSync(join(cwd, 'out'))).toBe(false);
  });
});

describe('steadfid generate says what is wrong', () => {
  let cwd: string;
  beforeAll(async () => {
    const { mkdtempSync } = await import('node:fs');
    const { tmpdir } = await import('node:os');
    cwd = mkdtempSync(join(tmpdir(), 'steadfid-generate-'));
    const path = await writeSmallDenoiser(cwd, { classes: 3 });
    await writeSmallPosterior(join(cwd, 'posterior.npz'), path);
    const { mkdirSync } = await import('node:fs');
    mkdirSync(join(cwd, 'other'));
    await writeSmallPosterior(
      join(cwd, 'other.npz'),
      await writeSmallDenoiser(join(cwd, 'other'), { classes: 3, seed: 2 }),
    );
    writeFileSync(join(cwd, 'noise.npy'), npyFile('<f4', [4, 3, 8, 9], new Uint8Array(4 * 4 * 3 * 8 * 9)));
    return async () => (await import('node:fs/promises')).rm(cwd, { recursive: true });
  });

  test.each([
    [['-o', 'a'], '-n: needs a value. Add -n 64.'],
    [['-n', '2'], '--output: needs the folder to write. Add -o generated/.'],
    [
      ['-n', '2', '-o', 'a', '--initial-noise', 'noise.npy'],
      'noise.npy: must hold noise of at least 2 images, (2, 3, 8, 8); got (4, 3, 8, 9).',
    ],
    [['-n', '2', '-o', 'a', '--class', '3'], "--class: must be of the network's classes 0 to 2; got 3."],
    [
      ['-n', '2', '-o', 'a', '--sampler', 'dpm-solver-2', '--steps', '9'],
      '--steps: must be an even number for dpm-solver-2, which asks the network twice in each of its steps; got 9. Pass 8 or 10.',
    ],
    [
      ['-n', '2', '-o', 'a', '--guidance', '2'],
      '--guidance: needs a network that was trained with a class that stands for none, named nullClass in its sidecar; got guidance 2 and no such class. Leave it out, or add nullClass to the .json beside the network.',
    ],
    [
      ['-n', '2', '-o', 'a', '--steps', '4', '--keep-times', '300', '--posterior', 'posterior.npz'],
      '--keep-times: must be times that 4 steps come to; got 300. They are 500, 250, 0.',
    ],
    [
      ['-n', '2', '-o', 'a', '--alternatives', 'flop'],
      '--alternatives: unknown alternative "flop". Did you mean "flip"? Known: feature-norm, perturbation, flip, reconstruction, mc-dropout, ensemble, reference-distance.',
    ],
    [
      ['-n', '2', '-o', 'a', '--alternatives', 'mc-dropout'],
      'DENOISER: must have dropout layers to draw networks by dropping values; got none. Convert its checkpoint with --dropout P, the chance that it was trained with.',
    ],
    [
      ['-n', '2', '-o', 'a', '--alternatives', 'mc-dropout', '--draws', '1'],
      '--draws: must be at least 2 for --alternatives mc-dropout, which gives a variance; got 1.',
    ],
    [
      ['-n', '2', '-o', 'a', '--alternatives', 'reference-distance'],
      '--alternatives reference-distance: compares embeddings with those of real images. Pass --reference and --encoder.',
    ],
    [
      ['-n', '2', '-o', 'a', '--alternatives', 'flip,ensemble', '--encoder', 'demo'],
      '--alternatives ensemble: draws weights from a posterior and compares embeddings. Pass --posterior.',
    ],
    [
      ['-n', '2', '-o', 'a', '--sampler', 'ddpm', '--eta', '0.5'],
      '--eta: is a setting of ddim; got --sampler ddpm. Leave it out.',
    ],
    [
      ['-n', '2', '-o', 'a', '--layout', 'bayesdiff'],
      '--layout bayesdiff: is about the variance, which needs a posterior. Pass --posterior, or leave it out.',
    ],
  ])('%j', async (words, message) => {
    expect(await generated(cwd, words)).toBe(message.replace('DENOISER', 'small.onnx'));
    expect(existsSync(join(cwd, 'a'))).toBe(false);
  });

  test('of a posterior of another network, with both hashes', async () => {
    const said = await generated(cwd, ['-n', '2', '-o', 'a', '--posterior', 'other.npz']);
    expect(said).toMatch(
      /^other\.npz: is a posterior of the network small with SHA-256 [0-9a-f]{64}; got small with [0-9a-f]{64}\./,
    );
  });

  test('of a folder that is finished, and of one that was begun with other settings', async () => {
    const words = ['-n', '2', '--steps', '4', '-o', 'folder'];
    expect(await generated(cwd, words)).toBe('done');
    expect(await generated(cwd, words)).toBe(
      'folder/generation.json: these images are finished, and were left as they are. Pass --force to make them anew, or write to another folder.',
    );
    expect(await generated(cwd, ['-n', '2', '--steps', '5', '-o', 'folder'])).toMatch(
      /^folder\/generation\.json: these images are finished, and were left as they are; got [\w.]+ .*, where they were made with .*\. Pass --force/,
    );
    const { renameSync } = await import('node:fs');
    const { counts: _, ...settings } = record(join(cwd, 'folder'));
    renameSync(join(cwd, 'folder/generation.json'), join(cwd, 'folder/unfinished.json'));
    writeFileSync(join(cwd, 'folder/unfinished.json'), JSON.stringify(settings));
    expect(await generated(cwd, ['-n', '2', '--steps', '8', '-o', 'folder'])).toBe(
      'folder/unfinished.json: was begun with sampling.steps 4; got 8. Go on with the same settings, pass --force to begin anew, or write to another folder.',
    );
    expect(await generated(cwd, ['-n', '2', '--steps', '8', '-o', 'folder', '--force'])).toBe('done');
    expect(record(join(cwd, 'folder')).sampling.steps).toBe(8);
  });
});
