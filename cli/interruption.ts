import { writeSync } from 'node:fs';
import { removeTemporaryFiles } from '../encoders/files/temporary-files.js';
import { InterruptedError } from '../errors.js';

/** What a shell calls the end by a signal: 128 and the signal's number. */
const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
type StopSignal = keyof typeof EXIT_CODES;
const STOP_SIGNALS = Object.keys(EXIT_CODES) as StopSignal[];

/** The work may take this long to stop by itself. */
const GRACE_MS = 500;

/** That the process was asked to stop. */
interface Interruption {
  /** aborted by the first signal */
  readonly signal: AbortSignal;
  /** of the signal that came; undefined before */
  exitCode(): number | undefined;
  /** to be called once the reason is on stderr, so that it is printed once */
  reasonPrinted(): void;
}

function interruptedBy(name: StopSignal): InterruptedError {
  return new InterruptedError('INTERRUPTED', {
    where: 'steadfid',
    expected: `stopped by ${name}`,
    help: "No file was left half-written. What the cache or a study's folder holds is not computed again.",
  });
}

/**
 * Listens for the signals that ask a process to stop. The first asks the work to stop and clean up; the second, or half a second
 * without an end, ends the process and removes unfinished files.
 */
export function catchInterrupts(): Interruption {
  const controller = new AbortController();
  let stoppedBy: StopSignal | undefined;
  let isPrinted = false;
  for (const name of STOP_SIGNALS) {
    process.on(name, () => {
      if (stoppedBy !== undefined) return endNow(stoppedBy, isPrinted);
      stoppedBy = name;
      setTimeout(() => endNow(name, isPrinted), GRACE_MS);
      controller.abort(interruptedBy(name));
    });
  }
  return {
    signal: controller.signal,
    exitCode: () => (stoppedBy === undefined ? undefined : EXIT_CODES[stoppedBy]),
    reasonPrinted: () => {
      isPrinted = true;
    },
  };
}

/**
 * Exits, or dies of the signal, which a shell reports by the same number, where a thread is at work: an exit would wait until the
 * network that it runs is through with its batch, and ONNX Runtime aborts a process that does not wait.
 */
function endNow(name: StopSignal, isPrinted: boolean): void {
  try {
    if (!isPrinted) writeSync(process.stderr.fd, `${interruptedBy(name).message}\n`);
  } catch {
    // nobody reads it
  }
  removeTemporaryFiles();
  if (process.getActiveResourcesInfo().includes('MessagePort') && process.platform !== 'win32') {
    for (const signal of STOP_SIGNALS) process.removeAllListeners(signal); // without listeners, it acts as the system has it
    process.kill(process.pid, name);
  }
  process.exit(EXIT_CODES[name]);
}
