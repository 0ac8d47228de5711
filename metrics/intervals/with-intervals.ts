import { intervalMethodText } from '../interval-method-text.js';
import type { MetricValue } from '../metric-definition.js';
import { type BiasedSide, biasWarnings, withWarnings } from '../score-warnings.js';
import type { IntervalsOf } from './jackknife-of-metric.js';
import { boundedInterval, type LimitBounds, UNBOUNDED } from './limit-bounds.js';

/**
 * Values with their standard errors and intervals, or with a warning that says why there are none. Where the interval's middle
 * is free of bias and the value is far from it, the value says so.
 *
 * @param bounds  of what the intervals are of
 */
export function withIntervals(
  values: readonly MetricValue[],
  intervals: IntervalsOf,
  bounds: LimitBounds = UNBOUNDED,
): readonly MetricValue[] {
  return values.map((value, at) => {
    const found = 'reason' in intervals ? intervals : intervals.estimates[at]!;
    const bounded = 'reason' in found ? found : boundedInterval(found, bounds);
    if (!('reason' in bounded)) return withWarnings({ ...value, ...bounded.found }, bounded.warnings);
    return withWarnings(value, [{ code: 'NO_INTERVAL', message: `no interval: ${bounded.reason}` }]);
  });
}

/** The value, warned of the bias that its interval found, unless it has been warned of it by other means. */
export function withBiasFound(value: MetricValue, n: number | null, side: BiasedSide = 'both'): MetricValue {
  const limit = value.interval?.estimate;
  if (value.value === null || limit === undefined) return value;
  const { method } = value.interval!;
  const isKnown = value.warnings.some(({ code }) => code === 'BIASED_AT_N');
  if (isKnown && / fixed/.test(method)) return value; // that interval leaves the fixed side's bias in
  const others = value.warnings.filter(({ code }) => code !== 'BIASED_AT_N');
  const known = {
    value: value.value,
    limit,
    n,
    error: value.standardError ?? null,
    by: intervalMethodText(method),
  };
  const left = /reference fixed/.test(method) ? 'generated' : side;
  return { ...value, warnings: [...others, ...biasWarnings({ ...known, side: left })] };
}
