import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { projectRoot } from './project.js';

/** How a command ended that a signal came to. */
interface InterruptedEnd {
  /** null if it died of the signal, which a shell reports as 128 and its number */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
  /** of all threads, from the signal on, as far as was seen: it does not depend on how busy the machine is */
  readonly cpuSecondsAfter: number;
}

/** Linux counts in hundredths. */
const TICKS = 100;
const LOOK_MS = 10;

/** Processor time of a process and its threads so far; undefined once it is gone. Linux alone. */
function cpuSecondsOf(pid: number): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').pop()!.split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS;
  } catch {
    return undefined;
  }
}

/** Starts the built command and sends it SIGINT when it has taken so much processor time, or when that is said to be the moment. */
export async function interruptedCommand(
  words: readonly string[],
  { cwd, when }: { readonly cwd: string; readonly when: (cpuSeconds: number) => boolean },
): Promise<InterruptedEnd> {
  const child = spawn(process.execPath, [`${projectRoot}dist/cli/main.js`, ...words], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', XDG_CACHE_HOME: `${cwd}/.cache`, HOME: cwd },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  let atSignal: number | undefined;
  let latest = 0;
  const watch = setInterval(() => {
    latest = cpuSecondsOf(child.pid!) ?? latest;
    if (atSignal !== undefined || !when(latest)) return;
    atSignal = latest;
    child.kill('SIGINT');
  }, LOOK_MS);
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  clearInterval(watch);
  return { code, signal, stderr, cpuSecondsAfter: latest - (atSignal ?? Number.NaN) };
}
