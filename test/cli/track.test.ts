import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { checkpointSets } from '../../encoders/files/checkpoint-sets.js';
import type { Track } from '../../reports/score/track.js';
import { runHere } from '../support/command-here.js';
import { noisePng } from '../support/image-entries.js';
import { interruptedCommand } from '../support/interrupted-command.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { rejected } from '../support/thrown.js';
import { writeTinyEncoder } from '../support/tiny-network.js';

const N = 24;
const LOCK = '.track.lock';
const WORDS = ['track', 'reference', 'steps/s-*', '--encoder', 'tiny.onnx', '--metric', 'fid', '-o', 'out'];
let cwd: string;

async function writeSet(path: string, seed: number, n = N): Promise<void> {
  mkdirSync(join(cwd, path), { recursive: true });
  for (let i = 0; i < n; i++) writeFileSync(join(cwd, path, `${i}.png`), await noisePng(100 * seed + i));
}

beforeEach(async () => {
  cwd = temporaryFolder();
  await writeTinyEncoder(cwd);
  await writeSet('reference', 0);
  await writeSet('steps/s-10', 2);
  await writeSet('steps/s-9', 1);
});

const track = () => JSON.parse(readFileSync(join(cwd, 'out/track.json'), 'utf8')) as Track;
const steps = () => track().checkpoints.map(({ step }) => step);

describe('steadfid track', () => {
  test('scores each step as score does, by the number of the step', async () => {
    const { code, stdout, stderr } = await runHere(WORDS, { cwd });
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^step 9: FID .*\nstep 10: FID /)]);
    expect(stdout).toMatch(/^1.* step (9|10) /m);
    expect(steps()).toEqual([9, 10]);
    const one = [
      'score',
      'reference',
      'steps/s-10',
      '--encoder',
      'tiny.onnx',
      '--metric',
      'fid',
      '--interval',
    ];
    const { results } = JSON.parse((await runHere([...one, '--json'], { cwd })).stdout);
    expect(track().checkpoints[1]!.report.results).toEqual(results);
    const csv = readFileSync(join(cwd, 'out/track.csv'), 'utf8').trim().split('\r\n');
    expect(csv.slice(1).map((line) => line.split(',').slice(0, 2))).toEqual([
      ['9', 'fid'],
      ['10', 'fid'],
    ]);
    expect(csv[2]!.split(',')[2]).toBe(String(results[0].value));
  });

  test('run again, it scores what is new or has changed alone', async () => {
    await runHere(WORDS, { cwd });
    const before = track();
    const again = await runHere(WORDS, { cwd });
    expect(again.stderr).toMatch(/^continuing after 2 checkpoints of out\n(warning: .*\n)+$/);
    expect(track()).toEqual(before);
    await writeSet('steps/s-11', 3);
    await writeSet('steps/s-10', 4);
    const third = await runHere(WORDS, { cwd });
    expect(third.stderr).toMatch(
      /^continuing after 2 checkpoints of out\nstep 10: .*\nstep 11: [^\n]*\n(warning: .*\n)+wrote out\/report\.html .*\n$/,
    );
    expect(steps()).toEqual([9, 10, 11]);
    expect(track().checkpoints[0]).toEqual(before.checkpoints[0]);
    expect(track().checkpoints[1]!.report.results).not.toEqual(before.checkpoints[1]!.report.results);
  });

  test.each([
    ['another metric', ['--metric', 'kid-all-pairs'], '--metric \\["fid"\\]; got \\["kid-all-pairs"\\]'],
    ['no intervals', ['--no-interval'], '--interval on; got none'],
    ['another seed', ['--seed', '7'], '--seed 2020; got 7'],
  ])('run again with %s, it refuses to go on with the old numbers', async (_, words, message) => {
    await runHere(WORDS, { cwd });
    const before = readFileSync(join(cwd, 'out/track.json'), 'utf8');
    const given = words[0] === '--metric' ? WORDS.toSpliced(5, 2) : WORDS;
    const { code, stderr } = await runHere([...given, ...words], { cwd });
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(`^out/track\\.json: was made with ${message}\\. Give the same, `),
    ]);
    expect(readFileSync(join(cwd, 'out/track.json'), 'utf8')).toBe(before);
  });

  test('run again with a reference that has changed or is gone, it refuses too', async () => {
    await runHere(WORDS, { cwd });
    rmSync(join(cwd, 'reference/3.png'));
    const changed = await runHere(WORDS, { cwd });
    expect([changed.code, changed.stderr]).toEqual([
      2,
      expect.stringMatching(/^out\/track\.json: was made with files of the reference 24 /),
    ]);
    rmSync(join(cwd, 'reference'), { recursive: true });
    const gone = await runHere(WORDS, { cwd });
    expect([gone.code, gone.stderr]).toEqual([
      2,
      expect.stringMatching(/^reference: must be a set of images/),
    ]);
  });

  test('a step of another n is refused, and what was scored before stays', async () => {
    await writeSet('steps/s-11', 3, N - 2);
    const { code, stderr } = await runHere(WORDS, { cwd });
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(
        /step 9, step 11: both scores must have one number of generated images .*; got 24 and 22\./,
      ),
    ]);
    expect(steps()).toEqual([9, 10]);
  });

  test.skipIf(process.platform !== 'linux')(
    'watching, it takes a set that was written meanwhile, and ends by Ctrl-C with what it has',
    async () => {
      rmSync(join(cwd, 'steps/s-10'), { recursive: true });
      const before = readdirSync(cwd);
      let isWritten = false;
      mkdirSync(join(cwd, 'steps/s-11')); // never readable
      writeFileSync(join(cwd, 'steps/s-11/0.png'), 'no image');
      const write = writeSet.bind(null, 'steps/s-12', 5);
      const end = await interruptedCommand([...WORDS, '--watch', '--every', '1'], {
        cwd,
        when: () => {
          if (!readdirSync(cwd).includes('out') || !readdirSync(join(cwd, 'out')).includes('track.json'))
            return false;
          if (!isWritten) {
            isWritten = true;
            void write();
          }
          const isWhole = readdirSync(join(cwd, 'out')).every(
            (name) => !name.startsWith('.') || name === LOCK,
          );
          return steps().length === 2 && isWhole;
        },
      });
      expect(end.code).toBe(130);
      expect(
        end.stderr.match(
          /^warning: steps\/s-11: must give a value of some metric; got none: .* It is looked at again when it changes\.$/gm,
        )?.length,
      ).toBe(1);
      expect(steps()).toEqual([9, 12]);
      expect(readdirSync(cwd)).toEqual([...before, '.cache', 'out'].sort());
      expect(readdirSync(join(cwd, 'out'))).not.toContain(LOCK);
      expect(track().checkpoints[1]!.report.generated.n).toBe(N);
    },
  );

  test.each([
    [['steps/*', '--watch'], /^--watch: needs a folder to write/],
    [['nothing-*'], /^nothing-\*: must name at least one checkpoint; got none\./],
    [['nothing'], /^nothing: must be a set of images or a pattern of such; got nothing of this name/],
    [['steps/s-*', '--step', '('], /^--step: must be a regular expression/],
    [
      ['steps/s-*', '--step', 'x(\\d)'],
      /^steps\/s-10: a checkpoint must have a step; got no match of --step\./,
    ],
    [['reference'], /^reference: a checkpoint must have a step; got no number in its name\./],
  ])('of %j is refused', async (words, message) => {
    const { code, stderr } = await runHere(['track', 'reference', ...words, '--encoder', 'tiny.onnx'], {
      cwd,
    });
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});

describe('checkpointSets', () => {
  const found = async (words: readonly string[], step?: RegExp) =>
    (
      await checkpointSets(
        words.map((word) => join(cwd, word)),
        { step },
      )
    ).map(({ path, step: own }) => [path.slice(cwd.length + 1), own]);

  test('takes the step from what wildcards stand for, whatever numbers stand elsewhere', async () => {
    for (const step of [100, 20]) mkdirSync(join(cwd, `run7/at-${step}/samples256`), { recursive: true });
    expect(await found(['run7/at-*/samples256'])).toEqual([
      ['run7/at-20/samples256', 20],
      ['run7/at-100/samples256', 100],
    ]);
    expect(await found(['run7/at-100/samples256', 'run7/at-20/samples256'])).toEqual([
      ['run7/at-20/samples256', 20],
      ['run7/at-100/samples256', 100],
    ]);
  });

  test('takes files of sets and folders, and nothing else', async () => {
    mkdirSync(join(cwd, 'mixed/3'), { recursive: true });
    for (const name of ['1.npz', '2.zip', '4.txt', '.5.zip']) writeFileSync(join(cwd, 'mixed', name), '');
    expect(await found(['mixed/*'])).toEqual([
      ['mixed/1.npz', 1],
      ['mixed/2.zip', 2],
      ['mixed/3', 3],
    ]);
  });

  test('reads a step with a fraction whole, and refuses a number with several points', async () => {
    for (const name of ['step-1.5', 'step-0.5.zip', 'step-10'])
      mkdirSync(join(cwd, 'halves', name), { recursive: true });
    expect(await found(['halves/*'])).toEqual([
      ['halves/step-0.5.zip', 0.5],
      ['halves/step-1.5', 1.5],
      ['halves/step-10', 10],
    ]);
    expect(await found(['halves/step-*'], /step-([\d.]+\d)/)).toEqual(await found(['halves/*']));
    mkdirSync(join(cwd, 'versions/v1.2.3'), { recursive: true });
    expect(await rejected(checkpointSets([join(cwd, 'versions/*')]))).toMatch(
      /^OUT_OF_RANGE .*v1\.2\.3: a checkpoint must have a step; got 1\.2\.3\. Pick it out/,
    );
  });

  test('refuses two of one step', async () => {
    for (const name of ['a-1', 'b-1']) mkdirSync(join(cwd, 'twice', name), { recursive: true });
    expect(await rejected(checkpointSets([join(cwd, 'twice/*')]))).toMatch(
      /^OUT_OF_RANGE .*b-1: every checkpoint must have a step of its own; got step 1, as .*a-1\./,
    );
  });
});
