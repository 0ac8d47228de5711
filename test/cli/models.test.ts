import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { officialEncoder } from '../../encoders/networks/encoder-catalog.js';
import { fileServer, serve } from '../support/file-server.js';
import { runCommand } from '../support/run-command.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { TINY_CLIP_BYTES, TINY_CLIP_PATH } from '../support/tiny-clip.js';

const models = (words: readonly string[], cwd = temporaryFolder()) =>
  runCommand(['models', ...words, '--models', join(cwd, 'models')], { cwd });

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

  test('verify reads a network and exits 1 unless it is official', async () => {
    const cwd = temporaryFolder();
    await models(['convert', TINY_CLIP_PATH, '--as', 'clip', '-o', 'net.onnx'], cwd);
    const { code, stdout } = await models(['verify', 'net.onnx'], cwd);
    const hash = createHash('sha256')
      .update(readFileSync(join(cwd, 'net.onnx')))
      .digest('hex');
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^net\.onnx: custom: its checkpoint \S+clip-tiny\.pt is none that was published\. SHA-256 /,
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
      'steadfid models: unknown action "lst". Did you mean "list"? Known: list, pull, convert, verify.\n',
    ],
    [['pull'], 'steadfid models pull: needs the id of a network. There are inception-v3-fid, '],
    [['pull', 'inception'], 'encoder: unknown encoder "inception". '],
    [
      ['pull', 'clip-vit-b-32', 'clip-vit-b-16', '--from', 'a.pt'],
      '--from: must end in / for several networks, and be the folder of their files; got a.pt.\n',
    ],
    [['list', '--as', 'clip'], '--as: is a flag of steadfid models convert; got it with list.\n'],
    [
      ['convert', 'a.pt', '-o', 'a.onnx'],
      '--as: must say what the checkpoint is: inception, clip or dinov2. As in: ',
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
