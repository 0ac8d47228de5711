#!/usr/bin/env node
import { readlinkSync } from 'node:fs';
import { unwritableFile } from '../encoders/files/unwritable-file.js';
import { EvaluationError } from '../errors.js';
import { visibleText } from '../reports/text/visible-text.js';
import { commandLine } from './command-line.js';
import { COMMANDS } from './commands.js';
import { catchInterrupts } from './interruption.js';
import { openTerminal, type Terminal } from './terminal.js';

/** 0 done; 1 done, and a check that the user asked for failed; 2 could not be done; 75 of a task that may be tried again; of a signal its own. */
const EXIT = { done: 0, 'check-failed': 1, 'partly-done': 2, failed: 2, 'try-again': 75 } as const;

function errorText(error: unknown): string {
  if (error instanceof EvaluationError) return error.message;
  if (error instanceof Error && 'syscall' in error) return `steadfid: ${error.message}.`; // the system's own words
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `steadfid: an error that it should have explained better; please report it with these lines.\n${trace}`;
}

/** The file that stdout goes to, where the system can name it. */
function stdoutPath(): string {
  try {
    const path = readlinkSync('/proc/self/fd/1');
    return path.startsWith('/') ? path : 'stdout';
  } catch {
    return 'stdout';
  }
}

/** Set once the command line has been read. */
let terminal: Terminal | undefined;

const interruption = catchInterrupts();

async function run(words: readonly string[]): Promise<keyof typeof EXIT> {
  const { signal } = interruption;
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
    if (signal.aborted) interruption.reasonPrinted();
    return 'failed';
  } finally {
    terminal?.progress.clear();
  }
}

/** Set once stdout could not take what was printed: then the results are not where they should be. */
let unprinted: Error | undefined;

// A reader that has seen enough (`steadfid metrics | head -1`) is not an error, and what the command found keeps its exit code.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') unprinted ??= error;
});
process.stderr.on('error', () => {}); // remarks that nobody can read change no result

const outcome = await run(process.argv.slice(2));
await new Promise((written) => process.stdout.write('', written)); // pipes are slower than exit
if (unprinted !== undefined) {
  const { message } = await unwritableFile(stdoutPath(), unprinted, terminal?.printedBytes);
  process.stderr.write(`${message}\n`);
}
const ownCode = unprinted === undefined ? EXIT[outcome] : EXIT.failed;
process.exit(outcome === 'failed' ? (interruption.exitCode() ?? ownCode) : ownCode);
