import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../onnx/graph-builder.js';
import { modelBytes } from '../../onnx/onnx-model.js';
import type { ReconstructionReport } from '../../scoring/reconstruction.js';
import { runHere } from '../support/command-here.js';
import { requireFormat } from '../support/json-formats.js';
import { patternImage } from '../support/pattern-image.js';

const N = 6;
let cwd: string;

/** Originals, and the same with every value of image i moved by i towards the middle: image 0 is equal. */
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'steadfid-reconstruct-'));
  for (const folder of ['originals', 'decoded', 'sizes', 'fewer']) mkdirSync(join(cwd, folder));
  for (let i = 0; i < N; i++) {
    const { width, height, data } = patternImage(12, 16 + i);
    const moved = data.map((value) => value + (value < 128 ? i : -i));
    const png = (bytes: Uint8Array, w = width) =>
      sharp(bytes, { raw: { width: w, height, channels: 3 } })
        .png()
        .toBuffer();
    writeFileSync(join(cwd, `originals/${i}.png`), await png(data));
    writeFileSync(join(cwd, `decoded/${i}.png`), await png(moved));
    if (i > 0) writeFileSync(join(cwd, `fewer/${i}.png`), await png(moved));
    writeFileSync(join(cwd, `sizes/${i}.png`), await png(moved.subarray(0, 3 * 12 * (width - 1)), width - 1));
  }
});

afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const run = (...words: readonly string[]) => runHere(['reconstruct', ...words], { cwd });

/** The mean of |x − y|: what LPIPS is called with, by a network whose values a person can check. */
function meanDifference(inputs: readonly string[]): Promise<Uint8Array> {
  const graph = new GraphBuilder({ name: 'distance' });
  const [first, second = first] = inputs.map((name) =>
    graph.input(name, { type: 'float32', shape: [1, 3, 'height', 'width'] }),
  );
  const mean = graph.node('ReduceMean', [graph.node('Abs', [graph.node('Sub', [first!, second!])])], {
    keepdims: 0n,
  });
  graph.output('distance', mean, { type: 'float32', shape: [] });
  return modelBytes(graph.model());
}

describe('steadfid reconstruct --lpips', () => {
  test('gives the network’s number of each pair and its mean, lower being better, and says which network', async () => {
    writeFileSync(join(cwd, 'net.onnx'), await meanDifference(['a', 'b']));
    const words = ['originals', 'decoded', '--pairs-only', '--lpips', 'net.onnx'];
    const { code, stdout } = await run(...words, '--json');
    expect(code).toBe(0);
    const report = JSON.parse(stdout) as ReconstructionReport;
    requireFormat('reconstruction', report);
    // a value moved by i of 255 moves by 2i/255 in −1 … 1
    for (const [i, { lpips }] of report.pairs.entries()) expect(lpips).toBeCloseTo((2 * i) / 255, 6);
    const mean = report.measures.at(-1)!;
    expect(mean).toMatchObject({ measure: 'lpips', n: 6, direction: 'lower-is-better' });
    expect(mean.value).toBeCloseTo((2 * 2.5) / 255, 6);
    expect(report.lpips).toMatchObject({
      source: 'net.onnx',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect((await run(...words, '--csv')).stdout.split('\r\n')[0]).toBe(
      'id,decoded,width,height,psnr,ssim,ms_ssim,lpips',
    );
    expect((await run(...words)).stdout).toMatch(/LPIPS +0\.01/);
  });

  test('refuses a network of one image', async () => {
    writeFileSync(join(cwd, 'one.onnx'), await meanDifference(['a']));
    const { stderr } = await run('originals', 'decoded', '--pairs-only', '--lpips', 'one.onnx');
    expect(stderr).toContain(
      'one.onnx: must take two float32 images (1, 3, height, width) and give one float32 number; got a float32 (1, 3, height, width) to distance float32 ().',
    );
  });
});

describe('steadfid reconstruct', () => {
  test('prints the mean of each similarity, the pairs without one, and the worst pairs', async () => {
    const { code, stdout, stderr } = await run('originals', 'decoded', '--pairs-only', '--json');
    const report = JSON.parse(stdout) as ReconstructionReport;
    requireFormat('reconstruction', report);
    expect([code, stderr]).toEqual([0, '']);
    // every value moved by i: the MSE is i²
    const psnr = report.pairs.map((pair) => pair.psnr);
    expect(psnr[0]).toBeNull();
    for (let i = 1; i < N; i++) expect(psnr[i]).toBeCloseTo(20 * Math.log10(255 / i), 12);
    expect(report.worst).toEqual(['5.png', '4.png', '3.png', '2.png', '1.png', '0.png']);
    const [first, second, third] = report.measures;
    const values = [1, 2, 3, 4, 5].map((i) => 20 * Math.log10(255 / i));
    const mean = values.reduce((sum, value) => sum + value, 0) / 5;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 4);
    expect(first).toMatchObject({
      measure: 'psnr',
      n: 5,
      reason: 'without 1 of 6 pairs: of equal images it is infinite',
    });
    expect(first!.value).toBeCloseTo(mean, 12);
    expect(first!.standardError).toBeCloseTo(deviation / Math.sqrt(5), 12);
    // t of 4 degrees of freedom at 0.975: 2.776445
    expect(first!.interval!.high).toBeCloseTo(mean + (2.7764451052 * deviation) / Math.sqrt(5), 8);
    expect(second!.n).toBe(6);
    expect(third).toEqual({
      measure: 'msSsim',
      value: null,
      reason: 'no pair has a value: an image is smaller than 176 × 176 pixels',
      standardError: null,
      interval: null,
      direction: 'higher-is-better',
      n: 0,
    });
    expect(report.sets).toBeNull();
  });

  test('--csv prints a line for each pair, and the table the worst of them', async () => {
    const { stdout } = await run('originals', 'decoded', '--pairs-only', '--csv');
    const lines = stdout.trim().split('\r\n');
    expect(lines[0]).toBe('id,decoded,width,height,psnr,ssim,ms_ssim');
    expect(lines[1]).toMatch(/^0\.png,0\.png,16,12,,1,$/);
    expect(lines).toHaveLength(N + 1);
    const table = (await run('originals', 'decoded', '--pairs-only')).stdout;
    expect(table).toContain('Worst pairs, by PSNR\nimage  PSNR (dB)');
    expect(table).toContain('MS-SSIM: no pair has a value: an image is smaller than 176 × 176 pixels.');
  });

  test('pairs are joined by id, with whatever ending', async () => {
    writeFileSync(
      join(cwd, 'list.txt'),
      Array.from({ length: N }, (_, i) => `decoded/${N - 1 - i}.png`).join('\n'),
    );
    const report = JSON.parse((await run('originals', 'list.txt', '--pairs-only', '--json')).stdout);
    expect(report.joinedBy).toBe('file name without extension');
    expect(report.pairs[5].psnr).toBeCloseTo(20 * Math.log10(255 / 5), 12);
  });

  test('an original without a partner, and a pair of two sizes, are refused by name', async () => {
    const missing = await run('originals', 'fewer', '--pairs-only');
    expect([missing.code, missing.stderr]).toEqual([
      2,
      'fewer: must have one entry for each image of originals and no other; got 1 of 6 images have none (0.png). Decode every original, and leave nothing else in the set.\n',
    ]);
    const sizes = await run('originals', 'sizes', '--pairs-only');
    expect([sizes.code, sizes.stderr]).toEqual([
      2,
      'sizes/0.png: must have the size of its original, 16 × 12 pixels; got 15 × 12. Crop or resize the originals as the model does, and save them as PNG.\n',
    ]);
  });

  test('-o writes report, page and tables beside the distances of the sets, and is refused where they are', async () => {
    const words = ['originals', 'decoded', '-e', 'demo', '-m', 'fid', '--no-cache', '-o', 'out'] as const;
    const { code } = await run(...words);
    expect(code).toBe(0);
    const report = JSON.parse(
      readFileSync(join(cwd, 'out/reconstruction.json'), 'utf8'),
    ) as ReconstructionReport;
    requireFormat('reconstruction', report);
    expect(report.sets!.results.map(({ metric, n }) => [metric, n])).toEqual([
      ['fid', { reference: N, generated: N }],
    ]);
    const page = readFileSync(join(cwd, 'out/report.html'), 'utf8');
    expect(page.match(/<img /g)).toHaveLength(2 * N);
    expect(page).toContain('<strong>Demo encoder</strong>');
    // too small for MS-SSIM: left out of the headline, and said below
    expect(/<h1>(.*)<\/h1>/.exec(page)![1]).toMatch(
      /^Reconstruction of \d+ images: PSNR \(dB\) [\d.]+, SSIM [\d.]+$/,
    );
    expect(page).toContain('MS-SSIM: no pair has a value');
    for (const file of ['pairs.csv', 'tables.md', 'tables.tex', 'references.bib'])
      expect(existsSync(join(cwd, 'out', file))).toBe(true);
    expect((await run(...words)).stderr).toContain('reconstruction.json');
    // report makes the same page, tables and pictures anew, also where the images are no longer
    rmSync(join(cwd, 'out/report.html'));
    for (const folder of ['originals', 'decoded']) renameSync(join(cwd, folder), join(cwd, `${folder}-away`));
    const again = await runHere(['report', 'out'], { cwd });
    for (const folder of ['originals', 'decoded']) renameSync(join(cwd, `${folder}-away`), join(cwd, folder));
    expect([again.code, again.code === 0 ? '' : again.stderr]).toEqual([0, '']);
    expect(readFileSync(join(cwd, 'out/report.html'), 'utf8')).toBe(page);
    rmSync(join(cwd, 'out'), { recursive: true });
  });

  test('--pairs-only with metrics is refused', async () => {
    const { code, stderr } = await run('originals', 'decoded', '--pairs-only', '-m', 'fid');
    expect(code).toBe(2);
    expect(stderr).toContain('--pairs-only');
  });
});
