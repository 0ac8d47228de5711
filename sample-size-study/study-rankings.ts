import { rankStability } from './analysis/rank-stability.js';
import { biasCrossing } from './analysis/required-sample-size.js';
import { FLOOR_ARM } from './study-cells.js';
import type { StudyCurve, StudyRanking } from './study-report.js';

/** The most that a pair of neighbors in rank may flip where the order counts as settled. */
const SETTLED_FLIP_RATE = 0.05;

/**
 * How sure the order of the arms is, for each metric on the undistorted images. The truth is the limits where every
 * arm's fit holds, else the means at the largest common size. Repeats of one number are drawn together.
 */
export function studyRankings(curves: readonly StudyCurve[]): readonly StudyRanking[] {
  const plain = curves.filter(({ distortion, arm }) => distortion === 'none' && arm !== FLOOR_ARM);
  const metrics = [...new Set(plain.map(({ metric }) => metric))];
  return metrics.flatMap((metric) => {
    const arms = plain.filter((curve) => curve.metric === metric);
    const direction = arms[0]!.direction;
    if (arms.length < 2 || direction === 'neither') return [];
    const sizes = commonSizes(arms);
    if (sizes.length === 0) return [];
    const limits = arms.every(({ fit }) => fit?.holds);
    const final = arms.map(({ fit, points }) =>
      limits ? fit!.limit : points.find(({ sampleSize }) => sampleSize === sizes.at(-1))!.mean,
    );
    const bySize = sizes.map((sampleSize) =>
      rankStability({ sampleSize, values: pairedValues(arms, sampleSize) }, { final, direction }),
    );
    return [
      {
        metric,
        direction,
        arms: arms.map(({ arm }) => arm),
        final,
        finalIs: limits ? ('limit' as const) : ('largest-size' as const),
        bySize,
        requiredSize: requiredSize(bySize, neighborsInRank(final)),
        crossings: crossings(arms),
      },
    ];
  });
}

function commonSizes(arms: readonly StudyCurve[]): number[] {
  const [first, ...others] = arms.map(({ points }) => points.map(({ sampleSize }) => sampleSize));
  return first!.filter((size) => others.every((sizes) => sizes.includes(size)));
}

/** Draws of the arms at one size, cut to the fewest that any arm has. */
function pairedValues(arms: readonly StudyCurve[], size: number): number[][] {
  const values = arms.map(({ points }) => points.find(({ sampleSize }) => sampleSize === size)!.values);
  const fewest = Math.min(...values.map(({ length }) => length));
  return values.map((list) => list.slice(0, fewest));
}

/** Pairs that stand next to each other in the final order; equal arms are not ranked and give no pair. */
function neighborsInRank(final: readonly number[]): readonly (readonly [number, number])[] {
  const order = [...final.keys()].sort((a, b) => final[a]! - final[b]!);
  return order
    .slice(1)
    .map((place, i) => [order[i]!, place] as const)
    .filter(([first, second]) => final[first] !== final[second]);
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

function crossings(arms: readonly StudyCurve[]): StudyRanking['crossings'] {
  return arms.flatMap((first, i) =>
    arms.slice(i + 1).flatMap((second) => {
      if (!first.fit?.holds || !second.fit?.holds) return [];
      const below = biasCrossing(first.fit, second.fit);
      return below === null ? [] : [{ first: first.arm, second: second.arm, below: Math.round(below) }];
    }),
  );
}
