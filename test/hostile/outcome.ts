import { readFileSync } from 'node:fs';
import { EvaluationError } from '../../errors.js';

/** How the reading of one file ended. */
export interface Outcome {
  /**
   * `read` and `refused` (by an error of the suite) are as it should be; `foreign` is an error of another kind, and the
   * others are those of a process that was ended
   */
  readonly kind: 'read' | 'refused' | 'foreign' | 'hung' | 'out of memory' | 'crashed';
  /** the error, as its reader would see it */
  readonly said: string;
  /** of all threads, from the first byte read on: it does not depend on how busy the machine is */
  readonly cpuSeconds: number;
  /** the largest resident set of the whole process so far */
  readonly megabytes: number;
}

/** What `resourceUsage` says on Linux begins with what the parent had; the kernel's own record of this process does not. */
function largestResidentSet(): number {
  try {
    return Number(/VmHWM:\s*(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))![1]) / 1024;
  } catch {
    return process.resourceUsage().maxRSS / 1024;
  }
}

/** Runs a reading in this process. */
export async function outcomeOf(reading: () => Promise<unknown>): Promise<Outcome> {
  const before = process.cpuUsage();
  let kind: Outcome['kind'] = 'read';
  let said = '';
  try {
    await reading();
  } catch (error) {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    kind = error instanceof EvaluationError ? 'refused' : 'foreign';
    said =
      kind === 'refused' ? `${name} ${(error as EvaluationError).code} ${message}` : `${stack ?? message}`;
  }
  const { user, system } = process.cpuUsage(before);
  const megabytes = largestResidentSet();
  return { kind, said, cpuSeconds: (user + system) / 1e6, megabytes };
}
