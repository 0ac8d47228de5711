import type { FlagSet, OptionsOf } from './flag.js';
import type { Terminal } from './terminal.js';

export interface CommandArgument {
  readonly name: string;
  readonly help: string;
  readonly count: 'one' | 'optional' | 'one or more' | 'any';
}

/** `check-failed`: the work was done, and a check that the user asked for failed (exit 1). `try-again`: of a task that may succeed elsewhere, or later. */
export type Outcome = 'done' | 'check-failed' | 'partly-done' | 'try-again';

export interface CommandInput<F extends FlagSet> {
  /** in the order of the command's arguments */
  readonly arguments: readonly string[];
  readonly options: OptionsOf<F>;
}

/** One command, defined once. What it runs is imported only when it runs, so that `--help` and `--version` stay quick. */
export interface Command<F extends FlagSet = FlagSet> {
  readonly name: string;
  /** one line for the list of commands */
  readonly summary: string;
  /** what else `--help` says, below the first line */
  readonly details?: string;
  readonly arguments: readonly CommandArgument[];
  readonly flags: F;
  /** lines to try, as typed */
  readonly examples: readonly string[];
  run(input: CommandInput<F>, terminal: Terminal): Promise<Outcome>;
}

/** A command as the list holds it: its own flags are known to its `run` alone. */
export function command<F extends FlagSet>(definition: Command<F>): Command {
  return definition as unknown as Command;
}
