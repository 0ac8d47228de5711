import { InterruptedError } from '../errors.js';

/**
 * Ends the work once its caller has asked for it; the signal's reason is the error's cause.
 *
 * @param work  what is stopped, as its caller calls it
 * @throws InterruptedError INTERRUPTED once `signal` is aborted
 */
export function throwIfAborted(signal: AbortSignal | undefined, work: string): void {
  if (signal?.aborted !== true) return;
  throw new InterruptedError(
    'INTERRUPTED',
    { where: work, expected: 'was interrupted before its end' },
    { cause: signal.reason },
  );
}
