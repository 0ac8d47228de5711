import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { officialEncoder } from '../../encoders/networks/encoder-catalog.js';
import { modelBytes } from '../../onnx/onnx-model.js';
import { runHere } from '../support/command-here.js';
import { convolutionDenoiser } from '../support/cut-networks.js';
import { denoiserCase } from '../support/denoiser-cases.js';
import { fileServer, serve } from '../support/file-server.js';
import { writeSafetensors } from '../support/safetensors-file.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { TINY_CLIP_BYTES, TINY_CLIP_PATH } from '../support/tiny-clip.js';

const models = (words: readonly string[], cwd = temporaryFolder()) =>
  runHere(['models', ...words, '--models', join(cwd, 'models')], { cwd });

describe('steadfid models', () => {
  test('list names every published network with its size, and what of it is here', async () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, 'models'));
    writeFileSync(join(cwd, 'models', 'ViT-B-32.pt.part'), new Uint8Array(3_600_000));
    const { code, stdout, stderr } = await models(['list'], cwd);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^inception-v3-fid +2048 +96 MB +not here +fid, fid-tf/m);
    expect(stdout).toMatch(/^clip-vit-b-32 +512 +354 MB +1 % fetched +clip-fid/m);
    expect(stderr).toContain(`in ${join(cwd, 'models')} `);
  });

  test('list --json has address, hash and its source for each', async () => {
    const { stdout } = await models(['list', '--json']);
    const { models: records } = JSON.parse(stdout) as { readonly models: readonly { readonly id: string }[] };
    expect(records.find(({ id }) => id === 'inception-v3-fid')).toMatchObject({
      published: {
        file: 'pt_inception-2015-12-05-6726825d.pth',
        sha256: expect.stringMatching(/^6726825d[0-9a-f]{56}$/) as string,
        sizeBytes: 95_628_359,
      },
      checkpoint: { state: 'missing' },
      network: { state: 'missing' },
    });
  });

  test('convert writes a network and its sidecar, and says what it took for granted', async () => {
    const cwd = temporaryFolder();
    const { code, stdout, stderr } = await models(
      ['convert', TINY_CLIP_PATH, '--as', 'clip', '-o', 'net.onnx'],
      cwd,
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'net\tnet.onnx\n' });
    expect(stderr).toBe(
      'CLIP image tower, 1 layers of 64, patches of 8, 16 px: embeddings of 32.\n' +
        'The checkpoint is none of the published ones by its SHA-256: results will say custom.\n',
    );
    expect(readdirSync(cwd)).toEqual(['net.json', 'net.onnx']);
    const again = await models(['convert', TINY_CLIP_PATH, '--as', 'clip', '-o', 'net.onnx'], cwd);
    expect({ code: again.code, stderr: again.stderr }).toEqual({
      code: 2,
      stderr:
        'net.json: there is already such a file, and it was left as it is. Pass --force to replace it, or write to another path.\n',
    });
    expect(
      (await models(['convert', TINY_CLIP_PATH, '--as', 'clip', '-o', 'net.onnx', '--force'], cwd)).code,
    ).toBe(0);
  });

  test('convert --as ddpm writes a denoiser, and says what it took for granted', async () => {
    const cwd = temporaryFolder();
    writeSafetensors(join(cwd, 'model.safetensors'), denoiserCase('ddpm-pooled'));
    const convert = (...words: string[]) =>
      models(['convert', 'model.safetensors', ...words, '-o', 'net.onnx'], cwd);
    expect(await convert('--as', 'ddpm', '--image-size', '8')).toMatchObject({
      code: 0,
      stdout: 'net\tnet.onnx\n',
      stderr:
        'DDPM U-Net, 32 channels, 3 blocks down, 8 × 8 px.\n' +
        'Noise schedule: linear, β 0.0001 to 0.02, 1000 steps.\n' +
        'Last layer: a convolution of 32 channels, 3 × 3 (conv_out.weight).\n' +
        'note: The noise schedule was taken to be linear, β from 0.0001 to 0.02 in 1000 steps.\n',
    });
    const refusals: readonly (readonly [readonly string[], string])[] = [
      [['--as', 'ddpm'], 'denoiser: its file does not say the side of the images, which must be told.'],
      [
        ['--as', 'adm', '--heads', '1'],
        'model.safetensors: a guided-diffusion U-Net must have the tensor input_blocks.0.0.weight; got no such tensor.',
      ],
      [['--as', 'ddpm', '--tap', '64'], '--tap: goes with --as inception; got ddpm.'],
      [
        ['--as', 'clip', '--heads', '2'],
        '--heads: goes with --as ddpm, adm, diffusers-unet, uvit; got clip.',
      ],
      [
        ['--as', 'ddpm', '--betas', '0.1'],
        '--betas: must be two numbers between 0 and 1, as in 0.0001,0.02; got "0.1".',
      ],
      [
        ['--as', 'ddpm', '--epsilon', 'e'],
        '--epsilon: is a flag of steadfid models cut; got it with convert.',
      ],
    ];
    for (const [words, said] of refusals) {
      const { code, stderr } = await convert(...words, '--force');
      expect({ code, said: stderr.slice(0, said.length) }).toEqual({ code: 2, said });
    }
  });

  test('cut gives a network an output of its features', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'net.onnx'), await modelBytes(convolutionDenoiser(6).model()));
    const words = ['cut', 'net.onnx', '--schedule', 'cosine', '-o', 'denoiser.onnx'];
    expect(await models(words, cwd)).toMatchObject({
      code: 0,
      stdout: 'denoiser\tdenoiser.onnx\n',
      stderr:
        'Noise schedule: cosine, 1000 steps.\n' +
        'Last layer: a convolution of 5 channels, 3 × 3 (last.weight).\n' +
        'A run on noise: the last layer of the features is the network’s noise.\n',
    });
    expect(readdirSync(cwd).sort()).toEqual(['denoiser.json', 'denoiser.onnx', 'net.onnx']);
    expect((await models(['cut', 'net.onnx', '-o', 'other.onnx'], cwd)).stderr).toMatch(
      /^denoiser: its file does not say the noise schedule, which must be told\. Pass --schedule linear/,
    );
  });

  test('verify reads a network and exits 1 unless it is official', async () => {
    const cwd = temporaryFolder();
    await models(['convert', TINY_CLIP_PATH, '--as', 'clip', '-o', 'net.onnx'], cwd);
    const { code, stdout } = await models(['verify', 'net.onnx'], cwd);
    const hash = createHash('sha256')
      .update(readFileSync(join(cwd, 'net.onnx')))
      .digest('hex');
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^net\.onnx: custom: its checkpoint \S+clip-tiny\.pt is not a published one\. SHA-256 /,
    );
    expect(stdout).toContain(hash);
  });

  test('verify without names says what is in the folder, and that nothing is', async () => {
    const cwd = temporaryFolder();
    expect(await models(['verify'], cwd)).toMatchObject({
      code: 0,
      stderr: `nothing in ${join(cwd, 'models')}; fetch by steadfid models pull ID\n`,
    });
    mkdirSync(join(cwd, 'models'));
    writeFileSync(join(cwd, 'models', 'ViT-B-32.pt'), '<html>');
    const { code, stdout } = await models(['verify'], cwd);
    expect(code).toBe(1);
    expect(stdout).toContain(
      `not the published file. SHA-256 must be ${officialEncoder('clip-vit-b-32').checkpoint.sha256}; got `,
    );
  });

  test('pull from a server that has another file takes nothing', async () => {
    const cwd = temporaryFolder();
    const server = await fileServer(({ start }, response) => serve(TINY_CLIP_BYTES, start, response));
    const { code, stdout, stderr } = await models(['pull', 'clip-vit-b-32', '--from', server.url], cwd);
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: '',
      stderr: `${server.url}: must have 353976522 bytes; got ${TINY_CLIP_BYTES.length}. It was not taken. Give another source with --from.\n`,
    });
    expect(readdirSync(join(cwd, 'models'))).toEqual([]);
  });

  test.each([
    [
      ['lst'],
      'steadfid models: unknown action "lst". Did you mean "list"? Known: list, pull, convert, cut, verify.\n',
    ],
    [['pull'], 'steadfid models pull: needs the id of a network. There are inception-v3-fid, '],
    [['pull', 'inception'], 'steadfid models pull: unknown network "inception". '],
    [
      ['pull', 'clip-vit-b-32', 'clip-vit-b-16', '--from', 'a.pt'],
      '--from: must end in / for several networks, and be the folder of their files; got a.pt.\n',
    ],
    [['list', '--as', 'clip'], '--as: is a flag of steadfid models convert; got it with list.\n'],
    [
      ['convert', 'a.pt', '-o', 'a.onnx'],
      '--as: must say what the checkpoint is: inception, clip, dinov2, ddpm, adm, diffusers-unet, uvit. As in: ',
    ],
    [['convert', 'a.pt', '--as', 'clip'], '--output: must name the .onnx file to write. As in: '],
    [
      ['convert', '--as', 'clip', '-o', 'a.onnx'],
      'steadfid models convert: needs one checkpoint; got 0. As in: ',
    ],
    [
      ['convert', 'a.pt', '--as', 'dinov2', '--tap', '64', '-o', 'a.onnx'],
      '--tap: goes with --as inception; got dinov2.\n',
    ],
    [['convert', 'a.pt', '--as', 'clip', '-o', 'a.onnx'], 'a.pt: no such file.\n'],
    [['verify', 'a.onnx'], 'a.onnx: no such file.\n'],
  ])('%o is refused with what to do', async (words, message) => {
    const { code, stdout, stderr } = await models(words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.startsWith(message), stderr).toBe(true);
  });

  test.skipIf(process.getuid?.() === 0)('a read-only models folder is told of', async () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, 'models'));
    chmodSync(join(cwd, 'models'), 0o555);
    const { code, stderr } = await models(['pull', 'clip-vit-b-32', '--from', TINY_CLIP_PATH], cwd);
    expect(code).toBe(2);
    expect(stderr).toContain('must be writable; got no permission to write there.');
  });
});
