import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeCommandFiles } from '../support/command-files.js';
import { commandsIn } from '../support/commands-in.js';
import { noisePng } from '../support/image-entries.js';
import { requireFormat } from '../support/json-formats.js';
import { reportFiles } from '../support/report-files.js';
import { writeSmallDenoiser } from '../support/small-denoiser.js';
import { writeSmallPosterior } from '../support/small-posterior.js';

const cwd = mkdtempSync(join(tmpdir(), 'steadfid-cluster-'));

const { steadfid, done, refusal } = commandsIn(() => cwd);
/** The same commands, typed elsewhere than the plan was. */
const elsewhere = commandsIn(() => join(cwd, 'elsewhere'));

const planned = (run: string) => JSON.parse(readFileSync(join(cwd, run, 'plan.json'), 'utf8'));
const parts = (run: string): readonly string[] => readdirSync(join(cwd, run, 'parts')).sort();

beforeAll(async () => {
  await writeCommandFiles(cwd);
  mkdirSync(join(cwd, 'elsewhere'));
  const lines = Array.from(
    { length: 12 },
    (_, i) => `${String(i).padStart(2, '0')}.png,${10 * Math.sin(7 * i)},${Math.cos(3 * i)}\n`,
  );
  writeFileSync(join(cwd, 'scores.csv'), `id,sum,other\n${lines.join('')}`);
  await writeSmallPosterior(join(cwd, 'posterior.npz'), await writeSmallDenoiser(cwd));
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

/** Runs all tasks of a run, the last of each kind first. */
async function allTasks(run: string, from = 0): Promise<void> {
  const count = planned(run).units.length;
  for (let index = count - 1; index >= from; index--)
    await elsewhere.done('task', `../${run}`, '--index', `${index}`);
}

const filesOf = (folder: string) => reportFiles(join(cwd, folder));

/** What a merged run must be: what the command itself writes, byte for byte, printing the same. */
async function requireSame(run: string, command: readonly string[]): Promise<void> {
  const merged = await elsewhere.steadfid('merge', `../${run}`, '-o', `../${run}-merged`);
  const one = await steadfid(...command, '-o', `${run}-one`);
  expect([merged.code, one.code, merged.stderr.includes('computed')]).toEqual([0, 0, false]);
  expect(merged.stdout).toBe(one.stdout);
  const [found, expected] = [filesOf(`${run}-merged`), filesOf(`${run}-one`)];
  expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
  for (const [name, content] of Object.entries(expected))
    expect([name, found[name] === content]).toEqual([name, true]);
}

describe('a study', () => {
  const STUDY = [
    ...['--reference', 'reference', '--arm', 'mine=generated', '--encoder', 'tiny.onnx'],
    ...['--metric', 'fid,kid,precision-recall', '--sizes', '4,6', '--repeats', '3', '--cheap-repeats', '4'],
    ...['--distortion', 'gaussian-blur=2'],
  ];

  test('is planned as encodings, then draws of one metric on one set', async () => {
    expect(await done('plan', 'study', ...STUDY, '--unit-repeats', '2', '-o', 'study')).toBe(
      'planned study: 21 units of study, of which the others wait for the first 3\n',
    );
    const { units, ...plan } = planned('study');
    requireFormat('plan', { units, ...plan });
    expect(units.slice(0, 5)).toEqual([
      { kind: 'encoding', name: 'reference by file:tiny.onnx', of: 0, from: 0, n: 12 },
      { kind: 'encoding', name: 'mine by file:tiny.onnx', of: 1, from: 0, n: 12 },
      { kind: 'encoding', name: 'mine, gaussian-blur 2 by file:tiny.onnx', of: 2, from: 0, n: 12 },
      { kind: 'repeats', name: 'fid of mine', of: 0, from: 0, n: 2 },
      { kind: 'repeats', name: 'fid of mine', of: 0, from: 2, n: 1 },
    ]);
    expect(plan.inputs.map(({ path }: { path: string }) => path)).toEqual([
      'reference',
      'generated',
      'tiny.onnx',
      'tiny.json',
    ]);
    expect(await done('plan', 'study', ...STUDY, '--unit-repeats', '2', '-o', 'study')).toContain('already');
  });

  test('waits: a task whose encodings are missing may be done later, with exit 75', async () => {
    const { code, stderr } = await steadfid('task', 'study', '--index', '4');
    expect([code, stderr]).toEqual([
      75,
      expect.stringMatching(
        /^study\/parts\/00000-\w+\.npz: must be there first: unit 0 is not done\. Run its task, then this one again\.\n$/,
      ),
    ]);
    expect(parts('study')).toEqual([]);
  });

  test('is given to Kubernetes in two stages', async () => {
    const submit = ['submit', 'study', '--engine', 'kubernetes', '--image', 'img'];
    const { stdout, stderr } = await steadfid(...submit);
    const { metadata, spec } = JSON.parse(stdout);
    expect([metadata.name, spec.completions, stderr]).toEqual([
      `steadfid-${planned('study').digest.slice(0, 12)}-first`,
      3,
      'these are the first 3 units, for which the others wait: when all are done, submit again\n',
    ]);
    for (const index of ['1', '0', '2']) await done('task', 'study', '--index', index);
    const { stdout: rest } = await steadfid(...submit);
    expect([JSON.parse(rest).metadata.name.endsWith('-first'), JSON.parse(rest).spec.completions]).toEqual([
      false,
      21,
    ]);
  });

  test('merged is, byte for byte, the folder of one process', async () => {
    await allTasks('study', 3);
    const { stdout } = await steadfid('status', 'study', '--json');
    requireFormat('run-status', JSON.parse(stdout));
    expect(JSON.parse(stdout)).toMatchObject({ images: null, units: { total: 21, done: 21, missing: [] } });
    await requireSame('study', ['study', ...STUDY, '--no-cache']);
  });

  test('refuses parts that are missing, of another plan, or damaged', async () => {
    const [, , , last] = parts('study');
    const path = join(cwd, 'study/parts', last!);
    const whole = readFileSync(path, 'utf8');
    rmSync(path);
    expect(await refusal('merge', 'study', '-o', 'x')).toBe(
      'study: the parts of all 21 units must be there; got 20; unit 3 missing. Run their tasks, as by steadfid submit study.',
    );
    expect(await refusal('merge', 'study', '--partial', '-o', 'x')).toBe(
      '--partial: a study is merged whole: of some of its units there is no result. Run the tasks of all units.',
    );
    copyFileSync(join(cwd, 'study/parts', parts('study')[4]!), path);
    expect(await refusal('merge', 'study', '-o', 'x')).toMatch(
      /unit must be 3; got 5\)\. Remove that file and run steadfid task/,
    );
    writeFileSync(
      path,
      whole.replace(/"value":(\d)/, (_, digit) => `"value":${(Number(digit) + 1) % 10}`),
    );
    expect(await refusal('merge', 'study', '-o', 'x')).toContain(
      'must be a part as a task of steadfid wrote it',
    );
    expect(await done('task', 'study', '--index', '3')).toContain('warning: unit 3 is computed again: ');
    expect(readFileSync(path, 'utf8')).toBe(whole);

    await done('plan', 'study', ...STUDY, '--seed', '7', '-o', 'other');
    for (const name of parts('study'))
      copyFileSync(join(cwd, 'study/parts', name), join(cwd, 'other/parts', name));
    expect(await refusal('merge', 'other', '-o', 'x')).toContain('got 0; units 0-11 missing');
    for (const name of parts('other')) {
      const own = name.replace(/-\w+\./, `-${planned('other').digest.slice(0, 16)}.`);
      renameSync(join(cwd, 'other/parts', name), join(cwd, 'other/parts', own));
    }
    expect(await refusal('merge', 'other', '-o', 'x')).toContain('number of units must be 12; got 21');
  });

  test('refuses an encoding with a flipped bit, and its task writes it again', async () => {
    const [encoding, , , draws] = parts('study').map((name) => join(cwd, 'study/parts', name));
    const [whole, rows] = [readFileSync(encoding!), readFileSync(draws!)];
    const flipped = Buffer.from(whole);
    flipped[300]! ^= 1; // of an embedding
    writeFileSync(encoding!, flipped);
    rmSync(draws!);
    expect(await refusal('task', 'study', '--index', '3')).toMatch(
      /^study: the part of unit 0 must be .*CRC-32.*Remove that file and run steadfid task study --index 0 again\.$/,
    );
    expect(await done('task', 'study', '--index', '0')).toContain('warning: unit 0 is computed again: ');
    expect(readFileSync(encoding!).equals(whole)).toBe(true);
    await done('task', 'study', '--index', '3');
    expect(readFileSync(draws!).equals(rows)).toBe(true);
    expect(await refusal('merge', 'study')).toBe('--output: needs the folder to write. Add -o study/.');
  });

  test('refuses an image that was put in the place of another, and scores that were changed, named', async () => {
    const path = join(cwd, 'generated/03.png');
    const before = readFileSync(path);
    writeFileSync(path, await noisePng(3, { width: 9, height: 9 }));
    rmSync(join(cwd, 'study/parts', parts('study')[1]!));
    const said =
      'generated: must hold the images that were planned; got 1 of another size (03.png). Plan again into another folder.';
    expect(await refusal('task', 'study', '--index', '1')).toBe(said);
    writeFileSync(path, before);
    await done('task', 'study', '--index', '1');
    writeFileSync(path, await noisePng(3, { width: 9, height: 9 }));
    expect(await refusal('merge', 'study', '-o', 'x')).toBe(said);
    writeFileSync(path, before);
    renameSync(join(cwd, 'generated'), join(cwd, 'unmounted'));
    rmSync(join(cwd, 'study/parts', parts('study')[5]!));
    expect((await steadfid('task', 'study', '--index', '5')).code).toBe(75);
    renameSync(join(cwd, 'unmounted'), join(cwd, 'generated'));
  });

  test('with filters, whose matched subsets need the images', async () => {
    const filtered = [
      ...['--reference', 'reference', '--generated', 'generated', '--scores', 'scores.csv'],
      ...['--filter', 'q70', '--encoder', 'tiny.onnx', '--metric', 'fid,cmmd', '--sizes', '6,8'],
      ...['--repeats', '2', '--cheap-repeats', '3'],
    ];
    await done('plan', 'study', ...filtered, '-o', 'filters');
    for (const index of ['0', '1']) await done('task', 'filters', '--index', index);
    await allTasks('filters', 2);
    await requireSame('filters', ['study', ...filtered, '--no-cache']);
  });
});

describe('a comparison', () => {
  const COMPARE = [
    ...['reference', 'generated', '--scores', 'scores.csv', '--encoder', 'tiny.onnx'],
    ...['--metric', 'fid', '--draws', '39', '--rule', 'q70', '--split-half', '--doses', '0,0.1,0.3'],
  ];

  test('merged is, byte for byte, the report of one process', async () => {
    await done('plan', 'compare', ...COMPARE, '--metric-units', '2', '-o', 'compare');
    requireFormat('plan', planned('compare'));
    expect(
      planned('compare').units.map(({ kind, name, from, n }: Record<string, unknown>) =>
        [kind, name, from, n].join(' '),
      ),
    ).toEqual([
      'encoding reference by file:tiny.onnx 0 12',
      'encoding generated by file:tiny.onnx 0 12',
      'controls detail of generated 0 12',
      ...['fid', 'precision, recall, density and coverage'].flatMap((metric) => [
        `filters ${metric} 0 1`,
        `subsets ${metric} 0 2`,
        `subsets ${metric} 1 2`,
      ]),
    ]);
    for (const index of ['2', '1', '0']) await done('task', 'compare', '--index', index);
    await allTasks('compare', 3);
    await requireSame('compare', ['compare', ...COMPARE, '--no-cache']);
  });

  test('refuses scores that were changed, and a report that is there', async () => {
    expect(await refusal('merge', 'compare', '-o', 'compare-one')).toContain('compare-one/compare.json: ');
    const text = readFileSync(join(cwd, 'scores.csv'), 'utf8');
    writeFileSync(join(cwd, 'scores.csv'), text.replace('00.png,0,', '00.png,1,'));
    expect(await refusal('merge', 'compare', '-o', 'x')).toBe(
      'scores.csv: must be the file that was planned; got another file. Plan again into another folder.',
    );
    writeFileSync(join(cwd, 'scores.csv'), text);
  });
});

/** The scores of the first image, as they wait for the others. */
function scoresOf(csv: string): string {
  return `[${csv.split('\r\n')[1]!.split(',').slice(1).join(',')}]`;
}

describe('a generation', () => {
  const GENERATE = [
    ...[
      '--denoiser',
      'small.onnx',
      '-n',
      '5',
      '--steps',
      '10',
      '--clip',
      'x0',
      '--samples',
      '4',
      '--skip',
      '3',
    ],
    ...['--posterior', 'posterior.npz', '--alternatives', 'flip,feature-norm'],
  ];

  test.each([
    ['as folders', ['--keep-times', '500']],
    ['as the original study lays them out', ['--layout', 'bayesdiff']],
  ])('merged is, byte for byte, the folder of one process: %s', async (name, words) => {
    const run = name.replaceAll(' ', '-');
    await done('plan', 'generate', ...GENERATE, ...words, '--unit-images', '2', '-o', run);
    requireFormat('plan', planned(run));
    expect(planned(run).units.map(({ from, n }: Record<string, unknown>) => [from, n])).toEqual([
      [0, 1],
      [1, 2],
      [3, 2],
    ]);
    await allTasks(run, 1);
    const { stdout } = await steadfid('status', run);
    expect(stdout).toContain('units   2 of 3 done, 4 of 5 images\nmissing 0\n');
    await allTasks(run);
    await requireSame(run, ['generate', ...GENERATE, ...words]);
  });

  test('a merging that was stopped goes on, a damaged part is refused, and so is another posterior', async () => {
    const run = 'as-folders';
    expect(await refusal('merge', run, '-o', `${run}-merged`)).toContain('these images are finished');
    const whole = filesOf(`${run}-one`);
    const { counts: _, ...settings } = JSON.parse(
      readFileSync(join(cwd, `${run}-one/generation.json`), 'utf8'),
    );
    mkdirSync(join(cwd, 'stopped/images'), { recursive: true });
    writeFileSync(join(cwd, 'stopped/unfinished.json'), `${JSON.stringify(settings, null, 2)}\n`);
    for (const folder of ['images', 'maps', 'maps-by-time/t500']) {
      mkdirSync(join(cwd, 'stopped', folder), { recursive: true });
      const [name] = readdirSync(join(cwd, `${run}-one`, folder)).sort();
      copyFileSync(join(cwd, `${run}-one`, folder, name!), join(cwd, 'stopped', folder, name!));
    }
    mkdirSync(join(cwd, 'stopped/.scores'));
    writeFileSync(join(cwd, 'stopped/.scores/img_1000000.json'), scoresOf(whole['alternatives.csv']!));
    await done('merge', run, '-o', 'stopped');
    expect(filesOf('stopped')).toEqual(whole);
    const path = join(cwd, run, 'parts', parts(run)[1]!);
    const bytes = readFileSync(path);
    const flipped = Buffer.from(bytes);
    flipped[flipped.indexOf('images/img_1000001.png') + 60]! ^= 1;
    writeFileSync(path, flipped);
    expect(await refusal('merge', run, '-o', 'x')).toMatch(
      /^as-folders: the part of unit 1 must be .*CRC-32.*Remove that file and run steadfid task as-folders --index 1 again\.$/,
    );
    expect(await done('task', run, '--index', '1')).toContain('warning: unit 1 is computed again: ');
    expect(readFileSync(path).equals(bytes)).toBe(true);
    const posterior = readFileSync(join(cwd, 'posterior.npz'));
    writeFileSync(join(cwd, 'posterior.npz'), Buffer.concat([posterior, Buffer.from('x')]));
    rmSync(path);
    expect(await refusal('task', run, '--index', '1')).toContain('posterior.npz: must be the file');
    writeFileSync(join(cwd, 'posterior.npz'), posterior);
  });
});

describe('what a plan is not made of', () => {
  test.each([
    [
      ['plan', 'study', '--reference', 'reference', '--arm', 'a=generated', '--json', '-o', 'x'],
      'steadfid plan study: unknown flag "--json".',
    ],
    [
      ['plan', 'compare', 'reference', 'generated', '--sizes', '4', '-o', 'x'],
      'steadfid plan compare: unknown flag "--sizes".',
    ],
    [
      ['plan', 'generate', '--denoiser', 'small.onnx', '-n', '4', '--shard', '1/2', '-o', 'x'],
      'steadfid plan generate: unknown flag "--shard".',
    ],
    [
      ['plan', 'study', '--reference', 'reference', '--arm', 'a=generated'],
      '--output: needs the folder to write. Add -o run/.',
    ],
    [
      ['plan', '-o', 'x', 'study', 'design.json'],
      'steadfid plan: the job must come before all flags. Begin with steadfid plan study.',
    ],
    [['plan', 'score', 'a', 'b', '-o', 'x'], 'steadfid plan: unknown job "score".'],
    [
      ['plan', 'generate', '--denoiser', 'small.onnx', '-n', '4', '--decodings', '3', '-o', 'x'],
      '--decodings: is a setting of --decoder',
    ],
    [
      [
        'plan',
        'study',
        '--reference',
        'reference',
        '--arm',
        'a=generated',
        '--sizes',
        '99',
        '--encoder',
        'tiny.onnx',
        '-o',
        'x',
      ],
      '--sizes: no size may be larger than the smallest generated set',
    ],
    [
      ['plan', 'encode', 'reference', '-e', 'tiny.onnx', '-o', 'study'],
      'study/plan.json: there is already another plan',
    ],
  ])('%j', async (words, said) => {
    expect(await refusal(...words)).toContain(said);
  });
});
