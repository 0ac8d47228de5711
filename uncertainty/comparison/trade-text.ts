import { metricLabel } from '../../metrics/metric-label.js';
import { numberText, probabilityText } from '../../metrics/numerics/number-text.js';
import type { FilterEffect } from './filter-effect.js';

/**
 * What a filter does to fidelity and diversity, beside the quality metrics: those that move at 5 %, unadjusted.
 *
 * @param effects  of one score
 * @returns undefined where neither is measured
 */
export function tradeText(score: string, effects: readonly FilterEffect[]): string | undefined {
  const beside = effects.filter((effect) => effect.score === score && effect.role !== 'quality');
  if (beside.length === 0) return undefined;
  const moved = beside.filter(({ random }) => random.pTwoSided <= 0.05);
  const names = beside.map(({ metric }) => metricLabel(metric)).join(', ');
  if (moved.length === 0) return `"${score}" moves none of ${names} beyond chance at the same n.`;
  const parts = moved.map(({ metric, filtered, random, role }) => {
    const verb = filtered > random.mean ? 'raises' : 'lowers';
    const error = random.standardDeviation;
    return `${verb} ${metricLabel(metric)} (${role}) from ${numberText(random.mean, { error })} to ${numberText(filtered, { error })}, p = ${probabilityText(random.pTwoSided)}`;
  });
  return `"${score}" ${parts.join('; ')}; unadjusted, of ${names}.`;
}
