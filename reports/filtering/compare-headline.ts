import type { CompareReport } from '../../filtering/compare-report.js';
import type { FilterEffect } from '../../filtering/filter-effect.js';
import { resolutionOf } from '../../filtering/randomization-test.js';
import { metricLabel } from '../../metrics/metric-catalog.js';
import { countText, listText, numberText, probabilityClause } from '../../numerics/number-text.js';
import { changeOf, VERDICT_WORDS } from './compare-table.js';

/** Scores that are named. */
const MOST_NAMED = 3;

/** The answer in a sentence: of one score its verdicts, of several how many help beyond detail. */
export function compareHeadline({ filters, effects }: CompareReport): string {
  const judged = effects.filter(({ verdict }) => verdict !== null);
  const [only] = filters;
  if (only === undefined || judged.length === 0) return 'Filtering by uncertainty: no metric gave a verdict';
  if (filters.length === 1) return `Filtering by ${only.score}: ${answer(judged[0]!)}`;
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

/** Why the verdict of one score is what it is: a line for each quality metric, then what else moved. */
export function compareReasons({ effects }: CompareReport): readonly string[] {
  const judged = effects.filter(({ verdict }) => verdict !== null);
  const moved = effects.filter(({ verdict, random }) => verdict === null && random.pTwoSided <= 0.05);
  return [
    ...judged.map(
      (effect) =>
        `${metricLabel(effect.metric)}: ${VERDICT_WORDS[effect.verdict!.kind]}. ${reasonOf(effect)}`,
    ),
    ...(moved.length === 0
      ? []
      : [
          `Also changed, unadjusted: ${listText(moved.map((effect) => `${metricLabel(effect.metric)} ${changeOf(effect)}`))}.`,
        ]),
  ];
}

function reasonOf({ filtered, random, beyondDetail, controls, direction, pHolm }: FilterEffect): string {
  const shown = (value: number) => numberText(value, { error: random.standardDeviation });
  const sign = direction === 'lower-is-better' ? 1 : -1;
  const [best] = [...controls]
    .filter(({ family }) => family === 'detail')
    .sort((a, b) => sign * (a.value - b.value));
  return [
    `${shown(filtered)} filtered, ${shown(random.mean)} by chance, ${probabilityClause(pHolm ?? random.pTwoSided, resolutionOf(random))}`,
    'reason' in beyondDetail
      ? ''
      : `${shown(beyondDetail.test.mean)} by chance at equal detail, ${probabilityClause(beyondDetail.pHolm, resolutionOf(beyondDetail.test))}`,
    best === undefined ? '' : `${shown(best.value)} by ${best.control}`,
  ]
    .filter((text) => text !== '')
    .join('; ')
    .concat('.');
}
