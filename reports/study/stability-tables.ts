import { spreadsheetText } from '../../encoders/files/csv-text.js';
import { metricLabel } from '../../metrics/metric-catalog.js';
import { numberText } from '../../numerics/number-text.js';
import type {
  FilterStability,
  StabilityDifference,
  StabilityRatio,
} from '../../sample-size-study/stability-report.js';
import { ratioText } from '../../sample-size-study/stability-verdict.js';
import type { StudyReport } from '../../sample-size-study/study-report.js';
import type { TextTable } from '../text/text-tables.js';

/** How stable each metric is on filtered sets, beside the sets of the same draws. */
export function stabilityTable({ stability = [] }: Pick<StudyReport, 'stability'>): TextTable {
  return {
    title: 'How stable each metric is on filtered sets',
    header: [
      'metric',
      'filtered',
      'beside',
      'standard deviation',
      'coefficient of variation',
      'value',
      'bias slope',
      'asymptotic value',
      'n for precision 5 %',
      'n for bias 5 %',
    ],
    rows: stability.map((one) => [
      metricLabel(one.metric),
      one.filter,
      one.other,
      ratioCell(one.standardDeviation),
      ratioCell(one.coefficientOfVariation),
      ratioCell(one.value),
      differenceText(one.slope, one.isLinear),
      differenceText(one.limit, one.isLinear),
      ratioCell(one.forPrecision.ratio),
      ratioCell(one.forBias.ratio),
    ]),
    notes: [
      'Ratios and differences of the filtered set to the other, with 95 % intervals, from the same draws: geometric means over sizes of at most 80 % of the pool.',
      'Beside unfiltered: of as many images drawn, of which the filter scores fewer. Beside random and matched: of as many images scored.',
      'Bias slopes are per image scored; n are images drawn.',
      ...(stability.every(({ isLinear }) => isLinear) ? [] : ['*: doubtful, means are not linear in 1/n.']),
    ],
  };
}

function ratioCell(ratio: StabilityRatio | null): string {
  return ratio === null ? '–' : ratioText(ratio);
}

function differenceText(difference: StabilityDifference | null, isLinear: boolean): string {
  if (difference === null) return '–';
  const text = (value: number) => numberText(value, { error: difference.standardError });
  return `${text(difference.difference)} (${text(difference.low)} to ${text(difference.high)})${isLinear ? '' : ' *'}`;
}

const HEADER = [
  'metric',
  'filtered',
  'beside',
  'role',
  'quantity',
  'sample_size',
  'filtered_value',
  'beside_value',
  'kind',
  'estimate',
  'low',
  'high',
  'standard_error',
  'p_value',
];

/** Every number of stability.csv: a line for each ratio (its error that of its logarithm) or difference; CSV (RFC 4180). */
export function stabilityCsv(stability: readonly FilterStability[]): string {
  const lines = stability.flatMap((one) => {
    const name = [one.metric, one.filter, one.other, one.role];
    const ratio = (
      quantity: string,
      found: StabilityRatio | null,
      [filtered, other]: readonly (number | null)[] = [null, null],
      size: number | null = null,
    ) =>
      found === null
        ? []
        : [
            [
              ...[...name, quantity, size, filtered, other, 'ratio'],
              ...[found.ratio, found.low, found.high, found.standardError, found.pValue],
            ],
          ];
    const difference = (quantity: string, found: StabilityDifference | null) =>
      found === null
        ? []
        : [
            [
              ...[...name, quantity, null, found.filtered, found.other, 'difference'],
              ...[found.difference, found.low, found.high, found.standardError, found.pValue],
            ],
          ];
    const { forPrecision, forBias } = one;
    return [
      ...ratio('standard deviation', one.standardDeviation),
      ...ratio('coefficient of variation', one.coefficientOfVariation),
      ...ratio('value', one.value),
      ...difference('exponent of the standard deviation', one.exponent),
      ...difference('bias slope per image scored', one.slope),
      ...difference('asymptotic value', one.limit),
      ...ratio('n for precision 5 %', forPrecision.ratio, [forPrecision.filtered, forPrecision.other]),
      ...ratio('n for bias 5 %', forBias.ratio, [forBias.filtered, forBias.other]),
      ...one.bySize.flatMap((at) => [
        ...ratio('standard deviation', at.standardDeviation, [null, null], at.sampleSize),
        ...ratio('coefficient of variation', at.coefficientOfVariation, [null, null], at.sampleSize),
      ]),
    ];
  });
  return spreadsheetText([HEADER, ...lines]);
}
