import { metricById } from '../metrics/metric-catalog.js';
import type { Outcome } from './command.js';
import type { FailLimits } from './fail-checks.js';
import type { Terminal } from './terminal.js';

/** Results that the user named, by their metric or by a limit: without their values the command has not done what it was asked. */
export function namedResults(
  metrics: readonly string[] | undefined,
  limits: FailLimits = { failAbove: [], failBelow: [] },
): ReadonlySet<string> {
  return new Set([
    ...(metrics ?? []).flatMap((id) => metricById(id).results.map((result) => result.id)),
    ...[...limits.failAbove, ...limits.failBelow].map(({ result }) => result),
  ]);
}

/**
 * Says which results have no value.
 *
 * @param missing  ids of results
 * @returns `partly-done` where one of them was named
 */
export function missingOutcome(
  missing: Iterable<string>,
  named: ReadonlySet<string>,
  terminal: Terminal,
): Extract<Outcome, 'done' | 'partly-done'> {
  const ids = [...new Set(missing)];
  if (ids.length === 0) return 'done';
  const isNamed = ids.some((id) => named.has(id));
  terminal.remark(`${isNamed ? 'not everything could be done: ' : ''}no value of ${ids.join(', ')}`);
  return isNamed ? 'partly-done' : 'done';
}
