import { intervalMethodText } from '../metrics/interval-method-text.js';
import { intervalOf } from '../metrics/interval-of.js';
import type { ScoreResult } from '../metrics/score-report.js';
import { numberText } from './number-text.js';

/** An interval as a table shows it, and whose it is: a limit's stands beside the limit, never beside the value. */
export interface IntervalText {
  readonly of: 'value' | 'limit';
  /** `15.30 to 16.54`, or `15.92 (15.30 to 16.54)` of a limit */
  readonly text: string;
  readonly method: string;
  readonly level: number;
}

/** Null where there is no interval. */
export function intervalText({
  value,
  interval,
  standardError: error,
}: Pick<ScoreResult, 'value' | 'interval' | 'standardError'>): IntervalText | null {
  if (interval === null) return null;
  const { low, high, method, level, estimate } = interval;
  const of = intervalOf({ value, interval });
  const range = `${numberText(low, { error })} to ${numberText(high, { error })}`;
  const text =
    of === 'limit' && estimate !== undefined ? `${numberText(estimate, { error })} (${range})` : range;
  return { of, text, method: intervalMethodText(method), level };
}
