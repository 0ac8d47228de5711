import { metricLabel } from '../metrics/metric-catalog.js';
import {
  countText,
  numberText,
  percentNumber,
  percentText,
  probabilityClause,
} from '../numerics/number-text.js';
import type { FilterEffect } from './filter-effect.js';
import { resolutionOf } from './randomization-test.js';

/** A change in percent with its sign: `−42.8`, `+3.1`. */
export function signedPercent(share: number, options: { readonly error?: number | null } = {}): string {
  return `${share > 0 ? '+' : ''}${percentNumber(share, options)}`;
}

/** The same with its unit: `−42.8 %`, `+3.1 %`. */
export function changeText(share: number, options: { readonly error?: number | null } = {}): string {
  return `${signedPercent(share, options)} %`;
}

/** What every verdict rests on, in words. */
export function effectText({
  score,
  metric,
  n,
  unfiltered,
  filtered,
  random,
  difference,
  pHolm,
}: Omit<FilterEffect, 'verdict'>): string {
  const scale = Math.abs(random.mean);
  const { low, high, level } = difference.interval;
  const ofChange = { error: difference.standardError / scale };
  const change =
    scale > 0
      ? ` (${changeText(difference.value / scale, ofChange)}, ${percentText(level)} interval ${changeText(low / scale, ofChange)} to ${changeText(high / scale, ofChange)})`
      : '';
  const error = random.standardDeviation;
  return (
    `${metricLabel(metric)} is ${numberText(filtered, { error })} for the ${countText(n)} of ${countText(unfiltered.n)} images that "${score}" keeps and ` +
    `${numberText(random.mean, { error })} for random subsets of the same size${change}, ${probabilityClause(pHolm!, resolutionOf(random))}`
  );
}

/**
 * What else the figure shows of an improvement: the controls that do better than the score, best first, and the effect of the residual
 * score.
 *
 * @param said  the control that is named already
 */
export function otherControlsText(
  {
    controls,
    direction,
    filtered,
    random,
    residual,
  }: Pick<FilterEffect, 'controls' | 'direction' | 'filtered' | 'random' | 'residual'>,
  said: string | undefined,
): string {
  const sign = direction === 'lower-is-better' ? 1 : -1;
  const shown = (value: number) => numberText(value, { error: random.standardDeviation });
  const better = controls
    .filter(({ control, value }) => control !== said && sign * (value - filtered) < 0)
    .sort((a, b) => sign * (a.value - b.value))
    .map(({ control, value }) => `${control} ${shown(value)}`);
  return [
    better.length === 0 ? '' : `; filters that also do better than the score: ${better.join(', ')}`,
    'reason' in residual
      ? ''
      : `; the residual score gives ${shown(residual.value)}, ${probabilityClause(residual.test.pTwoSided, resolutionOf(residual.test))}`,
  ].join('');
}

/**
 * What a filter does to fidelity and diversity, beside the quality metrics: those that move at 5 %, unadjusted.
 *
 * @param effects  of one score
 * @returns undefined where neither is measured
 */
export function fidelityDiversityText(score: string, effects: readonly FilterEffect[]): string | undefined {
  const beside = effects.filter((effect) => effect.score === score && effect.role !== 'quality');
  if (beside.length === 0) return undefined;
  const moved = beside.filter(({ random }) => random.pTwoSided <= 0.05);
  const names = beside.map(({ metric }) => metricLabel(metric)).join(', ');
  if (moved.length === 0) return `"${score}" changes none of ${names} beyond chance at the same n.`;
  const parts = moved.map(({ metric, filtered, random, role }) => {
    const verb = filtered > random.mean ? 'raises' : 'lowers';
    const error = random.standardDeviation;
    return `${verb} ${metricLabel(metric)} (${role}) from ${numberText(random.mean, { error })} to ${numberText(filtered, { error })}, ${probabilityClause(random.pTwoSided, resolutionOf(random))}`;
  });
  return `"${score}" ${parts.join('; ')}; unadjusted, of ${names}.`;
}
