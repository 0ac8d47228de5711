import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mayPass } from '../../cli/commands/task-run.js';
import { encodeUnit } from '../../encoders/cluster/files/encode-unit.js';
import { type Run, readRun } from '../../encoders/cluster/files/run-folder.js';
import { type EncodingPlan, partFile } from '../../encoders/cluster/plan.js';
import { openEncoder } from '../../encoders/open-encoder.js';
import { InputError } from '../../errors.js';
import { plainAlgebra } from '../../numerics/algebra.js';
import { writeCommandFiles } from '../support/command-files.js';
import { runHere } from '../support/command-here.js';
import { commandsIn } from '../support/commands-in.js';
import { noisePng } from '../support/image-entries.js';
import { requireFormat } from '../support/json-formats.js';
import { runCommand } from '../support/run-command.js';
import { tarOf } from '../support/tar-file.js';

const cwd = mkdtempSync(join(tmpdir(), 'steadfid-cluster-'));

const NETWORK = ['--encoder', 'tiny.onnx'];

const { steadfid, done, refusal } = commandsIn(() => cwd);

const bytes = (...path: readonly string[]): Buffer => readFileSync(join(cwd, ...path));
const parts = (run: string): readonly string[] => readdirSync(join(cwd, run, 'parts')).sort();
const planned = (run: string) => JSON.parse(bytes(run, 'plan.json').toString());

/** Three units of four images. */
async function plan(run: string, ...words: readonly string[]): Promise<void> {
  await done(
    'plan',
    'encode',
    'reference',
    ...NETWORK,
    '--batch-size',
    '2',
    '--unit-images',
    '4',
    ...words,
    '-o',
    run,
  );
}

async function tasks(run: string, ...indices: readonly number[]): Promise<void> {
  for (const index of indices) await done('task', run, '--index', `${index}`);
}

beforeAll(() => writeCommandFiles(cwd));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

describe('a run of embeddings', () => {
  test('steadfid plan lists the images once, in units with the digest of their ids', async () => {
    await plan('run');
    const found = planned('run');
    requireFormat('plan', found);
    expect(found.units.map(({ source, from, n }: Record<string, number>) => [source, from, n])).toEqual([
      [0, 0, 4],
      [0, 4, 4],
      [0, 8, 4],
    ]);
    const lines = ['04', '05', '06', '07'].map(
      (name) => `${statSync(join(cwd, `reference/${name}.png`)).size} ${name}.png\n`,
    );
    expect(bytes('run/units/00001.txt').toString()).toBe(lines.join(''));
    expect(found.sources).toMatchObject([{ source: 'reference', path: '../reference', n: 12, prefix: '' }]);
  });

  test('the same plan is made once, and another is refused', async () => {
    await plan('run');
    expect(await refusal('plan', 'encode', 'reference', ...NETWORK, '--unit-images', '6', '-o', 'run')).toBe(
      'run/plan.json: there is already another plan, and it was left as it is. Plan into another folder.',
    );
  });

  test('a task writes its part once; merging names those that are missing', async () => {
    await tasks('run', 2, 0);
    expect(parts('run').map((name) => name.slice(0, 6))).toEqual(['00000-', '00002-']);
    const [first] = parts('run');
    const before = statSync(join(cwd, 'run/parts', first!)).mtimeMs;
    expect(await done('task', 'run', '--index', '0')).toBe(`unit 0: already there parts/${first}\n`);
    expect(statSync(join(cwd, 'run/parts', first!)).mtimeMs).toBe(before);
    expect(await refusal('merge', 'run', '-o', 'merged.npz')).toBe(
      'run: the parts of all 3 units must be there; got 2; unit 1 missing. Run their tasks, as by steadfid submit run, or pass --partial.',
    );
    expect(await done('merge', 'run', '--partial', '-o', 'some.npz')).toContain('holds parts 1, 3 of 3');
    expect(await refusal('score', 'some.npz', 'some.npz', '-m', 'fid')).toContain('must be of a whole set');
  });

  test('steadfid status says what is done and what is missing', async () => {
    const { stdout } = await steadfid('status', 'run', '--json');
    const found = JSON.parse(stdout);
    requireFormat('run-status', found);
    expect(found).toMatchObject({
      images: { done: 8, total: 12 },
      units: { total: 3, done: 2, missing: [1], invalid: [] },
    });
    expect((await steadfid('status', 'run')).stdout).toContain(
      'units   2 of 3 done, 8 of 12 images\nmissing 1\n',
    );
  });

  test('merged parts are, byte for byte, the file of one encode, and nothing is left over', async () => {
    await tasks('run', 1);
    writeFileSync(join(cwd, 'run/parts/.00001-x.npz.0123abcd-77-0123abcd.part'), 'of a machine that died');
    expect((await steadfid('status', 'run')).stdout).toContain('unfinished files 1, which merging removes');
    expect(await done('merge', 'run', '-o', 'merged.npz')).toBe(
      'wrote merged.npz: 12 images of 3 units by tiny\n',
    );
    await done('encode', 'reference', ...NETWORK, '--no-cache', '--batch-size', '2', '-o', 'one.npz');
    expect(bytes('merged.npz').equals(bytes('one.npz'))).toBe(true);
    expect(parts('run')).toHaveLength(3);
  });

  test('a damaged part is named, and its task writes it again', async () => {
    const path = join(cwd, 'run/parts', parts('run')[1]!);
    const whole = readFileSync(path);
    writeFileSync(path, whole.subarray(0, whole.length - 100));
    expect(await refusal('merge', 'run', '-o', 'x.npz')).toMatch(
      /^run: the part of unit 1 must be as its task wrote it \(run\/parts\/00001-\w+\.npz: not a readable zip archive .*\)\. Remove that file and run steadfid task run --index 1 again\.$/,
    );
    expect(await done('task', 'run', '--index', '1')).toContain('warning: unit 1 is encoded again: ');
    expect(readFileSync(path).equals(whole)).toBe(true);
    whole[220]! ^= 1; // a bit of an embedding
    writeFileSync(path, whole);
    expect(await refusal('merge', 'run', '-o', 'x.npz')).toMatch(
      /^run: the part of unit 1 must be as its task wrote it \(run\/parts\/00001-\w+\.npz, entry embeddings\.npy: is damaged \(its CRC-32 [^.]+\)\)\. Remove that file and run steadfid task run --index 1 again\.$/,
    );
    expect(existsSync(join(cwd, 'x.npz'))).toBe(false);
    expect(await done('task', 'run', '--index', '1')).toMatch(
      /warning: unit 1 is encoded again: run\/parts.*CRC-32 .*\nunit 1: written /s,
    );
    whole[220]! ^= 1;
    expect(readFileSync(path).equals(whole)).toBe(true);
  });

  test('a part of another unit under its name is refused', async () => {
    const [first, second] = parts('run');
    copyFileSync(join(cwd, 'run/parts', first!), join(cwd, 'run/parts', second!));
    expect(await refusal('merge', 'run', '-o', 'x.npz')).toContain('unit must be 2; got 1');
  });

  test('a plan that was changed is refused', async () => {
    cpSync(join(cwd, 'run'), join(cwd, 'forged'), { recursive: true });
    const text = bytes('run/plan.json').toString();
    writeFileSync(join(cwd, 'forged/plan.json'), text.replace('"batchSize": 2', '"batchSize": 3'));
    expect(await refusal('task', 'forged', '--index', '0')).toBe(
      'forged/plan.json: a plan must be as steadfid plan wrote it; it was changed. Plan again into another folder.',
    );
  });
});

describe('a run whose images changed', () => {
  test('an image that is gone is refused by its task, and one that is new by merging, named', async () => {
    cpSync(join(cwd, 'reference'), join(cwd, 'changing'), { recursive: true });
    await done(
      'plan',
      'encode',
      'changing',
      ...NETWORK,
      '--batch-size',
      '2',
      '--unit-images',
      '6',
      '--skip-unreadable',
      '-o',
      'run-c',
    );
    await tasks('run-c', 1);
    renameSync(join(cwd, 'changing/03.png'), join(cwd, 'kept.png'));
    expect(await refusal('task', 'run-c', '--index', '0')).toBe(
      'changing: must hold the images that were planned; got 1 gone (03.png). Plan again into another folder.',
    );
    renameSync(join(cwd, 'kept.png'), join(cwd, 'changing/03.png'));
    await tasks('run-c', 0);
    copyFileSync(join(cwd, 'changing/03.png'), join(cwd, 'changing/03-new.png'));
    expect(await refusal('merge', 'run-c', '-o', 'x.npz')).toBe(
      'changing: must hold the images that were planned; got 13 images, 12 planned, 1 new (03-new.png). Plan again into another folder.',
    );
    rmSync(join(cwd, 'changing/03-new.png'));
    await done('merge', 'run-c', '-o', 'changed.npz');
  });

  test('an image that another was put in the place of is refused by its task and by merging, named', async () => {
    const path = join(cwd, 'changing/03.png');
    const before = readFileSync(path);
    writeFileSync(path, await noisePng(77, { width: 30, height: 24 }));
    const [part] = parts('run-c');
    const said =
      'changing: must hold the images that were planned; got 1 of another size (03.png). Plan again into another folder.';
    expect(await refusal('merge', 'run-c', '-o', 'x.npz')).toBe(said);
    renameSync(join(cwd, 'run-c/parts', part!), join(cwd, 'part.kept'));
    expect(await refusal('task', 'run-c', '--index', '0')).toBe(said);
    renameSync(join(cwd, 'part.kept'), join(cwd, 'run-c/parts', part!));
    writeFileSync(path, before);
    await done('merge', 'run-c', '--force', '-o', 'changed.npz');
  });

  test('images that are not mounted are no reason to give up: exit 75', async () => {
    renameSync(join(cwd, 'changing'), join(cwd, 'elsewhere'));
    rmSync(join(cwd, 'run-c/parts', parts('run-c')[0]!));
    const { code, stderr } = await steadfid('task', 'run-c', '--index', '0');
    expect([code, stderr]).toEqual([75, expect.stringMatching(/^changing: is not on this machine as /)]);
  });

  test('a network that is another is refused', async () => {
    await plan('run-n');
    copyFileSync(join(cwd, 'tiny.onnx'), join(cwd, 'tiny.kept'));
    writeFileSync(
      join(cwd, 'tiny.json'),
      bytes('tiny.json').toString().replace('pillow-bicubic', 'pillow-box'),
    );
    expect(await refusal('task', 'run-n', '--index', '0')).toMatch(
      /^encoder tiny: must be the network that was planned, /,
    );
    writeFileSync(
      join(cwd, 'tiny.json'),
      bytes('tiny.json').toString().replace('pillow-box', 'pillow-bicubic'),
    );
  });
});

describe('what runs keep', () => {
  test('moments: the same bits in whatever order tasks ran, and the statistics of one run to rounding', async () => {
    await plan('run-m', '--keep', 'moments');
    await plan('run-m2', '--keep', 'moments');
    await tasks('run-m', 0, 1, 2);
    await tasks('run-m2', 2, 0, 1);
    await done('merge', 'run-m', '-o', 'moments.npz');
    await done('merge', 'run-m2', '-o', 'moments-2.npz');
    expect(bytes('moments.npz').equals(bytes('moments-2.npz'))).toBe(true);
    await done('stats', 'reference', ...NETWORK, '--no-cache', '-o', 'reference-stats.npz');
    const { stdout } = await steadfid('score', 'moments.npz', 'reference-stats.npz', '-m', 'fid', '--json');
    expect(Math.abs(JSON.parse(stdout).results[0].value)).toBeLessThan(1e-6);
  });

  test('both: the moments of the one and the rows of the other', async () => {
    await plan('run-b', '--keep', 'both');
    await tasks('run-b', 0, 1, 2);
    await done('merge', 'run-b', '-o', 'both.npz');
    const { stdout } = await steadfid('score', 'both.npz', 'moments.npz', '-m', 'fid', '--json');
    expect(Math.abs(JSON.parse(stdout).results[0].value)).toBeLessThan(1e-6);
  });

  test('what is said of all images together is that of one run: copies, loss, other files', async () => {
    mkdirSync(join(cwd, 'lossy'));
    for (let i = 0; i < 6; i++) {
      const image = sharp(bytes(`reference/0${i}.png`));
      writeFileSync(
        join(cwd, `lossy/${i}.${i % 2 ? 'png' : 'jpg'}`),
        await (i % 2 ? image.png() : image.jpeg()).toBuffer(),
      );
    }
    copyFileSync(join(cwd, 'lossy/0.jpg'), join(cwd, 'lossy/6.jpg'));
    copyFileSync(join(cwd, 'reference/00.png'), join(cwd, 'lossy/7.png'));
    writeFileSync(join(cwd, 'lossy/notes.txt'), 'no image');
    const network = [...NETWORK, '--batch-size', '1'];
    await done('plan', 'encode', 'lossy', ...network, '--unit-images', '2', '-o', 'run-l');
    await tasks('run-l', 3, 1, 0, 2);
    expect(await done('merge', 'run-l', '-o', 'lossy.npz')).toContain(
      'warning: lossy: 4 of 8 images are stored with loss (jpeg)',
    );
    await done('encode', 'lossy', ...network, '--no-cache', '-o', 'lossy-one.npz');
    for (const shard of ['1', '2'])
      await done(
        'encode',
        'lossy',
        ...network,
        '--no-cache',
        '--shard',
        `${shard}/2`,
        '-o',
        `lossy-${shard}.npz`,
      );
    await done('merge', 'lossy-2.npz', 'lossy-1.npz', '-o', 'lossy-shards.npz');
    for (const name of ['lossy.npz', 'lossy-shards.npz'])
      expect([name, bytes(name).equals(bytes('lossy-one.npz'))]).toEqual([name, true]);
  });

  test('a tar, by ranges, and one that another was put in the place of', async () => {
    const tar = (from: number) =>
      tarOf(
        readdirSync(join(cwd, 'reference'))
          .slice(from)
          .map((name) => ({ name, data: bytes('reference', name) })),
      );
    writeFileSync(join(cwd, 'shard.tar'), tar(0));
    await done(
      'plan',
      'encode',
      'shard.tar',
      ...NETWORK,
      '--batch-size',
      '2',
      '--unit-images',
      '4',
      '-o',
      'run-t',
    );
    await tasks('run-t', 0, 1, 2);
    await done('merge', 'run-t', '-o', 'tar.npz');
    await done('encode', 'shard.tar', ...NETWORK, '--no-cache', '--batch-size', '2', '-o', 'tar-one.npz');
    expect(bytes('tar.npz').equals(bytes('tar-one.npz'))).toBe(true);
    writeFileSync(join(cwd, 'shard.tar'), tar(1));
    rmSync(join(cwd, 'run-t/parts', parts('run-t')[0]!));
    for (const words of [
      ['task', 'run-t', '--index', '0'],
      ['merge', 'run-t', '--partial', '-o', 'x.npz'],
    ])
      expect(await refusal(...words)).toMatch(/^shard\.tar: must hold the images that were planned; got /);
    rmSync(join(cwd, 'shard.tar'));
    expect((await steadfid('task', 'run-t', '--index', '0')).code).toBe(75);
  });

  test('a zip of the same size and names whose images were exchanged is refused by its task and by merging', async () => {
    const names = ['00.png', '01.png'];
    const longest = Math.max(...names.map((name) => bytes('reference', name).length));
    const images = names.map((name) => Buffer.concat([bytes('reference', name), Buffer.alloc(longest)]));
    const [first, second] = images.map((image) => image.subarray(0, longest));
    const rest = { '02.png': bytes('reference/02.png'), '03.png': bytes('reference/03.png') };
    const zip = (a: Buffer, b: Buffer) =>
      zipSync({ '00.png': a, '01.png': b, ...rest }, { level: 0, mtime: '2020-01-01' });
    writeFileSync(join(cwd, 'swap.zip'), zip(first!, second!));
    const size = statSync(join(cwd, 'swap.zip')).size;
    const units = ['--batch-size', '2', '--unit-images', '2'];
    await done('plan', 'encode', 'swap.zip', ...NETWORK, ...units, '-o', 'run-s');
    await tasks('run-s', 0);
    writeFileSync(join(cwd, 'swap.zip'), zip(second!, first!));
    expect(statSync(join(cwd, 'swap.zip')).size).toBe(size);
    const said =
      'swap.zip: must hold the images that were planned; got another file. Plan again into another folder.';
    expect(await refusal('task', 'run-s', '--index', '1')).toBe(said);
    expect(await refusal('merge', 'run-s', '--partial', '-o', 'x.npz')).toBe(said);
    writeFileSync(join(cwd, 'swap.zip'), zip(first!, second!));
    await tasks('run-s', 1);
    await done('merge', 'run-s', '-o', 'swap.npz');
  });

  test('several archives: ids begin with their names, in one order', async () => {
    for (const [name, from] of [
      ['b', 6],
      ['a', 0],
    ] as const) {
      const files = readdirSync(join(cwd, 'reference')).slice(from, from + 6);
      writeFileSync(
        join(cwd, `${name}.zip`),
        zipSync(Object.fromEntries(files.map((file) => [file, bytes('reference', file)]))),
      );
      mkdirSync(join(cwd, 'both-folders', name), { recursive: true });
      for (const file of files)
        copyFileSync(join(cwd, 'reference', file), join(cwd, 'both-folders', name, file));
    }
    await done(
      'plan',
      'encode',
      'b.zip',
      'a.zip',
      ...NETWORK,
      '--batch-size',
      '2',
      '--unit-images',
      '4',
      '-o',
      'run-z',
    );
    const { units, sources } = planned('run-z');
    expect([units.length, sources.map(({ source }: { source: string }) => source)]).toEqual([
      4,
      ['a.zip', 'b.zip'],
    ]);
    await tasks('run-z', 3, 2, 1, 0);
    await done('merge', 'run-z', '-o', 'zips.npz');
    await done('encode', 'both-folders', ...NETWORK, '--no-cache', '--batch-size', '2', '-o', 'folders.npz');
    const rows = (name: string) => bytes(name).subarray(0, 640); // what comes after them names the sources
    expect(rows('zips.npz').equals(rows('folders.npz'))).toBe(true);
    const { stdout } = await steadfid('score', 'zips.npz', 'folders.npz', '-m', 'fid', '--json');
    const { reference, generated } = JSON.parse(stdout);
    expect(reference.content).toEqual(generated.content);
  });
});

test('two tasks of one unit at a time: both end with 0, and one part is there', async () => {
  await plan('run-2');
  const outcomes = await Promise.all(
    [0, 1].map(() => runCommand(['task', 'run-2', '--index', '0'], { cwd })),
  );
  expect(outcomes.map(({ code }) => code)).toEqual([0, 0]);
  expect(parts('run-2')).toHaveLength(1);
});

test('one unit is told as one, and merging says what it was not given', async () => {
  expect(await done('plan', 'encode', 'reference', ...NETWORK, '-o', 'run-1')).toBe(
    'planned run-1: 12 images in 1 unit by tiny\n',
  );
  await tasks('run-1', 0);
  expect(await done('merge', 'run-1', '-o', 'one-unit.npz')).toBe(
    'wrote one-unit.npz: 12 images of 1 unit by tiny\n',
  );
  expect(await refusal('plan', 'encode', 'reference', ...NETWORK)).toBe(
    '--output: needs the folder to write. Add -o run/.',
  );
  expect(await refusal('merge', 'run-1')).toBe('--output: needs the file to write. Add -o embeddings.npz.');
  expect(await refusal('merge', 'reference', '-o', 'x.npz')).toBe(
    'reference: must be the folder of a run; it has no plan.json. Make it by steadfid plan, or pass .npz files.',
  );
});

describe('a task that another overtakes', () => {
  /** Encodes unit 0 while, before its last batch, another process writes the part that is given. */
  async function overtaken(run: string, other: string): Promise<string> {
    const found = (await readRun(join(cwd, run))) as Run<EncodingPlan>;
    const part = join(cwd, run, partFile(found.plan, 0));
    return encodeUnit(found, 0, {
      open: () => openEncoder(join(cwd, 'tiny.onnx')),
      algebra: plainAlgebra,
      onProgress: ({ done: count, total }) => {
        if (count === total) copyFileSync(join(cwd, other), part);
      },
    });
  }

  test('by the same bytes is done, and by others says so loudly', async () => {
    await plan('run-r');
    await tasks('run-r', 0);
    const [name] = parts('run-r');
    renameSync(join(cwd, 'run-r/parts', name!), join(cwd, 'same.npz'));
    expect(await overtaken('run-r', 'same.npz')).toBe('written by another');
    rmSync(join(cwd, 'run-r/parts', name!));
    // the same names and sizes, another image
    const image = join(cwd, 'reference/02.png');
    const before = readFileSync(image);
    const other = await noisePng(77, { width: 8, height: 8 });
    writeFileSync(image, Buffer.concat([other, Buffer.alloc(before.length - other.length)]));
    await tasks('run-r', 0);
    writeFileSync(image, before);
    renameSync(join(cwd, 'run-r/parts', name!), join(cwd, 'other.npz'));
    await expect(overtaken('run-r', 'other.npz')).rejects.toThrow(
      'two processes that encode one unit on CPUs must write the same bytes; got other bytes than another process wrote meanwhile, whose part was kept.',
    );
    expect(parts('run-r')).toEqual([name]);
  });
});

test('the index of a task comes from its engine', async () => {
  for (const name of ['SLURM_ARRAY_TASK_ID', 'JOB_COMPLETION_INDEX', 'AWS_BATCH_JOB_ARRAY_INDEX']) {
    const { code, stderr } = await runHere(['task', 'run-2'], { cwd, env: { [name]: '0' } });
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^unit 0: already there /)]);
  }
  expect(await refusal('task', 'run-2')).toContain('--index: needs the number of a unit, from 0');
  expect(await refusal('task', 'run-2', '--index', '3')).toBe(
    '--index: must be a unit of the plan, 0 to 2; got 3.',
  );
});

test('a full disk may pass, a damaged image does not', () => {
  const caused = (code: string) =>
    new InputError(
      'UNWRITABLE_FILE',
      { where: 'x', expected: 'y' },
      { cause: Object.assign(new Error(), { code }) },
    );
  expect(
    ['ENOSPC', 'EDQUOT', 'ESTALE', 'EIO', 'EACCES', 'ENOENT'].map((code) => mayPass(caused(code))),
  ).toEqual([true, true, true, true, false, false]);
  expect(mayPass(new InputError('UNREADABLE_IMAGE', { where: 'x', expected: 'y' }))).toBe(false);
});
