import { holmAdjusted } from '../numerics/holm-adjusted.js';
import { countText } from '../numerics/number-text.js';
import { leastOf } from '../numerics/order-statistics.js';
import { type BiasCrossing, biasCrossing, type CrossingCurve } from './analysis/bias-crossing.js';
import { rankStability } from './analysis/rank-stability.js';
import type { FinalValues } from './final-values.js';
import {
  DEGREES_OF_FREEDOM,
  differenceProbability,
  finalValues,
  isUnbiased,
  poolError,
} from './final-values.js';
import { NOISE_FLOOR } from './study-design.js';
import type { ArmPair, StudyCurve, StudyRanking } from './study-report.js';

/** The most that a ranked pair may flip where the order counts as settled. */
const SETTLED_FLIP_RATE = 0.05;

/**
 * How reliable the ranking is, for each metric on the undistorted images. The truth is the limits where every
 * set's fit holds, else the means at the largest common size; only pairs with a significant difference are ranked. Repeats of one
 * number are drawn together.
 */
export function studyRankings(curves: readonly StudyCurve[]): readonly StudyRanking[] {
  const plain = curves.filter(({ distortion, arm }) => distortion === 'none' && arm !== NOISE_FLOOR);
  const metrics = [...new Set(plain.map(({ metric }) => metric))];
  return metrics.flatMap((metric) => {
    const arms = plain.filter((curve) => curve.metric === metric);
    const direction = arms[0]!.direction;
    if (arms.length < 2) return [];
    const sizes = commonSizes(arms);
    if (sizes.length === 0) return [];
    const { final, rankedBy, errors } = finalValues(arms, sizes.at(-1)!);
    const names = arms.map(({ arm }) => arm);
    const pairs = armPairs(names, { final, errors });
    const ranked = pairs.filter(({ isRanked }) => isRanked);
    const isRanked = (i: number, j: number) =>
      ranked.some(({ first, second }) => [i, j].every((index) => [first, second].includes(names[index]!)));
    const bySize = sizes.map((sampleSize) =>
      rankStability({ sampleSize, values: pairedValues(arms, sampleSize) }, { final, direction, isRanked }),
    );
    const indices = ranked.map(({ first, second }) => [names.indexOf(first), names.indexOf(second)] as const);
    return [
      {
        metric,
        direction,
        arms: names,
        final,
        rankedBy,
        finalErrors: errors,
        falseRankings: FALSE_RANKINGS,
        pairs,
        bySize,
        requiredSize: requiredSize(bySize, indices),
        crossings: crossings(arms),
      },
    ];
  });
}

function commonSizes(arms: readonly StudyCurve[]): number[] {
  const [first, ...others] = arms.map(({ points }) => points.map(({ sampleSize }) => sampleSize));
  return first!.filter((size) => others.every((sizes) => sizes.includes(size)));
}

/** Draws of the sets at one size, cut to the fewest that any set has. */
function pairedValues(arms: readonly StudyCurve[], size: number): number[][] {
  const values = arms.map(({ points }) => points.find(({ sampleSize }) => sampleSize === size)!.values);
  const fewest = leastOf(values.map(({ length }) => length));
  return values.map((list) => list.slice(0, fewest));
}

function requiredSize(
  bySize: StudyRanking['bySize'],
  pairs: readonly (readonly [number, number])[],
): number | null {
  let required: number | null = null;
  for (const { sampleSize, flips } of [...bySize].reverse()) {
    if (pairs.some(([first, second]) => flips[first]![second]! >= SETTLED_FLIP_RATE)) break;
    required = sampleSize;
  }
  return pairs.length === 0 ? null : required;
}

/** Pairs whose lines cross at an n where both are lines: below the window of a fit its curve is another. Those that are known best come first. */
function crossings(arms: readonly StudyCurve[]): StudyRanking['crossings'] {
  const lines = arms.map(crossingCurve);
  const found = arms.flatMap((first, i) =>
    arms.slice(i + 1).flatMap((second, k) => {
      const [one, other] = [lines[i]!, lines[i + 1 + k]!];
      if (one === null || other === null) return [];
      const from = Math.max(one.points[0]!.sampleSize, other.points[0]!.sampleSize);
      const crossing = biasCrossing(one, other, { from, poolDegreesOfFreedom: DEGREES_OF_FREEDOM });
      return crossing === null ? [] : [{ first: first.arm, second: second.arm, ...crossing }];
    }),
  );
  const ends = ({ low, high }: BiasCrossing) => [low, high].filter((end) => end !== null).length;
  return found.sort((one, other) => ends(other) - ends(one));
}

/** Crossings in words: each with its interval, and together those whose interval is open at both ends. */
export function crossingTexts(crossings: StudyRanking['crossings']): readonly string[] {
  const isOpen = ({ low, high }: StudyRanking['crossings'][number]) => low === null && high === null;
  const open = crossings
    .filter(isOpen)
    .map(({ first, second, below }) => `${first} and ${second} (n = ${countText(Math.ceil(below))})`);
  const rest = open.length > MOST_OPEN ? ` and ${countText(open.length - MOST_OPEN)} more pairs` : '';
  return [
    ...crossings.filter((crossing) => !isOpen(crossing)).map(crossingText),
    ...(open.length === 0
      ? []
      : [
          `lines cross, but the order is significant neither at small n nor for n → ∞: ${open.slice(0, MOST_OPEN).join(', ')}${rest}`,
        ]),
  ];
}

/** Pairs that are named of those whose crossing is unknown. */
const MOST_OPEN = 3;

function crossingText({ first, second, below, low, high }: StudyRanking['crossings'][number]): string {
  const sets = `${first} and ${second} below n = ${countText(Math.ceil(below))}`;
  if (low === undefined) return `bias alone reverses ${sets}`;
  if (low === null)
    return `bias alone may reverse ${sets} (95 % interval: up to ${countText(Math.ceil(high!))}; the order at small n is not significant)`;
  const from = countText(Math.ceil(low));
  return high == null
    ? `bias alone may reverse ${sets} (95 % interval: ${from} and more; the order for n → ∞ is not significant)`
    : `bias alone reverses ${sets} (95 % interval: ${from} to ${countText(Math.ceil(high))})`;
}

function crossingCurve(curve: StudyCurve): CrossingCurve | null {
  const { fit, isPaired, points, poolSize, limitInterval } = curve;
  const error = poolError(curve);
  if (!fit?.holds || isPaired || error === null || isUnbiased(curve)) return null;
  const { from, to } = fit.window;
  return {
    limit: fit.limit,
    slope: fit.slope,
    points: points.filter(({ sampleSize }) => sampleSize >= from && sampleSize <= to),
    poolSize,
    poolError: Math.hypot(error, limitInterval?.jackknifeDisagreement ?? 0),
  };
}

/** How often a study may rank any two sets of one distribution under a metric, at most. */
export const FALSE_RANKINGS = 0.001;

/**
 * All pairs of sets, and which of them differ significantly, by
 * Student's t with the p values adjusted for all pairs (Holm 1979). Errors count as independent: sets that share images
 * or a reference differ less than that, so two sets of one distribution are ranked even less often.
 */
export function armPairs(
  arms: readonly string[],
  { final, errors }: Pick<FinalValues, 'final' | 'errors'>,
): readonly ArmPair[] {
  const pairs = arms.flatMap((first, i) =>
    arms.slice(i + 1).map((second, k) => {
      const j = i + 1 + k;
      const error = errors[i] === null || errors[j] === null ? null : Math.hypot(errors[i]!, errors[j]!);
      return { first, second, difference: final[i]! - final[j]!, standardError: error };
    }),
  );
  const adjusted = holmAdjusted(pairs.map(differenceProbability));
  return pairs.map((pair, index) => ({
    ...pair,
    pValue: pair.standardError === null ? null : adjusted[index]!,
    isRanked: adjusted[index]! < FALSE_RANKINGS,
  }));
}
