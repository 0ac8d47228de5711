import type { CompareReport } from '../../filtering/compare-report.js';
import { resolutionOf } from '../../filtering/randomization-test.js';
import { metricLabel } from '../../metrics/metric-catalog.js';
import { countText, errorText, listText, numberText, probabilityText } from '../../numerics/number-text.js';
import { citation, HOLM_PAPER, MAP_PAPER } from '../text/bibliography.js';
import { labelText } from '../text/latex-text.js';
import {
  clausesText,
  directionNotes,
  distinct,
  notesWithEncoders,
  onEmbeddings,
  sourceOf,
} from '../text/methods-words.js';
import type { Paper } from '../text/paper.js';
import { type TextTable, withoutEmptyColumns } from '../text/text-tables.js';
import { fileName } from '../text/visible-text.js';
import { VERDICT_WORDS } from './compare-table.js';

/** What was done, as the methods section of a paper says it. */
export function compareMethods({
  filters,
  metrics,
  effects,
  plan,
  generated,
  version,
}: CompareReport): string {
  const draws = clausesText(effects.map(({ metric, random }) => ({ metric, text: countText(random.draws) })));
  const references = distinct(metrics.map(({ referenceSize }) => countText(referenceSize)));
  const rules = filters.map(
    ({ score, ruleText, kept }) =>
      `“${score}” (${ruleText}: ${countText(kept.length)} of ${countText(generated.n)} images kept)`,
  );
  const tests = effects.filter(({ pHolm }) => pHolm !== null).length;
  return [
    `Generated images were filtered by ${listText(rules)} and compared with ${references.join(' or ')} reference images by ` +
      `${onEmbeddings(metrics.map(({ id, encoder }) => ({ metric: id, encoder })))}, with steadfid ${version}.`,
    `Every filtered set was compared with random subsets of the same number of images (seed ${plan.seed}; draws: ${draws}) in a ` +
      `two-sided randomization test${tests > 1 ? `, p values adjusted by Holm's method${citation(HOLM_PAPER)} for ${countText(tests)} tests` : ''}; with the inverse filter; and with filters by ` +
      'controls of image detail. Where that changed a metric, the filter was also tested among random subsets that drop as detailed ' +
      'images as it does. They are drawn within blocks of images for which a random forest on all detail controls predicts, out of bag, about ' +
      'the same chance to be kept and the same influence on the metric. Intervals of the difference from the random mean are by a delete-group jackknife ' +
      `(${plan.groups} groups) that recomputes the threshold in each replicate. ` +
      'Random means are given ± the standard deviation of the random subsets.',
  ].join(' ');
}

/** What a paper takes from a comparison. */
export function comparePaper(report: CompareReport): Paper {
  return {
    methods: compareMethods(report),
    sources: [...distinct(report.metrics.flatMap(({ id }) => sourceOf(id) ?? [])), HOLM_PAPER, MAP_PAPER],
    table: compareTextTable(report),
  };
}

/** Filtered against random at equal n, to the digits that the spread of the draws supports. */
export function compareTextTable({ effects, reference, generated, metrics, plan }: CompareReport): TextTable {
  const tests = effects.filter(({ pHolm }) => pHolm !== null).length;
  return withoutEmptyColumns({
    title:
      `${listText(distinct(effects.map(({ metric }) => metricLabel(metric))))} of ${generated.source} (${countText(generated.n)} images) filtered by ` +
      `uncertainty, against ${fileName(reference.source)} (${countText(reference.n)} images), and of random subsets of the same n`,
    header: ['score', 'metric', 'n', 'filtered', 'random ± sd', 'difference (95 % interval)', 'p', 'verdict'],
    rows: effects.map(({ score, metric, direction, n, filtered, random, difference, pHolm, verdict }) => {
      const error = random.standardDeviation;
      const { low, high } = difference.interval;
      const own = difference.standardError;
      return [
        score,
        `${metricLabel(metric)}${direction === 'lower-is-better' ? ' ↓' : ' ↑'}`,
        countText(n),
        numberText(filtered, { error }),
        `${numberText(random.mean, { error })}${error > 0 ? ` ± ${errorText(error)}` : ''}`,
        `${numberText(difference.value, { error: own })} (${numberText(low, { error: own })} to ${numberText(high, { error: own })})`,
        probabilityText(pHolm ?? random.pTwoSided, resolutionOf(random)),
        verdict === null ? '–' : VERDICT_WORDS[verdict.kind],
      ];
    }),
    ...notesWithEncoders(
      [
        ...directionNotes(effects.map(({ direction }) => direction)),
        `±: standard deviation of the random subsets. Difference: filtered minus their mean, with a jackknife interval of ${plan.groups} groups.`,
        `p: two-sided randomization test${tests > 1 ? `, of quality metrics after Holm over ${countText(tests)} tests` : ''}; seed ${plan.seed}.`,
      ],
      metrics.map(({ encoder }) => encoder),
    ),
    label: labelText('compare', fileName(generated.source)),
  });
}

/** The line drawn on one half of the images and judged on the other; no rows unless it was asked for. */
export function splitHalfTable({ splitHalves }: CompareReport): TextTable {
  return {
    title: 'Threshold learned on one half of the images, evaluated on the other',
    header: ['score', 'metric', 'threshold', 'kept', 'filtered', 'random ± sd', 'p'],
    rows: splitHalves.map(({ score, metric, threshold, pool, n, value, test }) => {
      const error = test.standardDeviation;
      return [
        score,
        metricLabel(metric),
        numberText(threshold),
        `${countText(n)} of ${countText(pool)}`,
        numberText(value, { error }),
        `${numberText(test.mean, { error })}${error > 0 ? ` ± ${errorText(error)}` : ''}`,
        probabilityText(test.pTwoSided, resolutionOf(test)),
      ];
    }),
  };
}
