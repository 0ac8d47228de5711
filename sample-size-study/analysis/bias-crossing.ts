import { jackknifeCovariance, jackknifeVariance } from '../../metrics/intervals/delete-group-jackknife.js';
import { mean } from '../../numerics/mean-and-variance.js';
import { studentQuantile } from '../../numerics/student-t.js';
import { fitWeights } from './bias-fit.js';
import { weightedFit } from './weighted-fit.js';

/** Where bias alone puts two sets in the wrong order: below how many images. */
export interface BiasCrossing {
  /** (b₁ − b₂)/(limit₂ − limit₁) */
  readonly below: number;
  /**
   * Ends of the 95 % interval. A `low` of null: no smallest n, as the order at the smallest n of the lines is not significant. A `high` of null: no
   * largest n, as the order for n → ∞ is not significant.
   */
  readonly low: number | null;
  readonly high: number | null;
}

/** A curve over the sizes of its line, and what its pool adds to the error of every mean. */
export interface CrossingCurve {
  readonly limit: number;
  readonly slope: number;
  /** the sizes that the line is fitted to */
  readonly points: readonly {
    readonly sampleSize: number;
    readonly values: readonly number[];
    readonly standardDeviation: number | null;
  }[];
  readonly poolSize: number;
  readonly poolError: number;
}

const LEVEL = 0.95;

/**
 * Where the lines limit + b/n of two sets cross. Its interval holds every n from `from` on at which the difference D(n) of the lines is
 * not significant: |D(n)| ≤ t·√(e₁² + e₂² + Var D(n)), with e the errors of the pools and Var over the repeats, which draw for both sets
 * together. The bound is a quadratic in 1/n, which may hold of every n: the crossing is given even then, so that intervals hold the true n as often as they
 * claim. t has the fewer degrees of freedom of pools and repeats.
 *
 * @param from  the smallest n at which both are lines
 * @returns null where the lines do not cross at an n of at least `from`, where fewer than three repeats are there, or where sizes have unlike
 * numbers of repeats (no repeat can be left out of all)
 *
 * Source: Fieller 1954, J. R. Statist. Soc. B 16:175.
 */
export function biasCrossing(
  first: CrossingCurve,
  second: CrossingCurve,
  { from, poolDegreesOfFreedom }: { readonly from: number; readonly poolDegreesOfFreedom: number },
): BiasCrossing | null {
  const [limit, slope] = [first.limit - second.limit, first.slope - second.slope];
  const below = -slope / limit;
  if (!(Number.isFinite(below) && below >= from)) return null;
  const lines = leftOut(first, second);
  if (lines === null) return null;
  const t = studentQuantile((1 + LEVEL) / 2, Math.min(poolDegreesOfFreedom, lines.length - 1)) ** 2;
  const [limits, slopes] = [lines.map(({ limit }) => limit), lines.map(({ slope }) => slope)];
  const pools = first.poolError ** 2 + second.poolError ** 2;
  // of D² ≤ t²·Var, as square·x² + linear·x + constant ≤ 0 in x = 1/n
  const square = slope ** 2 - t * jackknifeVariance(slopes);
  const linear = 2 * (limit * slope - t * jackknifeCovariance(limits, slopes));
  const constant = limit ** 2 - t * (pools + jackknifeVariance(limits));
  const ends = roots(square, linear, constant).filter((x) => x > 0 && x * from < 1);
  const isSignificantAtSmallest = (square / from + linear) / from + constant > 0;
  return {
    below,
    low: isSignificantAtSmallest ? 1 / Math.max(1 / below, ...ends) : null,
    high: constant > 0 ? 1 / Math.min(1 / below, ...ends) : null,
  };
}

/** Of square·x² + linear·x + constant, without the difference of two nearly equal numbers. */
function roots(square: number, linear: number, constant: number): readonly number[] {
  const discriminant = linear ** 2 - 4 * square * constant;
  if (discriminant < 0) return [];
  const sum = -(linear + (linear < 0 ? -1 : 1) * Math.sqrt(discriminant)) / 2;
  return [sum / square, constant / sum].filter(Number.isFinite);
}

/** The difference of the two lines without each repeat in turn; a size that was drawn once has no other draw. */
function leftOut(
  first: CrossingCurve,
  second: CrossingCurve,
): readonly { readonly limit: number; readonly slope: number }[] | null {
  const counts = new Set(
    [first, second].flatMap(({ points }) => points.map(({ values }) => values.length)).filter((n) => n > 1),
  );
  const [repeats = 0] = counts;
  if (counts.size !== 1 || repeats < 3) return null;
  const [lineOf, otherLineOf] = [linesWithout(first), linesWithout(second)];
  const lines = Array.from({ length: repeats }, (_, left) => {
    const [one, other] = [lineOf(left), otherLineOf(left)];
    return one === null || other === null
      ? null
      : { limit: one.limit - other.limit, slope: one.slope - other.slope };
  });
  return lines.every((line) => line !== null) ? lines : null;
}

/** The line of a curve without one of its repeats; its weights are those of all. */
function linesWithout({ points, poolSize }: CrossingCurve) {
  const weights = fitWeights(
    points.map((point) => ({ ...point, repeats: point.values.length })),
    poolSize,
  );
  return (left: number) => {
    const line = weightedFit(
      points.map(({ sampleSize, values }, i) => ({
        x: 1 / sampleSize,
        y: mean(values.length === 1 ? values : values.filter((_, r) => r !== left))!,
        weight: weights[i]!,
      })),
      { degree: 1 },
    );
    return line === undefined ? null : { limit: line.coefficients[0]!, slope: line.coefficients[1]! };
  };
}
