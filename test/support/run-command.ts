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
  /** default `read`; `closed at once`: as in `steadfid metrics | true` */
  readonly stdout?: 'read' | 'closed at once';
  /** asked again and again while the command runs; a signal is sent once it is so */
  readonly interruptWhen?: () => boolean;
  /** default SIGINT */
  readonly interruptBy?: 'SIGINT' | 'SIGKILL';
}

/** The built command, as a user's shell runs it: no terminal, nothing of this process's settings but the path. */
export function runCommand(words: readonly string[], setting: CommandSetting): Promise<CommandOutcome> {
  const { cwd, env = {}, interruptWhen, interruptBy = 'SIGINT' } = setting;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [`${projectRoot}dist/cli/main.js`, ...words], {
      cwd,
      env: { PATH: process.env['PATH'] ?? '', XDG_CACHE_HOME: `${cwd}/.cache`, HOME: cwd, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    if (setting.stdout === 'closed at once') child.stdout.destroy();
    else
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        stdout += text;
      });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const watch =
      interruptWhen === undefined
        ? undefined
        : setInterval(() => {
            if (!interruptWhen()) return;
            clearInterval(watch);
            child.kill(interruptBy);
          }, 10);
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(watch);
      resolve({ code, stdout, stderr });
    });
  });
}
