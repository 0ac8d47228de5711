import type { Warning } from '../encoders/warning.js';
import type { StudyCurve } from './study-report.js';

/** A limit farther than this share of the value at the largest size says that bias rules the number. */
const LARGE_BIAS_SHARE = 0.1;

/** What is doubtful about a curve, in sentences for its figure. */
export function curveWarnings(curve: Omit<StudyCurve, 'warnings'>): readonly Warning[] {
  return [
    belowDimension(curve),
    windowMisfit(curve),
    negativeEstimates(curve),
    poolTooSmall(curve),
    biasedAtLargest(curve),
    nearZero(curve),
  ].filter((warning) => warning !== null);
}

function belowDimension({
  metric,
  analyticSlope,
  dimension,
  points,
}: Omit<StudyCurve, 'warnings'>): Warning | null {
  if (analyticSlope === null || dimension === null) return null;
  const below = points.filter(({ sampleSize }) => sampleSize <= dimension);
  if (below.length === 0) return null;
  return {
    code: 'RANK_DEFICIENT_COVARIANCE',
    message:
      `${metric}: up to n = ${below.at(-1)!.sampleSize} the covariance of the generated images is singular ` +
      `(n ≤ d = ${dimension}); values there are defined, but mostly bias.`,
  };
}

function windowMisfit({ metric, fit }: Omit<StudyCurve, 'warnings'>): Warning | null {
  if (fit === null || fit.holds) return null;
  if (fit.largestResidual === null) {
    return {
      code: 'WINDOW_MISFIT',
      message: `${metric}: whether the curve is a line in 1/n cannot be said: ${fit.reason}.`,
    };
  }
  return {
    code: 'WINDOW_MISFIT',
    message:
      `${metric}: the curve is not a line in 1/n over any window of sizes (residual ${percent(fit.largestResidual)} ` +
      `of the value from n = ${fit.window.from}); its limit is not to be trusted.`,
  };
}

function negativeEstimates({ metric, points }: Omit<StudyCurve, 'warnings'>): Warning | null {
  const values = points.flatMap((point) => point.values);
  const negative = values.filter((value) => value < 0).length;
  if (negative === 0) return null;
  return {
    code: 'NEGATIVE_ESTIMATE',
    message:
      `${metric}: ${negative} of ${values.length} draws are negative, as an unbiased estimate of a distance near 0 is ` +
      'about half of the time; the sets cannot be told apart at those sizes.',
  };
}

function poolTooSmall({ metric, points, poolSize }: Omit<StudyCurve, 'warnings'>): Warning | null {
  const unbanded = points.filter(({ values, band }) => values.length > 1 && band === null);
  if (unbanded.length === 0) return null;
  return {
    code: 'POOL_TOO_SMALL_FOR_BANDS',
    message:
      `${metric}: no band at n = ${unbanded.map(({ sampleSize }) => sampleSize).join(', ')}: fewer than 20 draws, or more ` +
      `than 80 % of the ${poolSize} images in each, so that draws hardly differ.`,
  };
}

function biasedAtLargest({ metric, points, fit }: Omit<StudyCurve, 'warnings'>): Warning | null {
  const largest = points.at(-1);
  if (fit === null || !fit.holds || largest === undefined || largest.mean === 0) return null;
  const bias = largest.mean - fit.limit;
  if (Math.abs(bias) <= LARGE_BIAS_SHARE * Math.abs(largest.mean)) return null;
  return {
    code: 'BIASED_AT_N',
    message:
      `${metric}: of the value ${short(largest.mean)} at n = ${largest.sampleSize}, ${short(bias)} is bias; ` +
      `the limit is ${short(fit.limit)}.`,
  };
}

function nearZero({ metric, points }: Omit<StudyCurve, 'warnings'>): Warning | null {
  const largest = points.at(-1);
  if (points.length < 2 || largest?.relativeToLargest !== null) return null;
  return {
    code: 'NEAR_ZERO',
    message:
      `${metric}: the value ${short(largest.mean)} at n = ${largest.sampleSize} cannot be told from 0 by its error, so that no ` +
      'share of it is given.',
  };
}

function percent(share: number): string {
  return `${short(100 * share)} %`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
