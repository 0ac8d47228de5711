import { numberText } from '../numerics/number-text.js';
import { valueError } from './final-values.js';
import type { StudyCurve, StudyPoint } from './study-report.js';

type Spread = Pick<StudyCurve, 'limitInterval' | 'points'>;

/** A mean to the digits of its error: its one rounding in tables, figures and sentences. */
export function meanText(curve: Spread, point: StudyPoint): string {
  return numberText(point.mean, { error: valueError(curve, point) });
}

/** The range of 95 % of the draws, to the digits of the mean; null without one. */
export function bandText(curve: Spread, point: StudyPoint): string | null {
  const { band } = point;
  const text = (value: number) => numberText(value, { error: valueError(curve, point) });
  return band === null ? null : `${text(band.low)} to ${text(band.high)}`;
}

/** The asymptotic value with its interval, or the end of the line that holds; null where neither is known. */
export function asymptoticText({
  limitInterval,
  fit,
}: Pick<StudyCurve, 'limitInterval' | 'fit'>): string | null {
  if (limitInterval === null) return fit?.holds ? numberText(fit.limit) : null;
  const { estimate, low, high, standardError: error } = limitInterval;
  const text = (value: number) => numberText(value, { error });
  return `${text(estimate)} (${text(low)} to ${text(high)})`;
}
