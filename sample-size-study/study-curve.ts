import { defined } from '../defined.js';
import type { Warning } from '../encoders/encoder.js';
import { mean, standardDeviation } from '../numerics/mean-and-variance.js';
import { quantile } from '../numerics/order-statistics.js';
import { type BiasFit, biasFit } from './analysis/bias-fit.js';
import { independentSpreads, LARGEST_POOL_SHARE } from './analysis/finite-pool.js';
import { requiredForBias, requiredForPrecision, settledSize } from './analysis/required-sample-size.js';
import { spreadExponent } from './analysis/spread-exponent.js';
import { curveWarnings } from './curve-warnings.js';
import { differsFromZero, isUnbiased } from './final-values.js';
import type { ResamplingScheme } from './study-design.js';
import type { RequiredSizes, StudyCurve, StudyPoint } from './study-report.js';

/** The draws of one curve and what is known of where they came from. */
export interface CurveDraws
  extends Omit<StudyCurve, 'points' | 'fit' | 'spreadExponent' | 'required' | 'warnings'> {
  readonly scheme: ResamplingScheme;
  /** by size, ascending; the value of repeat r at index r, absent repeats left out */
  readonly draws: readonly {
    readonly sampleSize: number;
    readonly values: readonly number[];
    /** mean number of images scored, where it is not the sample size */
    readonly scored?: number;
  }[];
  /** doubts raised while running */
  readonly warnings: readonly Warning[];
}

const SHARES = [0.01, 0.02, 0.05, 0.1] as const;
const FEWEST_FOR_BAND = 20;
const PAIRED = 'the sets are paired, which biases the 1/n fit downwards';
const LIMIT_NEAR_ZERO =
  'the asymptotic value minus the reference’s own bias does not differ significantly from 0';

/** A curve with its fit, limit, required sizes and doubts. */
export function studyCurve(input: CurveDraws): StudyCurve {
  const { draws, poolSize, scheme, warnings, ...identity } = input;
  // two draws of random parts of a pool have fewer images in common than two of the pool itself
  const overlapping = poolSize / (identity.part?.overlap ?? 1);
  const statistics = draws.map(({ sampleSize, values, scored }) => ({
    sampleSize,
    ...defined({ scored }),
    values,
    repeats: values.length,
    mean: mean(values)!,
    standardDeviation: standardDeviation(values, 1) ?? null,
  }));
  const bias = isUnbiased(identity) ? 'none' : 'as 1/n';
  const fit =
    biasFit(
      statistics.filter(({ sampleSize }) => sampleSize <= poolSize),
      { bias, poolSize },
    ) ?? null;
  const corrected = scheme === 'subsample' ? independentSpreads(statistics, overlapping) : null;
  const spreads = statistics.map((point, index) => {
    const spread = point.standardDeviation;
    const independent = corrected === null ? spread : corrected[index]!;
    return {
      sampleSize: point.sampleSize,
      ...defined({ scored: point.scored }),
      values: point.values,
      mean: point.mean,
      standardDeviation: spread,
      independentDeviation: independent,
      coefficientOfVariation:
        independent === null || point.mean === 0 ? null : independent / Math.abs(point.mean),
      band: band(point.values, scheme === 'subsample' ? point.sampleSize / overlapping : 0),
    };
  });
  const nonZero = (value: number | undefined) =>
    value !== undefined && differsFromZero(value, { ...identity, poolSize, points: spreads }) ? value : null;
  const [largest, limit] = [nonZero(spreads.at(-1)?.mean), nonZero(fit?.limit)];
  const points = spreads.map(
    (point): StudyPoint => ({
      ...point,
      relativeToLargest: largest === null ? null : point.mean / largest,
      relativeToLimit: limit === null ? null : point.mean / limit,
    }),
  );
  const exponent = spreadExponent(points);
  const limitDiffersFromZero =
    nonZero(fit === null ? undefined : fit.limit - (identity.referenceBias ?? 0)) !== null;
  const noRatio =
    identity.isPaired === true ? PAIRED : fit === null || limitDiffersFromZero ? null : LIMIT_NEAR_ZERO;
  const curve: Omit<StudyCurve, 'warnings'> = {
    ...identity,
    poolSize,
    points,
    fit,
    spreadExponent: exponent,
    required: SHARES.map((share) => required(share, { points, fit, largest, bias, noRatio })),
  };
  return { ...curve, warnings: [...warnings, ...curveWarnings(curve)] };
}

function band(values: readonly number[], poolShare: number): StudyPoint['band'] {
  if (values.length < FEWEST_FOR_BAND || poolShare > LARGEST_POOL_SHARE) return null;
  return { low: quantile(values, 0.025)!, high: quantile(values, 0.975)! };
}

function required(
  share: number,
  {
    points,
    fit,
    largest,
    bias,
    noRatio,
  }: {
    readonly points: readonly StudyPoint[];
    readonly fit: BiasFit | null;
    /** null where it does not differ significantly from 0 */
    readonly largest: number | null;
    readonly bias: 'as 1/n' | 'none';
    /** why no share of the line's limit says anything */
    readonly noRatio: string | null;
  },
): RequiredSizes {
  const precise = points.findLast(({ independentDeviation }) => independentDeviation !== null);
  return {
    share,
    settledAt: largest === null ? null : settledSize(points, { target: largest, share }),
    forBias:
      fit?.holds && noRatio === null && bias !== 'none'
        ? requiredForBias({ slope: fit.slope, limit: fit.limit, share })
        : null,
    forPrecision:
      fit?.holds && noRatio === null && precise !== undefined
        ? requiredForPrecision({
            standardDeviation: precise.independentDeviation!,
            sampleSize: precise.sampleSize,
            limit: fit.limit,
            share,
          })
        : null,
    reason: noRatio,
  };
}
