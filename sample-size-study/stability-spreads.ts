import { mean, standardDeviation } from '../numerics/mean-and-variance.js';
import type { Estimate } from './analysis/paired-repeats.js';
import { weightedFit } from './analysis/weighted-fit.js';
import type { FilterStability } from './stability-report.js';
import {
  asDifference,
  asRatio,
  commonShare,
  overRepeats,
  poolError,
  type StabilityPair,
  type StabilitySide,
  withError,
} from './stability-side.js';

/** How the spreads and values of a filtered set compare. */
export interface Spreads
  extends Pick<
    FilterStability,
    'bySize' | 'standardDeviation' | 'coefficientOfVariation' | 'value' | 'exponent'
  > {
  /** of the standard deviation, on its logarithm */
  readonly logDeviation: Estimate | null;
}

/**
 * Ratios of standard deviations, coefficients of variation and values at each size, and their geometric means over sizes, by a jackknife
 * over repeats. The error of the pool is added: a spread follows the value at most in proportion, and so does what the pool does to it.
 */
export function spreads(pair: StabilityPair): Spreads {
  const { filtered, other, repeats, spreadSizes, hasRatio } = pair;
  const over = overRepeats(repeats);
  const logRatio = (of: typeof logDeviation, at: readonly number[], kept: readonly number[]) =>
    mean(at.map((size) => of(filtered, size, kept) - of(other, size, kept))) ?? Number.NaN;
  const withPool = (estimate: Estimate | null, at: readonly number[]) =>
    withError(estimate, poolError(pair, logOfMoved(pair, at)));
  const deviation = (at: readonly number[]) => {
    const drawn = over((kept) => logRatio(logDeviation, at, kept));
    if (hasRatio) return withPool(drawn, at);
    const pool = poolError(pair, logOfSize(pair, at));
    return pool === null ? drawn : withError(drawn, pool);
  };
  const variation = (at: readonly number[]) =>
    hasRatio
      ? withPool(
          over((kept) => logRatio(logDeviation, at, kept) - logRatio(logMean, at, kept)),
          at,
        )
      : null;
  const value = hasRatio
    ? withPool(
        over((kept) => logRatio(logMean, spreadSizes, kept)),
        spreadSizes,
      )
    : null;
  const all = deviation(spreadSizes);
  return {
    logDeviation: all,
    bySize: spreadSizes.map((sampleSize) => ({
      sampleSize,
      standardDeviation: asRatio(deviation([sampleSize])),
      coefficientOfVariation: asRatio(variation([sampleSize])),
    })),
    standardDeviation: asRatio(all),
    coefficientOfVariation: asRatio(variation(spreadSizes)),
    value: asRatio(value),
    exponent:
      spreadSizes.length < 3
        ? null
        : asDifference(
            [filtered, other].map((side) => exponentOf(side, spreadSizes, repeats)),
            over((kept) => exponentOf(filtered, spreadSizes, kept) - exponentOf(other, spreadSizes, kept)),
          ),
  };
}

/** Mean over sizes of log |mean there|, had the pool been without a group of images: as far moved as the value of all images is. */
function logOfMoved(pair: StabilityPair, sizes: readonly number[]) {
  return (without: number, of: 'filtered' | 'other'): number => {
    const side = pair[of];
    const shift = without - side.leaveOut!.value;
    const moved = sizes.map((size) => Math.log(Math.abs(meanOf(side, size, pair.repeats) + shift)));
    return mean(moved) ?? Number.NaN;
  };
}

/** The same of √(mean² + s²), which is finite where the mean is near 0. */
function logOfSize(pair: StabilityPair, sizes: readonly number[]) {
  return (without: number, of: 'filtered' | 'other'): number => {
    const side = pair[of];
    const shift = without - side.leaveOut!.value;
    const moved = sizes.map((size) => {
      const deviation = Math.exp(logDeviation(side, size, pair.repeats));
      return Math.log(Math.hypot(meanOf(side, size, pair.repeats) + shift, deviation));
    });
    return mean(moved) ?? Number.NaN;
  };
}

/** log s of independent draws. */
function logDeviation(side: StabilitySide, size: number, repeats: readonly number[]): number {
  const own = repeats.map((repeat) => side.values.get(size)!.get(repeat)!);
  return Math.log(standardDeviation(own, 1)!) - Math.log1p(-commonShare(side, size)) / 2;
}

function meanOf(side: StabilitySide, size: number, repeats: readonly number[]): number {
  return mean(repeats.map((repeat) => side.values.get(size)!.get(repeat)!))!;
}

function logMean(side: StabilitySide, size: number, repeats: readonly number[]): number {
  return Math.log(Math.abs(meanOf(side, size, repeats)));
}

function exponentOf(side: StabilitySide, sizes: readonly number[], repeats: readonly number[]): number {
  const points = sizes.map((size) => ({
    x: Math.log(size),
    y: logDeviation(side, size, repeats),
    weight: 1,
  }));
  return weightedFit(points, { degree: 1 })?.coefficients[1] ?? Number.NaN;
}
