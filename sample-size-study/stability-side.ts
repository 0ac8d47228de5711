import { LARGEST_POOL_SHARE } from './analysis/finite-pool.js';
import {
  bounds,
  combinedError,
  differencePValue,
  type ErrorPart,
  type Estimate,
  jackknifeError,
  jackknifeOverRepeats,
} from './analysis/paired-repeats.js';
import { differsFromZero, isUnbiased } from './final-values.js';
import type { LeaveOutValues } from './scored-arm.js';
import type { StabilityDifference, StabilityRatio } from './stability-report.js';
import type { StudyCurve } from './study-report.js';

/** Of the intervals. */
export const LEVEL = 0.95;

/** A jackknife of fewer draws has no error. */
export const FEWEST_REPEATS = 3;

/** What is known of one metric of one set. */
export interface StabilitySide {
  readonly curve: StudyCurve;
  /** by size, then by repeat; null where there is no number */
  readonly values: ReadonlyMap<number, ReadonlyMap<number, number | null>>;
  /** of the pool; of random and matched sets that of all images, whose pool they have */
  readonly leaveOut: LeaveOutValues | null;
  /** where those are unknown, why */
  readonly noPool: string | null;
}

/** A filtered set and what it is compared with, over the draws that both have. */
export interface StabilityPair {
  readonly filtered: StabilitySide;
  readonly other: StabilitySide;
  readonly sizes: readonly number[];
  readonly repeats: readonly number[];
  /** sizes of at most 80 % of the pool, at which every draw of both has a value */
  readonly spreadSizes: readonly number[];
  /** whether no mean at these sizes is near 0, so that there are ratios */
  readonly hasRatio: boolean;
  /** sizes of both fits to 1/n; null with fewer than three, and of unbiased metrics */
  readonly window: readonly number[] | null;
}

/** The sizes and draws that two sides share. */
export function stabilityPair(filtered: StabilitySide, other: StabilitySide): StabilityPair {
  const sides = [filtered, other];
  const sizes = [...filtered.values.keys()].sort((a, b) => a - b).filter((size) => other.values.has(size));
  const repeats = [...new Set(sizes.flatMap((size) => [...filtered.values.get(size)!.keys()]))];
  const spreadSizes = sizes.filter((size) =>
    sides.every(
      (side) =>
        commonShare(side, size) <= LARGEST_POOL_SHARE &&
        repeats.every((repeat) => side.values.get(size)!.get(repeat) != null),
    ),
  );
  const means = sides.map(({ curve }) =>
    curve.points.filter(({ sampleSize }) => spreadSizes.includes(sampleSize)),
  );
  const hasRatio =
    spreadSizes.length > 0 &&
    sides.every(({ curve }, i) => means[i]!.every((point) => differsFromZero(point.mean, curve))) &&
    new Set(means.flat().map((point) => Math.sign(point.mean))).size === 1;
  const window = isUnbiased(filtered.curve) ? null : commonWindow(sides, sizes);
  return { filtered, other, sizes, repeats, spreadSizes, hasRatio, window };
}

/** Sizes of both fits to 1/n; null with fewer than three. */
function commonWindow(sides: readonly StabilitySide[], sizes: readonly number[]): readonly number[] | null {
  const fits = sides.map(({ curve }) => curve.fit);
  if (fits.includes(null)) return null;
  const from = Math.max(...fits.map((fit) => fit!.window.from));
  const window = sizes.filter(
    (size) =>
      size >= from && sides.every(({ curve }) => curve.points.some((point) => point.sampleSize === size)),
  );
  return window.length < 3 ? null : window;
}

/** Share of the images of two draws of a size that are the same, on average. */
export function commonShare({ curve: { part, poolSize } }: StabilitySide, size: number): number {
  return (size * (part?.overlap ?? 1)) / poolSize;
}

/**
 * Standard error of the difference of the two sides, by the pool's images: null where nothing says how much.
 *
 * @param scale  of the value of all images, or without a group of them
 */
export function poolError(
  { filtered: { leaveOut: own }, other: { leaveOut: theirs } }: StabilityPair,
  scale: (value: number, side: 'filtered' | 'other') => number,
): ErrorPart | null {
  if (own === null || theirs === null || own.without.length < FEWEST_REPEATS) return null;
  const replicates = own.without.map(
    (value, i) => scale(value, 'filtered') - scale(theirs.without[i]!, 'other'),
  );
  return replicates.every(Number.isFinite) ? jackknifeError(replicates) : null;
}

/** The pool is as random as the draws from it: null where nothing says how much. */
export function withError(estimate: Estimate | null, pool: ErrorPart | null): Estimate | null {
  if (estimate === null || pool === null) return null;
  return { value: estimate.value, ...combinedError([estimate, pool]) };
}

/** A jackknife over repeats of a statistic that takes those kept. */
export function overRepeats(repeats: readonly number[]) {
  return (statistic: (kept: readonly number[]) => number): Estimate | null =>
    jackknifeOverRepeats(repeats, (left) => statistic(repeats.filter((repeat) => repeat !== left)));
}

/** An estimate on a logarithm as a ratio with its interval. */
export function asRatio(estimate: Estimate | null): StabilityRatio | null {
  if (estimate === null) return null;
  const { low, high } = bounds(estimate, LEVEL);
  const { standardError, degreesOfFreedom } = estimate;
  const pValue = differencePValue(estimate);
  const all = [Math.exp(estimate.value), Math.exp(low), Math.exp(high)] as const;
  if (!all.every(Number.isFinite)) return null;
  return { ratio: all[0], low: all[1], high: all[2], standardError, degreesOfFreedom, pValue };
}

/** An estimate of a difference with its interval, beside what it is the difference of. */
export function asDifference(
  [filtered, other]: readonly number[],
  estimate: Estimate | null,
): StabilityDifference | null {
  if (estimate === null) return null;
  const { value: difference, standardError } = estimate;
  const pValue = differencePValue(estimate);
  return {
    filtered: filtered!,
    other: other!,
    difference,
    ...bounds(estimate, LEVEL),
    standardError,
    pValue,
  };
}
