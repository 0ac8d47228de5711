import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { noisePng } from '../support/image-entries.js';
import { projectRoot } from '../support/project.js';
import { runCommand } from '../support/run-command.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { writeTinyEncoder } from '../support/tiny-network.js';

const HOOK = { NODE_OPTIONS: `--import=${projectRoot}dist/test/support/kill-at-operation.js` };
const FILTER = ['filter', 'images', '--scores', 'scores.csv'];

async function world(): Promise<string> {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, 'images'));
  for (let i = 0; i < 4; i++) writeFileSync(join(cwd, 'images', `${i}.png`), await noisePng(i));
  writeFileSync(join(cwd, 'scores.csv'), 'id,sum\n0,0.1\n1,0.2\n2,0.3\n3,0.4\n');
  await writeTinyEncoder(cwd);
  return cwd;
}

/** The operations by which a command changes the disk, by name. */
async function operationsOf(words: readonly string[], cwd: string): Promise<readonly string[]> {
  const list = join(cwd, 'operations');
  await runCommand(words, { cwd, env: { ...HOOK, KILL_LIST: list } });
  return readFileSync(list, 'utf8').trimEnd().split('\n');
}

function contents(folder: string): Record<string, readonly string[] | string> {
  return Object.fromEntries(
    readdirSync(folder, { withFileTypes: true }).map((entry) => {
      const path = join(folder, entry.name);
      return [entry.name, entry.isDirectory() ? readdirSync(path) : readFileSync(path, 'utf8')];
    }),
  );
}

describe('a filter that was killed amid its renames', () => {
  test('is completed by the next run, also where that may not overwrite', async () => {
    const cwd = await world();
    const longer = [...FILTER, '--rule', 'keep-3', '-o', 'out'];
    await runCommand([...FILTER, '--rule', 'keep-1', '-o', 'whole'], { cwd });
    await runCommand([...FILTER, '--rule', 'keep-3', '-o', 'whole', '--force'], { cwd });
    await runCommand([...FILTER, '--rule', 'keep-1', '-o', 'out'], { cwd });
    const operations = await operationsOf([...longer, '--force'], cwd);
    const renames = operations.flatMap((name, i) => (name === 'rename' ? [i + 1] : []));
    expect(renames.length).toBe(7); // the result is ready, then two for each of kept, dropped and decisions.csv
    for (const at of [renames[2]!, renames[5]!]) {
      await runCommand([...FILTER, '--rule', 'keep-1', '-o', 'out', '--force'], { cwd });
      const env = { ...HOOK, KILL_AT: String(at) };
      expect((await runCommand([...longer, '--force'], { cwd, env })).code).toBeNull();
      expect(contents(join(cwd, 'out'))).not.toEqual(contents(join(cwd, 'whole')));
      expect((await runCommand(longer, { cwd })).code).toBe(0);
      expect(contents(join(cwd, 'out'))).toEqual(contents(join(cwd, 'whole')));
    }
  });
});

describe('an encode that was killed right after its file appeared', () => {
  test('leaves nothing beside the file once it is run again', async () => {
    const cwd = await world();
    const words = ['encode', 'images', '-e', 'tiny.onnx', '--no-cache', '-o'];
    const operations = await operationsOf([...words, 'alone.npz'], cwd);
    const before = readdirSync(cwd);
    const at = operations.lastIndexOf('link') + 2; // the file stands under both of its names
    const env = { ...HOOK, KILL_AT: String(at) };
    expect((await runCommand([...words, 'out.npz'], { cwd, env })).code).toBeNull();
    expect(readdirSync(cwd).length).toBe(before.length + 2);
    const { code, stderr } = await runCommand([...words, 'out.npz'], { cwd });
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^out\.npz: there is already such a file/)]);
    expect(readdirSync(cwd).sort()).toEqual([...before, 'out.npz'].sort());
  });
});

/** Waits until a process has stopped itself. Linux alone. */
async function stopped({ pid }: ChildProcess): Promise<void> {
  while (!/^State:\tT/m.test(readFileSync(`/proc/${pid}/status`, 'utf8')))
    await new Promise((resolve) => setTimeout(resolve, 20));
}

describe.skipIf(process.platform !== 'linux')('two encodes to one file at once', () => {
  test('the second says that the same content is there already, and has succeeded', async () => {
    const cwd = await world();
    const words = ['encode', 'images', '-e', 'tiny.onnx', '--no-cache', '-o'];
    const operations = await operationsOf([...words, 'alone.npz'], cwd);
    const at = operations.lastIndexOf('link') + 1; // the moment in which the file would appear
    const second = spawn(process.execPath, [`${projectRoot}dist/cli/main.js`, ...words, 'out.npz'], {
      cwd,
      env: { PATH: process.env['PATH'] ?? '', HOME: cwd, ...HOOK, KILL_AT: String(at), KILL_BY: 'SIGSTOP' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    second.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    await stopped(second);
    const first = await runCommand([...words, 'out.npz'], { cwd });
    expect(first).toMatchObject({ code: 0, stderr: 'wrote out.npz: 4 images by tiny\n' });
    const written = readFileSync(join(cwd, 'out.npz'));
    second.kill('SIGCONT');
    const [code] = await once(second, 'close');
    expect([code, stderr]).toEqual([0, 'already there, same content: out.npz: 4 images by tiny\n']);
    expect(readFileSync(join(cwd, 'out.npz')).equals(written)).toBe(true);
    expect(readdirSync(cwd).filter((name) => name.startsWith('.out'))).toEqual([]);
  });
});
