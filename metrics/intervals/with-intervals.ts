import type { Warning } from '../../encoders/encoder.js';
import { numberText } from '../../numerics/number-text.js';
import { procedureText } from '../interval-procedure.js';
import type { MetricValue } from '../metric-definition.js';
import { type BiasedSide, biasWarnings, type SideCounts, withWarnings } from '../warnings.js';
import type { EstimatedInterval } from './delete-group-jackknife.js';
import type { IntervalsOf } from './jackknife-of-metric.js';
import { boundedInterval, type LimitBounds, ROUNDING, UNBOUNDED } from './limit-bounds.js';

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
    if (!('reason' in bounded)) {
      const warnings = [...bounded.warnings, ...bendWarnings(bounded.found)];
      return withWarnings({ ...value, ...bounded.found }, warnings);
    }
    return withWarnings(value, [{ code: 'NO_INTERVAL', message: `no interval: ${bounded.reason}` }]);
  });
}

/** The halves differ by about a standard error of their own where the sides are alike: less than this many say nothing. */
const TELLING_ERRORS = 2;

/** What is said where the bias is clearly no multiple of 1/n. */
function bendWarnings({ standardError, interval }: EstimatedInterval): readonly Warning[] {
  const { estimate, unbounded = estimate, secondOrder = 0 } = interval;
  if (!(Math.abs(secondOrder) > Math.max(TELLING_ERRORS * standardError, ROUNDING * Math.abs(estimate ?? 0))))
    return [];
  const shown = (one: number) => numberText(one, { error: standardError });
  return [
    {
      code: 'BIAS_NOT_LINEAR',
      message: `leaving out groups of images puts the limit at ${shown(unbounded!)}, halving them at ${shown(unbounded! - secondOrder)}: at this n the bias is not yet a multiple of 1/n, and the interval is widened by what lies between the two`,
    },
  ];
}

/** The value, warned of the bias that its interval found, unless it has been warned of it by other means. */
export function withBiasFound(
  value: MetricValue,
  counts: SideCounts,
  side: BiasedSide = 'both',
): MetricValue {
  const limit = value.interval?.estimate;
  if (value.value === null || limit === undefined) return value;
  const { procedure } = value.interval!;
  const fixed = procedure.kind === 'jackknife' ? procedure.fixed : null;
  const isKnown = value.warnings.some(({ code }) => code === 'BIASED_AT_N');
  if (isKnown && fixed !== null) return value; // that interval leaves the fixed side's bias in
  const others = value.warnings.filter(({ code }) => code !== 'BIASED_AT_N');
  const known = {
    value: value.value,
    limit,
    counts,
    error: value.standardError ?? null,
    by: procedureText(procedure),
  };
  const left = fixed === 'reference' ? 'generated' : side;
  return { ...value, warnings: [...others, ...biasWarnings({ ...known, side: left })] };
}
