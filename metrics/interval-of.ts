import type { Interval } from './metric-definition.js';

/** Whether an interval is of the value or of its limit; one of before, which does not say, is of the limit where its middle is not the value. */
export function intervalOf({
  value,
  interval,
}: {
  readonly value: number | null;
  readonly interval: Interval;
}): 'value' | 'limit' {
  const { of, estimate = value } = interval;
  return of ?? (estimate === value ? 'value' : 'limit');
}

/** How an interval was found, in words: `jackknife of 20 groups` for `jackknife-20`. */
export function intervalMethodText(method: string): string {
  return method.replace(/^jackknife-(\d+)/, 'jackknife of $1 groups');
}
