import { rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';

const paths = new Set<string>();
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function removeAll(): void {
  for (const path of paths) rmSync(path, { force: true, recursive: true });
  paths.clear();
}

/** Leaves what the program itself does on a signal as it was: only where nobody else listens is it ended here. */
function onSignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  removeAll();
  forgetSignals();
  process.kill(process.pid, signal);
}

function heedSignals(): void {
  process.on('exit', removeAll);
  for (const signal of SIGNALS) process.on(signal, onSignal);
}

function forgetSignals(): void {
  process.off('exit', removeAll);
  for (const signal of SIGNALS) process.off(signal, onSignal);
}

/** From now on the file, or folder, is removed when the process exits or is interrupted, until it is released or removed. */
export function guardTemporaryFile(path: string): void {
  if (paths.size === 0) heedSignals();
  paths.add(path);
}

/** The file has become a lasting one, or is gone. */
export function releaseTemporaryFile(path: string): void {
  if (paths.delete(path) && paths.size === 0) forgetSignals();
}

export async function removeTemporaryFile(path: string): Promise<void> {
  await rm(path, { force: true, recursive: true });
  releaseTemporaryFile(path);
}
