import type { Warning } from '../../encoders/encoder.js';
import { numberText } from '../../numerics/number-text.js';
import { procedureText } from '../interval-procedure.js';
import type { EstimatedInterval } from './delete-group-jackknife.js';

/** The range of a metric's asymptotic value, n → ∞. */
export interface LimitBounds {
  readonly low: number;
  readonly high: number;
  /** what sets the upper end: `the number of classes` */
  readonly highIs?: string;
}

export const UNBOUNDED: LimitBounds = {
  low: Number.NEGATIVE_INFINITY,
  high: Number.POSITIVE_INFINITY,
};

/** Of every squared distance, whatever its estimate may be. */
export const NOT_NEGATIVE: LimitBounds = { low: 0, high: Number.POSITIVE_INFINITY };

/** An asymptotic value may lie beyond a bound by rounding, as with identical images. */
export const ROUNDING = 1e-9;

/** `below 0, the smallest possible value`, `above 10, the number of classes`; undefined for what can be. */
export function outOfBounds(value: number, { low, high, highIs }: LimitBounds): string | undefined {
  if (value < low - ROUNDING * Math.abs(low)) return `below ${low}, the smallest possible value`;
  if (value > high + ROUNDING * Math.abs(high))
    return `above ${high}, ${highIs ?? 'the largest possible value'}`;
  return undefined;
}

/** An extrapolation outside the possible range: it is not changed, but a warning says so. */
export function limitWarnings(value: number, bounds: LimitBounds): readonly Warning[] {
  const where = outOfBounds(value, bounds);
  if (where === undefined) return [];
  return [
    {
      code: 'LIMIT_OUT_OF_RANGE',
      message: `${where}: impossible as n → ∞, so the 1/N fit is unreliable`,
    },
  ];
}

/**
 * An interval of an asymptotic value, clipped to the possible range, which cannot exclude the true value. An estimate outside is clipped to the
 * nearest bound, and a warning gives the original estimate.
 *
 * @returns a reason where nothing of the interval is left
 */
export function boundedInterval(
  { standardError, interval }: EstimatedInterval,
  bounds: LimitBounds,
):
  | { readonly found: EstimatedInterval; readonly warnings: readonly Warning[] }
  | { readonly reason: string } {
  const { estimate } = interval;
  const low = Math.max(interval.low, bounds.low);
  const high = Math.min(interval.high, bounds.high);
  if (low > high) {
    const where = outOfBounds(interval.low > bounds.high ? interval.low : interval.high, bounds);
    return {
      reason: `all of it, ${numberText(interval.low, { error: standardError })} to ${numberText(interval.high, { error: standardError })}, is ${where}: sampling variation cannot explain this`,
    };
  }
  const where = estimate === undefined ? undefined : outOfBounds(estimate, bounds);
  const cut = { ...interval, low, high };
  if (estimate === undefined) return { found: { standardError, interval: cut }, warnings: [] };
  const nearest = Math.min(bounds.high, Math.max(bounds.low, estimate));
  if (where === undefined) {
    return { found: { standardError, interval: { ...cut, estimate: nearest } }, warnings: [] };
  }
  return {
    found: { standardError, interval: { ...cut, estimate: nearest, unclippedEstimate: estimate } },
    warnings: [
      {
        code: 'LIMIT_OUT_OF_RANGE',
        message: `the estimate as n → ∞ is ${numberText(estimate, { error: standardError })} by ${procedureText(interval.procedure)}, ${where}: it is clipped at ${nearest}`,
      },
    ],
  };
}
