import { metricLabel } from '../metrics/metric-label.js';
import type { ScoreReport, ScoreResult } from '../metrics/score-report.js';
import { distinct, encoderText, listText } from './methods-words.js';
import { countText, errorText, numberText } from './number-text.js';
import type { TextTable } from './text-tables.js';

function imagesOf(n: number | null): string {
  return n === null ? 'an unrecorded number of' : countText(n);
}

/** Parameters of which a reader must know: the divisor n − 1 and CMMD's form are part of the formula, the seed stands apart. */
const IN_WORDS: Readonly<Record<string, string>> = {
  isSplits: 'splits',
  kidSubsets: 'subsets',
  kidSubsetSize: 'images in each',
  vendiOrder: 'order',
  mindNumProjections: 'projections',
};
const UNSAID = new Set(['covarianceDdof', 'cmmdForm', 'seed']);

function parametersText({ metric, parameters }: ScoreResult): string[] {
  const settings = Object.entries(parameters)
    .filter(([name]) => !UNSAID.has(name))
    .map(([name, value]) => (name in IN_WORDS ? `${IN_WORDS[name]}: ${value}` : `${name}: ${value}`));
  return settings.length === 0 ? [] : [`${metricLabel(metric)} (${settings.join(', ')})`];
}

/** What was done, as the methods section of a paper says it. */
export function scoreMethods({ results, reference, generated, seed, version }: ScoreReport): string {
  const own = results.filter(({ value }) => value !== null);
  const byEncoder = distinct(own.map(({ encoder }) => encoderText(encoder)));
  const of = (encoder: string) => own.filter((result) => encoderText(result.encoder) === encoder);
  const parameters = own.flatMap(parametersText);
  const intervals = distinct(own.flatMap(({ interval }) => interval?.method ?? []));
  return [
    `We computed ${listText(byEncoder.map((encoder) => `${listText(of(encoder).map(({ metric }) => metricLabel(metric)))} on embeddings of ${encoder}`))} ` +
      `with steadfid ${version}, between ${imagesOf(generated.n)} generated and ${imagesOf(reference.n)} reference images (seed ${seed}).`,
    ...(parameters.length === 0 ? [] : [`Parameters: ${parameters.join('; ')}.`]),
    ...(own.some(({ protocol }) => protocol.startsWith('cmmd'))
      ? ['CMMD is given as 1000 times the squared distance.']
      : []),
    ...(intervals.length === 0 ? [] : [`Intervals are by ${listText(intervals)}.`]),
  ].join(' ');
}

export function scoreSources({ results }: ScoreReport): readonly string[] {
  return distinct(results.map(({ source }) => source));
}

const ARROWS = { 'lower-is-better': ' ↓', 'higher-is-better': ' ↑', neither: '' } as const;

const STANDING: Readonly<Partial<Record<ScoreResult['encoder']['standing'], string>>> = {
  demo: ' (demo: not comparable with published values)',
  custom: ' (custom)',
};

/** `± 0.31` is a standard error; a spread over splits or subsets says what it is. */
function errorWords(error: number | null, spread: ScoreResult['spread']): string {
  if (error !== null) return error === 0 ? '' : ` ± ${errorText(error)}`;
  return spread === undefined ? '' : ` (sd ${errorText(spread.value)} over ${spread.of})`;
}

/** Values ± standard error, to the digits that the error supports. */
export function scoreTextTable({ results, reference, generated }: ScoreReport): TextTable {
  return {
    title: `${generated.source} against ${reference.source}`,
    header: ['metric', 'value', 'interval', 'n (reference)', 'n (generated)', 'encoder'],
    rows: results.map(({ metric, direction, value, standardError, spread, interval, n, encoder }) => {
      const error = standardError;
      return [
        `${metricLabel(metric)}${ARROWS[direction]}`,
        value === null ? '–' : `${numberText(value, { error })}${errorWords(error, spread)}`,
        interval === null
          ? '–'
          : `${numberText(interval.low, { error })} to ${numberText(interval.high, { error })}`,
        n.reference === null && reference.n !== null ? '–' : countText(n.reference), // a metric that does not look at it
        countText(n.generated),
        `${encoder.id}${STANDING[encoder.standing] ?? ''}`,
      ];
    }),
  };
}
