import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Outcome } from './outcome.js';
import type { ReaderName } from './readers.js';
import type { Bounds } from './watchdog.js';

/** A child is ended at this: far above what any file may take, so that what it took can be said. */
const ENDED_AT: Bounds = { cpuSeconds: 8, megabytes: 1500 };
/** For a child that waits and does nothing, as for a pipe that nobody writes to. */
const IDLE_MS = 600_000;

/** One file by one reader in a process of its own, with what it took. */
export function measuredReading(reader: ReaderName, path: string): Promise<Outcome> {
  const script = fileURLToPath(new URL('./child.js', import.meta.url));
  const words = [script, reader, path, String(ENDED_AT.cpuSeconds), String(ENDED_AT.megabytes)];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] });
    const idle = setTimeout(() => child.kill('SIGKILL'), IDLE_MS);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-2000);
    });
    child.on('error', reject);
    child.on('close', () => {
      clearTimeout(idle);
      const [line] = stdout.split('\n');
      const nothing = {
        kind: 'crashed',
        said: stderr,
        cpuSeconds: Number.NaN,
        megabytes: Number.NaN,
      } as const;
      resolve(line === undefined || line === '' ? nothing : (JSON.parse(line) as Outcome));
    });
  });
}
