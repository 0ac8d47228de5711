import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { defined } from '../../defined.js';
import { InputError, InterruptedError } from '../../errors.js';
import { isAlive, processSpace, startOf } from '../files/is-alive.js';
import { sweepTemporaryFiles, temporaryPath } from '../files/temporary-files.js';
import { unwritableFile } from '../files/unwritable-file.js';

// By hand, since proper-lockfile 4.1.2 does not notice that a holder on this machine has died before the lock is old, cannot
// be interrupted while it waits, and replaces functions of node:fs for the whole process (through graceful-fs).

const HEARTBEAT_MS = 5_000;
/** A holder that has not been heard of for this long is gone. */
const STALE_MS = 60_000;
const LOOK_MS = 200;
/** A lock that cannot be read is just being taken or given back, unless that goes on. */
const MOST_LOOKS = 10;

export interface LockOptions {
  readonly signal?: AbortSignal;
  /** what happens if another process holds it; default `waited for` */
  readonly held?: 'waited for' | 'refused';
  /** called once if another process holds it and is waited for */
  readonly onWait?: () => void;
}

/** Who holds a lock, as its file says. */
interface Holder {
  readonly host: string;
  readonly pid: number;
  /** where `pid` counts, see `processSpace` */
  readonly space: string;
  readonly started: string | null;
  readonly token: string;
}

/**
 * Runs work while no other process runs work under the same lock file. The lock of a process that has died is taken over: at
 * once if it ran here, after a minute without a sign of life if it ran on another machine.
 *
 * @throws InputError IN_USE if another process holds it and `held` is `refused`
 * @throws InputError UNWRITABLE_FILE if the folder cannot be written
 * @throws InterruptedError INTERRUPTED if `signal` is aborted while waiting
 */
export async function withLock<T>(
  path: string,
  work: () => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const { pid } = process;
  const holder = {
    host: hostname(),
    pid,
    space: processSpace(),
    started: startOf(pid),
    token: randomUUID(),
  };
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

async function acquire(
  path: string,
  holder: Holder,
  { signal, held = 'waited for', onWait }: LockOptions,
): Promise<void> {
  await sweepTemporaryFiles(dirname(path)); // drafts of processes that were killed while they took it
  for (let looks = 0; ; looks++) {
    if (signal?.aborted) throw interrupted(path);
    if (await isTaken(path, holder)) return;
    const found = await holderOf(path);
    if (await isAbandoned(path, found)) {
      await removeAbandoned(path, found);
      continue;
    }
    if (held === 'refused' && (found !== undefined || looks > MOST_LOOKS)) throw inUse(path, found);
    if (looks === 0) onWait?.();
    await wait(LOOK_MS, undefined, defined({ signal })).catch(() => {});
  }
}

/** Tries to take the lock; its file appears with its content, so that a kill leaves none that names nobody. */
async function isTaken(path: string, holder: Holder): Promise<boolean> {
  const draft = temporaryPath(path, 'part');
  const text = JSON.stringify(holder);
  try {
    await writeFile(draft, text, { flag: 'wx' });
    try {
      await link(draft, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      await writeFile(path, text, { flag: 'wx' }); // a file system without hard links
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw await unwritableFile(dirname(path), error);
  } finally {
    await rm(draft, { force: true });
  }
}

/** Two that find a lock abandoned may not both remove it: the later one would remove the lock that the first has taken since. */
async function removeAbandoned(path: string, found: Holder | undefined): Promise<void> {
  const aside = temporaryPath(path, 'old');
  try {
    await rename(path, aside);
  } catch {
    return; // another was quicker
  }
  if ((await holderOf(aside))?.token !== found?.token) await link(aside, path).catch(() => {});
  await rm(aside, { force: true });
}

async function holderOf(path: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder;
  } catch {
    return undefined; // gone, or being written
  }
}

async function isAbandoned(path: string, holder: Holder | undefined): Promise<boolean> {
  if (holder !== undefined && holder.space === processSpace()) {
    if (!isAlive(holder.pid)) return true;
    const started = startOf(holder.pid);
    if (started !== null && holder.started !== null) return started !== holder.started; // an id that was given again
  }
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > STALE_MS;
}

function inUse(path: string, holder: Holder | undefined): InputError {
  const who = holder === undefined ? 'another process' : `process ${holder.pid} on ${holder.host}`;
  return new InputError('IN_USE', {
    where: dirname(path),
    expected: `${who} is writing there`,
    help: 'Wait for it, stop it, or choose another folder.',
  });
}

function interrupted(path: string): InterruptedError {
  return new InterruptedError('INTERRUPTED', {
    where: path,
    expected: 'stopped while waiting for another process',
  });
}
