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
      const warnings = [...bounded.warnings, ...nonlinearBiasWarnings(bounded.found)];
      return withWarnings({ ...value, ...bounded.found }, warnings);
    }
    return withWarnings(value, [{ code: 'NO_INTERVAL', message: `no interval: ${bounded.reason}` }]);
  });
}

/** Halves of similar sets differ by about one standard error; smaller differences are no evidence. */
const NONLINEARITY_WARNING_THRESHOLD = 2;

/** A warning where the bias is clearly not proportional to 1/n. */
function nonlinearBiasWarnings({ standardError, interval }: EstimatedInterval): readonly Warning[] {
  const { estimate, unclippedEstimate = estimate, jackknifeDisagreement = 0 } = interval;
  if (
    !(
      Math.abs(jackknifeDisagreement) >
      Math.max(NONLINEARITY_WARNING_THRESHOLD * standardError, ROUNDING * Math.abs(estimate ?? 0))
    )
  )
    return [];
  const shown = (one: number) => numberText(one, { error: standardError });
  return [
    {
      code: 'BIAS_NOT_LINEAR',
      message: `leaving out groups of images gives ${shown(unclippedEstimate!)} as n → ∞, half-samples give ${shown(unclippedEstimate! - jackknifeDisagreement)}. At this n the bias is not proportional to 1/n; the interval is widened by the difference`,
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
