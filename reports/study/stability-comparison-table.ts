import { spreadsheetText } from '../../encoders/files/csv-text.js';
import { metricLabel } from '../../metrics/metric-catalog.js';
import { probabilityText } from '../../numerics/number-text.js';
import type {
  StabilityComparison,
  StabilityDifferenceComparison,
  StabilityRatioComparison,
} from '../../sample-size-study/stability-comparison.js';
import { differenceText, filterName, ratioText } from '../../sample-size-study/stability-words.js';
import type { StudyComparison } from '../../sample-size-study/study-comparison.js';
import { nameTails } from '../text/comparison-words.js';
import { labelText } from '../text/latex-text.js';
import type { TextTable } from '../text/text-tables.js';
import { STABILITY_NUMBERS } from './stability-tables.js';

const SIGNIFICANCE = 0.05;
/** Words that a headline may have. */
const MOST_WORDS = 25;

const INDEPENDENT = 'The two studies count as independent; of studies of one set the intervals are too wide.';

type Row = StabilityRatioComparison | StabilityDifferenceComparison;

/** How filtering acts in two studies: each number of filtered beside random images, and how the two compare. */
export function stabilityComparisonTable({ first, second, stability }: StudyComparison): TextTable {
  const tails = nameTails(first.source, second.source);
  const { ratios = [], differences = [] } = stability ?? {};
  const row = <T>(
    one: Row & { first: T | null; second: T | null },
    text: (found: T) => string,
    compared: string,
  ) => {
    const cell = (found: T | null) => (found === null ? '–' : text(found));
    return [
      metricLabel(one.metric),
      filtersText(one),
      shortNumber(one.quantity),
      cell(one.first),
      cell(one.second),
      compared,
      one.pHolm === null ? '–' : probabilityText(one.pHolm),
    ];
  };
  return {
    label: labelText('comparison', ...tails, 'stability'),
    title: 'Filtered against random images of the same n, in both studies',
    header: ['metric', 'filter', 'of', ...tails, 'second against first', 'p (Holm)'],
    rows: [
      ...ratios.map((one) => row(one, ratioText, one.compared === null ? '–' : ratioText(one.compared))),
      ...differences.map((one) =>
        row(one, differenceText, one.compared === null ? '–' : differenceText(one.compared)),
      ),
    ],
    notes: [
      `×: ratios of filtered to random images, and of the second to the first. Others: filtered less random, and second less first. 95 % intervals. CV: coefficient of variation; SD: standard deviation. ${INDEPENDENT}`,
      ...reasonNotes([...ratios, ...differences]),
    ],
  };
}

/** What a number is called where a line has to hold three others. */
function shortNumber(quantity: Row['quantity']): string {
  return STABILITY_NUMBERS[quantity]
    .replace('coefficient of variation', 'CV')
    .replace('exponent of the standard deviation', 'SD exponent')
    .replace('standard deviation', 'SD');
}

/** Why there are dashes, the quantities of one reason together. */
function reasonNotes(rows: readonly Row[]): readonly string[] {
  const quantities = new Map<string, string[]>();
  for (const { metric, quantity, reason } of rows) {
    if (reason === null) continue;
    const key = `${metricLabel(metric)}: ${reason}`;
    quantities.set(key, [...(quantities.get(key) ?? []), shortNumber(quantity)]);
  }
  return [...quantities].map(([key, names]) => {
    const [metric, ...reason] = key.split(': ');
    return `–, ${metric}, ${[...new Set(names)].join(', ')}: ${reason.join(': ')}.`;
  });
}

/** The first two metrics in a sentence; undefined where neither study has a filter in common. */
export function stabilityComparisonHeadline({
  first,
  second,
  stability,
}: StudyComparison): string | undefined {
  const known = (stability?.ratios ?? []).filter(({ compared }) => compared !== null);
  const metrics = [...new Set(known.map(({ metric }) => metric))].slice(0, 2);
  if (metrics.length === 0) return undefined;
  const [one, other] = nameTails(first.source, second.source);
  const texts = metrics.map((metric) => {
    const { quantity, compared, pHolm } = known.find((own) => own.metric === metric)!;
    const word = pHolm! > SIGNIFICANCE ? 'undecided' : compared!.ratio < 1 ? 'lower' : 'higher';
    return `${metricLabel(metric)} ${STABILITY_NUMBERS[quantity]} ${ratioText(compared!)}, ${word}`;
  });
  const start = `${other} against ${one}, filtered : random:`;
  const both = `${start} ${texts.join('; ')}`;
  return both.split(' ').length <= MOST_WORDS ? both : `${start} ${texts[0]!}`;
}

const HEADER = [
  ...[
    'metric',
    'filter_first',
    'filter_second',
    'quantity',
    'kind',
    'first',
    'first_low',
    'first_high',
    'second',
  ],
  ...[
    'second_low',
    'second_high',
    'compared',
    'low',
    'high',
    'standard_error',
    'p_value',
    'p_holm',
    'reason',
  ],
];

/** Every number of stability.csv of two studies; the error of a ratio is that of its logarithm; CSV (RFC 4180). */
export function stabilityComparisonCsv({ ratios, differences }: StabilityComparison): string {
  const line = (
    { metric, filters, quantity, compared, pHolm, reason }: Row,
    kind: 'ratio' | 'difference',
    numbers: readonly (readonly (number | undefined)[])[],
  ) => [
    ...[
      metric,
      ...filters,
      STABILITY_NUMBERS[quantity],
      kind,
      ...numbers.flat().map((value) => value ?? null),
    ],
    ...[compared?.standardError ?? null, compared?.pValue ?? null, pHolm, reason ?? ''],
  ];
  return spreadsheetText([
    HEADER,
    ...ratios.map((one) =>
      line(
        one,
        'ratio',
        [one.first, one.second, one.compared].map((found) => [found?.ratio, found?.low, found?.high]),
      ),
    ),
    ...differences.map((one) =>
      line(
        one,
        'difference',
        [one.first, one.second, one.compared].map((found) => [found?.difference, found?.low, found?.high]),
      ),
    ),
  ]);
}

/** The filtered set, by both names where they differ. */
export function filtersText({ filters: [first, second] }: Pick<Row, 'filters'>): string {
  return first === second ? filterName(first) : `${filterName(first)}, ${filterName(second)}`;
}
