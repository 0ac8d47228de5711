import { commandLine } from '../../cli/command-line.js';
import { COMMANDS } from '../../cli/commands.js';
import { type Progress, ProgressLine } from '../../cli/progress-line.js';
import { EvaluationError } from '../../errors.js';
import { visibleText } from '../../reports/text/visible-text.js';
import type { CommandOutcome, CommandSetting } from './run-command.js';

/** What a command said and whether it was done. */
export interface SaidHere {
  /** `done`, `check-failed`, `partly-done`, or the error's sentence */
  readonly outcome: string;
  readonly printed: string;
  readonly remarks: readonly string[];
  /** what its progress line named, each task once in a row */
  readonly tasks: readonly string[];
}

/** Shows nothing, and keeps the names of the tasks. */
class RecordedProgress extends ProgressLine {
  readonly tasks: string[] = [];

  readonly #onTask: (task: string) => void;

  constructor(onTask: (task: string) => void) {
    super('silent');
    this.#onTask = onTask;
  }

  override show({ task }: Progress): void {
    this.#onTask(task);
    if (this.tasks.at(-1) !== task) this.tasks.push(task);
  }
}

/** What may stop a command, and what is told of its progress. */
export interface WatchedCommand {
  readonly signal?: AbortSignal;
  readonly onTask?: (task: string) => void;
}

/** Runs a command in this process, without the seconds that a new one takes to start. */
export async function commandHere(
  words: readonly string[],
  { signal = new AbortController().signal, onTask = () => {} }: WatchedCommand = {},
): Promise<SaidHere> {
  const printed: string[] = [];
  const remarks: string[] = [];
  const progress = new RecordedProgress(onTask);
  const said = (outcome: string) => ({ outcome, printed: printed.join(''), remarks, tasks: progress.tasks });
  try {
    const asked = commandLine(words, { commands: COMMANDS, columns: 100 });
    if (asked.kind === 'text') {
      printed.push(asked.text.endsWith('\n') ? asked.text : `${asked.text}\n`);
      return said('done');
    }
    const outcome = await asked.command.run(asked as never, {
      print: (text) => printed.push(text.endsWith('\n') ? text : `${text}\n`),
      printData: (text) => printed.push(text.endsWith('\n') ? text : `${text}\n`),
      remark: (text) => remarks.push(text),
      warn: (message) => remarks.push(`warning: ${message}`),
      progress,
      printedBytes: 0,
      stdout: 'file',
      columns: 80,
      colors: 'off',
      signal,
    });
    return said(outcome);
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return said(error.message);
  }
}

const CODES: Readonly<Record<string, number>> = {
  done: 0,
  'check-failed': 1,
  'partly-done': 2,
  'try-again': 75,
};

/** The folder and the settings of this process, while a command runs in it. */
let isBusy = false;

/** Sets the environment of the process itself, in which native code and threads look; what ONNX Runtime was told stays. */
function setEnvironment(wanted: Readonly<Record<string, string | undefined>>): void {
  for (const name of Object.keys(process.env))
    if (wanted[name] === undefined && name !== 'ORT_DISABLE_TELEMETRY') delete process.env[name];
  for (const [name, value] of Object.entries(wanted)) if (value !== undefined) process.env[name] = value;
}

/**
 * What `runCommand` gives, of a command run in this process: for all that does not need a process of its own, as signals, closed pipes
 * and two commands at a time do.
 */
export async function runHere(
  words: readonly string[],
  { cwd, env = {}, ...watched }: Pick<CommandSetting, 'cwd' | 'env'> & WatchedCommand,
): Promise<CommandOutcome> {
  if (isBusy) throw new Error('two commands at a time need processes of their own');
  const before = { cwd: process.cwd(), env: { ...process.env } };
  isBusy = true;
  process.chdir(cwd);
  setEnvironment({ PATH: before.env['PATH'], XDG_CACHE_HOME: `${cwd}/.cache`, HOME: cwd, ...env });
  try {
    const { outcome, printed, remarks } = await commandHere(words, watched);
    const code = CODES[outcome];
    const said = code === undefined ? [...remarks, outcome] : remarks;
    return {
      code: code ?? 2,
      stdout: printed,
      stderr: said.map((text) => `${visibleText(text)}\n`).join(''),
    };
  } finally {
    process.chdir(before.cwd);
    setEnvironment(before.env);
    isBusy = false;
  }
}
