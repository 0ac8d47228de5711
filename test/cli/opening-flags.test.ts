import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { score } from '../../scoring/score.js';
import { bytesOf, npyFile, npzFile } from '../support/command-files.js';
import { runHere } from '../support/command-here.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';

const N = 8;
const SIDE = 16;
let cwd: string;

/** A file with two arrays of images, of 0 and of 200 throughout, and one with two arrays of embeddings. */
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'steadfid-opening-'));
  const images = (value: number) =>
    npyFile('|u1', [N, SIDE, SIDE, 3], new Uint8Array(N * SIDE * SIDE * 3).fill(value));
  writeFileSync(join(cwd, 'images.npz'), npzFile({ 'black.npy': images(0), 'light.npy': images(200) }));
  const rows = (seed: number) =>
    npyFile('<f4', [80, 3], bytesOf(Float32Array.from(gaussianCloud({ n: 80, d: 3, seed }).data)));
  writeFileSync(join(cwd, 'embeddings.npz'), npzFile({ 'x.npy': rows(1), 'y.npy': rows(2) }));
});

afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const run = (...words: readonly string[]) => runHere(words, { cwd });

describe('how sources are opened, in commands beside score', () => {
  test('distort takes the array that --key names, and as many of its images as --limit says', async () => {
    const words = [
      'distort',
      'images.npz',
      '--kind',
      'jpeg',
      '--level',
      '1',
      '-o',
      'out',
      '--key',
      'light',
      '--limit',
      '3',
    ];
    const { code, stderr } = await run(...words);
    expect([code, stderr]).toEqual([
      0,
      'warning: images.npz: 3 of 8 images, drawn at random with seed 2020 (--limit)\nwrote 3 images to out\n',
    ]);
    const files = readdirSync(join(cwd, 'out')).filter((name) => name.endsWith('.png'));
    expect(files).toHaveLength(3);
    const { data } = await sharp(readFileSync(join(cwd, 'out', files[0]!)))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(data[0]).toBeGreaterThan(190);
    expect((await run(...words.slice(0, -4), '--force')).stderr).toContain('Name the array');
  });

  test('study takes an array of each side by --key', async () => {
    const study = await run(
      ...['study', '--reference', 'embeddings.npz', '--arm', 'model=embeddings.npz'],
      ...['--key', 'reference=x', '--key', 'generated=y', '--metric', 'kid-all-pairs'],
      ...['--sizes', '20,40,80', '--repeats', '2', '-o', 'study', '--quiet'],
    );
    expect([study.code, study.code === 0 ? '' : study.stderr]).toEqual([0, '']);
    const rows = readFileSync(join(cwd, 'study/rows.csv'), 'utf8').trim().split('\r\n');
    const [header, ...lines] = rows.map((line) => line.split(','));
    const at = (name: string) => header!.indexOf(name);
    const whole = lines.find((cells) => cells[at('sample_size')] === '80' && cells[at('value')] !== '');
    const { results } = await score({
      reference: join(cwd, 'embeddings.npz'),
      generated: join(cwd, 'embeddings.npz'),
      metrics: ['kid-all-pairs'],
      sources: { reference: { key: 'x' }, generated: { key: 'y' } },
    });
    expect(Math.abs(Number(whole![at('value')]) - results[0]!.value!)).toBeLessThan(1e-9);
  });

  test('uncertainty takes the images of the array that --key names', async () => {
    mkdirSync(join(cwd, 'maps'));
    for (let i = 0; i < N; i++) {
      const values = Float32Array.from({ length: SIDE * SIDE }, (_, at) => ((at * (i + 3)) % 97) / 97);
      writeFileSync(join(cwd, `maps/${i}.npy`), npyFile('<f4', [SIDE, SIDE], bytesOf(values)));
    }
    const words = ['uncertainty', 'maps', '--images', 'images.npz', '--controls', '--allow-missing'];
    const { code, stdout, stderr } = await run(...words, '--key', 'light');
    expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
    expect(stdout.split('\r\n')[0]).toContain('sum,');
    expect((await run(...words)).stderr).toContain('Name the array');
    const bare = await run('uncertainty', 'maps', '--key', 'light');
    expect(bare.stderr).toContain('--key: says nothing of maps');
  });
});
