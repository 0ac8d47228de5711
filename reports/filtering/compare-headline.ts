import type { CompareReport } from '../../filtering/compare-report.js';
import type { FilterEffect, VerdictKind } from '../../filtering/filter-effect.js';
import { resolutionOf } from '../../filtering/randomization-test.js';
import { metricLabel } from '../../metrics/metric-catalog.js';
import {
  countText,
  listText,
  numberText,
  percentNumber,
  probabilityClause,
} from '../../numerics/number-text.js';
import { changeOf, VERDICT_WORDS } from './compare-table.js';

/** Scores that are named. */
const MOST_NAMED = 3;

/** The answer in a sentence: of one score its verdicts, of several how many help beyond detail. */
export function compareHeadline({ filters, effects }: CompareReport): string {
  const judged = effects.filter(({ verdict }) => verdict !== null);
  const [only] = filters;
  if (only === undefined || judged.length === 0) return 'Filtering by uncertainty: no metric gave a verdict';
  if (filters.length === 1) return `Filtering by ${only.score}${answer(judged[0]!)}`;
  const helping = filters
    .map(({ score }) => score)
    .filter((name) => judged.some(({ score, verdict }) => score === name && verdict!.kind === 'helps'));
  if (helping.length === 0) return `None of ${countText(filters.length)} scores helps beyond detail`;
  const named = helping.length > MOST_NAMED ? '' : `: ${listText(helping)}`;
  return `${countText(helping.length)} of ${countText(filters.length)} scores ${helping.length === 1 ? 'helps' : 'help'} beyond detail${named}`;
}

/** What detail has to do with a change, where it may be all of it. */
const BY_DETAIL: Partial<Readonly<Record<VerdictKind, string>>> = {
  'not-more-than-detail': 'but image detail explains at least half of it',
  'inseparable-from-detail': 'which cannot be separated from image detail',
};

function answer(effect: FilterEffect): string {
  const { kind } = effect.verdict!;
  const change = changeOf(effect);
  const name = metricLabel(effect.metric);
  const byDetail = BY_DETAIL[kind];
  if (byDetail !== undefined && change !== '') return ` ${changedText(effect)}, ${byDetail}`;
  return `: ${VERDICT_WORDS[kind]}, ${name}${change === '' ? '' : ` ${change}`}`;
}

/** `lowers FID by 42.8 % (33.6 to 51.9)`. */
function changedText({ metric, difference, random }: FilterEffect): string {
  const scale = Math.abs(random.mean);
  const options = { error: difference.standardError / scale };
  const { low, high } = difference.interval;
  const sign = difference.value < 0 ? -1 : 1;
  const [least, most] = [sign * low, sign * high].sort((a, b) => a - b);
  const [by, ...ends] = [sign * difference.value, least!, most!].map((one) =>
    percentNumber(one / scale, options),
  );
  return `${sign < 0 ? 'lowers' : 'raises'} ${metricLabel(metric)} by ${by} % (${ends.join(' to ')})`;
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
