import { execFileSync, spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noisePng } from '../support/image-entries.js';
import { projectRoot } from '../support/project.js';
import { reportFiles } from '../support/report-files.js';
import { type CommandOutcome, runCommand } from '../support/run-command.js';
import { writeTinyEncoder } from '../support/tiny-network.js';
import { type SlurmCluster, startSlurm, until, writerOf } from './slurm-cluster.js';

const UNITS = 8;
const UNIT_IMAGES = 16;
/** Images at once: eight turns of the network in each unit, and its part is open from the first. */
const BATCH = ['--batch-size', '2'];
const NETWORK = ['--encoder', 'tiny.onnx', ...BATCH];
const PROGRAM = `${projectRoot}dist/cli/main.js`;

let slurm: SlurmCluster;
const cwd = mkdtempSync(join(tmpdir(), 'steadfid-cluster-'));

const steadfid = (...words: readonly string[]): Promise<CommandOutcome> =>
  runCommand(words, { cwd, env: slurm.env });

async function done(...words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await steadfid(...words);
  expect([words.join(' '), code, code === 0 ? '' : stderr]).toEqual([words.join(' '), 0, '']);
  return stdout + stderr;
}

const bytes = (name: string) => readFileSync(join(cwd, name));

function namesIn(run: string, kind: 'parts' | 'unfinished'): readonly string[] {
  return readdirSync(join(cwd, run, 'parts')).filter(
    (name) => name.startsWith('.') === (kind === 'unfinished'),
  );
}

/** A plan of 8 units, one of which is in work by one process, whose id is given, and is stopped in the middle of its part. */
async function caught(run: string): Promise<{ readonly pid: number; readonly node: string }> {
  await plan(run);
  await submit(run);
  const pid = await stopped(run);
  const node = execFileSync('nsenter', ['--uts', `--target=${pid}`, 'hostname'], { encoding: 'utf8' }).trim();
  return { pid, node };
}

/** Stops a process of a run in the middle of its part. */
async function stopped(run: string): Promise<number> {
  let pid = 0;
  await until('a part is being written', () => {
    for (const name of namesIn(run, 'unfinished')) {
      try {
        process.kill(writerOf(name), 'SIGSTOP');
      } catch {
        continue; // it is through with it
      }
      if (namesIn(run, 'unfinished').includes(name)) {
        pid = writerOf(name);
        return true;
      }
      process.kill(writerOf(name), 'SIGCONT');
    }
    return false;
  });
  return pid;
}

const plan = (run: string) =>
  done('plan', 'encode', 'images', ...NETWORK, '--unit-images', `${UNIT_IMAGES}`, '-o', run);

const submit = (run: string) =>
  done('submit', run, '--workers', '8', '--threads', '1', '--', `--output=${run}/logs/%N-%A-%a.log`);

/** All parts are there, whatever it takes. */
async function finished(run: string): Promise<void> {
  await until(`${UNITS} parts`, () => {
    slurm.hurry();
    return namesIn(run, 'parts').length === UNITS;
  });
}

/** What every case ends with: the bytes of one machine, every unit once, and nothing beside them. */
async function requireWhole(run: string): Promise<void> {
  await done('merge', run, '-o', `${run}.npz`);
  expect(bytes(`${run}.npz`).equals(bytes('one.npz'))).toBe(true);
  expect([namesIn(run, 'parts').length, namesIn(run, 'unfinished')]).toEqual([UNITS, []]);
}

/** A small disk; nodes see only what was mounted before they started. */
const disk = join(cwd, 'disk');

beforeAll(async () => {
  mkdirSync(disk);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk]);
  slurm = await startSlurm();
  await writeTinyEncoder(cwd, {
    preprocessing: { resize: 256, resample: 'pillow-bicubic', crop: 'none', range: '0..1' },
  });
  mkdirSync(join(cwd, 'images'));
  for (let i = 0; i < UNITS * UNIT_IMAGES; i++)
    await writeFile(join(cwd, 'images', `${String(i).padStart(3, '0')}.png`), await noisePng(i));
  await done('encode', 'images', ...NETWORK, '--no-cache', '-o', 'one.npz');
});

afterAll(async () => {
  await slurm?.stop();
  execFileSync('umount', ['--lazy', disk]);
  rmSync(cwd, { recursive: true, force: true });
});

describe('a Slurm of three nodes', () => {
  test('8 units over 3 nodes, merged when all have ended: one machine’s bytes', async () => {
    await plan('plain');
    await done(
      ...['submit', 'plain', '--workers', '8', '--threads', '1', '-o', 'merged.npz'],
      ...['--', '--output=plain/logs/%N-%A-%a.log'],
    );
    await until('the merged file', () => existsSync(join(cwd, 'merged.npz')));
    expect(bytes('merged.npz').equals(bytes('one.npz'))).toBe(true);
    const logs = readdirSync(join(cwd, 'plain/logs'));
    for (const node of slurm.nodes) expect(logs.some((name) => name.startsWith(`${node}-`))).toBe(true);
    expect(await done('submit', 'plain')).toContain('nothing to submit: all units are done');
    await requireWhole('plain');
  });

  test('a task killed in the middle of writing goes back into the queue', async () => {
    const { pid } = await caught('killed');
    process.kill(pid, 'SIGKILL');
    await finished('killed');
    await requireWhole('killed');
  });

  test('a node that dies with its task: another encodes the unit', async () => {
    const { node } = await caught('dead-node');
    slurm.killNode(node);
    await finished('dead-node');
    slurm.startNode(node);
    await requireWhole('dead-node');
  });

  test('a node that is cut off, and comes back when another has encoded its unit: both are done, once', async () => {
    const { pid, node } = await caught('cut-off');
    slurm.setLink(node, 'down');
    await finished('cut-off');
    process.kill(pid, 'SIGCONT');
    await until('the process that was cut off has ended', () => !existsSync(`/proc/${pid}`));
    slurm.setLink(node, 'up');
    await requireWhole('cut-off');
  });

  test('a controller that is killed and started again', async () => {
    const { pid } = await caught('controller');
    // it saves its jobs some seconds after they change; ids that it lost would be given to other jobs, and nodes that know both drained
    const [job] = slurm.run('squeue', '--noheader', '--format=%A').trim().split('\n');
    const before = Date.now();
    slurm.run('scontrol', 'update', `JobId=${job}`, 'Comment=saved');
    const saved = join(slurm.folder, 'state', 'job_state');
    await until('the controller has saved its jobs', () => statSync(saved).mtimeMs > before);
    slurm.killController();
    process.kill(pid, 'SIGCONT');
    slurm.startController();
    // jobs that were submitted right before may not be in its saved state, and are gone: to submit again is the recovery
    await until('no job is left', () => {
      slurm.hurry();
      return slurm.run('squeue', '--noheader').trim() === '';
    });
    await submit('controller');
    await finished('controller');
    await requireWhole('controller');
  });
});

describe('a study on a Slurm', () => {
  test('whose encoding is killed: its draws wait for it, and the folder is that of one process', async () => {
    const study = ['--reference', 'images', '--arm', 'mine=images', '--encoder', 'tiny.onnx', ...BATCH];
    const design = ['--metric', 'fid', '--sizes', '16,32,64', '--repeats', '2'];
    await done('plan', 'study', ...study, ...design, '-o', 'study');
    await done(
      ...['submit', 'study', '--workers', '8', '--threads', '1', '-o', 'study-merged'],
      ...['--', '--output=study/logs/%N-%A-%a.log'],
    );
    process.kill(await stopped('study'), 'SIGKILL');
    await until('the merged folder', () => {
      slurm.hurry();
      return existsSync(join(cwd, 'study-merged/outputs.json'));
    });
    await done('study', ...study, ...design, '--no-cache', '-o', 'study-one');
    const [found, expected] = ['study-merged', 'study-one'].map((name) => reportFiles(join(cwd, name)));
    expect(Object.keys(found!).sort()).toEqual(Object.keys(expected!).sort());
    for (const [name, content] of Object.entries(expected!))
      expect([name, found![name] === content]).toEqual([name, true]);
    expect([namesIn('study', 'parts').length, namesIn('study', 'unfinished')]).toEqual([4, []]);
  });
});

describe('tasks by themselves', () => {
  test('two of one unit at a time, on two nodes: both end with 0', async () => {
    await plan('twice');
    const [first, second] = slurm.nodes;
    const codes = await Promise.all(
      [first!, second!].map(
        (node) =>
          new Promise<number | null>((resolve) => {
            const words = ['netns', 'exec', node, 'unshare', '--uts', 'sh', '-c'];
            const task = `hostname ${node}; exec ${process.execPath} ${PROGRAM} task twice --index 0 --threads 1`;
            spawn('ip', [...words, task], { cwd, env: slurm.env, stdio: 'ignore' }).on('exit', resolve);
          }),
      ),
    );
    expect(codes).toEqual([0, 0]);
    expect([namesIn('twice', 'parts').length, namesIn('twice', 'unfinished')]).toEqual([1, []]);
    await submit('twice');
    await finished('twice');
    await requireWhole('twice');
  });

  test('images that changed after planning: exit 2, and merging refuses what is missing', async () => {
    await plan('changed');
    const [kept, gone] = ['kept.png', 'images/003.png'].map((name) => join(cwd, name)) as [string, string];
    copyFileSync(gone, kept);
    rmSync(gone);
    const { code, stderr } = await steadfid('task', 'changed', '--index', '0');
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('images: must hold the images that were planned; got 1 gone (003.png)'),
    ]);
    expect((await steadfid('merge', 'changed', '-o', 'changed.npz')).stderr).toContain('unit');
    copyFileSync(kept, gone);
    await submit('changed');
    await finished('changed');
    await requireWhole('changed');
  });

  test('a full disk: exit 75, and the same task succeeds once there is space', async () => {
    await plan('disk/full');
    const filler = join(disk, 'filler');
    expect(() => writeFileSync(filler, Buffer.alloc(1 << 22))).toThrow('ENOSPC');
    const { code, stderr } = await steadfid('task', 'disk/full', '--index', '0');
    expect([code, stderr]).toEqual([75, expect.stringContaining('no space left on the disk')]);
    expect([namesIn('disk/full', 'parts'), namesIn('disk/full', 'unfinished')]).toEqual([[], []]);
    rmSync(filler);
    await submit('disk/full');
    await finished('disk/full');
    await requireWhole('disk/full');
  });
});
