import { ProgressLine } from './progress-line.js';

/** What a command may do with the outside: results out, remarks beside them, and whether to stop. */
export interface Terminal {
  /** results, on stdout */
  print(text: string): void;
  /** warnings and remarks, on stderr */
  remark(text: string): void;
  readonly progress: ProgressLine;
  /** of stdout: characters in a line */
  readonly columns: number;
  /** stdout may be colored */
  readonly colors: 'on' | 'off';
  /** aborted by SIGINT */
  readonly signal: AbortSignal;
}

/** The terminal that the process was started in. */
export function openTerminal({
  signal,
  progress,
}: {
  readonly signal: AbortSignal;
  readonly progress: 'shown' | 'silent';
}): Terminal {
  const { stdout, stderr, env } = process;
  const isPlain = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  const line = new ProgressLine(progress === 'shown' && stderr.isTTY === true ? 'shown' : 'silent');
  return {
    print: (text) => {
      line.clear();
      stdout.write(text.endsWith('\n') ? text : `${text}\n`);
    },
    remark: (text) => {
      line.clear();
      stderr.write(`${text}\n`);
    },
    progress: line,
    columns: stdout.isTTY === true ? Math.max(40, stdout.columns ?? 80) : 80,
    colors: stdout.isTTY === true && !isPlain ? 'on' : 'off',
    signal,
  };
}
