import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import picocolors from 'picocolors';
import { sweepTemporaryFiles } from '../encoders/files/temporary-files.js';
import { sizeText } from '../encoders/missing-model.js';
import type { MissingModels } from '../encoders/open-chosen-encoder.js';
import { InputError, OptionError } from '../errors.js';
import { metricLabel } from '../metrics/metric-catalog.js';
import { visibleText, wrappedText } from '../reports/text/visible-text.js';
import type { ScoreReport } from '../scoring/score-report.js';
import { ProgressLine } from './progress-line.js';

/** What a command may do with the outside: results out, remarks beside them, and whether to stop. */
export interface Terminal {
  /** results, on stdout */
  print(text: string): void;
  /** results with names of files in them: on a screen, what would act on it is written as its number */
  printData(text: string): void;
  /** on stderr */
  remark(text: string): void;
  /** `warning: …`, on stderr */
  warn(message: string): void;
  readonly progress: ProgressLine;
  /** bytes that were to go to stdout so far */
  readonly printedBytes: number;
  /** of stdout: characters in a line */
  readonly columns: number;
  /** whether a person reads stdout, where names of files must not act on the screen, or a file or program takes its bytes */
  readonly stdout: 'screen' | 'file';
  /** stdout may be colored */
  readonly colors: 'on' | 'off';
  /** aborted by SIGINT */
  readonly signal: AbortSignal;
}

/** A remark as stderr shows it: where that is a terminal, broken between words. */
function remarkText(text: string): string {
  const { stderr } = process;
  if (stderr.isTTY !== true) return visibleText(text);
  return visibleText(text)
    .split('\n')
    .flatMap((line) => wrappedText(line, { columns: Math.max(40, stderr.columns ?? 80) }))
    .join('\n');
}

const WARNING = 'warning:';

/** A warning as stderr shows it: where that is a terminal, its first word is colored. */
function warningText(message: string): string {
  const { yellow } = picocolors.createColors(isColorful(process.stderr));
  return yellow(WARNING) + remarkText(`${WARNING} ${message}`).slice(WARNING.length);
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
  let printedBytes = 0;
  const print = (text: string): void => {
    line.clear();
    const whole = text.endsWith('\n') ? text : `${text}\n`;
    printedBytes += Buffer.byteLength(whole);
    stdout.write(whole);
  };
  return {
    print,
    printData: (text) => print(stdout.isTTY === true ? visibleText(text) : text),
    get printedBytes() {
      return printedBytes;
    },
    remark: (text) => {
      line.clear();
      stderr.write(`${remarkText(text)}\n`);
    },
    warn: (message) => {
      line.clear();
      stderr.write(`${warningText(message)}\n`);
    },
    progress: line,
    columns: stdout.isTTY === true ? Math.max(40, stdout.columns ?? 80) : 80,
    stdout: stdout.isTTY === true ? 'screen' : 'file',
    colors: isColorful(stdout) ? 'on' : 'off',
    signal,
  };
}

/** Two flags that exclude each other. */
export function conflictError(first: string, second: string): OptionError {
  return new OptionError('CONFLICTING_OPTIONS', {
    where: `${first}, ${second}`,
    expected: 'cannot be used together',
    help: 'Leave one of them out.',
  });
}

/** Networks that are not here are fetched, after saying how large they are. */
export function pulling(terminal: Terminal): MissingModels {
  return {
    missingModels: 'pulled',
    onPull: ({ encoder: { id, checkpoint }, folder }) => {
      terminal.remark(
        `fetching ${id}: ${sizeText(checkpoint.sizeBytes)} from ${checkpoint.url} into ${folder}`,
      );
    },
    onPullProgress: ({ id, step, done, total }) => {
      terminal.progress.show({
        task: `${step} ${id}`,
        done: Math.round(done / 1e6),
        total: Math.round(total / 1e6),
        unit: 'MB',
      });
    },
  };
}

/**
 * The network given by `--encoder`, for commands that have no metric to tell which.
 *
 * @throws OptionError OUT_OF_RANGE if there is none
 */
export function requireEncoder(encoder: string | undefined): string {
  if (encoder !== undefined && encoder !== 'demo') return encoder;
  throw new OptionError('OUT_OF_RANGE', {
    where: '--encoder',
    expected: encoder === undefined ? 'needs a network' : 'demo is two networks, one for each kind of metric',
    help: 'Name one: demo-inception, demo-clip, an id of steadfid encoders, or a file.onnx.',
  });
}

/**
 * Refuses a file that exists and may not be replaced, before any work goes into a new one.
 *
 * @throws InputError FILE_EXISTS
 */
export async function requireNewFile(path: string, existing: 'refused' | 'replaced'): Promise<void> {
  if (existing === 'replaced' || (await stat(path).catch(() => undefined)) === undefined) return;
  await sweepTemporaryFiles(dirname(path)); // a run that was killed right after its file appeared left its other name
  throw new InputError('FILE_EXISTS', {
    where: path,
    expected: 'there is already such a file, and it was left as it is',
    help: 'Pass --force to replace it, or write to another path.',
  });
}

/**
 * The path given by `-o`, for commands that write nothing else.
 *
 * @param example  ends with `/` where a folder is written
 * @throws OptionError OUT_OF_RANGE if there is none
 */
export function requireOutput(output: string | undefined, example: string): string {
  if (output !== undefined) return output;
  throw new OptionError('OUT_OF_RANGE', {
    where: '--output',
    expected: `needs the ${example.endsWith('/') ? 'folder' : 'file'} to write`,
    help: `Add -o ${example}.`,
  });
}

/** What a report warns of, the same warning of several results once. What the table says itself is not repeated. */
export function reportWarnings({ results, warnings }: ScoreReport): readonly string[] {
  const metricsOf = new Map<string, Set<string>>();
  for (const { metric, warnings: own } of results) {
    for (const { code, message } of own) {
      if (code === 'DEMO_ENCODER') continue;
      metricsOf.set(message, (metricsOf.get(message) ?? new Set()).add(metricLabel(metric)));
    }
  }
  return [
    ...warnings.map(({ message }) => message),
    ...[...metricsOf].map(([message, metrics]) => `${[...metrics].join(', ')}: ${message}`),
  ];
}

/** One line for all files of a report. */
export function writtenLine(folder: string, paths: readonly string[]): string {
  return `wrote ${join(folder, 'report.html')} and ${paths.length - 1} more files in ${folder}`;
}
