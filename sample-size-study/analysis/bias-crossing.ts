import { jackknifeCovariance, jackknifeVariance } from '../../metrics/intervals/delete-group-jackknife.js';
import { mean } from '../../numerics/mean-and-variance.js';
import { studentQuantile } from '../../numerics/student-t.js';
import { fitWeights } from './bias-fit.js';
import { weightedFit } from './weighted-fit.js';

/** Where bias alone puts two sets in the wrong order: below how many images. */
export interface BiasCrossing {
  /** (b₁ − b₂)/(limit₂ − limit₁) */
  readonly below: number;
  /** ends of the 95 % interval; a `high` of null: no largest n, as the order for n → ∞ is not significant */
  readonly low: number;
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
 * Where the lines limit + b/n of two sets cross. Its interval holds every n at which the difference D(n) of the lines is
 * not significant: |D(n)| ≤ t·√(e₁² + e₂² + Var D(n)), with e the errors of the pools and Var over the repeats, which draw for both sets
 * together. The bound is a quadratic in 1/n. t has the fewer degrees of freedom of pools and repeats.
 *
 * @returns null where the lines do not cross at a positive n, where fewer than three repeats are there, where sizes have unlike numbers of
 * repeats (no repeat can be left out of all), or where no n is outside the interval
 *
 * Source: Fieller 1954, J. R. Statist. Soc. B 16:175.
 */
export function biasCrossing(
  first: CrossingCurve,
  second: CrossingCurve,
  { poolDegreesOfFreedom }: { readonly poolDegreesOfFreedom: number },
): BiasCrossing | null {
  const [limit, slope] = [first.limit - second.limit, first.slope - second.slope];
  const below = -slope / limit;
  if (!(Number.isFinite(below) && below > 0)) return null;
  const lines = leftOut(first, second);
  if (lines === null) return null;
  const t = studentQuantile((1 + LEVEL) / 2, Math.min(poolDegreesOfFreedom, lines.length - 1)) ** 2;
  const [limits, slopes] = [lines.map(({ limit }) => limit), lines.map(({ slope }) => slope)];
  const pools = first.poolError ** 2 + second.poolError ** 2;
  // of D² ≤ t²·Var, as square·x² + linear·x + constant ≤ 0 in x = 1/n
  const square = slope ** 2 - t * jackknifeVariance(slopes);
  const linear = 2 * (limit * slope - t * jackknifeCovariance(limits, slopes));
  const constant = limit ** 2 - t * (pools + jackknifeVariance(limits));
  const discriminant = linear ** 2 - 4 * square * constant;
  if (!(square > 0) || !(discriminant >= 0)) return null;
  const root = Math.sqrt(discriminant);
  const [from, to] = [(-linear - root) / (2 * square), (-linear + root) / (2 * square)];
  return { below, low: 1 / to, high: from > 0 ? 1 / from : null };
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
