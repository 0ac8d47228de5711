import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { noisePng } from '../support/image-entries.js';
import { interruptedCommand } from '../support/interrupted-command.js';
import { writeLargeStatistics } from '../support/large-statistics.js';
import { writeSlowEncoder } from '../support/slow-network.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** From the signal on: half a second on every core, in which the work may stop by itself, and one of the main thread. */
const MOST_CPU_SECONDS = availableParallelism() / 2 + 1;
const SAID =
  "steadfid: stopped by SIGINT. No file was left half-written. What the cache or a study's folder holds is not computed again.\n";

describe.skipIf(process.platform !== 'linux')('SIGINT', () => {
  test('while a network is in the middle of a long batch ends the process without waiting for it', async () => {
    const cwd = temporaryFolder();
    await writeSlowEncoder(cwd);
    mkdirSync(join(cwd, 'images'));
    for (let i = 0; i < 4; i++) writeFileSync(join(cwd, 'images', `${i}.png`), await noisePng(i));
    const before = readdirSync(cwd);
    const words = ['encode', 'images', '-e', 'slow.onnx', '--no-cache', '-o', 'out.npz'];
    const end = await interruptedCommand(words, { cwd, when: (cpuSeconds) => cpuSeconds > 6 });
    expect(end).toMatchObject({ code: null, signal: 'SIGINT', stderr: SAID });
    expect(end.cpuSecondsAfter).toBeLessThan(MOST_CPU_SECONDS);
    expect(readdirSync(cwd)).toEqual(before);
  });

  test('while a distance of large statistics is computed ends the process without waiting for it', async () => {
    const cwd = temporaryFolder();
    for (const [name, reach] of [
      ['a.npz', 50],
      ['b.npz', 30],
    ] as const)
      await writeLargeStatistics(cwd, { name, reach, d: 2048 });
    const words = ['score', 'a.npz', 'b.npz', '-m', 'fid', '-o', 'out'];
    const end = await interruptedCommand(words, { cwd, when: (cpuSeconds) => cpuSeconds > 3 });
    expect(end.code === 130 || end.signal === 'SIGINT').toBe(true);
    expect(end.stderr).toBe(SAID);
    expect(end.cpuSecondsAfter).toBeLessThan(MOST_CPU_SECONDS);
    expect(readdirSync(cwd)).toEqual(['a.npz', 'b.npz']);
  });
});
