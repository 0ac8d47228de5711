import { metricLabel } from '../../metrics/metric-label.js';
import { countText, numberText, percentText } from '../../metrics/numerics/number-text.js';
import { besideText } from './beside-text.js';
import type { ComparisonPlan } from './comparison-plan.js';
import { detailVerdict, detectable } from './detail-verdict.js';
import type { FilterEffect } from './filter-effect.js';
import { fewestDraws } from './randomization-test.js';
import { effectText } from './verdict-text.js';

export type VerdictKind =
  | 'helps'
  | 'hurts'
  | 'not-more-than-detail'
  | 'no-evidence'
  | 'too-few-images'
  | 'too-few-draws';

/** What the numbers say, in one word and one sentence. */
export interface Verdict {
  readonly kind: VerdictKind;
  readonly sentence: string;
  /** images that would be enough to see the smallest effect that matters; null unless there are too few */
  readonly imagesNeeded: number | null;
}

type Judged = Omit<FilterEffect, 'verdict'>;

/** The effect that should have been seen: the smallest that matters, or what a score that knows the metric would do if that is more. */
function expectedEffect(
  { random, attainable, direction }: Judged,
  { smallestEffect }: ComparisonPlan,
): number {
  const better = direction === 'lower-is-better' ? -1 : 1;
  return Math.max(smallestEffect * Math.abs(random.mean), better * (attainable ?? 0));
}

/**
 * Images needed for a two-sided test at the given significance to find an effect with power 0.8, the standard error falling
 * as 1/√n.
 */
export function imagesNeeded(
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
    const rival = effect.controls.find(({ difference: found }) => found !== null)?.control;
    const beside = besideText(effect, rival);
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
