import { commandLine } from '../../cli/command-line.js';
import { COMMANDS } from '../../cli/commands.js';
import { ProgressLine } from '../../cli/progress-line.js';
import { EvaluationError } from '../../errors.js';

/** What a command said and whether it was done. */
export interface SaidHere {
  /** `done`, `check-failed`, `partly-done`, or the error's sentence */
  readonly outcome: string;
  readonly printed: string;
  readonly remarks: readonly string[];
}

/** Runs a command in this process, without the seconds that a new one takes to start. */
export async function commandHere(words: readonly string[]): Promise<SaidHere> {
  const printed: string[] = [];
  const remarks: string[] = [];
  const said = (outcome: string) => ({ outcome, printed: printed.join(''), remarks });
  try {
    const asked = commandLine(words, { commands: COMMANDS, columns: 100 });
    if (asked.kind === 'text') return { ...said('done'), printed: asked.text };
    const outcome = await asked.command.run(asked as never, {
      print: (text) => printed.push(text.endsWith('\n') ? text : `${text}\n`),
      printData: (text) => printed.push(text.endsWith('\n') ? text : `${text}\n`),
      remark: (text) => remarks.push(text),
      warn: (message) => remarks.push(`warning: ${message}`),
      progress: new ProgressLine('silent'),
      printedBytes: 0,
      stdout: 'file',
      columns: 80,
      colors: 'off',
      signal: new AbortController().signal,
    });
    return said(outcome);
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return said(error.message);
  }
}
