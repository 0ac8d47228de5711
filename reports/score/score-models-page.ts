import { metricLabel } from '../../metrics/metric-catalog.js';
import {
  countOf,
  countText,
  listText,
  numberText,
  percentText,
  probabilityText,
} from '../../numerics/number-text.js';
import { type ScoreResult, sideName } from '../../scoring/score-report.js';
import type { Figure } from '../figures/figure.js';
import { figureHtml } from '../page/figure-html.js';
import { Html, html } from '../page/html.js';
import { contentFactsHtml, type Provenance, tableHtml } from '../page/page.js';
import { PageNotes } from '../page/page-notes.js';
import { type Fold, reportPage, tableSectionHtml } from '../page/report-page.js';
import { citation, HOLM_PAPER, RANK_PAPER } from '../text/bibliography.js';
import type { Paper } from '../text/paper.js';
import { valueText } from '../text/result-texts.js';
import type { TextTable } from '../text/text-tables.js';
import { type Samples, setSamplesHtml } from './samples.js';
import { scoreMethods, scoreSources } from './score-methods.js';
import { isRanked, type ModelRanking, type ScoreModels } from './score-models.js';
import {
  correctedOrderNotes,
  leftNotes,
  MODEL,
  MODELS,
  type ModelsWords,
  resultOf,
  scoreModelsTextTable,
} from './score-models-table.js';
import { severalTexts } from './several-texts.js';

const NOTHING = new Html('');
/** Rows of the table that are not folded. */
const MOST_ROWS = 10;
/** Models that a headline names. */
const MOST_NAMED = 2;
/** Words of a headline. */
const MOST_WORDS = 25;

/** Which model is best by the first number, and whether that is sure. */
export function modelsHeadline(scores: ScoreModels, noun = MODELS.noun): string {
  const { models, metrics } = scores;
  const count = countOf(models.length, MODEL[noun]);
  if (metrics.length === 0)
    return `${count}: no metric has a value${models.length === 1 ? '' : ' of every one'}`;
  const first = metrics.find(({ direction }) => direction !== 'neither');
  if (first === undefined)
    return `${count} by ${listText(metrics.map(({ metric }) => metricLabel(metric)))}, of which neither low nor high is better`;
  const [best, ...others] = first.ranking;
  const { model } = best!;
  const isLow = first.direction === 'lower-is-better';
  const { name: own } = models[model]!;
  const name = noun === 'models' ? own : own.replace(/^./, (letter) => letter.toUpperCase());
  if (models.length === 1)
    return `${name} has ${metricLabel(first.metric)} ${valueText(resultOf(scores, first.metric, model))}: one ${MODEL[noun]} alone, not ranked`;
  const { n } = first;
  const size = n.generated === null ? '' : ` at n = ${countText(n.generated)}`;
  const claim = `${name} has the ${isLow ? 'lowest' : 'highest'} ${metricLabel(first.metric)} of ${count}${size}, ${bothText(resultOf(scores, first.metric, model))}`;
  const beyond = isLow ? 'below' : 'above';
  if (best!.ranks === null) return `${claim} (untested)`;
  const alike = others.filter(({ ranks }) => ranks!.best === 1).map((other) => models[other.model]!.name);
  if (alike.length === 0)
    return `${claim}: significantly ${beyond} ${others.length === 1 ? 'the other' : 'all others'}`;
  const named = (most: number) =>
    alike.length > most + 1
      ? [...alike.slice(0, most), `${countText(alike.length - most)} ${most === 0 ? 'others' : 'more'}`]
      : alike;
  const texts = [MOST_NAMED, 1, 0].map(
    (most) => `${claim}: not significantly ${beyond} ${listText(named(most))}`,
  );
  return texts.find((text) => text.split(/\s+/).length <= MOST_WORDS) ?? texts.at(-1)!;
}

/** The value that ranks, and beside it the estimate as n → ∞ where there is one. */
function bothText(result: ScoreResult): string {
  const { interval, standardError: error } = result;
  return interval?.of === 'limit' && interval.estimate !== undefined
    ? `${valueText(result)} (bias-corrected ${numberText(interval.estimate, { error })})`
    : valueText(result);
}

/** What the ranking of models rests on, in the words of a methods section. */
function modelsMethods(scores: ScoreModels, noun = MODELS.noun): string {
  const { models } = scores;
  return [
    scoreMethods(models[0]!.report),
    ...(models.length === 1
      ? []
      : [`Each of ${countText(models.length)} ${noun} was scored in this way, against the same reference.`]),
    ...(isRanked(scores)
      ? [
          `Pairs of ${noun} were compared by their values at this n, by Student’s t tests on their standard errors, adjusted for all pairs and metrics${citation(HOLM_PAPER)}. Ranks are the simultaneous 95 % confidence sets that follow from these tests${citation(RANK_PAPER)}.`,
        ]
      : []),
  ].join(' ');
}

/** What a paper takes from several models against one reference. */
export function modelsPaper(scores: ScoreModels, words: ModelsWords = MODELS): Paper {
  return {
    methods: modelsMethods(scores, words.noun),
    sources: [
      ...new Set(scores.models.flatMap(({ report }) => scoreSources(report))),
      ...(isRanked(scores) ? [HOLM_PAPER, RANK_PAPER] : []),
    ],
    table: scoreModelsTextTable(scores, words),
  };
}

/** Several models against one reference as one self-contained page. */
export function scoreModelsPage(
  scores: ScoreModels,
  {
    figure,
    samples = null,
    provenance = null,
    words = MODELS,
  }: {
    readonly figure: Figure | null;
    readonly samples?: Samples | null;
    readonly provenance?: Provenance | null;
    readonly words?: ModelsWords;
  },
): string {
  const { models, metrics, version } = scores;
  const table = scoreModelsTextTable(scores, words, 'page');
  const reports = models.map(({ report }) => report);
  const { reference } = reports[0]!;
  const notes = notesOf(scores);
  return reportPage({
    title: `${countOf(models.length, MODEL[words.noun])} against ${sideName(reference)}`,
    headline: modelsHeadline(scores, words.noun),
    sides: [
      {
        name: 'reference',
        source:
          reference.name === undefined ? html`<code>${reference.source}</code>` : html`${reference.name}`,
        size: `${countText(reference.n)} images`,
      },
      { name: words.noun, source: html`${countText(models.length)}`, size: modelCounts(scores) },
    ],
    encoders: reports.flatMap(({ results }) => results.map(({ encoder }) => encoder)),
    models: models.map(({ name }) => name),
    lead: figure === null ? null : figureHtml(figure, { notes }),
    pictures: samples === null ? null : setSamplesHtml(samples, picturesOrder(scores)),
    values: { title: 'Values', body: rankedTableHtml(table) },
    notes,
    folds: [
      ...metrics
        .filter(({ probabilityOfOrder }) => probabilityOfOrder !== null)
        .map((ranking) => pairsFold(ranking, scores)),
      setsFold(scores),
    ],
    paper: modelsPaper(scores, words),
    files: [words.source, words.source.replace('json', 'csv'), ...(samples === null ? [] : ['samples.json'])],
    figures: figure === null ? [] : [figure],
    facts: html`${contentFactsHtml({ reference })}`,
    provenance,
    version,
  });
}

/** The first rows of a long table; the others folded. */
function rankedTableHtml(table: TextTable): Html {
  const [shown, rest] = [table.rows.slice(0, MOST_ROWS), table.rows.slice(MOST_ROWS)];
  const more =
    rest.length === 0
      ? NOTHING
      : html`<details><summary>${countText(rest.length)} more</summary>
<div class="scroll" tabindex="0" role="group" aria-label="More values">${tableHtml({ ...table, rows: rest })}</div></details>`;
  return html`${tableSectionHtml({ ...table, title: 'Values', rows: shown })}${more}`;
}

function modelCounts({ models }: ScoreModels): string {
  const counts = [...new Set(models.map(({ report }) => report.generated.n))];
  return counts.length === 1 ? `${countText(counts[0]!)} images each` : 'unlike numbers of images';
}

/** The differences of all pairs by one number. */
function pairsFold(
  { metric, ranking, probabilityOfOrder, differences }: ModelRanking,
  { models }: ScoreModels,
): Fold {
  const place = new Map(ranking.map(({ model }, i) => [model, i]));
  const rows = differences
    .map(({ models: [one, other], difference, standardError: error, interval, pValue }) => {
      const isOrdered = place.get(one)! < place.get(other)!;
      const [better, worse] = isOrdered ? [one, other] : [other, one];
      const sign = isOrdered ? 1 : -1;
      const ends = [sign * interval!.low, sign * interval!.high].sort((a, b) => a - b);
      return {
        ...{ better, worse },
        cells: [
          `${models[better]!.name}, ${models[worse]!.name}`,
          numberText(sign * difference, { error }),
          ends.map((end) => numberText(end, { error })).join(' to '),
          probabilityText(pValue!),
        ],
      };
    })
    .sort((a, b) => place.get(a.better)! - place.get(b.better)! || place.get(a.worse)! - place.get(b.worse)!);
  return {
    title: `${metricLabel(metric)}: differences of all pairs`,
    body: html`<p class="soft">Second less first, with 95 % intervals and p values adjusted for all pairs and metrics (Holm). The whole order holds in ${percentText(probabilityOfOrder!)} of normal draws about the values.</p>
<div class="scroll" tabindex="0" role="group" aria-label="${metricLabel(metric)}: differences">${tableHtml({ header: ['models', 'difference', '95 % interval', 'p (Holm)'], rows: rows.map(({ cells }) => cells) })}</div>
`,
  };
}

/** What was scored of each model. */
function setsFold({ models }: ScoreModels): Fold {
  const rows = models.map(({ name, report: { generated } }) => [
    name,
    generated.source,
    generated.content === null
      ? 'not looked at'
      : `${generated.content.of}, SHA-256 ${generated.content.digest}`,
  ]);
  return {
    title: 'What the sets held',
    body: html`<div class="scroll" tabindex="0" role="group" aria-label="Sets">${tableHtml({ header: ['model', 'source', 'content'], rows })}</div>
`,
  };
}

/** Best first by the first number that ranks, and which are best and worst. */
function picturesOrder({ models, metrics }: ScoreModels): Parameters<typeof setSamplesHtml>[1] {
  const ranked = metrics.find(({ direction }) => direction !== 'neither') ?? metrics[0];
  const order = (ranked?.ranking ?? []).map(({ model }) => models[model]!.name);
  if (ranked === undefined || ranked.direction === 'neither' || order.length < 2)
    return { order, said: new Map() };
  const ends = ranked.direction === 'lower-is-better' ? ['lowest', 'highest'] : ['highest', 'lowest'];
  const label = metricLabel(ranked.metric);
  return {
    order,
    said: new Map([
      [order[0]!, `best: ${ends[0]} ${label}`],
      [order.at(-1)!, `worst: ${ends[1]} ${label}`],
    ]),
  };
}

/** What is doubtful: of all, then of results, once each, with the models that it is about. */
function notesOf(scores: ScoreModels): PageNotes {
  const { models, warnings } = scores;
  const notes = new PageNotes();
  for (const text of [
    ...warnings.map(({ message }) => message),
    ...correctedOrderNotes(scores),
    ...leftNotes(scores),
  ])
    notes.add(text);
  const said = models.map(({ name, report }) => {
    const own = [
      ...report.warnings.map(({ code, message }) => ({ code, text: message })),
      ...report.results.flatMap(({ metric, warnings: of }) =>
        of.map(({ code, message }) => ({ code, text: `${metricLabel(metric)}: ${message}` })),
      ),
    ];
    return { name, texts: own.filter(({ code }) => code !== 'DEMO_ENCODER').map(({ text }) => text) };
  });
  for (const { text, names } of severalTexts(said))
    for (const name of names.length === models.length ? ['all'] : names) notes.add(text, name);
  return notes;
}
