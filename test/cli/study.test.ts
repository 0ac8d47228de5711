import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { storeWithPages } from '../../cli/commands/study-pages.js';
import { openImageSet } from '../../encoders/images/open-image-set.js';
import { withLock } from '../../encoders/models/folder-lock.js';
import type { ConditionMetadata } from '../../sample-size-study/condition-metadata.js';
import { writeImageFolder } from '../../sample-size-study/files/write-image-folder.js';
import type { StudyRow } from '../../sample-size-study/study-run.js';
import { runHere } from '../support/command-here.js';
import { noisePng } from '../support/image-entries.js';
import { runCommand } from '../support/run-command.js';
import { writeTinyEncoder } from '../support/tiny-network.js';

const N = 24;
const cwd = mkdtempSync(join(tmpdir(), 'steadfid-study-'));
afterAll(() => rmSync(cwd, { recursive: true }));

beforeAll(async () => {
  await writeTinyEncoder(cwd);
  mkdirSync(join(cwd, 'other-network'));
  await writeTinyEncoder(join(cwd, 'other-network'), { id: 'other-tiny' });
  for (const [s, set] of ['reference', 'samples', 'other'].entries()) {
    mkdirSync(join(cwd, set));
    for (let i = 0; i < N; i++)
      writeFileSync(join(cwd, set, `${String(i).padStart(2, '0')}.png`), await noisePng(100 * s + i));
  }
  mkdirSync(join(cwd, 'large'));
  writeFileSync(join(cwd, 'large/large.png'), await noisePng(1, { width: 64, height: 64 }));
  await runHere([...SMALL, '-o', 'small'], { cwd });
});

/** A finished small study in a folder of its own. */
function finishedStudy(folder: string): void {
  cpSync(join(cwd, 'small'), join(cwd, folder), { recursive: true });
}

const BASE = ['study', '--reference', 'reference', '--arm', 'mine=samples', '--encoder', 'tiny.onnx'];
const SMALL = [
  ...BASE,
  '--metric',
  'fid,kid',
  '--sizes',
  '6,10,16,20',
  '--repeats',
  '3',
  '--cheap-repeats',
  '3',
];

function bytesOf(folder: string): readonly string[] {
  return ['rows.csv', 'facts.csv', 'design.json', 'study.json', 'summary.csv'].map((name) =>
    readFileSync(join(cwd, folder, name), 'utf8'),
  );
}

async function refusal(words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runHere(words, { cwd });
  expect([code, stdout]).toEqual([2, '']);
  return stderr.trimEnd();
}

describe('steadfid study', () => {
  test('writes the same bytes with 1 or 8 threads, and from its own design.json', async () => {
    const first = await runHere([...SMALL, '--threads', '1', '-o', 'one'], { cwd });
    expect([first.code, first.stdout.split('\n')[0]]).toEqual([
      0,
      expect.stringMatching(/^FID, mine: [\d.]+ at n = 20( \(within 5 % of it from n = \d+\))?; /),
    ]);
    await runHere([...SMALL, '--threads', '8', '--no-cache', '-o', 'eight'], { cwd });
    await runHere(['study', 'one/design.json', '-o', 'again'], { cwd });
    expect(bytesOf('eight')).toEqual(bytesOf('one'));
    expect(bytesOf('again')).toEqual(bytesOf('one'));
  });

  test('killed at any moment and run again ends in the bytes of a run in one go', async () => {
    const long = SMALL.map((word, i) => (SMALL[i - 1] === '--repeats' ? '20' : word));
    const study = [...long, '--distortion', 'fog=1'];
    await runHere([...study, '-o', 'whole'], { cwd });
    const whole = statSync(join(cwd, 'whole/rows.csv')).size;
    for (const share of [0.1, 0.7]) {
      const folder = `killed-${share}`;
      const rows = () => statSync(join(cwd, folder, 'rows.csv'), { throwIfNoEntry: false })?.size ?? 0;
      const killed = await runCommand([...study, '-o', folder], {
        cwd,
        interruptWhen: () => rows() > share * whole,
        interruptBy: 'SIGKILL',
      });
      expect([killed.code, rows() < whole]).toEqual([null, true]);
      const { code, stderr } = await runHere([...study, '-o', folder], { cwd });
      expect([code, stderr]).toEqual([0, expect.stringMatching(/^continuing after \d+ rows of killed/)]);
      expect(bytesOf(folder)).toEqual(bytesOf('whole'));
    }
  });

  test('a second study in the folder of one that runs is told so, and touches nothing', async () => {
    finishedStudy('held');
    const before = bytesOf('held');
    const lock = join(cwd, 'held/.study.lock');
    await withLock(lock, async () => {
      const more = [...SMALL, '--force', '--seed', '7', '-o', 'held'];
      expect(await refusal(more)).toMatch(
        /^held: process \d+ on \S+ is writing there\. Wait for it, stop it, or choose another folder\.$/,
      );
    });
    expect(bytesOf('held')).toEqual(before);
    expect(existsSync(lock)).toBe(false);
  });

  test('finished and run again leaves every file alone, and makes again one that was changed', async () => {
    const again = () => runHere([...SMALL, '-o', 'finished'], { cwd });
    finishedStudy('finished');
    const page = () => readFileSync(join(cwd, 'finished/report.html'), 'utf8');
    const first = page(); // says when it was made
    writeFileSync(join(cwd, 'finished/notes.txt'), 'my own');
    expect((await again()).stderr).toContain('report.html and all files beside it are unchanged');
    expect(page()).toBe(first);
    writeFileSync(join(cwd, 'finished/figures/curve-fid.svg'), '<svg/>');
    expect((await again()).stderr).toContain('wrote finished/report.html');
    expect(readFileSync(join(cwd, 'finished/figures/curve-fid.svg'), 'utf8').length).toBeGreaterThan(1000);
  });

  test('takes contamination and token noise, with their second set in the design', async () => {
    const mixed = ['--distortion', 'contamination=1,3@other', '--distortion', 'token-noise=10@reference'];
    const { code } = await runHere([...SMALL, ...mixed, '-o', 'mixed'], { cwd });
    const { design, responses } = JSON.parse(readFileSync(join(cwd, 'mixed/study.json'), 'utf8'));
    expect([code, design.distortions]).toEqual([
      0,
      [
        { kind: 'contamination', levels: [1, 3], with: 'other' },
        { kind: 'token-noise', levels: [10], with: 'reference' },
      ],
    ]);
    const fid = responses.filter(({ metric }: { metric: string }) => metric === 'fid');
    expect(
      fid.map(({ levels }: { levels: { level: number }[] }) => levels.map(({ level }) => level)),
    ).toEqual([
      [0, 1, 3],
      [0, 10],
    ]);
  });

  test('--dry-run says time, memory and the cost of a value at each n, and writes nothing', async () => {
    const words = [...SMALL, '--distortion', 'fog=1', '--dry-run', '-o', 'dry'];
    const { code, stdout } = await runHere(words, { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^time: about [\d.]+ (ms|s|min): encoding 72 images /m);
    expect(stdout).toMatch(/^memory: about [\d,]+ MB$/m);
    expect(stdout).toMatch(/^ *20 +20 +[\d.]+ (ms|s) +\d+ +\d+$/m);
    expect(existsSync(join(cwd, 'dry'))).toBe(false);
  });

  test('refuses sizes larger than the pool', async () => {
    expect(await refusal([...BASE, '--sizes', '10,30', '-o', 'refused'])).toBe(
      '--sizes: no size may be larger than the smallest generated set (mine: 24 images); got 30. ' +
        'Leave out sizes above 24.',
    );
  });

  test('refuses repeats below two', async () => {
    expect(await refusal([...BASE, '--repeats', '1', '-o', 'refused'])).toBe(
      '--repeats: must be a whole number of at least 2; got "1".',
    );
  });

  test('refuses a generated set that another network encoded', async () => {
    const encoded = ['encode', 'samples', '--encoder', 'other-network/tiny.onnx', '-o', 'other.npz'];
    expect((await runHere(encoded, { cwd })).code).toBe(0);
    const study = [
      ...BASE,
      '--arm',
      'theirs=other.npz',
      '--metric',
      'fid',
      '--sizes',
      '10,20',
      '-o',
      'refused',
    ];
    expect(await refusal(study)).toMatch(
      /^reference, other\.npz: both sides must come from one encoder and one preprocessing; got tiny@.* and other-tiny@/,
    );
  });

  test('refuses ids that are not among the images of their set', async () => {
    writeFileSync(join(cwd, 'kept.txt'), '00.png\nmissing.png\n');
    const study = [...BASE.slice(0, 3), '--arm', 'kept=samples@kept.txt', '-o', 'refused'];
    expect(await refusal(study)).toBe(
      'kept.txt: every id must be among the images of samples; got 1 of 2 that are not: missing.png. ' +
        'Ids are paths below the folder, as steadfid filter writes them.',
    );
  });

  test.each([
    ['--metric', 'fidd', 'metric "fidd". Did you mean "fid"?'],
    ['--distortion', 'fogg', 'distortion "fogg". Did you mean "fog"?'],
    ['--distortion', 'contaminatoin@other', 'distortion "contaminatoin". Did you mean "contamination"?'],
  ])('%s %s is answered with what was probably meant', async (flag, name, said) => {
    expect(await refusal([...BASE, flag, name, '-o', 'refused'])).toContain(`${flag}: unknown ${said}`);
  });

  test('refuses a design of a newer version, and a folder with the rows of another design', async () => {
    writeFileSync(join(cwd, 'newer.json'), JSON.stringify({ schema: 'steadfid/design/2' }));
    expect(await refusal(['study', 'newer.json', '-o', 'refused'])).toBe(
      'newer.json: must be a design that this version knows, steadfid/design/1; got steadfid/design/2. ' +
        'Run the version of steadfid that wrote it, or a newer one.',
    );
    finishedStudy('taken');
    expect(await refusal([...SMALL, '--seed', '7', '-o', 'taken'])).toMatch(
      /^taken\/design\.json: the folder holds the rows of another design/,
    );
  });

  test('does not go on with draws of other strata, which the design does not show', async () => {
    const classes = (of: (i: number) => number) => {
      const lines = Array.from({ length: N }, (_, i) => `${String(i).padStart(2, '0')}.png,${of(i)}\n`);
      writeFileSync(join(cwd, 'classes.csv'), `id,class\n${lines.join('')}`);
    };
    const words = [...SMALL, '--strata', 'generated=classes.csv', '-o', 'by-class'];
    classes((i) => i % 3);
    expect((await runHere(words, { cwd })).code).toBe(0);
    const path = join(cwd, 'by-class/rows.csv');
    writeFileSync(path, readFileSync(path).subarray(0, -9));
    classes((i) => Math.floor(i / 8));
    expect(await refusal(words)).toBe(
      'by-class/draws.sha256: the folder holds the rows of other draws: strata, clusters or n of a set, or the version, are others. Restore the labels and sets, choose another folder, or pass --force to begin anew.',
    );
    classes((i) => i % 3);
    const draws = join(cwd, 'by-class/draws.sha256');
    const digest = readFileSync(draws);
    rmSync(draws);
    const { code, stderr } = await runHere(words, { cwd });
    expect(code).toBe(0);
    expect(stderr).toContain('warning: by-class has no draws.sha256: rows of another version');
    expect(readFileSync(draws)).toEqual(digest);
  });

  test('report --with prints two studies side by side, writes them, and refuses another encoder', async () => {
    finishedStudy('before');
    const after = SMALL.map((word) => (word === 'mine=samples' ? 'kept=other' : word));
    await runHere([...after, '-o', 'after'], { cwd });
    const both = await runHere(['report', 'before', '--with', 'after', '-o', 'difference'], { cwd });
    expect([both.code, both.stdout]).toEqual([0, expect.stringMatching(/^FID ↓ +mine, kept +n = 20 /m)]);
    const { schema, curves } = JSON.parse(
      readFileSync(join(cwd, 'difference/study-comparison.json'), 'utf8'),
    );
    expect([schema, curves.map(({ metric }: { metric: string }) => metric)]).toEqual([
      'steadfid/study-comparison/1',
      ['fid', 'kid'],
    ]);
    const unlike = SMALL.map((word) => (word === 'tiny.onnx' ? 'other-network/tiny.onnx' : word));
    await runHere([...unlike, '-o', 'unlike'], { cwd });
    expect(await refusal(['report', 'before', '--with', 'unlike'])).toMatch(
      /^before, unlike: both studies must have one encoder and preprocessing of fid of mine; got tiny@.* and other-tiny@/,
    );
  });

  test('goes on behind a row that was half written', async () => {
    finishedStudy('cut');
    const before = bytesOf('cut');
    const path = join(cwd, 'cut/rows.csv');
    writeFileSync(path, readFileSync(path).subarray(0, -9));
    expect((await runHere([...SMALL, '-o', 'cut'], { cwd })).code).toBe(0);
    expect(bytesOf('cut')).toEqual(before);
  });
});

describe('the page of a study that runs', () => {
  test('says how much is done, also by report once the study was stopped, and a finished study has the same bytes', async () => {
    const stop = new AbortController();
    const page = join(cwd, 'stopped/report.html');
    const words = [...SMALL, '--page-every', '0', '-o', 'stopped'];
    const onTask = () => {
      if (existsSync(page)) stop.abort();
    };
    const stopped = await runHere(words, { cwd, signal: stop.signal, onTask });
    expect([stopped.code, stopped.stderr]).toEqual([2, expect.stringMatching(/^study: was stopped/m)]);
    const { progress, curves } = JSON.parse(readFileSync(join(cwd, 'stopped/study.json'), 'utf8'));
    const percent = Math.floor((100 * progress.done) / progress.total);
    expect(percent).toBeGreaterThan(0);
    expect(percent).toBeLessThan(100);
    expect(curves.length).toBeGreaterThan(0);
    const before = readFileSync(page, 'utf8');
    expect(before).toContain(`<h1>${percent} % done. Images needed`);
    const { code, stderr } = await runHere(['report', 'stopped'], { cwd });
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(
        `^warning: stopped holds an unfinished study: ${percent} % done, ${progress.done} of ${progress.total} draws\\. `,
      ),
    ]);
    expect(readFileSync(page, 'utf8')).toBe(before);
    expect((await runHere(words, { cwd })).code).toBe(0);
    expect(bytesOf('stopped')).toEqual(bytesOf('small'));
    expect(readdirSync(join(cwd, 'stopped/figures'))).toEqual(readdirSync(join(cwd, 'small/figures')));
    expect(readFileSync(page, 'utf8')).not.toContain('% done');
  });

  test('a study without a page yet is told by report with its rows', async () => {
    mkdirSync(join(cwd, 'begun'));
    for (const name of ['design.json', 'facts.csv'])
      cpSync(join(cwd, 'small', name), join(cwd, 'begun', name));
    const rows = readFileSync(join(cwd, 'small/rows.csv'), 'utf8').split('\n').slice(0, 4);
    writeFileSync(join(cwd, 'begun/rows.csv'), `${rows.join('\n')}\n`);
    expect(await refusal(['report', 'begun'])).toBe(
      'begun: must be a folder with a report; got an unfinished study of 3 rows, with no page yet. Run the same study command again to go on.',
    );
    rmSync(join(cwd, 'begun/design.json')); // rows.csv of something else
    expect(await refusal(['report', 'begun'])).toMatch(
      /^begun: must be a folder with one of score\.json, .*; got none of them\./,
    );
  });

  test('comes when a curve is whole and the time has gone by, with all rows and facts so far', async () => {
    let time = 0;
    const written: [number, number][] = [];
    const kept = async () => {};
    const row = { metric: 'fid' } as StudyRow;
    const fact = { protocol: 'fid' } as ConditionMetadata;
    const store = storeWithPages(
      { rows: [row, row, row], facts: [], keepRows: kept, appendRows: kept, appendFacts: kept },
      {
        everySeconds: 10,
        now: () => time,
        write: async ({ rows, facts }) => {
          written.push([rows.length, facts.length]);
        },
      },
    );
    await store.keepRows(2);
    await store.appendRows([row]);
    await store.appendFacts(fact);
    time = 10_000;
    await store.appendRows([row]);
    await store.appendFacts(fact);
    await store.appendFacts(fact);
    expect(written).toEqual([[4, 2]]);
  });
});

describe('steadfid distort', () => {
  test('copies are not put among the images that they are made of', async () => {
    const within = ['distort', 'samples', '--kind', 'fog', '--level', '1', '-o', join('samples', 'fog')];
    expect(await refusal(within)).toContain(`--output: must lie outside `);
  });

  test('a stop leaves no part of a set, and a set that is there as it was', async () => {
    const set = await openImageSet(join(cwd, 'samples'));
    const folder = join(cwd, 'halted');
    const stopAt = async (count: number) => {
      const stop = new AbortController();
      await writeImageFolder(folder, set, {
        existing: 'replaced',
        signal: stop.signal,
        onProgress: (done) => done === count && stop.abort(),
      });
    };
    const files = () =>
      readdirSync(cwd, { recursive: true, encoding: 'utf8' }).filter((name) => /halted/.test(name));
    await expect(stopAt(2)).rejects.toThrow(`${folder}: writing was interrupted; nothing was left.`);
    expect(files()).toEqual([]);
    await writeImageFolder(folder, set, { existing: 'refused' });
    const whole = files();
    expect(whole).toHaveLength(set.entries.length + 1);
    await expect(writeImageFolder(folder, set, { existing: 'refused' })).rejects.toThrow(
      'there is already such a file',
    );
    await expect(stopAt(set.entries.length)).rejects.toThrow('nothing was left');
    expect(files()).toEqual(whole);
    await set.close();
  });

  test('--max-pixels holds for the images that contamination puts in', async () => {
    const mixed = ['distort', 'samples', '--kind', 'contamination', '--level', '3', '--with', 'large'];
    expect(await refusal([...mixed, '--max-pixels', '1000', '-o', 'too-large'])).toMatch(
      /must (have|hold) at most 1,?000 pixels/,
    );
    expect((await runHere([...mixed, '-o', 'fits'], { cwd })).code).toBe(0);
  });
});
