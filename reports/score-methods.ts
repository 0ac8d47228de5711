import type { ScoreReport, ScoreResult } from '../metrics/score-report.js';
import { distinct, encoderText, listText } from './methods-words.js';
import { countText, errorText, numberText } from './number-text.js';
import type { TextTable } from './text-tables.js';

function imagesOf(n: number | null): string {
  return n === null ? 'an unrecorded number of' : countText(n);
}

function parametersText({ metric, parameters }: ScoreResult): string[] {
  const settings = Object.entries(parameters).map(([name, value]) => `${name} = ${value}`);
  return settings.length === 0 ? [] : [`${metric} with ${settings.join(', ')}`];
}

/** What was done, as the methods section of a paper says it. */
export function scoreMethods({ results, reference, generated, seed, version }: ScoreReport): string {
  const own = results.filter(({ value }) => value !== null);
  const byEncoder = distinct(own.map(({ encoder }) => encoderText(encoder)));
  const of = (encoder: string) => own.filter((result) => encoderText(result.encoder) === encoder);
  const parameters = own.flatMap(parametersText);
  const intervals = distinct(own.flatMap(({ interval }) => interval?.method ?? []));
  return [
    `We computed ${listText(byEncoder.map((encoder) => `${listText(of(encoder).map(({ metric }) => metric))} on embeddings of ${encoder}`))} ` +
      `with steadfid ${version}, between ${imagesOf(generated.n)} generated and ${imagesOf(reference.n)} reference images (seed ${seed}).`,
    ...(parameters.length === 0 ? [] : [`Parameters: ${parameters.join('; ')}.`]),
    ...(intervals.length === 0 ? [] : [`Intervals are by ${listText(intervals)}.`]),
  ].join(' ');
}

export function scoreSources({ results }: ScoreReport): readonly string[] {
  return distinct(results.map(({ source }) => source));
}

const ARROWS = { 'lower-is-better': ' ↓', 'higher-is-better': ' ↑', neither: '' } as const;

/** Values ± standard error, to the digits that the error supports. */
export function scoreTextTable({ results, reference, generated }: ScoreReport): TextTable {
  return {
    title: `${generated.source} against ${reference.source}`,
    header: ['metric', 'value', 'interval', 'n (reference)', 'n (generated)', 'encoder'],
    rows: results.map(({ metric, direction, value, standardError, interval, n, encoder }) => {
      const error = standardError;
      return [
        `${metric}${ARROWS[direction]}`,
        value === null
          ? '–'
          : `${numberText(value, { error })}${error === null || error === 0 ? '' : ` ± ${errorText(error)}`}`,
        interval === null
          ? '–'
          : `${numberText(interval.low, { error })} to ${numberText(interval.high, { error })}`,
        countText(n.reference),
        countText(n.generated),
        `${encoder.id}${encoder.standing === 'demo' ? ' (demo: not comparable with published values)' : ''}`,
      ];
    }),
  };
}
