import { randomUUID } from 'node:crypto';
import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { defined } from '../../defined.js';
import { InterruptedError } from '../../errors.js';
import { isAlive } from '../files/is-alive.js';
import { unwritableFile } from '../files/unwritable-file.js';

// By hand, since proper-lockfile 4.1.2 does not notice that a holder on this machine has died before the lock is old, cannot
// be interrupted while it waits, and replaces functions of node:fs for the whole process (through graceful-fs).

const HEARTBEAT_MS = 5_000;
/** A holder that has not been heard of for this long is gone. */
const STALE_MS = 60_000;
const LOOK_MS = 200;

export interface LockOptions {
  readonly signal?: AbortSignal;
  /** called once if another process holds it */
  readonly onWait?: () => void;
}

interface Holder {
  readonly host: string;
  readonly pid: number;
  readonly token: string;
}

/**
 * Runs work while no other process runs work under the same lock file; waits for its turn. The lock of a process that
 * has died is taken over.
 *
 * @throws InputError UNWRITABLE_FILE if the folder cannot be written
 * @throws InterruptedError INTERRUPTED if `signal` is aborted while waiting
 */
export async function withLock<T>(
  path: string,
  work: () => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const holder: Holder = { host: hostname(), pid: process.pid, token: randomUUID() };
  await acquire(path, holder, options);
  const heartbeat = setInterval(() => {
    const now = new Date(Date.now());
    utimes(path, now, now).catch(() => {}); // whoever took it over is told by its own file
  }, HEARTBEAT_MS);
  heartbeat.unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    if ((await holderOf(path))?.token === holder.token) await rm(path, { force: true });
  }
}

async function acquire(path: string, holder: Holder, { signal, onWait }: LockOptions): Promise<void> {
  for (let looks = 0; ; looks++) {
    if (signal?.aborted) throw interrupted(path);
    try {
      await writeFile(path, JSON.stringify(holder), { flag: 'wx' });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
        throw await unwritableFile(dirname(path), error);
    }
    if (await isAbandoned(path)) {
      await rm(path, { force: true });
      continue;
    }
    if (looks === 0) onWait?.();
    await wait(LOOK_MS, undefined, defined({ signal })).catch(() => {});
  }
}

async function holderOf(path: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder;
  } catch {
    return undefined; // gone, or being written
  }
}

async function isAbandoned(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return false;
  if (Date.now() - found.mtimeMs > STALE_MS) return true;
  const holder = await holderOf(path);
  return holder !== undefined && holder.host === hostname() && !isAlive(holder.pid);
}

function interrupted(path: string): InterruptedError {
  return new InterruptedError('INTERRUPTED', {
    where: path,
    expected: 'stopped while waiting for another process',
  });
}
