import { numberText, probabilityText } from '../../metrics/numerics/number-text.js';
import type { FilterEffect } from './filter-effect.js';

/**
 * What else the figure shows of a change for the better: the controls that do better than the score, best first, and what the score does
 * without detail.
 *
 * @param said  the control that is named already
 */
export function besideText(
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
      : `; without detail the score gives ${shown(residual.value)}, p = ${probabilityText(residual.test.pTwoSided)}`,
  ].join('');
}
