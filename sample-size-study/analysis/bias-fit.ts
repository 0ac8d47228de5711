import { countText } from '../../numerics/number-text.js';
import { largestOf } from '../../numerics/order-statistics.js';
import { weightedFit } from './weighted-fit.js';

/** A curve read as limit + slope / n over the sizes at which that law holds. */
export interface BiasFit {
  /** value at n = ∞ */
  readonly limit: number;
  /** bias · n: what the value is too high by at n images, times n */
  readonly slope: number;
  readonly window: { readonly from: number; readonly to: number; readonly points: number };
  /** largest |fit − mean| / |mean| inside the window; null where a mean there does not differ significantly from 0 */
  readonly largestResidual: number | null;
  /** why `largestResidual` is null */
  readonly reason: string | null;
  /** t of a 1/n² term added to the line; null without spare points */
  readonly curvature: number | null;
  /** whether the law holds over at least `fewestPoints` sizes; of an unbiased metric it is known to */
  readonly holds: boolean;
}

interface BiasFitOptions {
  /** largest relative residual that the window may have */
  readonly tolerance?: number;
  readonly fewestPoints?: number;
  /** `none`: the metric is unbiased */
  readonly bias?: 'as 1/n' | 'none';
  /** a single draw of this size is the whole pool, whose mean is exact */
  readonly poolSize?: number;
}

/** Pulls a line to within a millionth of a standard error of an exact mean, and leaves the least squares well conditioned. */
const EXACT = 1e6;

/** What is within two standard errors of a mean is noise: a residual so small, or the mean itself. */
const STANDARD_ERRORS_OF_NOISE = 2;

/**
 * Weighted least squares of the mean on 1/n, weights repeats / variance. The window begins with all sizes and loses the
 * smallest until the largest relative residual is within `tolerance` (1 %), but keeps `fewestPoints` (4); these are a line too where
 * each residual is within `tolerance` or within two standard errors of its mean.
 *
 * @returns undefined with fewer than three sizes
 *
 * An unbiased metric has no slope: its limit is the weighted mean over all sizes, and no window is looked for.
 * Where some size has no spread (one repeat), all sizes are weighted by repeats · n instead, the weights of a spread that falls as
 * 1/√n. The line goes through the mean over the whole pool, which is exact.
 * Source: FID is limit + slope/n to first order, Chong and Forsyth 2020, arXiv:1911.07023.
 */
export function biasFit(
  curve: readonly CurvePoint[],
  { tolerance = 0.01, fewestPoints = 4, bias = 'as 1/n', poolSize }: BiasFitOptions = {},
): BiasFit | undefined {
  const sorted = [...curve].sort((a, b) => a.sampleSize - b.sampleSize);
  if (sorted.length < 3) return undefined;
  const fewest = Math.min(fewestPoints, sorted.length);
  if (bias === 'none') return fitOver(sorted, { bias, poolSize, isHeldBy: () => true });
  const last = sorted.length - fewest;
  for (let start = 0; start < last; start++) {
    const fit = fitOver(sorted.slice(start), {
      bias,
      poolSize,
      isHeldBy: (residual, { mean }) => residual <= tolerance * Math.abs(mean),
    });
    if (fit?.holds) return fit;
  }
  return fitOver(sorted.slice(last), {
    bias,
    poolSize,
    isHeldBy: (residual, point) =>
      residual <= Math.max(tolerance * Math.abs(point.mean), STANDARD_ERRORS_OF_NOISE * standardError(point)),
  });
}

/** Whether a mean does not differ significantly from 0, so that relative values are undefined. */
export function isNearZero({ mean, standardDeviation, repeats }: Omit<CurvePoint, 'sampleSize'>): boolean {
  return Math.abs(mean) <= STANDARD_ERRORS_OF_NOISE * standardError({ standardDeviation, repeats });
}

function standardError({
  standardDeviation,
  repeats,
}: Pick<CurvePoint, 'standardDeviation' | 'repeats'>): number {
  return (standardDeviation ?? 0) / Math.sqrt(repeats);
}

/**
 * Weights of means: repeats / variance; repeats · n where some size has no spread. The mean over the whole pool has no error of drawing
 * and counts `EXACT` times the largest weight, so that the line goes through it.
 */
export function fitWeights(
  points: readonly Omit<CurvePoint, 'mean'>[],
  poolSize: number | undefined,
): readonly number[] {
  const isExact = ({ sampleSize, repeats }: Omit<CurvePoint, 'mean'>) =>
    sampleSize === poolSize && repeats === 1;
  const drawn = points.filter((point) => !isExact(point));
  const isKnown = drawn.every(({ standardDeviation }) => standardDeviation !== null && standardDeviation > 0);
  const weightOf = ({ repeats, standardDeviation, sampleSize }: Omit<CurvePoint, 'mean'>) =>
    isKnown ? repeats / standardDeviation! ** 2 : repeats * sampleSize;
  const largest = Math.max(...drawn.map(weightOf), Number.MIN_VALUE);
  return points.map((point) => (isExact(point) ? EXACT * largest : weightOf(point)));
}

function fitOver(
  points: readonly CurvePoint[],
  {
    bias,
    poolSize,
    isHeldBy,
  }: {
    readonly bias: 'as 1/n' | 'none';
    readonly poolSize: number | undefined;
    /** whether a residual, in units of the mean, speaks not against the law */
    readonly isHeldBy: (residual: number, point: CurvePoint) => boolean;
  },
): BiasFit | undefined {
  const weights = fitWeights(points, poolSize);
  const weighted = points.map(({ sampleSize, mean }, i) => ({
    x: 1 / sampleSize,
    y: mean,
    weight: weights[i]!,
  }));
  const line = weightedFit(weighted, { degree: bias === 'none' ? 0 : 1 });
  if (line === undefined) return undefined;
  const [limit, slope = 0] = line.coefficients as [number, number?];
  const residuals = weighted.map(({ x, y }) => Math.abs(limit + slope * x - y));
  const nearZero = points.find(isNearZero);
  const largestResidual =
    nearZero === undefined
      ? largestOf(residuals.map((residual, i) => residual / Math.abs(points[i]!.mean)))
      : null;
  const parabola = bias === 'none' ? undefined : weightedFit(weighted, { degree: 2 });
  return {
    limit,
    slope,
    window: { from: points[0]!.sampleSize, to: points.at(-1)!.sampleSize, points: points.length },
    largestResidual,
    reason:
      nearZero === undefined
        ? null
        : `the mean at n = ${countText(nearZero.sampleSize)} does not differ significantly from 0, so there is no relative residual`,
    curvature:
      parabola?.standardErrors == null ? null : parabola.coefficients[2]! / parabola.standardErrors[2]!,
    holds:
      bias === 'none' ||
      (nearZero === undefined && points.every((point, i) => isHeldBy(residuals[i]!, point))),
  };
}

/** One sample size of a curve: the repeats there, summarized. */
interface CurvePoint {
  readonly sampleSize: number;
  readonly repeats: number;
  readonly mean: number;
  /** of the repeats, divisor R − 1; null with one repeat, or where all repeats are the same images */
  readonly standardDeviation: number | null;
}
