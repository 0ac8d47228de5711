import { countText } from '../../metrics/numerics/number-text.js';
import type { CurvePoint } from './curve-point.js';
import { weightedFit } from './weighted-fit.js';

/** A curve read as limit + slope / n over the sizes at which that law holds. */
export interface BiasFit {
  /** value at n = ∞ */
  readonly limit: number;
  /** bias · n: what the value is too high by at n images, times n */
  readonly slope: number;
  readonly window: { readonly from: number; readonly to: number; readonly points: number };
  /** largest |fit − mean| / |mean| inside the window; null where a mean there cannot be told from 0 */
  readonly largestResidual: number | null;
  /** why `largestResidual` is null */
  readonly reason: string | null;
  /** t of a 1/n² term added to the line; null without spare points */
  readonly curvature: number | null;
  /** whether the law holds to `tolerance` over at least `fewestPoints` sizes */
  readonly holds: boolean;
}

export interface BiasFitOptions {
  /** largest relative residual that the window may have */
  readonly tolerance?: number;
  readonly fewestPoints?: number;
}

/** A mean within two of its standard errors of 0 is no measure of a residual. */
const STANDARD_ERRORS_FROM_ZERO = 2;

/**
 * Weighted least squares of the mean on 1/n, weights repeats / variance. The window begins with all sizes and loses the
 * smallest until the largest relative residual is within `tolerance` (1 %), but keeps `fewestPoints` (4).
 *
 * @returns undefined with fewer than three sizes
 *
 * Where some size has no spread (one repeat, or the whole pool), all sizes are weighted by repeats · n instead, the
 * weights of a spread that falls as 1/√n.
 * Source: FID is limit + slope/n to first order, Chong and Forsyth 2020, arXiv:1911.07023.
 */
export function biasFit(
  curve: readonly CurvePoint[],
  { tolerance = 0.01, fewestPoints = 4 }: BiasFitOptions = {},
): BiasFit | undefined {
  const sorted = [...curve].sort((a, b) => a.sampleSize - b.sampleSize);
  if (sorted.length < 3) return undefined;
  const fewest = Math.min(fewestPoints, sorted.length);
  for (let start = 0; start <= sorted.length - fewest; start++) {
    const fit = fitOver(sorted.slice(start), tolerance);
    if (fit !== undefined && (fit.holds || start === sorted.length - fewest)) return fit;
  }
  return undefined;
}

/** Whether a mean cannot be told from 0, so that no share of it measures anything. */
export function isNearZero({ mean, standardDeviation, repeats }: Omit<CurvePoint, 'sampleSize'>): boolean {
  const standardError = (standardDeviation ?? 0) / Math.sqrt(repeats);
  return Math.abs(mean) <= STANDARD_ERRORS_FROM_ZERO * standardError;
}

function fitOver(points: readonly CurvePoint[], tolerance: number): BiasFit | undefined {
  const spread = points.every(({ standardDeviation }) => standardDeviation !== null && standardDeviation > 0);
  const weighted = points.map(({ sampleSize, mean, repeats, standardDeviation }) => ({
    x: 1 / sampleSize,
    y: mean,
    weight: spread ? repeats / standardDeviation! ** 2 : repeats * sampleSize,
  }));
  const line = weightedFit(weighted, { degree: 1 });
  if (line === undefined) return undefined;
  const [limit, slope] = line.coefficients as [number, number];
  const nearZero = points.find(isNearZero);
  const largestResidual =
    nearZero === undefined
      ? Math.max(...weighted.map(({ x, y }) => Math.abs((limit + slope * x - y) / y)))
      : null;
  const parabola = weightedFit(weighted, { degree: 2 });
  return {
    limit,
    slope,
    window: { from: points[0]!.sampleSize, to: points.at(-1)!.sampleSize, points: points.length },
    largestResidual,
    reason:
      nearZero === undefined
        ? null
        : `the mean at n = ${countText(nearZero.sampleSize)} cannot be told from 0, so that no share of it measures a residual`,
    curvature:
      parabola?.standardErrors == null ? null : parabola.coefficients[2]! / parabola.standardErrors[2]!,
    holds: largestResidual !== null && largestResidual <= tolerance,
  };
}
