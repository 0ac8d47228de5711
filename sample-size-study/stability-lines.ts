import { mean } from '../numerics/mean-and-variance.js';
import { type ErrorPart, type Estimate, jackknifeError } from './analysis/paired-repeats.js';
import { weightedFit } from './analysis/weighted-fit.js';
import { isUnbiased } from './final-values.js';
import type { FilterStability, StabilityDifference } from './stability-report.js';
import {
  asDifference,
  overRepeats,
  poolError,
  type StabilityPair,
  type StabilitySide,
  withError,
} from './stability-side.js';
import type { StudyCurve } from './study-report.js';

/** How the bias slopes and asymptotic values of a filtered set compare. */
export interface Lines extends Pick<FilterStability, 'isLinear' | 'slope' | 'limit'> {
  /** logarithms of the ratios; null where there are none */
  readonly logSlope: Estimate | null;
  readonly logLimit: Estimate | null;
}

/** Least squares on 1/n over the sizes of both fits, the differences paired by draw, the error of the pool beside that of the draws. */
export function lines(pair: StabilityPair): Lines {
  const { filtered, other, window } = pair;
  const sides = [filtered, other];
  const pool = poolError(pair, (value) => value);
  const limit = isUnbiased(filtered.curve) ? limitOfPools(sides, pool) : limitOfLines(pair, window, pool);
  return {
    isLinear: sides.every(({ curve }) => curve.fit?.holds === true),
    limit,
    logLimit: limit === null ? null : logLimit(pair, limit, window),
    ...slopes(pair, window),
  };
}

/** A point of a line: a size, and one over the mean number of images scored there. */
function abscissa({ points }: StudyCurve, size: number): number {
  return 1 / (points.find(({ sampleSize }) => sampleSize === size)!.scored ?? size);
}

/** Value at n = ∞ and slope per image scored, by least squares over given sizes, weights n. */
function lineOf(
  side: StabilitySide,
  sizes: readonly number[],
  repeats: readonly number[],
): readonly [number, number] {
  const points = sizes.map((size) => {
    const own = side.values.get(size)!;
    const known = repeats.filter((repeat) => own.get(repeat) != null);
    const used = known.length > 0 ? known : [...own.keys()]; // the whole pool is drawn once
    return { x: abscissa(side.curve, size), y: mean(used.map((repeat) => own.get(repeat)!))!, weight: size };
  });
  const [limit = Number.NaN, slope = Number.NaN] = weightedFit(points, { degree: 1 })?.coefficients ?? [];
  return [limit, slope];
}

function slopes(pair: StabilityPair, window: readonly number[] | null): Pick<Lines, 'slope' | 'logSlope'> {
  const { filtered, other, repeats } = pair;
  const isThresholdUnknown = filtered.curve.part?.inCommon !== undefined && filtered.leaveOut === null;
  if (window === null || isThresholdUnknown) return { slope: null, logSlope: null };
  const over = overRepeats(repeats);
  const slope = (side: StabilitySide, kept: readonly number[]) => lineOf(side, window, kept)[1];
  const each = [filtered, other].map((side) => slope(side, repeats));
  const line = thresholdError(filtered, window);
  const relative = line === null ? null : { ...line, standardError: line.standardError / Math.abs(each[0]!) };
  return {
    slope: asDifference(
      each,
      withLine(
        over((kept) => slope(filtered, kept) - slope(other, kept)),
        line,
      ),
    ),
    logSlope: withLine(
      over((kept) => Math.log(slope(filtered, kept)) - Math.log(slope(other, kept))),
      relative,
    ),
  };
}

function withLine(estimate: Estimate | null, part: ErrorPart | null): Estimate | null {
  return estimate === null || part === null ? estimate : withError(estimate, part);
}

/**
 * Error of a slope by which images of the pool lie near a threshold that is learned in each draw: the smaller the draw, the more of them
 * are kept in some draws and not in others, so that means over draws move with n, in each pool in another direction. Of a mean of
 * influences ψ over the images kept, the covariance of two draws of n and m images is var ψ·|K ∩ K'|/(|K|·|K'|), and a slope is a sum
 * over sizes with known weights. Two draws of random subsets have n·m/N images in common at every size, which adds nothing.
 */
function thresholdError({ curve, leaveOut }: StabilitySide, sizes: readonly number[]): ErrorPart | null {
  const { part } = curve;
  if (part?.inCommon === undefined || leaveOut === null) return null;
  const rows = sizes.map((size) => part.inCommon!.sizes.indexOf(size));
  if (rows.includes(-1)) return null; // a size at which hardly a draw scores an image
  const scored = part.drawnFrom * part.share;
  const { standardError, degreesOfFreedom } = jackknifeError(leaveOut.without);
  const weights = slopeWeights(sizes.map((size) => ({ x: abscissa(curve, size), weight: size })));
  const shared = rows.reduce(
    (sum, row, i) =>
      sum +
      rows.reduce(
        (own, column, j) => own + weights[i]! * weights[j]! * part.inCommon!.shares[row]![column]!,
        0,
      ),
    0,
  );
  return { standardError: standardError * Math.sqrt(Math.max(0, scored * shared)), degreesOfFreedom };
}

/** c of slope = Σ c·y in weighted least squares of a line. */
function slopeWeights(points: readonly { readonly x: number; readonly weight: number }[]): readonly number[] {
  const total = points.reduce((sum, { weight }) => sum + weight, 0);
  const center = points.reduce((sum, { x, weight }) => sum + weight * x, 0) / total;
  const squares = points.reduce((sum, { x, weight }) => sum + weight * (x - center) ** 2, 0);
  return points.map(({ x, weight }) => (weight * (x - center)) / squares);
}

/** Of unbiased metrics the values of the whole pool. */
function limitOfPools(sides: readonly StabilitySide[], pool: ErrorPart | null): StabilityDifference | null {
  if (pool === null) return null;
  const each = sides.map(({ curve }) => curve.points.at(-1)!.mean);
  return asDifference(each, { value: each[0]! - each[1]!, ...pool });
}

/**
 * Asymptotic values by lines over the draws, with the pool's error by jackknife, the rule applied anew in every replicate. A jackknife's own
 * correction of the bias would be noisier than what two sets of one pool differ by.
 */
function limitOfLines(
  { filtered, other, repeats }: StabilityPair,
  window: readonly number[] | null,
  pool: ErrorPart | null,
): StabilityDifference | null {
  if (window === null || pool === null) return null;
  const limit = (side: StabilitySide, kept: readonly number[]) => lineOf(side, window, kept)[0];
  const drawn = overRepeats(repeats)((kept) => limit(filtered, kept) - limit(other, kept));
  return asDifference(
    [filtered, other].map((side) => limit(side, repeats)),
    withError(drawn, pool),
  );
}

/** log of the ratio of asymptotic values; null where one is not above 0. */
function logLimit(
  pair: StabilityPair,
  limit: StabilityDifference,
  window: readonly number[] | null,
): Estimate | null {
  const { filtered, other, repeats } = pair;
  if (limit.filtered <= 0 || limit.other <= 0) return null;
  const pool = poolError(pair, (without, of) => Math.log(limit[of] + without - pair[of].leaveOut!.value));
  const value = Math.log(limit.filtered / limit.other);
  if (pool === null || window === null) return pool === null ? null : { value, ...pool };
  const log = (side: StabilitySide, kept: readonly number[]) => Math.log(lineOf(side, window, kept)[0]);
  return withError(
    overRepeats(repeats)((kept) => log(filtered, kept) - log(other, kept)),
    pool,
  );
}
