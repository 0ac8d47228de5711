import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { officialEncoder } from '../../encoders/networks/encoder-catalog.js';
import { runHere } from '../support/command-here.js';
import { fileServer } from '../support/file-server.js';
import { noisePng } from '../support/image-entries.js';
import { interruptedCommand } from '../support/interrupted-command.js';
import { writeLargeStatistics } from '../support/large-statistics.js';
import { CELEBA, type DdpmShape, writeRandomDdpm } from '../support/random-ddpm.js';
import { writeSlowEncoder } from '../support/slow-network.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** From the signal on: half a second on every core, in which the work may stop by itself, and one of the main thread. */
const MOST_CPU_SECONDS = availableParallelism() / 2 + 1;
const SAID =
  "steadfid: stopped by SIGINT. No file was left half-written. What the cache or a study's folder holds is not computed again.\n";

/** A network that takes many seconds of processor time for one such batch. */
const SLOW: DdpmShape = { width: 256, multipliers: [1], imageSize: 64, attention: [] };
const BATCH = ['--batch-size', '16'];

describe.skipIf(process.platform !== 'linux')('SIGINT', () => {
  test('while a network is in the middle of a long batch ends the process without waiting for it', async () => {
    const cwd = temporaryFolder();
    await writeSlowEncoder(cwd);
    mkdirSync(join(cwd, 'images'));
    for (let i = 0; i < 4; i++) writeFileSync(join(cwd, 'images', `${i}.png`), await noisePng(i));
    const before = readdirSync(cwd);
    const words = ['encode', 'images', '-e', 'slow.onnx', '--no-cache', '-o', 'out.npz'];
    const end = await interruptedCommand(words, { cwd, when: (cpuSeconds) => cpuSeconds > 4 });
    expect(end).toMatchObject({ code: null, signal: 'SIGINT', stderr: SAID });
    expect(end.cpuSecondsAfter).toBeLessThan(MOST_CPU_SECONDS);
    expect(readdirSync(cwd)).toEqual(before);
  });

  test('while a distance of large statistics is computed ends the process without waiting for it', async () => {
    const cwd = temporaryFolder();
    for (const [name, reach] of [
      ['a.npz', 50],
      ['b.npz', 30],
    ] as const)
      await writeLargeStatistics(cwd, { name, reach, d: 2048 });
    const words = ['score', 'a.npz', 'b.npz', '-m', 'fid', '-o', 'out'];
    const end = await interruptedCommand(words, { cwd, when: (cpuSeconds) => cpuSeconds > 2 });
    expect(end.code === 130 || end.signal === 'SIGINT').toBe(true);
    expect(end.stderr).toBe(SAID);
    expect(end.cpuSecondsAfter).toBeLessThan(MOST_CPU_SECONDS);
    expect(readdirSync(cwd)).toEqual(['a.npz', 'b.npz']);
  });

  test('while a denoiser is in the middle of a long batch ends the process without waiting for it', async () => {
    const cwd = temporaryFolder();
    writeRandomDdpm(join(cwd, 'slow.safetensors'), SLOW);
    const convert = ['models', 'convert', 'slow.safetensors', '--as', 'ddpm', '--image-size', '64'];
    expect((await runHere([...convert, '-o', 'slow.onnx'], { cwd })).code).toBe(0);
    mkdirSync(join(cwd, 'images'));
    for (let i = 0; i < 16; i++) writeFileSync(join(cwd, 'images', `${i}.png`), await noisePng(i));
    const before = readdirSync(cwd);
    for (const words of [
      ['laplace', 'fit', '--denoiser', 'slow.onnx', '--images', 'images', ...BATCH, '-o', 'posterior.npz'],
      ['generate', '--denoiser', 'slow.onnx', '-n', '16', ...BATCH, '-o', 'generated'],
    ]) {
      const end = await interruptedCommand(words, { cwd, when: (cpuSeconds) => cpuSeconds > 2 });
      expect(end.code === 130 || end.signal === 'SIGINT').toBe(true);
      expect(end.stderr).toBe(SAID);
      expect(end.cpuSecondsAfter).toBeLessThan(MOST_CPU_SECONDS);
      const left = readdirSync(cwd).filter((name) => name !== 'generated'); // whose finished images a rerun takes
      expect(left).toEqual(before);
    }
  });

  test('while a checkpoint is converted leaves nothing half-written', async () => {
    const cwd = temporaryFolder();
    writeRandomDdpm(join(cwd, 'large.safetensors'), { ...CELEBA, width: 96 });
    const words = [
      'models',
      'convert',
      'large.safetensors',
      '--as',
      'ddpm',
      '--image-size',
      '64',
      '-o',
      'net.onnx',
    ];
    const isWriting = () => readdirSync(cwd).length > 1;
    const end = await interruptedCommand(words, { cwd, when: isWriting });
    expect(end).toMatchObject({ code: 130, stderr: SAID });
    expect(end.cpuSecondsAfter).toBeLessThan(MOST_CPU_SECONDS);
    expect(readdirSync(cwd)).toEqual(['large.safetensors']);
  });

  test('while a server sends a network drop by drop keeps what arrived, and no lock', async () => {
    const cwd = temporaryFolder();
    const { file, sizeBytes } = officialEncoder('clip-vit-b-32').checkpoint;
    const server = await fileServer((_, response) => {
      response.writeHead(200, { 'content-length': sizeBytes });
      response.write('drop');
    });
    const models = join(cwd, 'models');
    const part = join(models, `${file}.part`);
    const words = ['models', 'pull', 'clip-vit-b-32', '--models', models, '--from', server.url];
    const hasDrop = () => existsSync(part) && statSync(part).size > 0;
    const end = await interruptedCommand(words, { cwd, when: hasDrop });
    expect(end.code).toBe(130);
    expect(end.stderr.endsWith(SAID)).toBe(true);
    expect(end.cpuSecondsAfter).toBeLessThan(MOST_CPU_SECONDS);
    expect(readdirSync(models)).toEqual([`${file}.part`]);
  });
});
