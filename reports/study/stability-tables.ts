import { spreadsheetText } from '../../encoders/files/csv-text.js';
import { metricLabel } from '../../metrics/metric-catalog.js';
import { countText, numberText } from '../../numerics/number-text.js';
import type {
  FilterStability,
  StabilityDifference,
  StabilityNumber,
  StabilityRatio,
} from '../../sample-size-study/stability-report.js';
import {
  differenceText,
  filterName,
  ratioText,
  verdictWords,
} from '../../sample-size-study/stability-words.js';
import type { StudyReport } from '../../sample-size-study/study-report.js';
import { type TextTable, withoutEmptyColumns } from '../text/text-tables.js';

/** What each number is called in tables. */
export const STABILITY_NUMBERS: Readonly<Record<StabilityNumber, string>> = {
  coefficientOfVariation: 'coefficient of variation',
  standardDeviation: 'standard deviation',
  value: 'value',
  exponent: 'exponent of the standard deviation',
  slope: 'bias slope',
  limit: 'asymptotic value',
  forPrecision: 'n for precision 5 %',
  forBias: 'n for bias 5 %',
};

const NOTES = {
  ratios:
    'Ratios and differences of the filtered set to the other, with 95 % intervals, from the same draws: geometric means over sizes of at most 80 % of the pool.',
  lines:
    'As n → ∞: the paired difference of lines in 1/n through the same draws (of unbiased metrics, of the whole sets), surer than one asymptotic value less the other.',
  doubtful: '*: doubtful, means are not linear in 1/n.',
} as const;

/** What every verdict rests on: each metric of each filtered set against as many random images. */
export function verdictTable({
  stability = [],
  stabilityVerdicts = [],
}: Pick<StudyReport, 'stability' | 'stabilityVerdicts'>): TextTable {
  const judged = stability.filter(({ role }) => role === 'random');
  return withoutEmptyColumns({
    title: 'Filtered against random subsets of the same n',
    header: [
      'metric',
      'filter',
      'verdict',
      'value',
      'standard deviation',
      'coefficient of variation',
      'as n → ∞',
    ],
    rows: judged.map((one) => {
      const { metric, filter } = one;
      const verdict = stabilityVerdicts.find((own) => own.metric === metric && own.filter === filter);
      return [
        metricLabel(metric),
        judged.every((other) => other.filter === filter) ? '–' : filterName(filter),
        verdict === undefined ? '–' : verdictWords(verdict, one),
        ratioCell(one.value),
        ratioCell(one.standardDeviation),
        ratioCell(one.coefficientOfVariation),
        differenceCell(one.limit, one.isLinear),
      ];
    }),
    notes: [...notesOf(judged), ...reasonNotes(judged, [...SPREADS, 'limit'])],
  });
}

/** Spread and value of each filtered set against the other sets of the same draws. */
export function spreadTable({ stability = [] }: Pick<StudyReport, 'stability'>): TextTable {
  return {
    title: 'Spread and value of filtered sets against each other set',
    header: [
      'metric',
      'filtered',
      'against',
      'value',
      'standard deviation',
      'coefficient of variation',
      'exponent of the standard deviation',
    ],
    rows: stability.map((one) => [
      ...namesOf(one),
      ratioCell(one.value),
      ratioCell(one.standardDeviation),
      ratioCell(one.coefficientOfVariation),
      differenceCell(one.exponent, true),
    ]),
    notes: [NOTES.ratios, AGAINST, ...reasonNotes(stability, [...SPREADS, 'exponent'])],
  };
}

/** Bias and required images of each filtered set against the other sets of the same draws. */
export function biasTable({ stability = [] }: Pick<StudyReport, 'stability'>): TextTable {
  return {
    title: 'Bias and images needed of filtered sets against each other set',
    header: [
      'metric',
      'filtered',
      'against',
      'bias slope',
      'as n → ∞',
      'n for precision 5 %',
      'n for bias 5 %',
    ],
    rows: stability.map((one) => [
      ...namesOf(one),
      differenceCell(one.slope, one.isLinear),
      differenceCell(one.limit, one.isLinear),
      ratioCell(one.forPrecision.ratio),
      ratioCell(one.forBias.ratio),
    ]),
    notes: [
      ...notesOf(stability),
      AGAINST,
      'Bias slopes are per image scored; n are images drawn.',
      ...reasonNotes(stability, ['slope', 'limit', 'forPrecision', 'forBias']),
    ],
  };
}

const AGAINST =
  'Against unfiltered: of as many images drawn, of which the filter scores fewer. Against random and matched: of as many images scored.';

function notesOf(stability: readonly FilterStability[]): readonly string[] {
  return [
    NOTES.ratios,
    NOTES.lines,
    ...(stability.every(({ isLinear }) => isLinear) ? [] : [NOTES.doubtful]),
  ];
}

const SPREADS = ['value', 'standardDeviation', 'coefficientOfVariation'] as const;

/** Why there are dashes: the numbers and the sets of one reason together. */
function reasonNotes(
  stability: readonly FilterStability[],
  shown: readonly StabilityNumber[],
): readonly string[] {
  const found = new Map<string, { readonly numbers: Set<string>; readonly against: Set<string> }>();
  for (const { metric, role, reasons = {} } of stability) {
    for (const number of shown) {
      const reason = reasons[number];
      if (reason === undefined) continue;
      const key = JSON.stringify([metricLabel(metric), reason]);
      const { numbers, against } = found.get(key) ?? { numbers: new Set(), against: new Set() };
      found.set(key, { numbers: numbers.add(STABILITY_NUMBERS[number]), against: against.add(role) });
    }
  }
  return [...found].map(([key, { numbers, against }]) => {
    const [metric, reason] = JSON.parse(key) as [string, string];
    return `–, ${metric} against ${[...against].join(', ')}, ${[...numbers].join(', ')}: ${reason}.`;
  });
}

function namesOf({ metric, filter, role }: FilterStability): readonly string[] {
  return [metricLabel(metric), filterName(filter), role];
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
        filterName(one.filter),
        one.role,
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
      ...difference('end of the line as n → ∞', one.limit),
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
