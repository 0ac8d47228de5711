import picocolors from 'picocolors';
import { spreadsheetText } from '../../encoders/files/csv-text.js';
import { metricLabel } from '../../metrics/metric-catalog.js';
import { countOf, countText, listText, percentText } from '../../numerics/number-text.js';
import type { ScoreResult } from '../../scoring/score-report.js';
import { sideName } from '../../scoring/score-report.js';
import { DEMO_NOTE } from '../page/page.js';
import { labelText } from '../text/latex-text.js';
import { directionNotes } from '../text/methods-words.js';
import { intervalText, valueWithError } from '../text/result-texts.js';
import { type TextTable, tableText } from '../text/text-tables.js';
import { fileName, lineText, wrappedText } from '../text/visible-text.js';
import { isRanked, type ModelRanking, type RankedModel, type ScoreModels } from './score-models.js';
import type { TextStyle } from './score-table.js';

const ARROWS = { 'lower-is-better': ' ↓', 'higher-is-better': ' ↑', neither: '' } as const;

const RANK_NOTE =
  'ranks: 95 % confidence, for all models and metrics together; a range holds models that do not differ significantly';
const NO_RANK_NOTE = 'ranks are untested: not every value has a standard error (--interval)';
const ALONE_NOTE = 'ranks are untested: there is nothing to compare with';
const BEST_NOTE = 'best: how often the model is the best in normal draws about the values';

/** `1`, or `2–4`; a dash where nothing was tested. */
export function ranksText({ ranks }: RankedModel): string {
  if (ranks === null) return '–';
  return ranks.best === ranks.worst ? String(ranks.best) : `${ranks.best}–${ranks.worst}`;
}

export function resultOf(
  { models }: Pick<ScoreModels, 'models'>,
  metric: string,
  model: number,
): ScoreResult {
  return models[model]!.report.results.find((result) => result.metric === metric)!;
}

export function countsOf({ n }: ModelRanking): string {
  return n.reference === null
    ? `${countText(n.generated)} images`
    : `${countText(n.reference)} : ${countText(n.generated)} images`;
}

/** A ranking for each number, best first, for the terminal. */
export function scoreModelsTable(scores: ScoreModels, { columns, colors }: TextStyle): string {
  const { bold, dim, yellow } = picocolors.createColors(colors === 'on');
  const { models, metrics } = scores;
  const isTested = isRanked(scores);
  const blocks = metrics.flatMap((ranking) => {
    const { metric, direction, origin } = ranking;
    const [head, ...rows] = tableText({
      header: ['rank', 'model', 'value', 'as n → ∞ (95 %)', 'best'],
      rows: ranking.ranking.map((one, i) => {
        const interval = intervalText(resultOf(scores, metric, one.model));
        return [
          isTested || direction === 'neither' || models.length === 1 ? ranksText(one) : String(i + 1),
          lineText(models[one.model]!.name),
          valueWithError(resultOf(scores, metric, one.model)),
          interval === null ? '' : interval.of === 'limit' ? interval.text : `(${interval.text})`,
          one.probabilityBest === null ? '' : percentText(one.probabilityBest),
        ];
      }),
      align: ['left', 'left', 'right', 'left', 'right'],
    });
    const demo = origin === 'demo' ? yellow('*') : '';
    return [
      `${bold(`${metricLabel(metric)}${ARROWS[direction]}`)}${demo}  ${dim(countsOf(ranking))}`,
      dim(head!),
      ...rows,
      '',
    ];
  });
  const notes = [
    ...(metrics.some(({ origin }) => origin === 'demo') ? [yellow(`* ${DEMO_NOTE}`)] : []),
    ...[...signNotes(scores), ...(isTested ? [RANK_NOTE, BEST_NOTE] : [untestedNote(scores)])].flatMap(
      (text) => wrappedText(text, { columns }).map(dim),
    ),
    ...[...correctedOrderNotes(scores), ...leftNotes(scores)].flatMap((text) =>
      wrappedText(text, { columns }),
    ),
  ];
  const { reference } = models[0]!.report;
  return [lineText(`reference  ${sideName(reference)}`), '', ...blocks, ...notes, ''].join('\n');
}

function untestedNote({ models }: Pick<ScoreModels, 'models'>): string {
  return models.length === 1 ? ALONE_NOTE : NO_RANK_NOTE;
}

/** Models without a value that are named. */
const MOST_MISSING = 5;

function missingText(names: readonly string[]): string {
  const left = names.length - MOST_MISSING;
  return left < 2
    ? listText(names)
    : `${names.slice(0, MOST_MISSING).join(', ')} and ${countText(left)} more`;
}

/** What stands behind a value. */
function signNotes({ models, metrics }: ScoreModels): readonly string[] {
  const shown = metrics.flatMap(({ metric }) => models.map((_, i) => resultOf({ models }, metric, i)));
  const spreads = new Set(
    shown.flatMap(({ standardError, spread }) =>
      standardError === null && spread !== undefined ? [spread.of] : [],
    ),
  );
  return [
    ...(shown.some(({ standardError }) => (standardError ?? 0) > 0)
      ? ['±: standard error of the value']
      : []),
    ...(spreads.size > 0
      ? [`sd: standard deviation over ${listText([...spreads])}, not the standard error of the value`]
      : []),
  ];
}

/** Numbers that are not ranked: some model has none, or neither way is better. */
export function leftNotes({
  left,
  metrics,
  models,
}: Pick<ScoreModels, 'left' | 'metrics' | 'models'>): readonly string[] {
  return [
    ...left.map(
      ({ metric, missing }) =>
        `${metricLabel(metric)} is not ranked: no value of ${missing.length === models.length ? 'any' : missingText(missing)}`,
    ),
    ...metrics
      .filter(({ direction }) => direction === 'neither')
      .map(({ metric }) => `${metricLabel(metric)} is not ranked: neither low nor high is better`),
  ];
}

/** What ranks, and why not the estimate beside it. */
const RANKED_BY =
  'ranked by the value at n, whose bias is nearly the same for all; a correction adds an error of its own';

/** Where bias-corrected estimates would rank otherwise: the order that they give. */
export function correctedOrderNotes(scores: ScoreModels): readonly string[] {
  return scores.metrics.flatMap(({ metric, direction, ranking }) => {
    if (direction === 'neither') return [];
    const sign = direction === 'lower-is-better' ? 1 : -1;
    const estimates = ranking.map(({ model }) => {
      const { interval } = resultOf(scores, metric, model);
      return interval?.of === 'limit' ? (interval.unclippedEstimate ?? interval.estimate ?? null) : null;
    });
    if (estimates.length < 2 || estimates.some((estimate) => estimate === null)) return [];
    const order = [...ranking.keys()].sort((a, b) => sign * (estimates[a]! - estimates[b]!) || a - b);
    if (order.every((at, i) => at === i)) return [];
    const names = order.map((at) => scores.models[ranking[at]!.model]!.name);
    return [
      `${metricLabel(metric)}: by bias-corrected estimates the order would be ${missingText(names)}. The table is ${RANKED_BY}`,
    ];
  });
}

/** What the models of a report are. */
export interface ModelsWords {
  /** the file that the report is made from */
  readonly source: 'score-models.json' | 'track.json';
  readonly noun: 'models' | 'checkpoints';
  readonly order: 'best first' | 'as given';
}

/** One of them. */
export const MODEL = { models: 'model', checkpoints: 'checkpoint' } as const;

export const MODELS: ModelsWords = { source: 'score-models.json', noun: 'models', order: 'best first' };

function limitText(result: ScoreResult): string {
  const interval = intervalText(result);
  return interval?.of === 'limit' ? interval.text : '–';
}

/** Models by numbers: a row for each model, each value with its ranks beside it. */
export function scoreModelsTextTable(
  scores: ScoreModels,
  { noun, order: sorting }: ModelsWords = MODELS,
  medium: 'page' | 'paper' = 'paper',
): TextTable {
  const { models, metrics } = scores;
  const isTested = isRanked({ metrics });
  const first = metrics.find(({ direction }) => direction !== 'neither');
  const order =
    first === undefined || sorting === 'as given'
      ? models.map((_, i) => i)
      : first.ranking.map(({ model }) => model);
  const { reference } = models[0]!.report;
  const demos = metrics.filter(({ origin }) => origin === 'demo').map(({ metric }) => metricLabel(metric));
  const isCorrected = (metric: string) =>
    medium === 'page' && models.some((_, i) => resultOf(scores, metric, i).interval?.of === 'limit');
  const notes = [
    ...directionNotes(metrics.map(({ direction }) => direction)),
    ...(isTested
      ? [
          '±: standard error of the value.',
          'Ranks: simultaneous 95 % confidence sets from pairwise tests, adjusted by Holm.',
        ]
      : []),
  ];
  return {
    title: `${listText(metrics.map(({ metric }) => metricLabel(metric)))} of ${countOf(models.length, MODEL[noun])} against ${reference.name ?? fileName(reference.source)} (${countText(reference.n)} images)`,
    header: [
      MODEL[noun],
      'n',
      ...metrics.flatMap(({ metric, direction }) => [
        `${metricLabel(metric)}${ARROWS[direction]}`,
        ...(isTested ? ['rank'] : []),
        ...(isCorrected(metric) ? ['as n → ∞ (95 %)'] : []),
      ]),
    ],
    rows: order.map((model) => [
      models[model]!.name,
      countText(models[model]!.report.generated.n),
      ...metrics.flatMap(({ metric, ranking }) => {
        const own = ranking.find((one) => one.model === model)!;
        const result = resultOf(scores, metric, model);
        return [
          valueWithError(result),
          ...(isTested ? [ranksText(own)] : []),
          ...(isCorrected(metric) ? [limitText(result)] : []),
        ];
      }),
    ]),
    notes: [
      ...notes,
      ...(demos.length === 0 ? [] : [`Encoders of ${listText(demos)} are demos (${DEMO_NOTE}).`]),
    ],
    pageNotes: [
      ...notes,
      ...(metrics.some(({ metric }) => isCorrected(metric))
        ? [
            `As n → ∞: the bias-corrected estimate with its interval. ${models.length === 1 ? '' : `${noun.replace(/^./, (letter) => letter.toUpperCase())} are ${RANKED_BY}.`}`.trim(),
          ]
        : []),
      ...(isTested ? [] : [`${untestedNote(scores).replace(/^./, (letter) => letter.toUpperCase())}.`]),
    ],
    label: labelText(noun, ...metrics.slice(0, 1).map(({ metric }) => metric)),
  };
}

/** A line for each model and number, in the order of the ranking; numbers in as many digits as bring them back. */
export function scoreModelsCsv(scores: ScoreModels): string {
  const header = [
    ...['metric', 'model', 'value', 'standard_error', 'bias_corrected', 'interval_low', 'interval_high'],
    ...['rank_best', 'rank_worst', 'probability_best', 'n_reference', 'n_generated', 'encoder', 'generated'],
  ];
  const rows = scores.metrics.flatMap(({ metric, ranking }) =>
    ranking.map((one) => {
      const { interval, n, encoder } = resultOf(scores, metric, one.model);
      const { name, report } = scores.models[one.model]!;
      return [
        ...[metric, name, one.value, one.standardError],
        ...[interval?.estimate, interval?.low, interval?.high],
        ...[one.ranks?.best, one.ranks?.worst, one.probabilityBest],
        ...[n.reference, n.generated, encoder.id, report.generated.source],
      ];
    }),
  );
  return spreadsheetText([header, ...rows]);
}
