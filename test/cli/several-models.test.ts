import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InputError } from '../../errors.js';
import type { Neighbors } from '../../reports/score/neighbors.js';
import type { ScoreModels } from '../../reports/score/score-models.js';
import type { ScoreReport } from '../../scoring/score-report.js';
import { commandHere, runHere } from '../support/command-here.js';
import { noisePng } from '../support/image-entries.js';
import { writeTinyEncoder } from '../support/tiny-network.js';

const cwd = mkdtempSync(join(tmpdir(), 'steadfid-several-'));
afterAll(() => rmSync(cwd, { recursive: true }));
const at = (path: string) => join(cwd, path);

async function writeSet(path: string, seed: number, n = 12): Promise<void> {
  mkdirSync(at(path), { recursive: true });
  for (let i = 0; i < n; i++) writeFileSync(at(join(path, `${i}.png`)), await noisePng(100 * seed + i));
}

beforeAll(async () => {
  await writeTinyEncoder(cwd);
  for (const [i, name] of ['reference', 'models/a', 'models/b'].entries()) await writeSet(name, i);
  await writeSet('larger', 4, 14);
  await writeSet('held', 7);
});

const FID = ['--encoder', at('tiny.onnx'), '--metric', 'fid'];

describe('several models', () => {
  test.each([
    ['score', [at('models/a'), at('models/b')]],
    ['track', [at('models/*'), '--step', 'models/(\\d)']],
  ])('%s --no-cache encodes the reference once', async (command, sets) => {
    if (command === 'track') {
      await writeSet('models/1', 5);
      await writeSet('models/2', 6);
      for (const name of ['a', 'b']) rmSync(at(`models/${name}`), { recursive: true });
    }
    const { outcome, tasks } = await commandHere([
      ...[command, at('reference'), ...sets],
      ...[...FID, '--no-cache'],
    ]);
    expect(outcome).toBe('done');
    const encoded = tasks.filter((task) => task.includes(' by tiny'));
    expect(encoded.filter((task) => task.startsWith('reference'))).toHaveLength(1);
    expect(encoded).toHaveLength(3);
  });

  test('sets of unequal n are refused before anything is encoded, with the flag that draws as many of each', async () => {
    const { outcome, tasks } = await commandHere([
      'score',
      at('reference'),
      at('reference'),
      at('larger'),
      ...FID,
    ]);
    expect(outcome).toBe(
      `score: all models must have one number of images; got 12 of ${at('reference')} and 14 of ${at('larger')}. ` +
        'Pass --limit 12, which draws as many of each set.',
    );
    expect(tasks).toEqual([]);
    const drawn = ['score', 'reference', 'reference', 'larger', ...FID, '--limit', '12'];
    expect((await runHere(drawn, { cwd })).code).toBe(0);
  });

  test('folders without a score are named and left out, and a damaged score is refused', async () => {
    for (const [i, set] of ['models/1', 'models/2'].entries())
      expect((await runHere(['score', 'reference', set, ...FID, '-o', `runs/${i}`], { cwd })).code).toBe(0);
    mkdirSync(at('runs/empty'));
    writeFileSync(at('runs/notes.txt'), '');
    const words = ['report', 'runs/0', 'runs/1', 'runs/empty', 'runs/notes.txt'];
    const { code, stdout, stderr } = await runHere(words, { cwd });
    const [first, second, ...doubts] = stderr.trim().split('\n');
    expect([code, first, second]).toEqual([
      0,
      'warning: runs/empty was left out: it holds no result',
      'warning: runs/notes.txt was left out: it holds no result',
    ]);
    // what both scores doubt is said again, of both once
    const ofNetwork = doubts.filter((line) => line.includes('tiny is not a published network'));
    expect(ofNetwork).toEqual([expect.stringMatching(/^warning: all models: FID: tiny/)]);
    expect(stdout).toMatch(/^1 {5}1 .*\n2 {5}0 /m);
    writeFileSync(at('runs/empty/score.json'), '{');
    expect((await runHere(words, { cwd })).stderr).toMatch(
      /^runs\/empty\/score\.json: must be a whole JSON file/,
    );
  });

  test('a model that cannot be read loses nothing of the others: they are ranked, and the exit code tells', async () => {
    for (const i of [1, 2, 3]) await writeSet(`run-${i}`, 10 + i);
    writeFileSync(at('run-2/5.png'), 'no picture');
    const words = ['score', 'reference', 'run-1', 'run-2', 'run-3', ...FID, '-o', 'ranked'];
    const { code, stdout, stderr } = await runHere(words, { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^warning: run-2 failed and is left out: .*5\.png: must be an image/m);
    expect(stderr).toContain('wrote ranked/report.html');
    expect(stderr).toContain('not everything could be done: 1 model failed');
    expect(stderr.match(/^warning: all models: FID: tiny is not a published network/gm)).toHaveLength(1);
    expect(stdout).toContain('run-1');
    expect(stdout).toContain('run-3');
    expect(stdout).not.toContain('run-2');
    const { models, warnings } = JSON.parse(
      readFileSync(at('ranked/score-models.json'), 'utf8'),
    ) as ScoreModels;
    expect(models.map(({ name }) => name)).toEqual(['run-1', 'run-3']);
    expect(warnings[0]).toMatchObject({ code: 'MODEL_FAILED', message: expect.stringContaining('5.png') });
    expect((await runHere(['report', 'ranked'], { cwd })).code).toBe(0);
    // one alone is left, and no rank is claimed
    const alone = ['score', 'reference', 'run-2', 'run-3', ...FID];
    expect(await runHere(alone, { cwd })).toMatchObject({
      code: 2,
      stdout: expect.stringMatching(/^– +run-3 /m),
    });
  });

  test('scores that cannot be compared end in that error, after the values of those that were done', async () => {
    await writeSet('less', 21);
    writeFileSync(at('less/5.png'), 'no picture');
    const words = ['score', 'reference', 'less', 'run-1', 'run-3', ...FID, '--skip-unreadable'];
    const { code, stdout, stderr } = await runHere(words, { cwd });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(
      /^less: FID [\d.]+\nrun-1: FID [\d.]+\nless, run-1: both scores must have one number of generated images for fid; got 11 and 12\. Score both again with --limit 11\.$/m,
    );
  });

  test('what is wrong with the reference or the network is no failure of a model', async () => {
    await writeSet('damaged', 22);
    writeFileSync(at('damaged/5.png'), 'no picture');
    writeFileSync(at('damaged.onnx'), 'no network');
    for (const [words, where] of [
      [['score', 'damaged', 'run-1', 'run-3', ...FID], 'damaged/5.png'],
      [
        ['score', 'reference', 'run-1', 'run-3', '--encoder', 'damaged.onnx', '--metric', 'fid'],
        'damaged.onnx',
      ],
    ] as const) {
      const { code, stderr } = await runHere(words, { cwd });
      expect(code).toBe(2);
      expect(stderr).toContain(`${where}: `);
      expect(stderr).not.toContain('is left out');
    }
  });

  test('an error that is no fault of a model ends the command, after the values of those that were done', async () => {
    const run = (fault: Error) =>
      commandHere(['score', at('reference'), at('run-1'), at('run-3'), ...FID, '--no-cache'], {
        onTask: (task) => {
          if (task.startsWith('run-3')) throw fault;
        },
      });
    await expect(run(new Error('a fault of the program'))).rejects.toThrow('a fault of the program');
    const full = new InputError('UNWRITABLE_FILE', { where: at('run-3'), expected: 'must be writable' });
    const { outcome, remarks } = await run(full);
    expect(outcome).toBe(full.message);
    expect(remarks).toEqual([expect.stringMatching(/^run-1: FID [\d.]+$/)]);
  });

  test('a metric that needs more images is refused once, before anything is encoded', async () => {
    const { outcome, remarks, tasks } = await commandHere([
      ...['score', at('reference'), at('models/1'), at('models/2')],
      ...['--encoder', at('tiny.onnx'), '--metric', 'kid', '--no-cache'],
    ]);
    expect(outcome).toBe('partly-done');
    expect(tasks).toEqual([]);
    expect(remarks.filter((line) => line.includes('--kid-subset-size'))).toHaveLength(1);
  });

  test('stats takes the demo network that plays the part of its own', async () => {
    const { stderr } = await runHere(['stats', 'reference', '--encoder', 'demo', '-o', 's.npz'], { cwd });
    expect(stderr).toContain('by demo-inception');
  });

  test('track says what it wrote, and what is doubtful once', async () => {
    const words = ['track', 'reference', 'models/*', ...FID, '--interval', '-o', 'training'];
    const { stderr } = await runHere(words, { cwd });
    expect(stderr).toContain('wrote training/report.html and ');
    expect(stderr).toMatch(/^warning: all checkpoints: FID: no interval: reference has 12 images/m);
  });

  test('the page of a score shows the images that drive each distance, and score.json names them', async () => {
    await writeSet('odd', 6);
    writeFileSync(
      at('odd/7.png'),
      await sharp({ create: { width: 24, height: 24, channels: 3, background: '#f00' } })
        .png()
        .toBuffer(),
    );
    const words = [
      'score',
      'reference',
      'odd',
      '--encoder',
      'tiny.onnx',
      '--metric',
      'fid,is,cmmd',
      '-o',
      'driven',
    ];
    const { code, stderr } = await runHere(words, { cwd });
    expect([code, stderr]).toEqual([0, expect.stringContaining('wrote driven/report.html')]);
    const { results } = JSON.parse(readFileSync(at('driven/score.json'), 'utf8')) as ScoreReport;
    expect(results.map(({ metric, influential }) => [metric, influential?.raising.length])).toEqual([
      ['fid', expect.any(Number)],
      ['is', undefined],
      ['cmmd', expect.any(Number)],
    ]);
    expect(results[0]!.influential!.raising[0]!.id).toBe('7.png');
    const { influential } = JSON.parse(readFileSync(at('driven/neighbors.json'), 'utf8')) as Neighbors;
    expect(influential!.map(({ metric }) => metric)).toEqual(['fid', 'cmmd']);
    for (const { influential: images, metric } of results.filter((one) => one.influential !== undefined)) {
      const shown = influential!.find((one) => one.metric === metric)!;
      for (const kind of ['raising', 'lowering'] as const)
        expect(shown[kind].map(({ id, effect }) => ({ id, effect }))).toEqual(images![kind]);
    }
    const page = readFileSync(at('driven/report.html'), 'utf8');
    expect(page.indexOf('id="values"')).toBeLessThan(page.indexOf('What drives the distance'));
    expect(page).toMatch(/What drives the distance.*Generated images that raise or lower FID most.*7\.png/s);
  });

  test('results are not written among the images, by whatever name the folder goes', async () => {
    symlinkSync('models', at('link'));
    const score = ['score', 'reference', 'models/1', ...FID, '-o'];
    for (const [words, input] of [
      [[...score, 'models/1/report'], 'models/1'],
      [[...score, 'link/1'], 'models/1'],
      [[...score, 'reference'], 'reference'],
      [['score', 'reference', 'link/1/**/*.png', ...FID, '-o', 'models/1/r'], 'link/1/**/*.png'],
      [['score', 'reference', 'models/1/**/*.png', ...FID, '-o', 'link/1/r'], 'models/1/**/*.png'],
      [['score', 'reference', '{link,held}/**/*.png', ...FID, '-o', 'models/1/r'], '{link,held}/**/*.png'],
      [[...score.slice(0, -1), '--held-out', 'held', '-o', 'held/r'], 'held'],
      [
        ['distort', 'reference', '--kind', 'contamination', '--level', '1', '--with', 'held', '-o', 'held/r'],
        'held',
      ],
      [
        [
          ...['study', '--reference', 'reference', '--arm', 'm=models/1', ...FID],
          ...['--distortion', 'contamination=1@held', '-o', 'held/s'],
        ],
        'held',
      ],
      [['uncertainty', 'reference', '-o', 'reference/u'], 'reference'],
      [['uncertainty', 'reference', '--images', 'held', '-o', 'held/u'], 'held'],
      [['uncertainty', 'reference', '--masks', 'held', '-o', 'held/u'], 'held'],
      [['sweep', '--denoiser', 'none.onnx', '-n', '1', '--images', 'held', '-o', 'held/s'], 'held'],
      [['generate', '--denoiser', 'none.onnx', '-n', '1', '--reference', 'held', '-o', 'held/g'], 'held'],
      [['track', 'reference', 'models/*', ...FID, '-o', 'models/report'], 'models/*'],
      [['study', '--reference', 'reference', '--arm', 'm=models/1', ...FID, '-o', 'models/1/s'], 'models/1'],
      [['reconstruct', 'reference', 'models/1', '-o', 'models/1/r'], 'models/1'],
      [['compare', 'reference', 'models/1', '--scores', 's.csv', '-o', 'models/1/r'], 'models/1'],
      [['filter', 'models/1', '--scores', 's.csv', '-o', 'models/1/r'], 'models/1'],
    ] as const) {
      const { code, stderr } = await runHere(words, { cwd });
      expect([code, stderr]).toEqual([
        2,
        `--output: must lie outside ${input}: images written there would count as its own; got ${words.at(-1)}. Write to another folder.\n`,
      ]);
    }
    expect((await runHere([...score, 'models/report'], { cwd })).code).toBe(0);
  });

  test('a report behind a link is no part of the set that holds the link', async () => {
    symlinkSync('../reports', at('held/inner'));
    const words = [
      'score',
      'reference',
      'held',
      'models/1',
      ...FID,
      '-o',
      'reports',
      '--force',
      '--paper',
      '85',
    ];
    expect((await runHere(words, { cwd })).code).toBe(0);
    for (const set of ['held', 'held/**/*.png']) {
      const { code, stderr } = await runHere(words.with(2, set), { cwd });
      expect([code, stderr]).toEqual([
        0,
        expect.stringMatching(/held.*: \d+ other files? \(.*png.*passed over/),
      ]);
    }
  });
});
