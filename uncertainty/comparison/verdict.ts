import { normalQuantile } from '../../metrics/numerics/student-t.js';
import type { ComparisonPlan } from './comparison-plan.js';
import type { FilterEffect } from './filter-effect.js';
import { fewestDraws } from './randomization-test.js';

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

const POWER = 0.8;

type Judged = Omit<FilterEffect, 'verdict'>;

/** Digits that a reader needs: four significant ones. */
function shown(value: number): string {
  return Number(value.toPrecision(4)).toString().replace('-', '−');
}

function percent(share: number): string {
  return `${shown(100 * Number(share.toPrecision(3)))} %`;
}

function signed(share: number): string {
  return `${share > 0 ? '+' : ''}${percent(share)}`;
}

function comparisonText({
  score,
  metric,
  n,
  unfiltered,
  filtered,
  random,
  difference,
  pHolm,
}: Judged): string {
  const scale = Math.abs(random.mean);
  const { low, high, level } = difference.interval;
  const change =
    scale > 0
      ? ` (${signed(difference.value / scale)}, ${percent(level)} interval ${signed(low / scale)} to ${signed(high / scale)})`
      : '';
  return `${metric} is ${shown(filtered)} for the ${n} of ${unfiltered.n} images that "${score}" keeps and ${shown(random.mean)} for random ones of the same number${change}, p = ${shown(pHolm!)}`;
}

/** Detail controls that the score is not shown to do better than, the strongest first. */
export function unbeatenDetail({ controls, direction }: Pick<Judged, 'controls' | 'direction'>): string[] {
  const better = direction === 'lower-is-better' ? 1 : -1;
  return controls
    .filter(({ family, difference }) => {
      if (family !== 'detail' || difference === null) return false;
      const { low, high } = difference.interval;
      return better === 1 ? high >= 0 : low <= 0;
    })
    .sort((a, b) => better * (a.value - b.value))
    .map(({ control }) => control);
}

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
  const reach = (normalQuantile(1 - significance / 2) + normalQuantile(POWER)) * difference.standardError;
  return Math.ceil(unfiltered.n * (reach / effect) ** 2);
}

/**
 * The verdict of one filter on one quality metric. In this order: too few draws to reach the significance; `helps` or
 * `not-more-than-detail` where the adjusted p is small and the change is for the better, the latter unless the score beats
 * every detail control at the same n; `hurts` where it is for the worse; `no-evidence` where the interval leaves no room
 * for an effect that matters; `too-few-images` otherwise.
 */
export function verdict(effect: Judged, plan: ComparisonPlan, tests: number): Verdict {
  const { random, difference, direction, pHolm, residual } = effect;
  const facts = comparisonText(effect);
  const plain = (kind: VerdictKind, sentence: string): Verdict => ({ kind, sentence, imagesNeeded: null });
  const fewest = fewestDraws({ tests, level: plan.significance });
  if (random.draws < fewest) {
    return plain(
      'too-few-draws',
      `Too few draws to say: ${facts}; with ${tests} tests at least ${fewest} random subsets are needed.`,
    );
  }
  const isBetter = direction === 'lower-is-better' ? difference.value < 0 : difference.value > 0;
  if (pHolm! <= plan.significance && isBetter) {
    const unbeaten = unbeatenDetail(effect);
    if (unbeaten.length === 0) {
      const controls = effect.controls.some(({ family }) => family === 'detail');
      return plain(
        'helps',
        `Helps: ${facts}${controls ? ', and more than any measure of detail does' : '; no control scores were given'}.`,
      );
    }
    const rest =
      'reason' in residual
        ? residual.reason
        : `with detail regressed out it gives ${shown(residual.value)}, p = ${shown(residual.test.pTwoSided)} unadjusted`;
    return plain(
      'not-more-than-detail',
      `Not more than detail does: ${facts}, but filtering by ${unbeaten.join(', ')} is not shown to do less; ${rest}.`,
    );
  }
  if (pHolm! <= plan.significance) return plain('hurts', `Hurts: ${facts}.`);
  const sought = expectedEffect(effect, plan);
  const change = percent(sought / Math.abs(random.mean));
  const knowing =
    sought > plan.smallestEffect * Math.abs(random.mean)
      ? `, which a score that knows ${effect.metric} would give,`
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
    sentence: `Too few images to say: ${facts}; a change of ${change}${knowing} could have been missed, and about ${needed} images would be needed to see it.`,
    imagesNeeded: needed,
  };
}
