import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, openSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noisePng } from '../support/image-entries.js';
import { projectRoot } from '../support/project.js';
import { runCommand } from '../support/run-command.js';
import { writeTinyEncoder } from '../support/tiny-network.js';

const cwd = mkdtempSync(join(tmpdir(), 'steadfid-exit-'));
const main = `${projectRoot}dist/cli/main.js`;
const SCORE = ['score', 'reference', 'samples', '-e', 'tiny.onnx', '-m', 'fid', '--json'];
afterAll(() => rmSync(cwd, { recursive: true }));

beforeAll(async () => {
  await writeTinyEncoder(cwd);
  for (const [s, set] of ['reference', 'samples'].entries()) {
    mkdirSync(join(cwd, set));
    for (let i = 0; i < 8; i++) writeFileSync(join(cwd, set, `${i}.png`), await noisePng(100 * s + i));
  }
});

const closed = { cwd, stdout: 'closed at once' } as const;
const isRoot = process.getuid?.() === 0;

describe('exit codes', () => {
  test('a check that failed stays failed where nobody reads stdout', async () => {
    expect((await runCommand([...SCORE, '--fail-above', 'fid=0'], closed)).code).toBe(1);
    expect((await runCommand(SCORE, closed)).code).toBe(0);
  });

  test('what could not be done stays undone where nobody reads stdout', async () => {
    const words = ['models', 'pull', 'inception-v3-fid', '--models', 'none', '--from', 'nothing.pth'];
    expect((await runCommand(words, closed)).code).toBe(2);
    // a result that has no value
    expect((await runCommand([...SCORE, '-m', 'fid,kid'], closed)).code).toBe(2);
  });

  test.skipIf(process.platform !== 'linux')(
    'stdout on a full disk ends with 2 and says how much was to be written',
    () => {
      const full = openSync('/dev/full', 'w');
      const { status, stderr } = spawnSync(process.execPath, [main, 'metrics', '--json'], {
        cwd,
        encoding: 'utf8',
        stdio: ['ignore', full, 'pipe'],
      });
      expect([status, stderr]).toEqual([
        2,
        expect.stringMatching(
          /^\/dev\/full: must be writable; got no space left on the disk, [\d,]{6,} bytes needed, [\d,]+ bytes free in \/dev\. Free some space or write to another disk\.\n$/,
        ),
      ]);
    },
  );

  test.skipIf(process.platform !== 'linux' || !isRoot)(
    'every writer on a full disk names its file, what it needs and what is free, and ends with 2',
    () => {
      const home = join(cwd, 'home');
      mkdirSync(home);
      mkdirSync(join(cwd, 'small'));
      const space = '[\\d,]+ bytes needed, [\\d,]+ bytes free in \\S+';
      for (const [size, words, file] of [
        ['4k', ['encode', 'samples', '-e', 'tiny.onnx', '-o', 'small/a.npz'], 'small/a\\.npz'],
        ['4k', [...SCORE, '-o', 'small'], 'small/\\S+'],
        [
          '24k',
          [
            'study',
            '--reference',
            'reference',
            '--arm',
            'a=samples',
            '-e',
            'tiny.onnx',
            '-m',
            'fid',
            '--sizes',
            '4,6',
            '--repeats',
            '2000',
            '-o',
            'small',
          ],
          'small/rows\\.csv',
        ],
      ] as const) {
        const command = [process.execPath, main, ...words].map((word) => `'${word}'`).join(' ');
        const { status, stderr } = spawnSync(
          'unshare',
          ['-m', 'sh', '-c', `mount -t tmpfs -o size=${size} tmpfs small && ${command}`],
          { cwd, encoding: 'utf8', env: { PATH: process.env['PATH'] ?? '', HOME: home } },
        );
        if (/unshare|mount/.test(stderr)) return; // a container that may do neither
        expect([status, stderr]).toEqual([
          2,
          expect.stringMatching(
            new RegExp(
              `${file}: must be writable; got no space left on the disk, ${space}\\. Free some space or write to another disk\\.\\n$`,
            ),
          ),
        ]);
      }
    },
  );

  test.skipIf(process.platform === 'win32')('SIGHUP stops the work as SIGINT does', async () => {
    const words = ['encode', `${projectRoot}examples/emoji/noto.zip`, '-e', 'demo-clip', '--no-cache'];
    const child = spawn(process.execPath, [main, ...words, '--batch-size', '1', '-o', 'slow.npz'], {
      cwd,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const watch = setInterval(() => {
      if (!readdirSync(cwd).some((name) => name.startsWith('.slow.npz.'))) return;
      clearInterval(watch);
      child.kill('SIGHUP');
    }, 20);
    const [code] = await once(child, 'exit');
    clearInterval(watch);
    expect([code, stderr]).toEqual([129, expect.stringContaining('steadfid: stopped by SIGHUP.')]);
    expect(readdirSync(cwd).filter((name) => name.includes('slow'))).toEqual([]);
  });
});
