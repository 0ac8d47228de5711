import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** What a process took by the kernel's own record of it. */
interface Measured {
  readonly code: number | null;
  readonly stdout: string;
  /** of all its threads; it does not depend on how busy the machine is */
  readonly cpuSeconds: number;
  /** the largest resident set */
  readonly megabytes: number;
}

/** At the end of a program, its own processor time and largest resident set, on stdout's last line. Linux alone. */
const REPORT = `
  import { readFileSync } from 'node:fs';
  process.on('exit', () => {
    const { user, system } = process.cpuUsage();
    const kilobytes = Number(/VmHWM:\\s*(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
    process._rawDebug(JSON.stringify({ cpuSeconds: (user + system) / 1e6, megabytes: kilobytes / 1024 }));
  });`;

/** Runs a module's text, or a program with its words, in a process of its own. */
export async function measuredProcess(
  program: { readonly module: string } | { readonly words: readonly string[] },
  cwd: string,
): Promise<Measured> {
  const hook = `data:text/javascript,${encodeURIComponent(REPORT)}`;
  const words = 'module' in program ? ['--input-type=module', '-e', program.module] : program.words;
  const child = spawn(process.execPath, ['--import', hook, ...words], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', HOME: cwd, XDG_CACHE_HOME: `${cwd}/.cache` },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  const last = stderr.trimEnd().split('\n').pop()!;
  return { code, stdout, ...(JSON.parse(last) as Pick<Measured, 'cpuSeconds' | 'megabytes'>) };
}
