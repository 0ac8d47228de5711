import { countText, numberText, percentText, probabilityClause } from '../numerics/number-text.js';
import { normalQuantile, studentQuantile } from '../numerics/student-t.js';
import { DETERMINED } from './beyond-detail.js';
import { type ComparisonPlan, jackknifeGroups } from './comparison-plan.js';
import type { FilterEffect, Verdict, VerdictKind } from './filter-effect.js';
import { fewestDraws, resolutionOf } from './randomization-test.js';
import { effectText, otherControlsText } from './verdict-text.js';

type Judged = Omit<FilterEffect, 'verdict'>;

/** Whether the comparison leaves room for the smallest effect that matters, and how many images would not. */
interface Exclusion {
  readonly isExcluded: boolean;
  /** null where no number is enough: of a random mean of 0 every share is 0 */
  readonly imagesNeeded: number | null;
}

/**
 * The one definition of "no evidence": a change of the smallest effect that matters, to either side, lies outside the jackknife interval
 * of the difference at level 1 − significance/tests, the significance of the verdicts. Otherwise there are too few images, and n times
 * the square of how much smaller the standard error must be would exclude such a change where there is none, with power 0.8: a difference of
 * no effect lies to both sides of 0, within z₀.₉ standard errors of it with a probability of 0.8.
 */
function exclusion(
  { random, difference, unfiltered }: Pick<Judged, 'random' | 'difference' | 'unfiltered'>,
  plan: ComparisonPlan,
  tests: number,
): Exclusion {
  const sought = plan.smallestEffect * Math.abs(random.mean);
  const { value, standardError } = difference;
  const tail = plan.significance / tests / 2;
  const half = studentQuantile(1 - tail, jackknifeGroups(plan, unfiltered.n) - 1) * standardError;
  const reach = half + normalQuantile((1 + POWER) / 2) * standardError;
  const needed = Math.ceil(unfiltered.n * Math.max(1, reach / sought) ** 2) + 1;
  return {
    isExcluded: Math.abs(value) + half < sought,
    imagesNeeded: Number.isSafeInteger(needed) ? needed : null,
  };
}

/**
 * The verdict of one filter on one quality metric. In this order: too few draws to reach the significance; where the adjusted p
 * is small and the change is for the better, what `detailVerdict` says; `hurts` where it is for the worse; `no-evidence` where
 * the smallest effect that matters is excluded; `too-few-images` otherwise.
 */
export function verdict(effect: Judged, plan: ComparisonPlan, tests: number): Verdict {
  const { random, difference, direction, pHolm } = effect;
  const facts = effectText(effect);
  const plain = (kind: VerdictKind, sentence: string): Verdict => ({ kind, sentence, imagesNeeded: null });
  const fewest = fewestDraws({ tests, level: plan.significance });
  if (random.draws < fewest) {
    return plain(
      'too-few-draws',
      `Too few draws to say: ${facts}; with ${tests} tests at least ${countText(fewest)} random subsets are needed.`,
    );
  }
  const isBetter = direction === 'lower-is-better' ? difference.value < 0 : difference.value > 0;
  if (pHolm! <= plan.significance && isBetter) {
    const { kind, start, end, imagesNeeded: needed } = detailVerdict(effect, plan, tests);
    const bestDetailControl = effect.controls.find(({ difference: found }) => found !== null)?.control;
    const beside = otherControlsText(effect, bestDetailControl);
    return { kind, sentence: `${start}: ${facts}${end}${beside}.`, imagesNeeded: needed };
  }
  if (pHolm! <= plan.significance) return plain('hurts', `Hurts: ${facts}.`);
  if (random.standardDeviation === 0 && difference.value === 0)
    return plain('no-evidence', `No evidence: ${facts}; all subsets of as many images have this value.`);
  const { isExcluded, imagesNeeded: needed } = exclusion(effect, plan, tests);
  const change = percentText(plan.smallestEffect);
  if (isExcluded)
    return plain('no-evidence', `No evidence: ${facts}; a change of ${change} or more is excluded.`);
  const enough =
    needed === null
      ? 'no number of images would exclude it where the random mean is 0'
      : `about ${countText(needed)} images would be needed to see or to exclude it`;
  return {
    kind: 'too-few-images',
    sentence: `Too few images to say: ${facts}; a change of ${change} is not excluded, and ${enough}.`,
    imagesNeeded: needed,
  };
}

/** How much of an improvement detail explains, in words. */
interface DetailVerdict {
  readonly kind: VerdictKind;
  /** how the sentence starts, and how it ends after the facts */
  readonly start: string;
  readonly end: string;
  readonly imagesNeeded: number | null;
}

/** Of the tests and exclusions for which a number of images is given: the usual one. */
const POWER = 0.8;

/** Standard errors between no effect and one that a two-sided test finds with power 0.8. */
function detectable(significance: number): number {
  return normalQuantile(1 - significance / 2) + normalQuantile(POWER);
}

/** The measure of detail whose filter does best, and whether that is as good as the score's. */
function detailComparison({ controls, direction, filtered, random }: Judged): {
  readonly text: string;
  readonly isAsGood: boolean;
} {
  const { control, value } = controls.find(({ difference }) => difference !== null)!;
  return {
    text: `filtering by ${control} gives ${numberText(value, { error: random.standardDeviation })}`,
    isAsGood: direction === 'lower-is-better' ? value <= filtered : value >= filtered,
  };
}

/**
 * Whether a filter that makes a metric better does more than its detail. In this order:
 *
 * * `helps-detail-unmeasured` where nothing of detail was measured;
 * * `not-more-than-detail` where filtering by one measure of detail is as good;
 * * `inseparable-from-detail` where no images of like detail are both kept and dropped;
 * * `not-more-than-detail` where filtering by what all measures jointly predict to be kept is as good;
 * * `helps` where it is significantly better than random subsets matched on detail;
 * * `not-more-than-detail` where half of the change beyond detail is excluded; else `too-few-images`.
 *
 * In place of `helps` and `too-few-images` it is `inseparable-from-detail` where detail jointly predicts what is kept too well.
 *
 * @param significance  of the tests, and how many share it
 */
function detailVerdict(
  effect: Judged,
  { significance }: Pick<ComparisonPlan, 'significance'>,
  tests: number,
): DetailVerdict {
  const { beyondDetail, difference, direction, unfiltered, random, controls, filtered } = effect;
  const plain = (kind: VerdictKind, start: string, end: string): DetailVerdict => ({
    kind,
    start,
    end,
    imagesNeeded: null,
  });
  if (!controls.some(({ family }) => family === 'detail'))
    return plain(
      'helps-detail-unmeasured',
      'Better than random, but detail was not measured',
      '; detail alone may explain that',
    );
  const best = detailComparison(effect);
  const notMore = (end: string) => plain('not-more-than-detail', 'Not more than detail does', end);
  if (best.isAsGood) return notMore(`, but ${best.text}, which is as good or better`);
  const inseparable = (reason: string, beside: string) => {
    const { concordance } = beyondDetail;
    const predicted = concordance === undefined ? '' : ` (its ROC AUC is ${percentText(concordance)})`;
    const end = `, but ${reason}${predicted}; ${beside}${best.text}`;
    return plain('inseparable-from-detail', 'Cannot be separated from detail', end);
  };
  if ('reason' in beyondDetail) return inseparable(beyondDetail.reason, '');
  const { test, pHolm, copy, isDetermined = false } = beyondDetail;
  const isBetterThan = (value: number) =>
    direction === 'lower-is-better' ? filtered < value : filtered > value;
  const shown = (value: number) => numberText(value, { error: test.standardDeviation });
  if (copy !== undefined && !isBetterThan(copy))
    return notMore(
      `, but keeping the images that detail predicts to be kept gives ${shown(copy)}, which is as good or better; ${best.text}`,
    );
  const share = (test.mean - random.mean) / difference.value;
  const like = `random subsets matched on detail give ${shown(test.mean)} (${percentText(share)} of the change), ${probabilityClause(pHolm, resolutionOf(test))}`;
  const isBetter = isBetterThan(test.mean);
  const isSignificant = isBetter && pHolm <= significance;
  if (isSignificant && !isDetermined)
    return plain('helps', 'Helps', `, and more than the detail in it does: ${like}; ${best.text}`);
  const half = Math.abs(difference.value) / 2;
  const beyond = isBetter ? Math.abs(filtered - test.mean) : 0;
  const margin = normalQuantile(1 - significance / tests / 2) * test.standardDeviation;
  if (!isSignificant && beyond + margin < half) return notMore(`, but ${like}, and ${best.text}`);
  if (isDetermined) return inseparable(DETERMINED, `${like}; `);
  // enough to see a part as large as is found, or to exclude half, whichever is sooner
  const seen = beyond > 0 ? (detectable(significance / tests) * test.standardDeviation) / beyond : Infinity;
  const excluded = beyond < half ? margin / (half - beyond) : Infinity;
  const needed = Math.ceil(unfiltered.n * Math.max(1, Math.min(seen, excluded)) ** 2) + 1;
  return {
    kind: 'too-few-images',
    start: 'Too few images to say whether it does more than detail',
    end: `, but ${like}, and ${best.text}; about ${countText(needed)} images would be needed to decide`,
    imagesNeeded: needed,
  };
}
