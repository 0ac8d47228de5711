import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs';

/** Runs a trial, or gives what a run before stored under the same key. */
type JournaledTrials = <T>(key: string, trial: () => Promise<T>) => Promise<T>;

/**
 * Trials whose outcomes are kept in a file, a line of JSON each, so that a run that was stopped goes on. A line that was cut off is run again.
 *
 * @param path  undefined: nothing is kept
 */
export function trialJournal(path: string | undefined): JournaledTrials {
  if (path === undefined) return (_, trial) => trial();
  const known = new Map<string, unknown>();
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  for (const line of whole.split('\n').slice(0, -1)) {
    const [key, outcome] = JSON.parse(line);
    known.set(key, outcome);
  }
  if (whole !== text) truncateSync(path, Buffer.byteLength(whole));
  return async <T>(key: string, trial: () => Promise<T>): Promise<T> => {
    if (known.has(key)) return known.get(key) as T;
    const outcome = await trial();
    appendFileSync(path, `${JSON.stringify([key, outcome])}\n`);
    return outcome;
  };
}
