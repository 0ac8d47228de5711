import type { CompareReport } from '../../filtering/compare-report.js';
import type { FilterEffect } from '../../filtering/filter-effect.js';
import { metricLabel } from '../../metrics/metric-catalog.js';
import { countText, listText } from '../../numerics/number-text.js';
import { changeOf, VERDICT_WORDS } from './compare-table.js';

/** Scores that are named. */
const MOST_NAMED = 3;

/** The answer in a sentence: of one score its verdicts, of several how many help beyond detail. */
export function compareHeadline({ filters, effects }: CompareReport): string {
  const judged = effects.filter(({ verdict }) => verdict !== null);
  const [only] = filters;
  if (only === undefined || judged.length === 0) return 'Filtering by uncertainty: no metric gave a verdict';
  if (filters.length === 1) return `Filtering by ${only.score}: ${judged.map(answer).join('; ')}`;
  const helping = filters
    .map(({ score }) => score)
    .filter((name) => judged.some(({ score, verdict }) => score === name && verdict!.kind === 'helps'));
  if (helping.length === 0) return `None of ${countText(filters.length)} scores helps beyond detail`;
  const named = helping.length > MOST_NAMED ? '' : `: ${listText(helping)}`;
  return `${countText(helping.length)} of ${countText(filters.length)} scores ${helping.length === 1 ? 'helps' : 'help'} beyond detail${named}`;
}

function answer(effect: FilterEffect): string {
  const change = changeOf(effect);
  return `${VERDICT_WORDS[effect.verdict!.kind]}, ${metricLabel(effect.metric)}${change === '' ? '' : ` ${change}`}`;
}
