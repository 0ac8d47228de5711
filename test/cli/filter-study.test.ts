import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mean } from '../../numerics/mean-and-variance.js';
import { runHere } from '../support/command-here.js';
import { noisePng } from '../support/image-entries.js';
import { writeTinyEncoder } from '../support/tiny-network.js';

const N = 40;
const cwd = mkdtempSync(join(tmpdir(), 'steadfid-filter-study-'));
afterAll(() => rmSync(cwd, { recursive: true }));

const nameOf = (i: number) => String(i).padStart(2, '0');
const scoresOf = (score: (i: number) => number) =>
  `id,sum\n${Array.from({ length: N }, (_, i) => `${nameOf(i)},${score(i)}\n`).join('')}`;

beforeAll(async () => {
  await writeTinyEncoder(cwd);
  for (const [s, set] of ['reference', 'samples'].entries()) {
    mkdirSync(join(cwd, set));
    for (let i = 0; i < N; i++)
      writeFileSync(join(cwd, set, `${nameOf(i)}.png`), await noisePng(100 * s + i));
  }
  writeFileSync(
    join(cwd, 'scores.csv'),
    scoresOf((i) => (7 * i) % N),
  );
});

const STUDY = ['study', '--reference', 'reference', '--generated', 'samples', '--encoder', 'tiny.onnx'];
const SMALL = ['--metric', 'fid,kid', '--sizes', '16,24,32,40', '--repeats', '3', '--cheap-repeats', '3'];

async function refusal(words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runHere(words, { cwd });
  expect([code, stdout]).toEqual([2, '']);
  return stderr;
}

const bytesOf = (folder: string) =>
  ['rows.csv', 'facts.csv', 'design.json', 'study.json', 'summary.csv'].map((name) =>
    readFileSync(join(cwd, folder, name), 'utf8'),
  );

test('scores make the five arms, says at its largest n what compare says, and stopped goes on to the same bytes', async () => {
  const words = [...STUDY, '--scores', 'scores.csv', '--filter', 'q75', ...SMALL];
  expect((await runHere([...words, '-o', 'whole'], { cwd })).code).toBe(0);
  const design = JSON.parse(readFileSync(join(cwd, 'whole/design.json'), 'utf8'));
  expect(design.filterOrder).toBe('draw');
  const filter = { scores: 'scores.csv', column: 'sum', rule: 'q75', keep: 'low' };
  const set = { source: 'samples', ids: null };
  expect(design.arms).toEqual([
    { name: 'unfiltered', ...set },
    { name: 'filtered', ...set, filter },
    { name: 'random', ...set, random: { like: 'filtered' } },
    { name: 'matched', ...set, matched: { like: 'filtered', controls: null } },
    { name: 'inverse', ...set, inverse: { of: 'filtered' } },
  ]);

  const rows = readFileSync(join(cwd, 'whole/rows.csv'), 'utf8').trim().split('\r\n');
  expect(rows[0]).toBe('metric,arm,distortion,level,sample_size,repeat,value,reason,scored');
  const valuesOf = (metric: string, arm: string) =>
    rows
      .map((line) => line.split(','))
      .filter(([id, name, , , size]) => id === metric && name === arm && size === String(N))
      .map((fields) => [Number(fields[6]), Number(fields[8])]);
  const compared = await runHere(
    [
      'compare',
      'reference',
      'samples',
      '--scores',
      'scores.csv',
      '--rule',
      'q75',
      '--encoder',
      'tiny.onnx',
    ].concat(['--metric', 'fid,kid', '--draws', '19', '--json']),
    { cwd },
  );
  const { effects } = JSON.parse(compared.stdout) as {
    effects: { metric: string; n: number; filtered: number; unfiltered: { value: number } }[];
  };
  for (const metric of ['fid', 'kid']) {
    const effect = effects.find((one) => one.metric === metric)!;
    expect([metric, valuesOf(metric, 'filtered')]).toEqual([metric, [[effect.filtered, effect.n]]]);
    expect([metric, valuesOf(metric, 'unfiltered')]).toEqual([metric, [[effect.unfiltered.value, N]]]);
  }

  const stopped = join(cwd, 'stopped');
  mkdirSync(stopped);
  for (const name of ['design.json', 'rows.csv', 'facts.csv'])
    writeFileSync(join(stopped, name), readFileSync(join(cwd, 'whole', name)));
  truncateSync(join(stopped, 'rows.csv'), 1500);
  truncateSync(join(stopped, 'facts.csv'), 900);
  expect((await runHere([...words, '-o', 'stopped'], { cwd })).code).toBe(0);
  expect(bytesOf('stopped')).toEqual(bytesOf('whole'));
  expect((await runHere(['study', 'whole/design.json', '-o', 'again'], { cwd })).code).toBe(0);
  expect(bytesOf('again')).toEqual(bytesOf('whole'));
});

test('has a page while it runs, says how much is done, and when it is done shows images dropped and kept', async () => {
  const words = [...STUDY, '--scores', 'scores.csv', '--filter', 'q75', ...SMALL, '--page-every', '0'];
  const stop = new AbortController();
  const page = join(cwd, 'watched/report.html');
  let pages = 0;
  const onTask = () => {
    if (existsSync(page) && ++pages === 12) stop.abort();
  };
  const { code } = await runHere([...words, '-o', 'watched'], { cwd, signal: stop.signal, onTask });
  expect(code).toBe(2);
  const { progress, stability } = JSON.parse(readFileSync(join(cwd, 'watched/study.json'), 'utf8'));
  const percent = Math.floor((100 * progress.done) / progress.total);
  expect(percent).toBeLessThan(100);
  expect(readFileSync(page, 'utf8')).toContain(`<h1>${percent} % done. Filtered against random, equal n: `);
  expect(stability.length).toBeGreaterThan(0);
  expect((await runHere(['report', 'watched'], { cwd })).stderr).toMatch(
    /^warning: watched holds an unfinished study/,
  );
  expect((await runHere([...words, '-o', 'watched'], { cwd })).code).toBe(0);
  expect(bytesOf('watched')).toEqual(bytesOf('whole'));
  const images = JSON.parse(readFileSync(join(cwd, 'watched/filtered-images.json'), 'utf8'));
  expect(
    images.filters.map(({ kept, dropped }: Record<'kept' | 'dropped', { of: number }>) => [
      kept.of,
      dropped.of,
    ]),
  ).toEqual([[30, 10]]);
  expect(readFileSync(page, 'utf8')).toContain('dropped: 10 of 10, drawn at random');
});

test('random subsets of all images are those of compare, to the last digit', async () => {
  const [draws, scores] = ['19', ['--scores', 'scores.csv']];
  const again = ['--repeats', draws, '--cheap-repeats', draws];
  const words = [...STUDY, ...scores, '--filter', 'q75', '--metric', 'fid,kid', '--sizes', '40', ...again];
  expect((await runHere([...words, '-o', 'full'], { cwd })).code).toBe(0);
  const rows = readFileSync(join(cwd, 'full/rows.csv'), 'utf8')
    .trim()
    .split('\r\n')
    .map((line) => line.split(','));
  const compare = ['compare', 'reference', 'samples', ...scores, '--rule', 'q75', '--encoder', 'tiny.onnx'];
  const compared = await runHere([...compare, '--metric', 'fid,kid', '--draws', draws, '--json'], { cwd });
  const { effects } = JSON.parse(compared.stdout) as {
    effects: { metric: string; random: { mean: number } }[];
  };
  for (const { metric, random } of effects.filter((one) => ['fid', 'kid'].includes(one.metric))) {
    const meanOf = (arm: string) => {
      const values = rows.filter(([id, name]) => id === metric && name === arm).map((row) => Number(row[6]));
      expect([arm, values.length]).toEqual([arm, Number(draws)]);
      return mean(values);
    };
    expect([metric, meanOf('random')]).toEqual([metric, random.mean]);
  }
});

test.each([
  'pool',
  'draw',
])('of images tied at a count, order %s, the mean over 20 repeats is what compare says, to the last digit', async (order) => {
  const [count, draws] = ['25', '20'];
  writeFileSync(
    join(cwd, 'tied.csv'),
    scoresOf((i) => Math.floor(((7 * i) % N) / 4)), // ten levels of four images each
  );
  const shared = ['--scores', 'tied.csv', '--encoder', 'tiny.onnx', '--metric', 'fid,kid'];
  const largest = order === 'pool' ? count : String(N);
  const sizes = ['--sizes', `12,20,${largest}`, '--repeats', draws, '--cheap-repeats', draws];
  const study = ['study', '--reference', 'reference', '--generated', 'samples', ...shared];
  const words = [...study, '--filter', `keep-${count}`, '--filter-order', order, ...sizes];
  expect((await runHere([...words, '-o', `tied-${order}`], { cwd })).code).toBe(0);
  const compare = ['compare', 'reference', 'samples', ...shared, '--rule', `keep-${count}`];
  const { stdout } = await runHere([...compare, '--draws', '19', '--json'], { cwd });
  const { effects } = JSON.parse(stdout) as { effects: { metric: string; filtered: number }[] };
  const rows = readFileSync(join(cwd, `tied-${order}/rows.csv`), 'utf8')
    .trim()
    .split('\r\n')
    .map((line) => line.split(','));
  for (const metric of ['fid', 'kid']) {
    const values = rows
      .filter(([id, arm, , , size]) => id === metric && arm === 'filtered' && size === largest)
      .map((row) => Number(row[6]));
    expect(new Set(values).size).toBeGreaterThan(1);
    expect([metric, mean(values)]).toEqual([metric, effects.find((one) => one.metric === metric)!.filtered]);
  }
});

test('several models by several filters in one design have the values that each has alone', async () => {
  const filters = ['q75', 'keep-24'];
  const armsOf = (name: string, source: string) => [
    { name, source },
    ...filters.flatMap((rule) => {
      const like = `${name} ${rule}`;
      return [
        { name: like, source, filter: { scores: 'scores.csv', column: 'sum', rule } },
        { name: `${like} random`, source, random: { like } },
        { name: `${like} rest`, source, inverse: { of: like } },
      ];
    }),
  ];
  const given = {
    ...{ reference: 'reference', encoder: 'tiny.onnx', metrics: ['fid', 'is'], filterOrder: 'draw' },
    ...{ sizes: [28, 34, 40], repeats: 3, cheapRepeats: 3 },
  };
  const models = { first: armsOf('first', 'samples'), second: armsOf('second', 'reference') };
  const run = async (name: string, arms: readonly object[]) => {
    writeFileSync(join(cwd, `${name}.json`), JSON.stringify({ ...given, arms }));
    const { code, stderr } = await runHere(['study', `${name}.json`, '-o', name], { cwd });
    expect([code, stderr.includes('rror')]).toEqual([0, false]);
    return readFileSync(join(cwd, name, 'rows.csv'), 'utf8')
      .trim()
      .split('\r\n');
  };
  const both = await run('both', [...models.first, ...models.second]);
  const ofModel = (rows: readonly string[], name: string) =>
    rows.filter((line) => line.split(',')[1]!.startsWith(name)).sort();
  for (const [name, arms] of Object.entries(models)) {
    const alone = ofModel(await run(name, arms), name);
    expect(alone.length).toBe(2 * 7 * (2 * 3 + 1) + 2 * 2 * 2); // random subsets are drawn 3 times at the largest size
    expect(ofModel(both, name)).toEqual(alone);
  }
  const { stability } = JSON.parse(readFileSync(join(cwd, 'both/study.json'), 'utf8')) as {
    stability: { metric: string; filter: string; other: string }[];
  };
  expect(
    stability.filter(({ metric }) => metric === 'fid').map(({ filter, other }) => [filter, other]),
  ).toEqual(
    Object.keys(models).flatMap((name) =>
      filters.flatMap((rule) => [
        [`${name} ${rule}`, name],
        [`${name} ${rule}`, `${name} ${rule} random`],
      ]),
    ),
  );
});

test('scores that miss images, name others or have no such column are refused before anything is written', async () => {
  writeFileSync(join(cwd, 'fewer.csv'), 'id,sum\n00,1\n01,2\n99,3\n');
  const missing = await refusal([...STUDY, '--scores', 'fewer.csv', ...SMALL, '-o', 'none']);
  expect(missing).toContain('fewer.csv: must have one entry for each image of samples and no other');
  expect(missing).toMatch(/02\.png, 03\.png, 04\.png, 05\.png, 06\.png and 33 more/);
  expect(missing).toContain(
    '1 of 3 ids have no image (99). Complete the two: every image of a study needs its score.',
  );
  expect(
    await refusal([...STUDY, '--scores', 'scores.csv', '--column', 'smu', ...SMALL, '-o', 'none']),
  ).toContain('unknown column of scores.csv "smu"');
  expect(await refusal([...STUDY, ...SMALL, '-o', 'none'])).toContain(
    'a filter needs both --generated and --scores',
  );
  writeFileSync(
    join(cwd, 'constant.csv'),
    scoresOf(() => 1),
  );
  expect(await refusal([...STUDY, '--scores', 'constant.csv', ...SMALL, '-o', 'none'])).toContain(
    'the scores "sum" must differ between images',
  );
});
