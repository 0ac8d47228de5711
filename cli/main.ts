#!/usr/bin/env node
import { EvaluationError, InterruptedError } from '../errors.js';
import { visibleText } from '../reports/text/text-tables.js';
import { commandLine } from './command-line.js';
import { COMMANDS } from './commands.js';
import { openTerminal, type Terminal } from './terminal.js';

/** 0 done; 1 done, and a check that the user asked for failed; 2 could not be done. The only place that decides. */
const EXIT = { done: 0, 'check-failed': 1, 'partly-done': 2, failed: 2 } as const;

function errorText(error: unknown): string {
  if (error instanceof EvaluationError) return error.message;
  if (error instanceof Error && 'syscall' in error) return `steadfid: ${error.message}.`; // the system's own words
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `steadfid: an error that it should have explained better; please report it with these lines.\n${trace}`;
}

/** The first Ctrl-C asks the work to stop and clean up; the second ends the process at once, unfinished files removed. */
function interruptible(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(EXIT.failed);
      controller.abort(
        new InterruptedError('INTERRUPTED', {
          where: 'steadfid',
          expected: `stopped by ${name}`,
          help: "No file was left half-written. What the cache or a study's folder holds is not computed again.",
        }),
      );
    });
  }
  return controller.signal;
}

async function run(words: readonly string[], signal: AbortSignal): Promise<keyof typeof EXIT> {
  let terminal: Terminal | undefined;
  try {
    const asked = commandLine(words, { commands: COMMANDS, columns: process.stdout.columns ?? 100 });
    const isQuiet = asked.kind === 'command' && asked.options['quiet'] === 'on';
    const opened = openTerminal({ signal, progress: isQuiet ? 'silent' : 'shown' });
    terminal = opened;
    if (process.stderr.isTTY === true)
      signal.addEventListener('abort', () => opened.remark('stopping; once more ends it at once'));
    if (asked.kind === 'text') {
      terminal.print(asked.text);
      return 'done';
    }
    return await asked.command.run(asked as never, terminal);
  } catch (error) {
    const reason = signal.aborted ? signal.reason : error;
    if (terminal === undefined) process.stderr.write(`${visibleText(errorText(reason))}\n`);
    else terminal.remark(errorText(reason));
    return 'failed';
  } finally {
    terminal?.progress.clear();
  }
}

// A reader that has seen enough (`steadfid metrics | head -1`) is not an error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.done);
    throw error;
  });
}

const code = EXIT[await run(process.argv.slice(2), interruptible())];
await new Promise((written) => process.stdout.write('', written)); // pipes are slower than exit
process.exit(code);
