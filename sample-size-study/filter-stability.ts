import { mean, standardDeviation } from '../numerics/mean-and-variance.js';
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
import { weightedFit } from './analysis/weighted-fit.js';
import type { ConditionMetadata } from './condition-metadata.js';
import { armRole, filterOf } from './filter-arms.js';
import { differsFromZero, isUnbiased } from './final-values.js';
import type { LeaveOutValues } from './scored-arm.js';
import type {
  FilterStability,
  StabilityDifference,
  StabilityRatio,
  StabilityRequired,
} from './stability-report.js';
import type { StudyArm, StudyDesign } from './study-design.js';
import type { StudyCurve } from './study-report.js';
import type { StudyRow } from './study-run.js';

const LEVEL = 0.95;
const SHARE = 0.05;

/** What is known of one metric of one set. */
interface Side {
  readonly curve: StudyCurve;
  /** by size, then by repeat; null where there is no number */
  readonly values: ReadonlyMap<number, ReadonlyMap<number, number | null>>;
  /** of the pool; of random and matched sets that of all images, whose pool they have */
  readonly leaveOut: LeaveOutValues | null;
}

/** Every filtered set beside what it is compared with, for each metric. */
export function filterStability({
  design,
  curves,
  rows,
  facts,
}: {
  readonly design: StudyDesign;
  readonly curves: readonly StudyCurve[];
  readonly rows: readonly StudyRow[];
  readonly facts: readonly ConditionMetadata[];
}): readonly FilterStability[] {
  const filters = design.arms.filter((arm) => armRole(arm) === 'filtered');
  const plain = curves.filter(({ distortion, points }) => distortion === 'none' && points.length > 0);
  const metrics = [...new Set(plain.map(({ metric }) => metric))];
  const leaveOut = (metric: string, arm: string) =>
    facts.find(
      (fact) => fact.arm === arm && fact.distortion === 'none' && fact.leaveOut?.[metric] !== undefined,
    )?.leaveOut?.[metric] ?? null;
  return metrics.flatMap((metric) =>
    filters.flatMap((filter) => {
      const whole = design.arms.find((arm) => armRole(arm) === 'all' && arm.source === filter.source);
      const side = (arm: StudyArm | undefined): Side | null => {
        const curve = plain.find((one) => one.metric === metric && one.arm === arm?.name);
        if (curve === undefined || arm === undefined) return null;
        const isRedrawn = arm.random !== undefined || arm.matched !== undefined;
        const own = leaveOut(metric, isRedrawn ? (whole?.name ?? '') : arm.name);
        return { curve, values: valuesOf(rows, curve), leaveOut: own };
      };
      const filtered = side(filter);
      if (filtered === null) return [];
      const others = [
        ['unfiltered', whole],
        ...(['random', 'matched'] as const).map(
          (role) =>
            [
              role,
              design.arms.find(
                (arm) => armRole(arm) === role && filterOf(arm, design.arms)?.name === filter.name,
              ),
            ] as const,
        ),
      ] as const;
      return others.flatMap(([role, arm]) => {
        const other = side(arm);
        return other === null ? [] : [stabilityOf(filtered, other, role)];
      });
    }),
  );
}

function valuesOf(rows: readonly StudyRow[], { metric, arm }: StudyCurve): Side['values'] {
  const values = new Map<number, Map<number, number | null>>();
  for (const row of rows) {
    if (row.metric !== metric || row.arm !== arm || row.distortion !== 'none') continue;
    const own = values.get(row.sampleSize) ?? new Map<number, number | null>();
    values.set(row.sampleSize, own.set(row.repeat, row.value));
  }
  return values;
}

/** Share of the images of two draws of a size that are the same, on average. */
function commonShare({ curve: { part, poolSize } }: Side, size: number): number {
  return (size * (part?.overlap ?? 1)) / poolSize;
}

/** log s of independent draws. */
function logDeviation(side: Side, size: number, repeats: readonly number[]): number {
  const own = repeats.map((repeat) => side.values.get(size)!.get(repeat)!);
  return Math.log(standardDeviation(own, 1)!) - Math.log1p(-commonShare(side, size)) / 2;
}

function logMean(side: Side, size: number, repeats: readonly number[]): number {
  return Math.log(Math.abs(mean(repeats.map((repeat) => side.values.get(size)!.get(repeat)!))!));
}

function stabilityOf(filtered: Side, other: Side, role: FilterStability['role']): FilterStability {
  const sides = [filtered, other];
  const sizes = [...filtered.values.keys()].sort((a, b) => a - b).filter((size) => other.values.has(size));
  const repeats = [...new Set(sizes.flatMap((size) => [...filtered.values.get(size)!.keys()]))];
  const isSpread = (size: number) =>
    sides.every(
      (side) =>
        commonShare(side, size) <= LARGEST_POOL_SHARE &&
        repeats.every((repeat) => side.values.get(size)!.get(repeat) != null),
    );
  const spread = sizes.filter(isSpread);
  const means = sides.map(({ curve }) =>
    curve.points.filter(({ sampleSize }) => spread.includes(sampleSize)),
  );
  const hasRatio =
    spread.length > 0 &&
    sides.every(({ curve }, i) => means[i]!.every((point) => differsFromZero(point.mean, curve))) &&
    new Set(means.flat().map((point) => Math.sign(point.mean))).size === 1;
  const pool = leftOut(sides, (value) => Math.log(Math.abs(value)));

  const over = (statistic: (kept: readonly number[]) => number) =>
    jackknifeOverRepeats(repeats, (left) => statistic(repeats.filter((repeat) => repeat !== left)));
  const logRatio = (of: typeof logDeviation, at: readonly number[], kept: readonly number[]) =>
    mean(at.map((size) => of(filtered, size, kept) - of(other, size, kept))) ?? Number.NaN;
  // a spread follows the value at most in proportion, and so does what the pool does to it
  const deviation = (at: readonly number[]) => {
    const drawn = over((kept) => logRatio(logDeviation, at, kept));
    return hasRatio ? withError(drawn, pool) : drawn;
  };
  const value = hasRatio
    ? withError(
        over((kept) => logRatio(logMean, spread, kept)),
        pool,
      )
    : null;
  const variation = (at: readonly number[]) =>
    hasRatio
      ? withError(
          over((kept) => logRatio(logDeviation, at, kept) - logRatio(logMean, at, kept)),
          pool,
        )
      : null;
  const slope = slopes(sides, sizes, over);
  const limit = limits(sides, { sizes, over });
  const ofLimit = limit === null || pool === null ? null : logLimit(limit, pool);
  const logSd = deviation(spread);
  return {
    metric: filtered.curve.metric,
    direction: filtered.curve.direction,
    filter: filtered.curve.arm,
    other: other.curve.arm,
    role,
    repeats: repeats.length,
    drawnFrom: filtered.curve.part?.drawnFrom ?? filtered.curve.poolSize,
    level: LEVEL,
    bySize: spread.map((sampleSize) => ({
      sampleSize,
      standardDeviation: asRatio(deviation([sampleSize])),
      coefficientOfVariation: asRatio(variation([sampleSize])),
    })),
    standardDeviation: asRatio(logSd),
    coefficientOfVariation: asRatio(variation(spread)),
    value: asRatio(value),
    exponent:
      spread.length < 3
        ? null
        : asDifference(
            sides.map((side) => exponentOf(side, spread, repeats)),
            over((kept) => exponentOf(filtered, spread, kept) - exponentOf(other, spread, kept)),
          ),
    isLinear: sides.every(({ curve }) => curve.fit?.holds === true),
    slope: slope === null ? null : asDifference(slope.each, slope.difference),
    limit,
    forPrecision: required(sides, 'forPrecision', [
      { estimate: logSd, times: 2 },
      { estimate: ofLimit, times: -2 },
    ]),
    forBias: required(sides, 'forBias', [
      { estimate: slope?.logRatio ?? null, times: 1 },
      { estimate: ofLimit, times: -1 },
    ]),
  };
}

function exponentOf(side: Side, sizes: readonly number[], repeats: readonly number[]): number {
  const points = sizes.map((size) => ({
    x: Math.log(size),
    y: logDeviation(side, size, repeats),
    weight: 1,
  }));
  return weightedFit(points, { degree: 1 })?.coefficients[1] ?? Number.NaN;
}

/** Standard error of the difference of the two sides, by the pool's images. */
function leftOut([filtered, other]: readonly Side[], scale: (value: number) => number): ErrorPart | null {
  const [own, theirs] = [filtered!.leaveOut, other!.leaveOut];
  if (own === null || theirs === null || own.without.length < 3) return null;
  const replicates = own.without.map((value, i) => scale(value) - scale(theirs.without[i]!));
  return replicates.every(Number.isFinite) ? jackknifeError(replicates) : null;
}

/** The pool is as random as the draws from it: null where nothing says how much. */
function withError(estimate: Estimate | null, pool: ErrorPart | null): Estimate | null {
  if (estimate === null || pool === null) return null;
  return { value: estimate.value, ...combinedError([estimate, pool]) };
}

type OverRepeats = (statistic: (kept: readonly number[]) => number) => Estimate | null;

/** Value at n = ∞ and slope per image scored, by least squares over given sizes, weights n. */
function lineOf(side: Side, sizes: readonly number[], repeats: readonly number[]): readonly [number, number] {
  const points = sizes.map((size) => {
    const own = side.values.get(size)!;
    const known = repeats.filter((repeat) => own.get(repeat) != null);
    const used = known.length > 0 ? known : [...own.keys()]; // the whole pool is drawn once
    const { scored = size } = side.curve.points.find(({ sampleSize }) => sampleSize === size)!;
    return { x: 1 / scored, y: mean(used.map((repeat) => own.get(repeat)!))!, weight: size };
  });
  const [limit = Number.NaN, slope = Number.NaN] = weightedFit(points, { degree: 1 })?.coefficients ?? [];
  return [limit, slope];
}

/** Sizes of both fits to 1/n; null with fewer than three. */
function commonWindow(sides: readonly Side[], sizes: readonly number[]): readonly number[] | null {
  const fits = sides.map(({ curve }) => curve.fit);
  if (fits.includes(null)) return null;
  const from = Math.max(...fits.map((fit) => fit!.window.from));
  const window = sizes.filter(
    (size) =>
      size >= from && sides.every(({ curve }) => curve.points.some((point) => point.sampleSize === size)),
  );
  return window.length < 3 ? null : window;
}

function slopes(sides: readonly Side[], sizes: readonly number[], over: OverRepeats) {
  const window = commonWindow(sides, sizes);
  const [filtered, other] = sides as [Side, Side];
  if (window === null || isUnbiased(filtered.curve)) return null;
  const slope = (side: Side, kept: readonly number[]) => lineOf(side, window, kept)[1];
  const all = [...new Set(window.flatMap((size) => [...filtered.values.get(size)!.keys()]))];
  return {
    each: sides.map((side) => slope(side, all)),
    difference: over((kept) => slope(filtered, kept) - slope(other, kept)),
    logRatio: over((kept) => Math.log(slope(filtered, kept)) - Math.log(slope(other, kept))),
  };
}

/**
 * Asymptotic values by lines over the draws, of unbiased metrics the values of the whole pool, with the pool's error by jackknife, the
 * rule applied anew in every replicate. A jackknife's own correction of the bias would be noisier than what two sets of one pool differ by.
 */
function limits(
  sides: readonly Side[],
  { sizes, over }: { readonly sizes: readonly number[]; readonly over: OverRepeats },
): StabilityDifference | null {
  const [filtered, other] = sides as [Side, Side];
  const pool = leftOut(sides, (value) => value);
  if (pool === null) return null;
  if (isUnbiased(filtered.curve)) {
    const each = sides.map(({ curve }) => curve.points.at(-1)!.mean);
    return asDifference(each, { value: each[0]! - each[1]!, ...pool });
  }
  const window = commonWindow(sides, sizes);
  if (window === null) return null;
  const all = [...filtered.values.get(window[0]!)!.keys()];
  const limit = (side: Side, kept: readonly number[]) => lineOf(side, window, kept)[0];
  const drawn = over((kept) => limit(filtered, kept) - limit(other, kept));
  return asDifference(
    sides.map((side) => limit(side, all)),
    withError(drawn, pool),
  );
}

/** log of the ratio of asymptotic values; null where one is not above 0. */
function logLimit({ filtered, other }: StabilityDifference, pool: ErrorPart): Estimate | null {
  return filtered > 0 && other > 0 ? { value: Math.log(filtered / other), ...pool } : null;
}

function required(
  sides: readonly Side[],
  of: 'forPrecision' | 'forBias',
  parts: readonly { readonly estimate: Estimate | null; readonly times: number }[],
): StabilityRequired {
  const [filtered, other] = sides.map(
    ({ curve }) => curve.required.find(({ share }) => share === SHARE)?.[of] ?? null,
  ) as [number | null, number | null];
  const known = parts.flatMap(({ estimate, times }) => (estimate === null ? [] : [{ ...estimate, times }]));
  if (filtered === null || other === null || known.length < parts.length)
    return { filtered, other, ratio: null };
  const perScored = of === 'forBias' ? Math.log(shareOf(sides[1]!) / shareOf(sides[0]!)) : 0;
  const value = known.reduce((sum, part) => sum + part.times * part.value, perScored);
  return { filtered, other, ratio: asRatio({ value, ...combinedError(known) }) };
}

/** Images scored for each image drawn. */
function shareOf({ curve: { part } }: Side): number {
  return part?.share ?? 1;
}

function asRatio(estimate: Estimate | null): StabilityRatio | null {
  if (estimate === null) return null;
  const { low, high } = bounds(estimate, LEVEL);
  const { standardError, degreesOfFreedom } = estimate;
  const pValue = differencePValue(estimate);
  const all = [Math.exp(estimate.value), Math.exp(low), Math.exp(high)] as const;
  if (!all.every(Number.isFinite)) return null;
  return { ratio: all[0], low: all[1], high: all[2], standardError, degreesOfFreedom, pValue };
}

function asDifference(
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
