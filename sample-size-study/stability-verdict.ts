import { metricLabel } from '../metrics/metric-catalog.js';
import { holmAdjusted } from '../numerics/holm-adjusted.js';
import { countText } from '../numerics/number-text.js';
import { studentQuantile } from '../numerics/student-t.js';
import { equivalencePValue } from './analysis/paired-repeats.js';
import type { FilterStability, StabilityKind, StabilityRatio, StabilityVerdict } from './stability-report.js';
import { differenceText, ratioText, STABILITY_WORDS } from './stability-words.js';
import type { StabilityThresholds } from './study-design.js';

/** Below these the jackknife over repeats knows too little of its own error. */
const FEWEST_REPEATS = 10;

/**
 * A word for every metric and filter. `as steady`: the ratio to random subsets is significantly closer to 1 than the smallest change that
 * matters, in either direction; `steadier` and `less steady`: it is significantly below or above 1. The three families of tests (alike,
 * different, equal value) are each corrected over all metrics and filters, by Holm; of the first two at most one can be false of each.
 */
export function stabilityVerdicts(
  stability: readonly FilterStability[],
  thresholds: StabilityThresholds,
): readonly StabilityVerdict[] {
  const { smallestChange, significance } = thresholds;
  const judged = stability.filter(({ role }) => role === 'random');
  const margin = Math.log(1 + smallestChange);
  const ratios = judged.map((one) => one.coefficientOfVariation ?? one.standardDeviation);
  const tested = (p: (ratio: StabilityRatio) => number, of = ratios) =>
    holmAdjusted(of.map((ratio) => (ratio === null ? 1 : p(ratio))));
  const asEstimate = ({ ratio, ...error }: StabilityRatio) => ({ value: Math.log(ratio), ...error });
  const different = tested(({ pValue }) => pValue);
  const alike = tested((ratio) => equivalencePValue(asEstimate(ratio), margin));
  const moved = tested(
    ({ pValue }) => pValue,
    judged.map(({ value }) => value),
  );
  return judged.map((one, i) => {
    const ratio = ratios[i]!;
    const is = (p: readonly number[]) => p[i]! <= significance;
    const kind = kindOf(one, { isAlike: is(alike), isDifferent: is(different), isMoved: is(moved) });
    const needed =
      kind === 'cannot-say' && ratio !== null
        ? neededOf(one, ratio, { margin, level: 1 - significance / judged.length })
        : { repeatsNeeded: null, imagesNeeded: null };
    const verdict = {
      metric: one.metric,
      filter: one.filter,
      kind,
      judgedBy:
        one.coefficientOfVariation === null
          ? ('standard-deviation' as const)
          : ('coefficient-of-variation' as const),
      pDifferent: different[i]!,
      pAlike: alike[i]!,
      pValue: moved[i]!,
      ...needed,
    };
    return { ...verdict, sentence: sentence(one, verdict) };
  });
}

function kindOf(
  { repeats, coefficientOfVariation, standardDeviation, value }: FilterStability,
  {
    isAlike,
    isDifferent,
    isMoved,
  }: { readonly isAlike: boolean; readonly isDifferent: boolean; readonly isMoved: boolean },
): StabilityKind {
  const ratio = coefficientOfVariation ?? standardDeviation;
  if (ratio === null || repeats < FEWEST_REPEATS) return 'cannot-say';
  if (isAlike) {
    if (!isMoved || value === null) return 'as-steady';
    return value.ratio < 1 ? 'lower-but-as-steady' : 'higher-but-as-steady';
  }
  if (!isDifferent) return 'cannot-say';
  return ratio.ratio < 1 ? 'steadier' : 'less-steady';
}

/** Errors fall with the root of the number of draws, until the pool's own error is left. */
function neededOf(
  { repeats, drawnFrom }: FilterStability,
  { ratio, standardError }: StabilityRatio,
  { margin, level }: { readonly margin: number; readonly level: number },
): Pick<StabilityVerdict, 'repeatsNeeded' | 'imagesNeeded'> {
  const distance = Math.abs(Math.log(ratio));
  const shown = Math.max(distance, margin - distance); // what must differ significantly from 0, or from the margin
  const t = studentQuantile((1 + level) / 2, Math.max(19, repeats - 1));
  const more = ((t * standardError) / shown) ** 2;
  const repeatsNeeded = Math.max(FEWEST_REPEATS, Math.ceil(repeats * Math.max(1, more)));
  return { repeatsNeeded, imagesNeeded: repeatsNeeded > MOST_REPEATS ? Math.ceil(drawnFrom * more) : null };
}

/** More draws of one pool than these repeat its own error. */
const MOST_REPEATS = 1000;

function sentence(one: FilterStability, verdict: Omit<StabilityVerdict, 'sentence'>): string {
  const { standardDeviation, coefficientOfVariation, slope, limit, repeats, isLinear } = one;
  const doubt = isLinear ? '' : ', doubtful';
  const { repeatsNeeded, imagesNeeded } = verdict;
  const needed =
    imagesNeeded !== null
      ? ` (about ${countText(imagesNeeded)} images needed)`
      : repeatsNeeded !== null && repeatsNeeded > repeats
        ? ` (about ${countText(repeatsNeeded)} draws at each size needed)`
        : '';
  const numbers = [
    ...(standardDeviation === null ? [] : [`standard deviation ${ratioText(standardDeviation)}`]),
    ...(coefficientOfVariation === null
      ? []
      : [`coefficient of variation ${ratioText(coefficientOfVariation)}`]),
    ...(slope === null ? [] : [`bias slope ${differenceText(slope)}${doubt}`]),
    ...(limit === null ? [] : [`as n → ∞ ${differenceText(limit)}${doubt}`]),
  ];
  return `${metricLabel(one.metric)}, ${one.filter} against ${one.other}: ${STABILITY_WORDS[verdict.kind]}${needed}${numbers.length === 0 ? '' : `; ${numbers.join('; ')}`}.`;
}
