import type { Warning } from '../../encoders/encoder.js';
import { numberText } from '../../numerics/number-text.js';
import { procedureText } from '../interval-procedure.js';
import type { EstimatedInterval } from './delete-group-jackknife.js';

/** The least and the most that a metric can be for images without end. */
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

/** Of equal images a limit at a bound lies beyond it by its rounding alone. */
export const ROUNDING = 1e-9;

/** `below 0, the least that it can be`, `above 10, the number of classes`; undefined for what can be. */
export function outOfBounds(value: number, { low, high, highIs }: LimitBounds): string | undefined {
  if (value < low - ROUNDING * Math.abs(low)) return `below ${low}, the least that it can be`;
  if (value > high + ROUNDING * Math.abs(high))
    return `above ${high}, ${highIs ?? 'the most that it can be'}`;
  return undefined;
}

/** An extrapolation that came out where no limit can be: it stays as it is, and says so. */
export function limitWarnings(value: number, bounds: LimitBounds): readonly Warning[] {
  const where = outOfBounds(value, bounds);
  if (where === undefined) return [];
  return [
    {
      code: 'LIMIT_OUT_OF_RANGE',
      message: `${where}: no limit for images without end lies there, and the line in 1/N misses it by at least that much`,
    },
  ];
}

/**
 * An interval of a limit, intersected with what the limit can be, which takes no truth out of it; its middle, where that lies outside,
 * is the nearest bound, and a warning tells what was estimated.
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
      reason: `all of it, ${numberText(interval.low, { error: standardError })} to ${numberText(interval.high, { error: standardError })}, lies ${where}: the images’ spread does not explain that`,
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
    found: { standardError, interval: { ...cut, estimate: nearest, unbounded: estimate } },
    warnings: [
      {
        code: 'LIMIT_OUT_OF_RANGE',
        message: `the limit for images without end is estimated at ${numberText(estimate, { error: standardError })} by ${procedureText(interval.procedure)}, ${where}: the interval’s middle is put at ${nearest}`,
      },
    ],
  };
}
