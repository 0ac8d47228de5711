import type { Warning } from '../encoders/encoder.js';
import { METRICS, metricLabel } from '../metrics/metric-catalog.js';
import { countText, numberText, percentText } from '../numerics/number-text.js';
import { isUnbiased, valueError } from './final-values.js';
import { limitWords } from './limit-notes.js';
import type { StudyCurve } from './study-report.js';

/** A limit farther than this share of the value at the largest size says that bias rules the number. */
const LARGE_BIAS_SHARE = 0.1;

const FRECHET: ReadonlySet<string> = new Set(
  METRICS.filter(({ family }) => family.kind === 'frechet').flatMap(({ results }) =>
    results.map(({ id }) => id),
  ),
);

/** What is doubtful about a curve, in sentences for its figure. */
export function curveWarnings(curve: Omit<StudyCurve, 'warnings'>): readonly Warning[] {
  return [
    belowDimension(curve),
    windowMisfit(curve),
    negativeEstimates(curve),
    poolTooSmall(curve),
    biasedAtLargest(curve),
    biasOfReference(curve),
    nearZero(curve),
  ].filter((warning) => warning !== null);
}

function belowDimension({
  metric,
  analyticSlope,
  dimension,
  points,
  drawnBy,
}: Omit<StudyCurve, 'warnings'>): Warning | null {
  const isOfCovariance = analyticSlope !== null || (drawnBy !== undefined && FRECHET.has(metric));
  if (!isOfCovariance || dimension === null) return null;
  const below = points.filter(({ sampleSize }) => sampleSize <= dimension);
  if (below.length === 0) return null;
  return {
    code: 'RANK_DEFICIENT_COVARIANCE',
    message:
      `${metricLabel(metric)}: up to n = ${countText(below.at(-1)!.sampleSize)} the covariance of the generated images is singular ` +
      `(n ≤ d = ${countText(dimension)}); values there are defined, but mostly bias.`,
  };
}

function windowMisfit({ metric, fit }: Omit<StudyCurve, 'warnings'>): Warning | null {
  if (fit === null || fit.holds) return null;
  if (fit.largestResidual === null) {
    return {
      code: 'WINDOW_MISFIT',
      message: `${metricLabel(metric)}: linearity in 1/n cannot be checked: ${fit.reason}.`,
    };
  }
  return {
    code: 'WINDOW_MISFIT',
    message:
      `${metricLabel(metric)}: the means are not linear in 1/n over any window of sizes (residual ${percentText(fit.largestResidual)} ` +
      `from n = ${countText(fit.window.from)}), so the asymptotic value is unreliable.`,
  };
}

function negativeEstimates({ metric, points }: Omit<StudyCurve, 'warnings'>): Warning | null {
  const where = points.flatMap(({ sampleSize, values, mean, independentDeviation }) => {
    const negative = values.filter((value) => value < 0).length;
    if (negative === 0) return [];
    const distance =
      independentDeviation == null || independentDeviation === 0
        ? ''
        : `, where the mean is ${numberText(Math.abs(mean) / independentDeviation, { error: 1 })} standard deviations of an independent draw ${mean < 0 ? 'below' : 'above'} 0`;
    return [
      `${countText(negative)} of ${countText(values.length)} at n = ${countText(sampleSize)}${distance}`,
    ];
  });
  if (where.length === 0) return null;
  return {
    code: 'NEGATIVE_ESTIMATE',
    message: `${metricLabel(metric)}: some draws of this unbiased estimate are negative: ${where.join('; ')}.`,
  };
}

function poolTooSmall({ metric, points, poolSize }: Omit<StudyCurve, 'warnings'>): Warning | null {
  const unbanded = points.filter(({ values, band }) => values.length > 1 && band === null);
  if (unbanded.length === 0) return null;
  return {
    code: 'POOL_TOO_SMALL_FOR_BANDS',
    message:
      `${metricLabel(metric)}: no band at n = ${unbanded.map(({ sampleSize }) => countText(sampleSize)).join(', ')}: fewer than 20 draws, or more ` +
      `than 80 % of the ${countText(poolSize)} images in each, so that draws hardly differ.`,
  };
}

function biasedAtLargest(curve: Omit<StudyCurve, 'warnings'>): Warning | null {
  const { metric, points, fit } = curve;
  const largest = points.at(-1);
  if (
    isUnbiased(curve) ||
    curve.isPaired ||
    fit === null ||
    !fit.holds ||
    largest === undefined ||
    largest.mean === 0
  )
    return null;
  const bias = largest.mean - fit.limit;
  const shown = (value: number) => numberText(value, { error: valueError(curve, largest) });
  if (Math.abs(bias) <= LARGE_BIAS_SHARE * Math.abs(largest.mean)) return null;
  return {
    code: 'BIASED_AT_N',
    message:
      `${metricLabel(metric)}: ${shown(bias)} of the value ${shown(largest.mean)} at n = ${countText(largest.sampleSize)} is bias. The 1/n fit ` +
      `from n = ${countText(fit.window.from)} gives ${shown(fit.limit)} for ${limitWords(curve)}.`,
  };
}

function biasOfReference({
  metric,
  referenceBias,
  referenceSize,
  limitInterval,
  required,
}: Omit<StudyCurve, 'warnings'>): Warning | null {
  if (referenceBias == null || limitInterval === null) return null;
  const { estimate, standardError: error } = limitInterval;
  if (referenceBias <= LARGE_BIAS_SHARE * Math.abs(estimate)) return null;
  const rest = required.some(({ reason }) => reason != null)
    ? '. The rest does not differ significantly from 0, so no n for a relative bias is given'
    : '';
  return {
    code: 'BIASED_BY_REFERENCE',
    message:
      `${metricLabel(metric)}: the asymptotic value ${numberText(estimate, { error })} holds about ${numberText(referenceBias, { error })} of bias from the ` +
      `${countText(referenceSize)} reference images (as for Gaussian embeddings). More generated images do not remove it${rest}.`,
  };
}

function nearZero(curve: Omit<StudyCurve, 'warnings'>): Warning | null {
  const { metric, points } = curve;
  const largest = points.at(-1);
  if (points.length < 2 || largest?.relativeToLargest !== null) return null;
  return {
    code: 'NEAR_ZERO',
    message:
      `${metricLabel(metric)}: the value ${numberText(largest.mean, { error: valueError(curve, largest) })} at n = ${countText(largest.sampleSize)} does ` +
      'not differ significantly from 0. Relative values are omitted.',
  };
}
