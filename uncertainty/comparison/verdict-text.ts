import { metricLabel } from '../../metrics/metric-label.js';
import { countText, numberText, percentText, probabilityText } from '../../metrics/numerics/number-text.js';
import type { FilterEffect } from './filter-effect.js';

/** A share with its sign, for a change: `−42.8 %`, `+3.1 %`. */
export function changeText(share: number, options: { readonly error?: number | null } = {}): string {
  return `${share > 0 ? '+' : ''}${percentText(share, options)}`;
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
    `${numberText(random.mean, { error })} for random ones of the same number${change}, p = ${probabilityText(pHolm!)}`
  );
}
