import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { withLock } from '../../../encoders/models/folder-lock.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const module = new URL('../../../encoders/models/folder-lock.js', import.meta.url).href;

/** Another process that takes the lock, and is killed while it holds it. */
async function killedHolder(path: string): Promise<void> {
  const program = `
    const { withLock } = await import(${JSON.stringify(module)});
    await withLock(${JSON.stringify(path)}, () => new Promise(() => {
      process.stdout.write('held');
      setInterval(() => {}, 1000);
    }));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
}

const done = async () => 'done';
const refused = { held: 'refused' } as const;

describe('withLock', () => {
  test('runs one work after the other, and leaves no file', async () => {
    const path = join(temporaryFolder(), 'a.lock');
    const order: string[] = [];
    const work = (name: string) => async () => {
      order.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 20));
      order.push(`${name} ends`);
    };
    let waits = 0;
    const onWait = () => waits++;
    await Promise.all([withLock(path, work('a'), { onWait }), withLock(path, work('b'), { onWait })]);
    const [first, second] = order[0] === 'a begins' ? ['a', 'b'] : ['b', 'a'];
    expect(order).toEqual([`${first} begins`, `${first} ends`, `${second} begins`, `${second} ends`]);
    expect([waits, existsSync(path)]).toEqual([1, false]);
  });

  test('names the process that holds it where it is not waited for', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'a.lock');
    await withLock(path, async () => {
      await expect(withLock(path, done, refused)).rejects.toThrow(
        `${folder}: process ${process.pid} on ${JSON.parse(readFileSync(path, 'utf8')).host} is writing there. Wait for it, stop it, or choose another folder.`,
      );
    });
    expect(await withLock(path, done, refused)).toBe('done');
  });

  test.skipIf(process.platform === 'win32')('takes the lock of a killed process over at once', async () => {
    const path = join(temporaryFolder(), 'a.lock');
    await killedHolder(path);
    expect(existsSync(path)).toBe(true);
    expect(await withLock(path, done, refused)).toBe('done');
  });

  test.skipIf(process.platform !== 'linux')(
    'takes over the lock of a process whose id another has by now',
    async () => {
      const path = join(temporaryFolder(), 'a.lock');
      await killedHolder(path);
      const holder = JSON.parse(readFileSync(path, 'utf8'));
      writeFileSync(path, JSON.stringify({ ...holder, pid: process.pid }));
      expect(await withLock(path, done, refused)).toBe('done');
    },
  );

  test('leaves the lock of another machine alone until that has been silent for a minute', async () => {
    const path = join(temporaryFolder(), 'a.lock');
    const holder = { host: 'elsewhere', pid: 1, space: '00000000', started: '1', token: 'theirs' };
    writeFileSync(path, JSON.stringify(holder));
    await expect(withLock(path, done, refused)).rejects.toThrow('process 1 on elsewhere is writing there');
    const longAgo = new Date(0);
    utimesSync(path, longAgo, longAgo);
    expect(await withLock(path, done, refused)).toBe('done');
  });
});
