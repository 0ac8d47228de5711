import type { FilterEffect } from './filter-effect.js';

/** Digits that a reader needs: four significant ones. */
export function valueText(value: number): string {
  return Number(value.toPrecision(4)).toString().replace('-', '−');
}

export function shareText(share: number): string {
  return `${valueText(100 * Number(share.toPrecision(3)))} %`;
}

function signed(share: number): string {
  return `${share > 0 ? '+' : ''}${shareText(share)}`;
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
  const change =
    scale > 0
      ? ` (${signed(difference.value / scale)}, ${shareText(level)} interval ${signed(low / scale)} to ${signed(high / scale)})`
      : '';
  return `${metric} is ${valueText(filtered)} for the ${n} of ${unfiltered.n} images that "${score}" keeps and ${valueText(random.mean)} for random ones of the same number${change}, p = ${valueText(pHolm!)}`;
}
