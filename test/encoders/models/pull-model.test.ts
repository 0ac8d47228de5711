import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, sep } from 'node:path';
import { describe, expect, test } from 'vitest';
import { processSpace } from '../../../encoders/files/is-alive.js';
import { type ModelState, modelState } from '../../../encoders/models/model-state.js';
import { pullModel } from '../../../encoders/models/pull-model.js';
import { fileServer, serve } from '../../support/file-server.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { rejected } from '../../support/thrown.js';
import { TINY_CLIP_BYTES, TINY_CLIP_PATH, tinyClip } from '../../support/tiny-clip.js';

const READY = ['clip-tiny.json', 'clip-tiny.onnx', 'clip-tiny.pt'];

/** What is in a models folder, but for what is remembered of proofs. */
const filesOf = (folder: string) => readdirSync(folder).filter((name) => !name.startsWith('.'));
const QUICK = { retryWaitsMs: [] };

describe('pullModel', () => {
  test('a network is fetched and converted once; then it is there', async () => {
    const folder = join(temporaryFolder(), 'models');
    const server = await fileServer(({ start }, response) => serve(TINY_CLIP_BYTES, start, response));
    const encoder = tinyClip(server.url);
    const steps = new Set<string>();
    const first = await pullModel(encoder, { folder, onProgress: ({ step }) => steps.add(step) });
    expect(first).toEqual({
      encoder,
      path: join(folder, 'clip-tiny.onnx'),
      steps: ['downloading', 'converting'],
    });
    expect([...steps]).toEqual(['downloading', 'converting']);
    expect(filesOf(folder)).toEqual(READY);
    expect((await pullModel(encoder, { folder })).steps).toEqual([]);
    expect(server.starts).toHaveLength(1);
  });

  test('the sidecar says what the network takes and where it came from', async () => {
    const folder = temporaryFolder();
    await pullModel(tinyClip(), { folder, from: TINY_CLIP_PATH });
    const { checkpoint } = tinyClip();
    expect(JSON.parse(readFileSync(join(folder, 'clip-tiny.json'), 'utf8'))).toEqual({
      id: 'clip-tiny',
      input: 'images',
      outputs: { embeddings: 'embeddings' },
      preprocessing: {
        resize: 16,
        resample: 'pillow-bicubic',
        crop: 'center',
        range: { mean: [0.48145466, 0.4578275, 0.40821073], std: [0.26862954, 0.26130258, 0.27577711] },
      },
      conversion: { architecture: 'clip' },
      checkpoint: { path: 'clip-tiny.pt', sha256: checkpoint.sha256, sizeBytes: checkpoint.sizeBytes },
    });
  });

  test('a folder or an address of one, ending in a slash, may stand for the authors’', async () => {
    const folder = temporaryFolder();
    const mirror = temporaryFolder();
    copyFileSync(TINY_CLIP_PATH, join(mirror, 'clip-tiny.pt'));
    await pullModel(tinyClip(), { folder, from: `${mirror}${sep}` });
    expect(filesOf(folder)).toEqual(READY);
    const server = await fileServer(({ start }, response) => serve(TINY_CLIP_BYTES, start, response));
    const elsewhere = temporaryFolder();
    await pullModel(tinyClip(), { folder: elsewhere, from: server.url.replace('net.pth', 'mirror/') });
    expect(filesOf(elsewhere)).toEqual(READY);
  });

  test('two pulls at once fetch once', async () => {
    const folder = temporaryFolder();
    const server = await fileServer(({ start }, response) =>
      setTimeout(() => serve(TINY_CLIP_BYTES, start, response), 100),
    );
    const encoder = tinyClip(server.url);
    let waits = 0;
    const onWait = () => waits++;
    const [first, second] = await Promise.all([
      pullModel(encoder, { folder, onWait }),
      pullModel(encoder, { folder, onWait }),
    ]);
    expect([...first.steps, ...second.steps].sort()).toEqual(['converting', 'downloading']);
    expect(server.starts).toHaveLength(1);
    expect(waits).toBe(1);
    expect(filesOf(folder)).toEqual(READY);
  });

  test('the lock of a process that died is taken over', async () => {
    const folder = temporaryFolder();
    const { pid } = spawnSync(process.execPath, ['--version']);
    writeFileSync(
      join(folder, 'clip-tiny.pt.lock'),
      JSON.stringify({ host: hostname(), pid, space: processSpace(), token: 'gone' }),
    );
    await pullModel(tinyClip(), { folder, from: TINY_CLIP_PATH });
    expect(filesOf(folder)).toEqual(READY);
  });

  test('an abort while another process is at it ends the waiting', async () => {
    const folder = temporaryFolder();
    const lock = join(folder, 'clip-tiny.pt.lock');
    writeFileSync(lock, JSON.stringify({ host: hostname(), pid: process.pid, token: 'busy' }));
    const controller = new AbortController();
    const pulled = pullModel(tinyClip(), {
      folder,
      signal: controller.signal,
      onWait: () => controller.abort(),
    });
    expect(await rejected(pulled)).toMatch(/^INTERRUPTED .*stopped while waiting for another process/);
    expect(existsSync(lock)).toBe(true);
  });

  test.each([
    ['a web page saved under its name', Buffer.from('<!DOCTYPE html>')],
    ['half of it', TINY_CLIP_BYTES.subarray(0, 90_000)],
    ['another file of its size', new Uint8Array(TINY_CLIP_BYTES.length)],
  ])('%s is set aside, and the file fetched', async (_, bytes) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'clip-tiny.pt'), bytes);
    await pullModel(tinyClip(), { folder, from: TINY_CLIP_PATH });
    expect(filesOf(folder)).toEqual([...READY, 'clip-tiny.pt.bad']);
    expect(readFileSync(join(folder, 'clip-tiny.pt.bad')).equals(bytes)).toBe(true);
  });

  test('another network under its name is converted over', async () => {
    const folder = temporaryFolder();
    await pullModel(tinyClip(), { folder, from: TINY_CLIP_PATH });
    writeFileSync(join(folder, 'clip-tiny.onnx'), 'another');
    expect((await pullModel(tinyClip(), { folder })).steps).toEqual(['converting']);
  });

  test('a failed pull leaves no lock', async () => {
    const folder = temporaryFolder();
    const server = await fileServer((_, response) => response.writeHead(404).end());
    expect(await rejected(pullModel(tinyClip(server.url), { folder, ...QUICK }))).toMatch(/^DOWNLOAD_FAILED/);
    expect(filesOf(folder)).toEqual([]);
  });

  test('what cannot be fetched can be put there by hand: address, size, hash, folder and name are told', async () => {
    const folder = temporaryFolder();
    const server = await fileServer((_, response) => response.writeHead(404).end());
    const encoder = tinyClip(server.url);
    const { sizeBytes, sha256, file, url } = encoder.checkpoint;
    expect(await rejected(pullModel(encoder, { folder, ...QUICK }))).toContain(
      ` By hand: put ${url} (${sizeBytes.toLocaleString('en-US')} bytes, SHA-256 ${sha256}) into ${folder} as ${file}, and run steadfid models pull ${encoder.id} again.`,
    );
  });

  test('a file put there by hand that is not the published one is told of when it cannot be fetched either', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'clip-tiny.pt'), 'half');
    const server = await fileServer((_, response) => response.writeHead(404).end());
    expect(await rejected(pullModel(tinyClip(server.url), { folder, ...QUICK }))).toContain(
      `; the file that was there has 4 bytes and is now ${join(folder, 'clip-tiny.pt')}.bad`,
    );
  });

  test('a models folder that is a file is told of', async () => {
    const folder = join(temporaryFolder(), 'models');
    writeFileSync(folder, '');
    expect(await rejected(pullModel(tinyClip(), { folder, from: TINY_CLIP_PATH }))).toMatch(
      /^UNWRITABLE_FILE /,
    );
  });
});

describe('modelState', () => {
  const words = ({ checkpoint, network }: ModelState) => [checkpoint.state, network.state];

  test('says what is there by name and size, or by every byte', async () => {
    const folder = temporaryFolder();
    const encoder = tinyClip();
    const listed = async () => words(await modelState(encoder, { folder, depth: 'listed' }));
    const verified = async () => words(await modelState(encoder, { folder, depth: 'verified' }));
    expect(await listed()).toEqual(['missing', 'missing']);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'clip-tiny.pt.part'), TINY_CLIP_BYTES.subarray(0, 1000));
    expect(await listed()).toEqual(['partial', 'missing']);
    await pullModel(encoder, { folder, from: TINY_CLIP_PATH });
    expect(await listed()).toEqual(['there', 'there']);
    expect(await verified()).toEqual(['published', 'official']);
    const bytes = Uint8Array.from(TINY_CLIP_BYTES);
    bytes[100_000]! ^= 1;
    writeFileSync(join(folder, 'clip-tiny.pt'), bytes);
    expect(await listed()).toEqual(['there', 'there']);
    expect(await verified()).toEqual(['other', 'custom']);
  });
});
