import { spreadsheetText } from '../../encoders/files/csv-text.js';
import { metricLabel } from '../../metrics/metric-catalog.js';
import { probabilityText } from '../../numerics/number-text.js';
import type { StabilityComparison, StabilityQuantity } from '../../sample-size-study/stability-comparison.js';
import { filterName, ratioText } from '../../sample-size-study/stability-words.js';
import type { StudyComparison } from '../../sample-size-study/study-comparison.js';
import { nameTails } from '../text/comparison-words.js';
import { labelText } from '../text/latex-text.js';
import type { TextTable } from '../text/text-tables.js';

const NAMES: Readonly<Record<StabilityQuantity, string>> = {
  coefficientOfVariation: 'coefficient of variation',
  standardDeviation: 'standard deviation',
  value: 'value',
};
const SIGNIFICANCE = 0.05;
/** Words that a headline may have. */
const MOST_WORDS = 25;

/** How filtering acts in two studies: each ratio of filtered to random images, and the ratio of the two. */
export function stabilityComparisonTable({ first, second, stability = [] }: StudyComparison): TextTable {
  const tails = nameTails(first.source, second.source);
  return {
    label: labelText('comparison', ...tails, 'stability'),
    title: 'Filtered against random images of the same n, in both studies',
    header: ['metric', 'filter', 'of', ...tails, 'second / first', 'p (Holm)'],
    rows: stability.map((one) => [
      metricLabel(one.metric),
      filtersText(one),
      NAMES[one.quantity],
      ratioText(one.first),
      ratioText(one.second),
      ratioText(one.ratio),
      probabilityText(one.pHolm),
    ]),
    notes: [
      'Ratios with 95 % intervals. The two studies count as independent; of studies of one set the intervals are too wide.',
    ],
  };
}

/** The first two metrics in a sentence; undefined where neither study has a filter in common. */
export function stabilityComparisonHeadline({
  first,
  second,
  stability = [],
}: StudyComparison): string | undefined {
  const metrics = [...new Set(stability.map(({ metric }) => metric))].slice(0, 2);
  if (metrics.length === 0) return undefined;
  const [one, other] = nameTails(first.source, second.source);
  const texts = metrics.map((metric) => {
    const { quantity, ratio, pHolm } = stability.find((own) => own.metric === metric)!;
    const word = pHolm > SIGNIFICANCE ? 'undecided' : ratio.ratio < 1 ? 'lower' : 'higher';
    return `${metricLabel(metric)} ${NAMES[quantity]} ${ratioText(ratio)}, ${word}`;
  });
  const start = `${other} against ${one}, filtered : random:`;
  const both = `${start} ${texts.join('; ')}`;
  return both.split(' ').length <= MOST_WORDS ? both : `${start} ${texts[0]!}`;
}

const HEADER = [
  ...['metric', 'filter_first', 'filter_second', 'quantity', 'first', 'first_low', 'first_high', 'second'],
  ...['second_low', 'second_high', 'ratio', 'low', 'high', 'standard_error', 'p_value', 'p_holm'],
];

/** Every ratio of stability.csv of two studies; the error is that of the logarithm; CSV (RFC 4180). */
export function stabilityComparisonCsv(stability: readonly StabilityComparison[]): string {
  return spreadsheetText([
    HEADER,
    ...stability.map(({ metric, filters, quantity, first, second, ratio, pHolm }) => [
      ...[metric, ...filters, NAMES[quantity], first.ratio, first.low, first.high],
      ...[second.ratio, second.low, second.high, ratio.ratio, ratio.low, ratio.high],
      ...[ratio.standardError, ratio.pValue, pHolm],
    ]),
  ]);
}

function filtersText({ filters: [first, second] }: StabilityComparison): string {
  return first === second ? filterName(first) : `${filterName(first)}, ${filterName(second)}`;
}
