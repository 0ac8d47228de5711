import picocolors from 'picocolors';
import { visibleText } from '../reports/visible-text.js';
import { wrappedText } from '../reports/wrapped-text.js';
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

/** A remark as stderr shows it: where that is a terminal, broken between words and its first word of warning colored. */
function remarkText(text: string): string {
  const { stderr } = process;
  if (stderr.isTTY !== true) return visibleText(text);
  const { yellow } = picocolors.createColors(isColorful(stderr));
  return visibleText(text)
    .split('\n')
    .flatMap((line) => wrappedText(line, { columns: Math.max(40, stderr.columns ?? 80) }))
    .join('\n')
    .replace(/^warning:/gm, yellow('warning:'));
}

function isColorful(stream: NodeJS.WriteStream): boolean {
  const isPlain = (process.env['NO_COLOR'] ?? '') !== '' || process.env['TERM'] === 'dumb';
  return stream.isTTY === true && !isPlain;
}

/** The terminal that the process was started in. */
export function openTerminal({
  signal,
  progress,
}: {
  readonly signal: AbortSignal;
  readonly progress: 'shown' | 'silent';
}): Terminal {
  const { stdout, stderr } = process;
  const line = new ProgressLine(progress === 'shown' && stderr.isTTY === true ? 'shown' : 'silent');
  return {
    print: (text) => {
      line.clear();
      stdout.write(text.endsWith('\n') ? text : `${text}\n`);
    },
    remark: (text) => {
      line.clear();
      stderr.write(`${remarkText(text)}\n`);
    },
    progress: line,
    columns: stdout.isTTY === true ? Math.max(40, stdout.columns ?? 80) : 80,
    colors: isColorful(stdout) ? 'on' : 'off',
    signal,
  };
}
