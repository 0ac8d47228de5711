import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runHere } from '../support/command-here.js';
import { noisePng } from '../support/image-entries.js';
import { projectRoot } from '../support/project.js';

const cwd = mkdtempSync(join(tmpdir(), 'steadfid-first-use-'));
afterAll(() => rmSync(cwd, { recursive: true }));

const nowhere = 'http://127.0.0.1:9'; // a port that nothing listens on
const steadfid = (...words: string[]) =>
  runHere(words, { cwd, env: { HTTPS_PROXY: nowhere, HTTP_PROXY: nowhere } });

beforeAll(async () => {
  for (const [s, set] of ['reference', 'samples', 'damaged'].entries()) {
    mkdirSync(join(cwd, set));
    for (let i = 0; i < 12; i++) writeFileSync(join(cwd, set, `${i}.png`), await noisePng(100 * s + i));
  }
  writeFileSync(join(cwd, 'samples/notes.txt'), '');
  for (const name of ['2.png', '4.png']) writeFileSync(join(cwd, 'damaged', name), 'no image');
  rmSync(join(cwd, 'damaged/5.png'));
  symlinkSync('gone.png', join(cwd, 'damaged/5.png'));
});

async function refusal(...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await steadfid(...words);
  expect([code, stdout]).toEqual([2, '']);
  return stderr.trimEnd();
}

const SCORE = ['score', 'reference', 'samples'];

describe('what a new user types', () => {
  test('a flag of one value that is given twice is refused, and taken if both are the same', async () => {
    expect(await refusal('report', 'a', '--with', 'b', '--with', 'c')).toBe(
      '--with: can be given once; got b and c. Leave out all but one.',
    );
    expect(await refusal(...SCORE, '-e', 'demo', '-e', 'demo-clip')).toBe(
      '--encoder: can be given once; got demo and demo-clip. Leave out all but one.',
    );
    expect((await steadfid(...SCORE, '-e', 'demo', '-e', 'demo', '-m', 'fid')).code).toBe(0);
  });

  test('the beginning of a flag is answered with the flag, and flags of the Python tools with ours', async () => {
    expect(await refusal(...SCORE, '--batch', '4')).toMatch(
      /unknown flag "--batch"\. Did you mean "--batch-size"\?/,
    );
    for (const [flag, ours] of [
      ['--gpu', '--device cuda'],
      ['--num_inference_steps', '--steps N'],
      ['--num-workers', '--threads N'],
      ['--save-stats', 'steadfid stats'],
      ['--input1', 'steadfid score REFERENCE GENERATED'],
      ['--fid', '--metric fid'],
    ] as const)
      expect(await refusal(...SCORE, flag, '1')).toMatch(
        new RegExp(`^steadfid score: unknown flag "${flag}"\\. Here it is .*${ours}`),
      );
  });

  test('--name names the sets in table, CSV, page and JSON, where the path stays beside it', async () => {
    const names = ['--name', 'reference=Photos', '--name', 'Model <b>A</b>'];
    const one = [...SCORE, '-e', 'demo', '-m', 'fid', ...names];
    const { code, stdout } = await steadfid(...one, '-o', 'named');
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^reference {2}Photos {2}12 images\ngenerated {2}Model <b>A<\/b> {2}12 images/),
    ]);
    const { reference, generated } = JSON.parse(readFileSync(join(cwd, 'named/score.json'), 'utf8'));
    expect([reference.source, reference.name]).toEqual(['reference', 'Photos']);
    expect([generated.source, generated.name]).toEqual(['samples', 'Model <b>A</b>']);
    const page = readFileSync(join(cwd, 'named/report.html'), 'utf8');
    expect(page).toContain('<title>Score: Model &lt;b&gt;A&lt;/b&gt; against Photos</title>');
    expect(readFileSync(join(cwd, 'named/tables.md'), 'utf8')).toContain('against Photos (12 images)');
    expect((await steadfid(...one, '--csv')).stdout).toContain(',Photos,Model <b>A</b>,');
    expect((await steadfid(...SCORE, '-e', 'demo', '-m', 'fid', '--json')).stdout).not.toContain('"name"');
    expect(await refusal(...SCORE, '--name', 'generated=')).toBe(
      '--name: must be a name, or a set and its name; got "generated=".',
    );
    expect(await refusal(...SCORE, '--name', 'A', '--name', 'generated=B')).toBe(
      '--name: the generated set has a name already, "A"; got "B".',
    );
  });

  test('metrics may be written in capitals, and all is answered with where their names are', async () => {
    const { code, stdout } = await steadfid(...SCORE, '-e', 'demo', '-m', 'FID', '--fail-above', 'FID=1e9');
    expect([code, stdout]).toEqual([0, expect.stringContaining('FID ')]);
    expect(await refusal(...SCORE, '-m', 'all')).toBe(
      '--metric: must name metrics; got "all". All of them would fetch every published network: name those that you want, of steadfid metrics.',
    );
  });

  test('cuda:0 is answered with how a GPU is chosen', async () => {
    expect(await refusal(...SCORE, '--device', 'cuda:1')).toBe(
      '--device: must be the name alone; got "cuda:1". Pass --device cuda, and choose the GPU by the environment: CUDA_VISIBLE_DEVICES=1.',
    );
  });

  test('a limit of a metric that the run does not compute says so', async () => {
    expect(await refusal(...SCORE, '-m', 'fid', '--fail-above', 'kid=1')).toBe(
      '--fail-above: must name a result of this run; got kid, and the run gives fid. Add its metric to --metric, or leave the limit out.',
    );
  });

  test('a metric of one set alone needs no reference, and one of two says that it does', async () => {
    const alone = await steadfid('score', 'samples', '-e', 'demo', '-m', 'is');
    expect([alone.code, alone.stdout]).toEqual([
      0,
      expect.stringMatching(/^generated {2}samples {2}12 images\n/),
    ]);
    expect(alone.stdout).not.toContain('?'); // no number of images of a set that is not there
    const json = await steadfid('score', 'samples', '-e', 'demo', '-m', 'is', '--json');
    expect(JSON.parse(json.stdout).reference).toMatchObject({ n: null, content: null });
    expect(await refusal('score', 'samples', '-e', 'demo', '-m', 'is,fid')).toMatch(
      /^score: needs a reference and a generated set for fid; got one set\. Give both; is, .* look at the generated set alone\.$/,
    );
  });

  test('the network that a file records is taken for the images of the other side', async () => {
    await steadfid('stats', 'reference', '-e', 'demo-inception', '-o', 'ref.npz');
    const { code, stdout } = await steadfid('score', 'ref.npz', 'samples', '-m', 'fid', '--json');
    expect([code, JSON.parse(stdout).results[0].encoder.id]).toEqual([0, 'demo-inception']);
    // and a demo for metrics of one side, so that nothing is fetched
    const all = JSON.parse((await steadfid('score', 'ref.npz', 'samples', '-m', 'fid,is', '--json')).stdout);
    const ids = all.results.map(({ encoder }: { encoder: { id: string } }) => encoder.id);
    expect(ids).toEqual(['demo-inception', 'demo-inception']);
    // known before anything is fetched
    expect(await refusal('score', 'ref.npz', 'samples', '-m', 'fid', '-e', 'inception-v3-fid')).toMatch(
      /^ref\.npz, samples: both sides must come from one encoder/,
    );
  });

  test('all networks that are to be fetched are announced before the first is', async () => {
    const { stderr } = await steadfid(...SCORE, '--models', 'none');
    expect(stderr.split('\n')[0]).toMatch(
      /^2 networks have to be fetched: inception-v3-fid \(96 MB\) for fid, is and clip-vit-l-14-336 \(\d+ MB\) for cmmd\. To fetch the smallest alone: --metric fid,is\. To fetch none: --encoder demo\.$/,
    );
    expect(stderr.split('\n')[1]).toMatch(/^fetching inception-v3-fid/);
  });

  test('stats takes Inception unless told otherwise', async () => {
    expect(await refusal('stats', 'reference', '-o', 'stats.npz', '--models', 'none')).toContain(
      '--encoder inception-v3-fid: the network must be in none',
    );
  });

  test('all images that cannot be read are named at once, a link that leads nowhere as such', async () => {
    const text = await refusal('encode', 'damaged', '-e', 'demo-clip', '-o', 'a.npz');
    expect(text).toMatch(
      /^damaged\/2\.png: .* 2 more cannot be read: damaged\/4\.png, damaged\/5\.png\. Replace them or pass --skip-unreadable\.$/,
    );
    rmSync(join(cwd, 'damaged/2.png'));
    rmSync(join(cwd, 'damaged/4.png'));
    expect(await refusal('encode', 'damaged', '-e', 'demo-clip', '-o', 'a.npz')).toBe(
      'damaged/5.png: the symbolic link leads nowhere (to gone.png). Replace it or pass --skip-unreadable.',
    );
  });

  test('files that are no images are counted', async () => {
    const { stderr } = await steadfid(...SCORE, '-e', 'demo', '-m', 'fid');
    expect(stderr).toContain('samples: 1 other file (1 .txt) passed over\n');
  });

  test('as many files are said to be written as are there', async () => {
    const study = [
      'study',
      '--reference',
      'reference',
      '--arm',
      'a=samples',
      '--sizes',
      '4,8',
      '--repeats',
      '2',
    ];
    for (const [folder, words] of [
      ['counted-score', SCORE],
      ['counted-study', study],
    ] as const) {
      const { stderr } = await steadfid(...words, '-e', 'demo', '-m', 'fid', '-o', folder);
      const files = readdirSync(join(cwd, folder), { recursive: true, withFileTypes: true });
      const count = files.filter((entry) => entry.isFile()).length;
      expect(stderr).toContain(`report.html and ${count - 1} more files in ${folder}`);
    }
  });

  test('what score takes is named where it gets something else', async () => {
    writeFileSync(join(cwd, 'a.doc'), '');
    expect(await refusal('score', 'a.doc', 'samples')).toBe(
      "a.doc: must be a folder of images, a .zip, a .tar (WebDataset shards too), a .parquet, an array of images (.npy, .npz), MNIST's idx file, a list of files (.txt, .csv), a glob of those, embeddings (.npy, .npz, .pt, .pth, .safetensors) or statistics (mu, sigma: .npz, .pkl, .pt); got another file.",
    );
  });

  test('the planted example finds its images from any folder', () => {
    const { status, stdout } = spawnSync(
      process.execPath,
      [`${projectRoot}dist/examples/planted.js`, 'planted'],
      {
        cwd,
        encoding: 'utf8',
      },
    );
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^wrote \d+ images and maps to planted\n$/)]);
  });

  test.skipIf(process.platform !== 'linux')('on a terminal, names of files do not act', () => {
    mkdirSync(join(cwd, 'names'));
    const ids = ['plain', 'clear\u001b[2J', 'two\nlines'];
    for (const id of ids) writeFileSync(join(cwd, 'names', `${id}.png`), '');
    writeFileSync(
      join(cwd, 'names.csv'),
      `id,sum\r\n${ids.map((id, i) => `"${id}",${i + 1}`).join('\r\n')}\r\n`,
    );
    const main = `${projectRoot}dist/cli/main.js`;
    const command = `${process.execPath} ${main} filter names --scores names.csv --rule keep-1`;
    const { stdout, error } = spawnSync('script', ['-qec', command, '/dev/null'], { cwd, encoding: 'utf8' });
    if (error !== undefined) return; // no pseudo-terminal here
    expect(stdout).toContain('clear\\u{1b}[2J.png');
    expect(stdout).toContain('two\\u{a}lines.png');
    expect(stdout).not.toContain('\u001b[2J');
    expect(readdirSync(join(cwd, 'names')).length).toBe(3);
  });
});
