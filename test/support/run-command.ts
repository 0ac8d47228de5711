import { spawn } from 'node:child_process';
import { projectRoot } from './project.js';

export interface CommandOutcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandSetting {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** called with the text of stderr so far, whenever some comes */
  readonly onStderr?: (text: string, kill: (signal: NodeJS.Signals) => void) => void;
}

/** The built command, as a user's shell runs it: no terminal, nothing of this process's settings but the path. */
export function runCommand(
  words: readonly string[],
  { cwd, env = {}, onStderr }: CommandSetting,
): Promise<CommandOutcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [`${projectRoot}dist/cli/main.js`, ...words], {
      cwd,
      env: { PATH: process.env['PATH'] ?? '', XDG_CACHE_HOME: `${cwd}/.cache`, HOME: cwd, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      onStderr?.(stderr, (signal) => child.kill(signal));
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
