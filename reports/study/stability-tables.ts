import { spreadsheetText } from '../../encoders/files/csv-text.js';
import { metricLabel } from '../../metrics/metric-catalog.js';
import { countText, numberText } from '../../numerics/number-text.js';
import type { StabilityDifference, StabilityRatio } from '../../sample-size-study/stability-report.js';
import { differenceText, ratioText } from '../../sample-size-study/stability-words.js';
import type { StudyReport } from '../../sample-size-study/study-report.js';
import type { TextTable } from '../text/text-tables.js';

/** How stable each metric is on filtered sets, against sets of the same draws. */
export function stabilityTable({ stability = [] }: Pick<StudyReport, 'stability'>): TextTable {
  return {
    title: 'How stable each metric is on filtered sets',
    header: [
      'metric',
      'filtered',
      'against',
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
      differenceCell(one.slope, one.isLinear),
      differenceCell(one.limit, one.isLinear),
      ratioCell(one.forPrecision.ratio),
      ratioCell(one.forBias.ratio),
    ]),
    notes: [
      'Ratios and differences of the filtered set to the other, with 95 % intervals, from the same draws: geometric means over sizes of at most 80 % of the pool.',
      'Against unfiltered: of as many images drawn, of which the filter scores fewer. Against random and matched: of as many images scored.',
      'Bias slopes are per image scored; n are images drawn.',
      ...(stability.every(({ isLinear }) => isLinear) ? [] : ['*: doubtful, means are not linear in 1/n.']),
    ],
  };
}

function ratioCell(ratio: StabilityRatio | null): string {
  return ratio === null ? '–' : unbroken(ratioText(ratio));
}

function differenceCell(difference: StabilityDifference | null, isLinear: boolean): string {
  return difference === null ? '–' : unbroken(`${differenceText(difference)}${isLinear ? '' : ' *'}`);
}

/** On one line. */
function unbroken(text: string): string {
  return text.replaceAll(' ', '\u00a0');
}

/** How well each metric sees each level of a distortion on filtered sets. */
export function responseTable({
  stabilityResponses = [],
}: Pick<StudyReport, 'stabilityResponses'>): TextTable {
  return {
    title: 'How well each metric sees distortions on filtered sets',
    header: [
      'metric',
      'filtered',
      'against',
      'distortion',
      'n',
      'level',
      'effect, filtered',
      'effect, against',
      'difference',
      'differs from level',
      'τ',
      'first inversion',
    ],
    rows: stabilityResponses.flatMap((one) =>
      one.levels.map(({ level, effect }) => [
        metricLabel(one.metric),
        one.filter,
        one.other,
        one.distortion,
        countText(one.sampleSize),
        String(level),
        effect === null ? '–' : numberText(effect.filtered, { error: effect.standardError }),
        effect === null ? '–' : numberText(effect.other, { error: effect.standardError }),
        differenceCell(effect, true),
        one.differsFrom === null ? 'none' : String(one.differsFrom),
        bothText(one.monotonicity),
        bothText(one.firstInversion),
      ]),
    ),
    notes: [
      'Effects are in standard deviations of the undistorted values at this n; 95 % intervals of the draws from this pool.',
      'From its level on, the change in the metric differs significantly between the two sets, adjusted over levels.',
      'τ (level and value) and first inversion: of the filtered set, then of the other.',
    ],
  };
}

function bothText({
  filtered,
  other,
}: {
  readonly filtered: number | null;
  readonly other: number | null;
}): string {
  const text = (value: number | null) => (value === null ? 'none' : `${Number(value.toFixed(2))}`);
  return `${text(filtered)}, ${text(other)}`;
}

const HEADER = [
  'metric',
  'filtered',
  'against',
  'role',
  'quantity',
  'sample_size',
  'filtered_value',
  'against_value',
  'kind',
  'estimate',
  'low',
  'high',
  'standard_error',
  'p_value',
];

/** Every number of stability.csv: a line for each ratio (its error that of its logarithm) or difference; CSV (RFC 4180). */
export function stabilityCsv({
  stability = [],
  stabilityResponses = [],
}: Pick<StudyReport, 'stability' | 'stabilityResponses'>): string {
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
  const seen = stabilityResponses.flatMap(({ metric, filter, other, role, distortion, sampleSize, levels }) =>
    levels.flatMap(({ level, effect }) =>
      effect === null
        ? []
        : [
            [
              ...[metric, filter, other, role, `effect of ${distortion} ${level}, in standard deviations`],
              ...[sampleSize, effect.filtered, effect.other, 'difference', effect.difference],
              ...[effect.low, effect.high, effect.standardError, effect.pValue],
            ],
          ],
    ),
  );
  return spreadsheetText([HEADER, ...lines, ...seen]);
}
