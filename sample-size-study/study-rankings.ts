import { holmAdjusted } from '../filtering/randomization-test.js';
import { rankStability } from './analysis/rank-stability.js';
import { biasCrossing } from './analysis/required-sample-size.js';
import type { FinalValues } from './final-values.js';
import { differenceProbability, finalValues } from './final-values.js';
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
        crossings: crossings(arms, indices),
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
  const fewest = Math.min(...values.map(({ length }) => length));
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

function crossings(
  arms: readonly StudyCurve[],
  pairs: readonly (readonly [number, number])[],
): StudyRanking['crossings'] {
  return pairs.flatMap(([i, j]) => {
    const [first, second] = [arms[i]!, arms[j]!];
    if (!first.fit?.holds || !second.fit?.holds || first.isPaired || second.isPaired) return [];
    const below = biasCrossing(first.fit, second.fit);
    return below === null ? [] : [{ first: first.arm, second: second.arm, below: Math.round(below) }];
  });
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
