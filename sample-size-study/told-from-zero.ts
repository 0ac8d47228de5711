import { type CurveSpread, errorAt } from './final-values.js';

const ERRORS_FROM_ZERO = 2;

/**
 * Whether a value of a curve is farther from 0 than two of its errors, so that a share of it says something. Where nothing
 * says how large its error is, whatever is not 0.
 */
export function isToldFromZero(value: number, curve: CurveSpread): boolean {
  const largest = curve.points.at(-1);
  const error = largest === undefined ? null : errorAt(curve, largest.sampleSize, { fewestDraws: 2 });
  return value !== 0 && Math.abs(value) > ERRORS_FROM_ZERO * (error ?? 0);
}
