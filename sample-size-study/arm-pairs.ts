import { holmAdjusted } from '../uncertainty/comparison/holm-adjusted.js';
import { differenceProbability, type FinalValues } from './final-values.js';
import type { ArmPair } from './study-report.js';

/** How often a study may rank any two arms of one distribution under a metric, at most: an order is not said lightly. */
export const FALSE_RANKINGS = 0.001;

/**
 * All pairs of arms, and which of them are told apart: where their difference is too large for the errors of both, by
 * Student's t with the p values adjusted for all pairs (Holm 1979). Errors count as independent: arms that share images
 * or a reference differ less than that, so that two arms of one distribution are ranked more seldom still.
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
  return pairs.map((pair, place) => ({
    ...pair,
    pValue: pair.standardError === null ? null : adjusted[place]!,
    isRanked: adjusted[place]! < FALSE_RANKINGS,
  }));
}
