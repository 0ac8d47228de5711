import picocolors from 'picocolors';
import type { CompareReport } from '../../filtering/compare-report.js';
import type { FilterEffect, VerdictKind } from '../../filtering/filter-effect.js';
import { resolutionOf } from '../../filtering/randomization-test.js';
import { changeText, signedPercent } from '../../filtering/verdict-text.js';
import { metricLabel } from '../../metrics/metric-catalog.js';
import { countText, errorText, numberText, probabilityText } from '../../numerics/number-text.js';
import { DEMO_NOTE } from '../page/page.js';
import type { TextStyle } from '../score/score-table.js';
import { tableText } from '../text/text-tables.js';
import { visibleText, wrappedText } from '../text/visible-text.js';

/** What each verdict is called. */
export const VERDICT_WORDS: Readonly<Record<VerdictKind, string>> = {
  helps: 'helps beyond detail',
  'helps-detail-unmeasured': 'helps; detail not measured',
  'inseparable-from-detail': 'cannot be separated from detail',
  hurts: 'hurts',
  'not-more-than-detail': 'not more than detail does',
  'no-evidence': 'no evidence',
  'too-few-images': 'too few images to say',
  'too-few-draws': 'too few draws to say',
};

/** In percent of random subsets, with its 95 % interval; empty where they are 0. */
export function changeOf({ difference, random }: FilterEffect): string {
  const scale = Math.abs(random.mean);
  if (scale === 0) return '';
  const { low, high } = difference.interval;
  const options = { error: difference.standardError / scale };
  const ends = [low, high].map((end) => signedPercent(end / scale, options));
  return `${changeText(difference.value / scale, options)} (${ends.join(' … ')})`;
}

function row(effect: FilterEffect): string[] {
  const { score, metric, filtered, random, inverse, pHolm, verdict } = effect;
  const error = random.standardDeviation;
  return [
    score,
    metricLabel(metric),
    numberText(filtered, { error }),
    `${numberText(random.mean, { error })} ± ${errorText(error)}`,
    numberText(inverse.value, { error: inverse.test.standardDeviation }),
    changeOf(effect),
    probabilityText(pHolm ?? random.pTwoSided, resolutionOf(random)),
    verdict === null ? '' : VERDICT_WORDS[verdict.kind],
  ];
}

/** What gets a verdict first. */
function inOrder(effects: readonly FilterEffect[]): readonly FilterEffect[] {
  const isQuality = ({ role }: FilterEffect) => role === 'quality';
  return [...effects.filter(isQuality), ...effects.filter((effect) => !isQuality(effect))];
}

/** The comparison as a table for the terminal, then what follows from it in words. */
export function compareTable(report: CompareReport, { columns, colors }: TextStyle): string {
  const { bold, dim, yellow } = picocolors.createColors(colors === 'on');
  const { reference, generated, scores, filters, effects, metrics, plan, summary } = report;
  const tests = effects.filter(({ pHolm }) => pHolm !== null).length;
  const [head, ...body] = tableText({
    header: ['score', 'metric', 'filtered', 'random ± sd', 'inverse', 'change (95 %)', 'p', 'verdict'],
    rows: filters
      .flatMap(({ score }) => inOrder(effects.filter((effect) => effect.score === score)))
      .map(row),
    align: ['left', 'left', 'right', 'right', 'right', 'left', 'right', 'left'],
  });
  const notes = [
    ...wrappedText(
      `filtered, random and inverse keep the same number of images; random: subsets, mean and standard deviation over ${[...new Set(effects.map(({ random }) => random.draws))].map(countText).join(' or ')} draws; inverse: the dropped side kept instead; p: two-sided${tests > 1 ? `, of quality metrics after Holm over ${countText(tests)} tests` : ''}; seed ${plan.seed}.`,
      { columns },
    ).map(dim),
    ...(metrics.some(({ encoder }) => encoder.origin === 'demo') ? [yellow(`* ${DEMO_NOTE}`)] : []),
  ];
  return [
    visibleText(`reference  ${reference.source}  ${countText(reference.n)} images`),
    visibleText(
      `generated  ${generated.source}  ${countText(generated.n)} images, joined to ${scores.source} by ${scores.joinedBy}`,
    ),
    ...filters.map(({ score, ruleText, kept, dropped, threshold }) =>
      visibleText(
        `filter     ${score}: ${ruleText}, threshold ${numberText(threshold)}: ${countText(kept.length)} kept, ${countText(dropped.length)} dropped`,
      ),
    ),
    '',
    bold(head!),
    ...body,
    '',
    ...notes,
    '',
    ...summary.flatMap((line) => wrappedText(line, { columns })),
    '',
  ].join('\n');
}
