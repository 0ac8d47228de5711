import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jpegQuality } from '../../encoders/images/jpeg-files.js';
import { preprocessingId } from '../../encoders/images/preprocessing.js';
import { demoEncoderPath } from '../../encoders/open-chosen-encoder.js';
import { METRICS } from '../../metrics/metric-catalog.js';
import { parsedScoreReport } from '../../reports/score/score-schema.js';
import { parsedPreprocessing, settingOfResult } from '../../scoring/explained-difference.js';
import { type ExplainedDifference, measuredDifferences } from '../../scoring/measured-differences.js';
import { npyFile, npzFile } from '../support/command-files.js';
import { runHere } from '../support/command-here.js';
import { requireFormat } from '../support/json-formats.js';
import { patternImage } from '../support/pattern-image.js';

const N = 24;
let cwd: string;

/** Two folders of patterns of 60 pixels, another reference, and one network with two preprocessings. */
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'steadfid-explain-'));
  for (const [at, folder] of ['photos', 'others', 'samples'].entries()) {
    mkdirSync(join(cwd, folder));
    for (let i = 0; i < N; i++) {
      const { width, height, data } = patternImage(60 + at, 50 + i);
      const png = await sharp(data, { raw: { width, height, channels: 3 } })
        .png()
        .toBuffer();
      writeFileSync(join(cwd, folder, `${folder}${i}.png`), png);
    }
  }
  const onnx = demoEncoderPath('demo-inception');
  const { origin: _, ...sidecar } = JSON.parse(readFileSync(onnx.replace(/onnx$/, 'json'), 'utf8'));
  for (const [name, changed] of [
    ['first', {}],
    ['resized', { resample: 'tf1-bilinear' }],
    ['cropped', { crop: 'center-square-first' }],
  ] as const) {
    const preprocessing = { ...sidecar.preprocessing, ...changed };
    writeFileSync(join(cwd, `${name}.json`), JSON.stringify({ ...sidecar, id: 'net', preprocessing }));
    writeFileSync(join(cwd, `${name}.onnx`), readFileSync(onnx));
  }
});

afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const METRIC = ['--metric', 'kid-all-pairs'];

async function scored(
  folder: string,
  reference: string,
  encoder: string,
  ...words: readonly string[]
): Promise<number> {
  const { code, stderr } = await runHere(
    ['score', reference, 'samples', '--encoder', encoder, ...METRIC, '-o', folder, ...words],
    { cwd },
  );
  expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
  return JSON.parse(readFileSync(join(cwd, folder, 'score.json'), 'utf8')).results[0].value;
}

async function explained(...words: readonly string[]): Promise<ExplainedDifference> {
  const { stdout, stderr } = await runHere(['explain-difference', ...words, '--json'], { cwd });
  const report = JSON.parse(stdout === '' ? JSON.stringify(stderr) : stdout);
  requireFormat('explained-difference', report);
  return report.numbers[0];
}

const effects = ({ differences }: ExplainedDifference) =>
  Object.fromEntries(differences.map(({ facet, effect }) => [facet, effect.change]));

describe('steadfid explain-difference', () => {
  test('a resizer that differs moves the number of the sample by all of the difference', async () => {
    const [first, second] = [
      await scored('a', 'photos', 'first.onnx'),
      await scored('b', 'photos', 'resized.onnx'),
    ];
    const found = await explained('a', 'b/score.json', '--encoder', 'first.onnx');
    expect(found.difference).toBe(second - first);
    expect(found.sample).toEqual({ n: { reference: N, generated: N }, value: first });
    expect(found.differences.map(({ facet, first: one, second: other }) => [facet, one, other])).toEqual([
      ['resizer', 'pillow-bicubic 40', 'tf1-bilinear 40'],
    ]);
    expect(Math.abs(effects(found)['resizer']! - (second - first))).toBeLessThan(1e-12);
    expect(Math.abs(second - first)).toBeGreaterThan(1e-6);
  });

  test('arrays of one file are named by --key', async () => {
    const array = (by: number) =>
      npyFile(
        '|u1',
        [N, 60, 60, 3],
        Uint8Array.from({ length: N * 60 * 60 * 3 }, (_, at) => (at * at) % by),
      );
    writeFileSync(join(cwd, 'both.npz'), npzFile({ 'x.npy': array(251), 'y.npy': array(199) }));
    const keys = ['--key', 'reference=x', '--key', 'generated=y'];
    const run = async (folder: string, encoder: string) => {
      const words = ['score', 'both.npz', 'both.npz', '--encoder', encoder, ...METRIC, ...keys];
      const { code, stderr } = await runHere([...words, '-o', folder], { cwd });
      expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
      return JSON.parse(readFileSync(join(cwd, folder, 'score.json'), 'utf8')).results[0].value;
    };
    const [first, second] = [await run('arrays', 'first.onnx'), await run('resized-arrays', 'resized.onnx')];
    const without = await explained('arrays', 'resized-arrays', '--encoder', 'first.onnx');
    expect([without.sample, without.reason]).toEqual([null, expect.stringContaining('Name the array')]);
    const found = await explained('arrays', 'resized-arrays', '--encoder', 'first.onnx', ...keys);
    expect(found.sample!.value).toBe(first);
    expect(Math.abs(effects(found)['resizer']! - (second - first))).toBeLessThan(1e-12);
    expect(Math.abs(second - first)).toBeGreaterThan(1e-6);
  });

  test('an abort before the first difference is measured ends the work', async () => {
    const settings = ['a', 'b'].map((folder) => {
      const report = parsedScoreReport(JSON.parse(readFileSync(join(cwd, folder, 'score.json'), 'utf8')));
      const setting = settingOfResult(folder, report, report.results[0]!);
      const here = (side: 'reference' | 'generated') => ({
        ...setting[side],
        path: join(cwd, setting[side].path!),
      });
      return { ...setting, reference: here('reference'), generated: here('generated') };
    });
    const stop = new AbortController();
    let sidesDone = 0;
    const run = measuredDifferences([settings[0]!, settings[1]!], {
      sampleSize: N,
      encoder: join(cwd, 'first.onnx'),
      signal: stop.signal,
      onProgress: ({ done, total }) => {
        if (done === total && ++sidesDone === 2) stop.abort();
      },
    });
    await expect(run).rejects.toMatchObject({
      code: 'INTERRUPTED',
      message: 'measuredDifferences: was interrupted before its end.',
    });
  });

  test('of several differences each is measured with all else as the first has it', async () => {
    const first = await scored('a', 'photos', 'first.onnx', '--force');
    const reference = (await scored('c', 'others', 'first.onnx')) - first;
    const crop = (await scored('d', 'photos', 'cropped.onnx')) - first;
    await scored('e', 'others', 'cropped.onnx', '--limit', '20');
    const found = await explained('a', 'e', '--encoder', 'first.onnx');
    expect(found.differences.map(({ facet }) => facet)).toEqual([
      'n of the reference',
      'n of the generated set',
      'reference',
      'generated set',
      'crop',
    ]);
    expect(Math.abs(effects(found)['reference']! - reference)).toBeLessThan(1e-12);
    expect(effects(found)['n of the reference']).toBe(0); // unbiased
    expect(Math.abs(effects(found)['crop']! - crop)).toBeLessThan(1e-12);
    expect(Math.abs(crop)).toBeGreaterThan(1e-6);
    expect(found.differences[3]!.effect).toEqual({
      change: null,
      reason: 'the path is the same: a draw of it by --limit, an array of it by --key, or other files by now',
    });
  });

  test('JPEG in place of PNG moves the number of the sample by all of the difference', async () => {
    mkdirSync(join(cwd, 'compressed'));
    for (let i = 0; i < N; i++) {
      const jpeg = await sharp(join(cwd, `samples/samples${i}.png`))
        .jpeg({ quality: 60 })
        .toBuffer();
      writeFileSync(join(cwd, `compressed/samples${i}.jpg`), jpeg);
    }
    const first = await scored('a', 'photos', 'first.onnx', '--force');
    const words = ['score', 'photos', 'compressed', '--encoder', 'first.onnx', ...METRIC, '-o', 'j'];
    expect((await runHere(words, { cwd })).code).toBe(0);
    const second = JSON.parse(readFileSync(join(cwd, 'j/score.json'), 'utf8')).results[0].value;
    const of = async (...reports: string[]) =>
      (await explained(...reports, '--encoder', 'first.onnx')).differences.find(
        ({ facet }) => facet === 'format',
      )!;
    const found = await of('a', 'j');
    expect([found.first, found.second]).toEqual([
      'PNG, orientation ignored',
      'reference PNG, generated JPEG of quality 60, orientation ignored',
    ]);
    expect(found.effect).toMatchObject({ how: 'the sample’s generated images as JPEG of quality 60' });
    expect(Math.abs(found.effect.change! - (second - first))).toBeLessThan(1e-12);
    expect(Math.abs(second - first)).toBeGreaterThan(1e-6);
    expect((await of('j', 'a')).effect).toEqual({
      change: null,
      reason: 'the generated images are JPEG of quality 60, and finer ones are not here',
    });
    rmSync(join(cwd, 'compressed'), { recursive: true });
    const gone = await of('a', 'j');
    expect(gone.second).toBe('lossy generated files, orientation ignored');
    expect(gone.effect).toMatchObject({
      how: 'the sample’s generated images as JPEG of quality 75, Pillow’s default, since nothing says which',
    });
    expect(Math.abs(gone.effect.change!)).toBeGreaterThan(1e-6);
  });

  test.each([
    20, 35, 50, 75, 90, 95, 100,
  ])('the quality %d of a JPEG is read out of its table', async (quality) => {
    const { width, height, data } = patternImage(20, 30);
    const jpeg = await sharp(data, { raw: { width, height, channels: 3 } })
      .jpeg({ quality })
      .toBuffer();
    expect(jpegQuality(jpeg)).toBe(quality);
    expect(jpegQuality(jpeg.subarray(0, 40))).toBeNull();
  });

  test('a folder of several models is refused, and its models are named', async () => {
    const words = ['photos', 'samples', 'others', '--encoder', 'first.onnx', ...METRIC, '-o', 'models'];
    expect((await runHere(['score', ...words], { cwd })).code).toBe(0);
    for (const path of ['models', 'models/score-models.json']) {
      const { code, stderr } = await runHere(['explain-difference', path, 'models'], { cwd });
      expect(code).toBe(2);
      expect(stderr).toMatch(
        new RegExp(
          `^${path}: must hold the score of one model; got score-models\\.json of several: samples, others\\. `,
        ),
      );
    }
  });

  test('without the images, or a network that can be opened, the differences are named alone', async () => {
    await scored('a', 'photos', 'first.onnx', '--force');
    await scored('b', 'photos', 'resized.onnx', '--force');
    const closed = await explained('a', 'b');
    expect(closed.reason).toBe('a: its network, net, is no published one: name its file with --encoder');
    expect(closed.sample).toBeNull();
    expect(closed.differences).toMatchObject([
      { facet: 'resizer', effect: { change: null, reason: 'nothing was encoded anew' } },
    ]);
    const file = join(cwd, 'a/score.json');
    writeFileSync(
      file,
      readFileSync(file, 'utf8')
        .replaceAll('"source":"photos"', '"source":"gone"')
        .replaceAll('"source": "photos"', '"source": "gone"'),
    );
    const gone = await explained('a', 'b', '--encoder', 'first.onnx');
    expect(gone.reason).toContain('gone');
    const { stdout } = await runHere(['explain-difference', 'a', 'b', '--sample', '0'], { cwd });
    expect(stdout).toContain('resizer: pillow-bicubic 40 → tf1-bilinear 40');
    expect(stdout).toContain('Differences alone: --sample 0 measures nothing.');
  });

  test('a published value stands beside the number of its formula, with what its protocol states', async () => {
    await runHere(['score', 'photos', 'samples', '--encoder', 'demo', '--metric', 'fid', '-o', 'p'], { cwd });
    const found = await explained('p', '--published', 'fid-tf=2.97', '--protocol', 'adm', '--sample', '0');
    expect(found.second).toMatchObject({
      metric: 'fid-tf',
      value: 2.97,
      n: { reference: null, generated: 50_000 },
    });
    expect(found.differences.map(({ facet, second }) => [facet, second])).toEqual([
      ['n of the reference', null],
      ['n of the generated set', '50,000'],
      ['reference', expect.stringContaining('mu, sigma, mu_s and sigma_s of the whole dataset')],
      ['generated set', 'the model’s'],
      ['network', 'inception-v3-fid'],
      ['resizer', 'tf1-bilinear 299'],
      ['range of pixels', '(x-128)/128'],
      ['format', 'an array of bytes (arr_0), N × H × W × 3'],
    ]);
    const measured = await explained('p', '--published', 'fid-tf=2.97', '--protocol', 'adm');
    expect(measured.sample).not.toBeNull();
    const effects = new Map(measured.differences.map(({ facet, effect }) => [facet, effect]));
    expect(effects.get('format')).toEqual({ change: 0, how: 'files of the same pixels, or of one quality' });
    expect(effects.get('reference')).toMatchObject({
      reason: expect.stringContaining('its images are not here'),
    });
    const { stderr } = await runHere(
      ['explain-difference', 'p', '--published', 'is=9', '--protocol', 'edm'],
      { cwd },
    );
    expect(stderr).toContain('--protocol edm: gives fid-tf; got is.');
  });

  test('what cannot be explained is refused by name', async () => {
    const said = async (...words: readonly string[]) =>
      (await runHere(['explain-difference', ...words], { cwd })).stderr;
    await scored('k', 'photos', 'first.onnx');
    await runHere(['score', 'photos', 'samples', '--encoder', 'demo', '--metric', 'fid', '-o', 'f'], { cwd });
    expect(await said('k', 'f')).toContain(
      'explain-difference: both reports must hold a number of one formula; got kid-all-pairs in k, fid in f.',
    );
    expect(await said('k')).toContain(
      'explain-difference: needs a second report, or a published value and its protocol.',
    );
    expect(await said('k', 'f', '--published', 'fid=1', '--protocol', 'adm')).toContain(
      'cannot be used together',
    );
  });

  test('every preprocessing of the catalog is read back from its printed name', () => {
    for (const { preprocessing } of METRICS)
      expect(parsedPreprocessing(preprocessingId(preprocessing))).toEqual(preprocessing);
    expect(parsedPreprocessing('unresized, 0..1')).toMatchObject({ resize: null, range: '0..1' });
    expect(parsedPreprocessing('pillow-box 40×30, center, 0..255')).toMatchObject({
      resize: [40, 30],
      crop: 'center',
    });
    expect(parsedPreprocessing('by another tool')).toBeNull();
  });
});
