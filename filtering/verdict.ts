import { metricLabel } from '../metrics/metric-catalog.js';
import { countText, numberText, percentText, probabilityText } from '../numerics/number-text.js';
import { normalQuantile } from '../numerics/student-t.js';
import type { ComparisonPlan } from './comparison-plan.js';
import type { FilterEffect, Verdict, VerdictKind } from './filter-effect.js';
import { fewestDraws } from './randomization-test.js';
import { effectText, otherControlsText } from './verdict-text.js';

type Judged = Omit<FilterEffect, 'verdict'>;

/** The effect that should have been seen: the smallest that matters, or what a score that knows the metric would do if that is more. */
function expectedEffect(
  { random, oracleChange, direction }: Judged,
  { smallestEffect }: ComparisonPlan,
): number {
  const better = direction === 'lower-is-better' ? -1 : 1;
  return Math.max(smallestEffect * Math.abs(random.mean), better * (oracleChange ?? 0));
}

/**
 * Images needed for a two-sided test at the given significance to find an effect with power 0.8, the standard error falling
 * as 1/√n.
 */
function imagesNeeded(
  { unfiltered, difference }: Pick<Judged, 'unfiltered' | 'difference'>,
  { effect, significance }: { readonly effect: number; readonly significance: number },
): number {
  const reach = detectable(significance) * difference.standardError;
  return Math.ceil(unfiltered.n * (reach / effect) ** 2);
}

/**
 * The verdict of one filter on one quality metric. In this order: too few draws to reach the significance; where the adjusted p
 * is small and the change is for the better, what `detailVerdict` says; `hurts` where it is for the worse; `no-evidence` where
 * the interval leaves no room for an effect that matters; `too-few-images` otherwise.
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
  const sought = expectedEffect(effect, plan);
  const change = random.mean === 0 ? numberText(sought) : percentText(sought / Math.abs(random.mean));
  const knowing =
    sought > plan.smallestEffect * Math.abs(random.mean)
      ? `, which a score that knows ${metricLabel(effect.metric)} would give,`
      : '';
  const { low, high } = difference.interval;
  if (low > -sought && high < sought) {
    return plain(
      'no-evidence',
      `No evidence: ${facts}; a change of ${change}${knowing} or more is ruled out.`,
    );
  }
  const needed = imagesNeeded(effect, { effect: sought, significance: plan.significance });
  return {
    kind: 'too-few-images',
    sentence: `Too few images to say: ${facts}; a change of ${change}${knowing} could have been missed, and about ${countText(needed)} images would be needed to see it.`,
    imagesNeeded: needed,
  };
}

/** How much of an improvement detail explains, in words. */
interface DetailVerdict {
  readonly kind: 'helps' | 'not-more-than-detail' | 'too-few-images';
  /** how the sentence starts, and how it ends after the facts */
  readonly start: string;
  readonly end: string;
  readonly imagesNeeded: number | null;
}

const POWER = 0.8;

type JudgedEffect = Omit<FilterEffect, 'verdict'>;

/** Standard errors between no effect and one that a two-sided test finds with power 0.8. */
function detectable(significance: number): number {
  return normalQuantile(1 - significance / 2) + normalQuantile(POWER);
}

/** The measure of detail with the largest effect, and whether the score does significantly better or worse. */
function detailComparison({ controls, direction, random }: JudgedEffect): {
  readonly text: string;
  readonly isBeaten: boolean;
  readonly isBetter: boolean;
} {
  const bestDetailControl = controls.find(({ difference }) => difference !== null);
  if (bestDetailControl === undefined) return { text: '', isBeaten: false, isBetter: false };
  const { low, high } = bestDetailControl.difference!.interval;
  const [isAhead, isBehind] = direction === 'lower-is-better' ? [high < 0, low > 0] : [low > 0, high < 0];
  return {
    text: `filtering by ${bestDetailControl.control} gives ${numberText(bestDetailControl.value, { error: random.standardDeviation })}${isBehind ? ', which is better' : ''}`,
    isBeaten: isAhead,
    isBetter: isBehind,
  };
}

/**
 * Whether a filter that makes a metric better does more than its detail. It `helps` if it is better than random subsets
 * matched on detail, or than filtering by the strongest measure of detail. Otherwise it is `not more than detail` if the first
 * test rules out that half of the change is beyond detail, or if detail explains the whole score. In all other cases there are
 * too few images to say. The sentence says so where the strongest measure of detail helps more than the score.
 *
 * @param significance  of the tests, and how many share it
 */
function detailVerdict(
  effect: JudgedEffect,
  { significance }: Pick<ComparisonPlan, 'significance'>,
  tests: number,
): DetailVerdict {
  const { beyondDetail, residual, difference, direction, unfiltered, random, controls } = effect;
  const bestDetailControl = detailComparison(effect);
  const helps = bestDetailControl.isBetter ? 'Helps, but less than filtering by detail alone' : 'Helps';
  const plain = (kind: 'helps' | 'not-more-than-detail', end: string): DetailVerdict => ({
    kind,
    start: kind === 'helps' ? helps : 'Not more than detail does',
    end,
    imagesNeeded: null,
  });
  if (!controls.some(({ family }) => family === 'detail'))
    return plain('helps', '; no measures of detail were given');
  const beaten = `, and more than any measure of detail does: ${bestDetailControl.text}`;
  if ('reason' in beyondDetail || 'reason' in residual) {
    if (bestDetailControl.isBeaten) return plain('helps', beaten);
    const why = 'reason' in residual ? residual.reason : (beyondDetail as { readonly reason: string }).reason;
    return plain('not-more-than-detail', `, but ${why}, and ${bestDetailControl.text}`);
  }
  const { test, pHolm } = beyondDetail;
  const share = (test.mean - random.mean) / difference.value;
  const like = `random subsets matched on detail give ${numberText(test.mean, { error: test.standardDeviation })} (${percentText(share)} of the change), p = ${probabilityText(pHolm)}`;
  const isBetter =
    direction === 'lower-is-better' ? effect.filtered < test.mean : effect.filtered > test.mean;
  if (isBetter && pHolm <= significance)
    return plain('helps', `, and more than the detail in it does: ${like}; ${bestDetailControl.text}`);
  if (bestDetailControl.isBeaten) return plain('helps', `${beaten}; ${like}`);
  const half = Math.abs(difference.value) / 2;
  const beyond = isBetter ? Math.abs(effect.filtered - test.mean) : 0;
  const margin = normalQuantile(1 - significance / 2) * test.standardDeviation;
  if (beyond + margin < half)
    return plain('not-more-than-detail', `, but ${like}, and ${bestDetailControl.text}`);
  // enough to see a part as large as is found, or to rule out half, whichever is sooner
  const seen = beyond > 0 ? (detectable(significance / tests) * test.standardDeviation) / beyond : Infinity;
  const ruledOut = beyond < half ? margin / (half - beyond) : Infinity;
  const needed = Math.ceil(unfiltered.n * Math.max(1, Math.min(seen, ruledOut)) ** 2) + 1;
  return {
    kind: 'too-few-images',
    start: 'Too few images to say whether it does more than detail',
    end: `, but ${like}, and ${bestDetailControl.text}; about ${countText(needed)} images would be needed to tell`,
    imagesNeeded: needed,
  };
}
