import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isAlive, processSpace } from './is-alive.js';

const paths = new Set<string>();
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Removes every file and folder that is guarded, at once: for the end of the process. */
export function removeTemporaryFiles(): void {
  for (const path of paths) rmSync(path, { force: true, recursive: true });
  paths.clear();
}

/** Leaves what the program itself does on a signal as it was: only where nobody else listens is it ended here. */
function onSignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  removeTemporaryFiles();
  leaveSignals();
  process.kill(process.pid, signal);
}

function catchSignals(): void {
  process.on('exit', removeTemporaryFiles);
  for (const signal of SIGNALS) process.on(signal, onSignal);
}

function leaveSignals(): void {
  process.off('exit', removeTemporaryFiles);
  for (const signal of SIGNALS) process.off(signal, onSignal);
}

/** From now on the file, or folder, is removed when the process exits or is interrupted, until it is released or removed. */
export function guardTemporaryFile(path: string): void {
  if (paths.size === 0) catchSignals();
  paths.add(path);
}

/** The file has become a lasting one, or is gone. */
export function releaseTemporaryFile(path: string): void {
  if (paths.delete(path) && paths.size === 0) leaveSignals();
}

export async function removeTemporaryFile(path: string): Promise<void> {
  await rm(path, { force: true, recursive: true });
  releaseTemporaryFile(path);
}

/** `part`: of a result on its way; `spill`: waiting for its turn; `old`: a result that is being replaced; `unfinished`: names of a result of many files; `ready`: a whole result that waits for its names. */
type TemporaryKind = 'part' | 'spill' | 'old' | 'unfinished' | 'ready';

const TEMPORARY = /^\..*\.([0-9a-f]{8})-(\d+)-[0-9a-f]{8}\.([a-z]+)$/s;
/** Names may have 255 bytes; a character has up to 3. */
const LONGEST_STEM = 60;

/** A hidden name beside a target that no other process takes, and that says which process it belongs to. */
export function temporaryPath(target: string, kind: TemporaryKind): string {
  const owner = `${processSpace()}-${process.pid}-${randomUUID().slice(0, 8)}`;
  return join(dirname(target), `.${basename(target).slice(0, LONGEST_STEM)}.${owner}.${kind}`);
}

/** What is known of the process that a name of `temporaryPath` belongs to; undefined for all other names. Other machines' cannot be asked. */
export function temporaryOwner(name: string, kind: TemporaryKind): 'alive' | 'dead' | undefined {
  const [, space, pid, found] = TEMPORARY.exec(name) ?? [];
  if (found !== kind) return undefined;
  return space === processSpace() && !isAlive(Number(pid)) ? 'dead' : 'alive';
}

/** Whether a name is one of `temporaryPath`, of whatever machine. */
export function isTemporaryName(name: string): boolean {
  return TEMPORARY.test(name);
}

const SWEPT = ['part', 'spill', 'old'] as const;
const swept = new Set<string>();

/**
 * Removes from a folder what killed processes of this machine left there under names of `temporaryPath`; looks once into each
 * folder. What belongs to a running process stays, and so does what another machine wrote.
 */
export async function sweepTemporaryFiles(folder: string): Promise<void> {
  if (swept.has(folder)) return;
  swept.add(folder);
  for (const name of await readdir(folder).catch(() => [])) {
    if (!SWEPT.some((kind) => temporaryOwner(name, kind) === 'dead')) continue;
    await rm(join(folder, name), { force: true, recursive: true }).catch(() => {}); // a tidy folder is no condition of the work
  }
}
