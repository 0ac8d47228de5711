import { countText, numberText, percentText, probabilityText } from '../../metrics/numerics/number-text.js';
import { normalQuantile } from '../../metrics/numerics/student-t.js';
import type { ComparisonPlan } from './comparison-plan.js';
import type { FilterEffect } from './filter-effect.js';

/** What a change for the better owes to detail: what is said of it, and how. */
export interface DetailVerdict {
  readonly kind: 'helps' | 'not-more-than-detail' | 'too-few-images';
  /** how the sentence starts, and how it ends after the facts */
  readonly start: string;
  readonly end: string;
  readonly imagesNeeded: number | null;
}

export const POWER = 0.8;

type Judged = Omit<FilterEffect, 'verdict'>;

/** Standard errors between no effect and one that a two-sided test finds with power 0.8. */
export function detectable(significance: number): number {
  return normalQuantile(1 - significance / 2) + normalQuantile(POWER);
}

/** The measure of detail that does most, and whether the score is shown to do better than it. */
function rivalOf({ controls, direction, random }: Judged): {
  readonly text: string;
  readonly isBeaten: boolean;
  readonly isBetter: boolean;
} {
  const rival = controls.find(({ difference }) => difference !== null);
  if (rival === undefined) return { text: '', isBeaten: false, isBetter: false };
  const { low, high } = rival.difference!.interval;
  const [isAhead, isBehind] = direction === 'lower-is-better' ? [high < 0, low > 0] : [low > 0, high < 0];
  return {
    text: `filtering by ${rival.control} gives ${numberText(rival.value, { error: random.standardDeviation })}${isBehind ? ', which is better' : ''}`,
    isBeaten: isAhead,
    isBetter: isBehind,
  };
}

/**
 * Whether a filter that makes a metric better does more than its detail. It `helps` if it is better than random subsets of like
 * detail, or than filtering by the strongest measure of detail. If neither is shown, it does `not more than detail` where the
 * first test rules out that half of the change is beyond detail, and where nothing of the score is left without detail; else
 * there are too few images to say. A score that helps less than the strongest measure of detail does is said to.
 *
 * @param significance  of the tests, and how many share it
 */
export function detailVerdict(
  effect: Judged,
  { significance }: Pick<ComparisonPlan, 'significance'>,
  tests: number,
): DetailVerdict {
  const { beyondDetail, residual, difference, direction, unfiltered, random, controls } = effect;
  const rival = rivalOf(effect);
  const helps = rival.isBetter ? 'Helps, but filtering by detail alone helps more' : 'Helps';
  const plain = (kind: 'helps' | 'not-more-than-detail', end: string): DetailVerdict => ({
    kind,
    start: kind === 'helps' ? helps : 'Not more than detail does',
    end,
    imagesNeeded: null,
  });
  if (!controls.some(({ family }) => family === 'detail'))
    return plain('helps', '; no measures of detail were given');
  const beaten = `, and more than any measure of detail does: ${rival.text}`;
  if ('reason' in beyondDetail || 'reason' in residual) {
    if (rival.isBeaten) return plain('helps', beaten);
    const why = 'reason' in residual ? residual.reason : (beyondDetail as { readonly reason: string }).reason;
    return plain('not-more-than-detail', `, but ${why}, and ${rival.text}`);
  }
  const { test, pHolm } = beyondDetail;
  const share = (test.mean - random.mean) / difference.value;
  const like = `random ones of like detail give ${numberText(test.mean, { error: test.standardDeviation })} (${percentText(share)} of the change), p = ${probabilityText(pHolm)}`;
  const isBetter =
    direction === 'lower-is-better' ? effect.filtered < test.mean : effect.filtered > test.mean;
  if (isBetter && pHolm <= significance)
    return plain('helps', `, and more than the detail in it does: ${like}; ${rival.text}`);
  if (rival.isBeaten) return plain('helps', `${beaten}; ${like}`);
  const half = Math.abs(difference.value) / 2;
  const beyond = isBetter ? Math.abs(effect.filtered - test.mean) : 0;
  const margin = normalQuantile(1 - significance / 2) * test.standardDeviation;
  if (beyond + margin < half) return plain('not-more-than-detail', `, but ${like}, and ${rival.text}`);
  // enough to see a part as large as is found, or to rule out half, whichever is sooner
  const seen = beyond > 0 ? (detectable(significance / tests) * test.standardDeviation) / beyond : Infinity;
  const ruledOut = beyond < half ? margin / (half - beyond) : Infinity;
  const needed = Math.ceil(unfiltered.n * Math.max(1, Math.min(seen, ruledOut)) ** 2) + 1;
  return {
    kind: 'too-few-images',
    start: 'Too few images to say whether it does more than detail',
    end: `, but ${like}, and ${rival.text}; about ${countText(needed)} images would be needed to tell`,
    imagesNeeded: needed,
  };
}
