import { metricLabel } from '../../metrics/metric-catalog.js';
import { countText, listText, numberText, percentText, probabilityText } from '../../numerics/number-text.js';
import { sideName } from '../../scoring/score-report.js';
import type { Figure } from '../figures/figure.js';
import { figureHtml } from '../page/figure-html.js';
import { Html, html } from '../page/html.js';
import {
  contentFactsHtml,
  type Provenance,
  page,
  pageNotesHtml,
  pasteHtml,
  provenanceHtml,
  tableHtml,
  tableNotesHtml,
} from '../page/page.js';
import { bibtex } from '../text/bibliography.js';
import { type Samples, setSamplesHtml } from './samples.js';
import { scoreMethods, scoreSources } from './score-methods.js';
import { isRanked, type ModelRanking, type ScoreModels } from './score-models.js';
import { leftNotes, MODELS, type ModelsWords, scoreModelsTextTable } from './score-models-table.js';

const NOTHING = new Html('');
/** Models that a headline names. */
const MOST_NAMED = 2;

/** Which model is best by the first number, and whether that is sure. */
export function modelsHeadline({ models, metrics }: ScoreModels, noun = MODELS.noun): string {
  const [first] = metrics;
  if (first === undefined) return `${countText(models.length)} ${noun}: no metric has a value of every one`;
  const [best, ...others] = first.ranking;
  const { value, standardError: error, model } = best!;
  const isLow = first.direction === 'lower-is-better';
  const name = models[model]!.name;
  const claim = `${noun === 'models' ? name : name.replace(/^./, (letter) => letter.toUpperCase())} has the ${isLow ? 'lowest' : 'highest'} ${metricLabel(first.metric)} of ${countText(models.length)} ${noun}, ${numberText(value, { error })}`;
  const beyond = isLow ? 'below' : 'above';
  if (best!.ranks === null) return `${claim} (untested)`;
  const alike = others.filter(({ ranks }) => ranks!.best === 1).map((other) => models[other.model]!.name);
  if (alike.length === 0)
    return `${claim}: significantly ${beyond} ${others.length === 1 ? 'the other' : 'all others'}`;
  const named =
    alike.length > MOST_NAMED + 1
      ? [...alike.slice(0, MOST_NAMED), `${countText(alike.length - MOST_NAMED)} more`]
      : alike;
  return `${claim}: not significantly ${beyond} ${listText(named)}`;
}

/** What the ranking of models rests on, in the words of a methods section. */
function modelsMethods(scores: ScoreModels, noun = MODELS.noun): string {
  const { models } = scores;
  return [
    scoreMethods(models[0]!.report),
    `Each of ${countText(models.length)} ${noun} was scored in this way, against the same reference.`,
    ...(isRanked(scores)
      ? [
          `Pairs of ${noun} were compared by Student’s t tests on their standard errors, adjusted for all pairs and metrics (Holm). Ranks are the simultaneous 95 % confidence sets that follow from these tests (Mogstad et al. 2024).`,
        ]
      : []),
  ].join(' ');
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
  const { models, metrics, warnings, version } = scores;
  const table = scoreModelsTextTable(scores, words);
  const reports = models.map(({ report }) => report);
  const { reference } = reports[0]!;
  const encoders = reports.flatMap(({ results }) => results.map(({ encoder }) => encoder));
  const body = html`<main>
<h1>${modelsHeadline(scores, words.noun)}</h1>
<dl class="sides"><div><dt>reference</dt><dd>${reference.name ?? html`<code>${reference.source}</code>`}</dd><dd class="soft">${countText(reference.n)} images</dd></div>
<div><dt>${words.noun}</dt><dd>${countText(models.length)}</dd><dd class="soft">${modelCounts(scores)}</dd></div></dl>
${pageNotesHtml({ encoders, warnings })}
${
  figure === null
    ? NOTHING
    : html`<h2>Results</h2>
${figureHtml(figure)}`
}
${samples === null ? NOTHING : setSamplesHtml(samples)}
<h2>Values</h2>
<div class="scroll" tabindex="0" role="group" aria-label="Values">${tableHtml(table)}</div>
${tableNotesHtml(table)}
${leftNotes(scores).map((text) => html`<p class="note" role="note">${text}</p>`)}
${metrics.filter(({ probabilityOfOrder }) => probabilityOfOrder !== null).map((ranking) => pairsHtml(ranking, scores))}
${doubtsHtml(scores)}
${pasteHtml({ methods: modelsMethods(scores, words.noun), references: bibtex(reports.flatMap(scoreSources)) })}
<h2>Where the numbers come from</h2>
<dl class="facts">
<dt>program</dt><dd>steadfid ${version}</dd>
${contentFactsHtml({ reference })}
${provenanceHtml(provenance)}
<dt>this page again</dt><dd><code>steadfid report .</code> in its folder, from <code>${words.source}</code></dd>
</dl>
${setsHtml(scores)}
</main>`;
  return page({ title: `${countText(models.length)} ${words.noun} against ${sideName(reference)}`, body });
}

function modelCounts({ models }: ScoreModels): string {
  const counts = [...new Set(models.map(({ report }) => report.generated.n))];
  return counts.length === 1 ? `${countText(counts[0]!)} images each` : 'unlike numbers of images';
}

/** The differences of all pairs by one number, folded. */
function pairsHtml(
  { metric, ranking, probabilityOfOrder, differences }: ModelRanking,
  { models }: ScoreModels,
): Html {
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
  return html`<details><summary>${metricLabel(metric)}: differences of all pairs</summary>
<p class="soft">Second less first, with 95 % intervals and p values adjusted for all pairs and metrics (Holm). The whole order holds in ${percentText(probabilityOfOrder!)} of normal draws about the values.</p>
<div class="scroll" tabindex="0" role="group" aria-label="${metricLabel(metric)}: differences">${tableHtml({ header: ['models', 'difference', '95 % interval', 'p (Holm)'], rows: rows.map(({ cells }) => cells) })}</div>
</details>
`;
}

/** What was scored of each model, folded. */
function setsHtml({ models }: ScoreModels): Html {
  const rows = models.map(({ name, report: { generated } }) => [
    name,
    generated.source,
    generated.content === null
      ? 'not looked at'
      : `${generated.content.of}, SHA-256 ${generated.content.digest}`,
  ]);
  return html`<details><summary>What the sets held</summary>
<div class="scroll" tabindex="0" role="group" aria-label="Sets">${tableHtml({ header: ['model', 'source', 'content'], rows })}</div>
</details>
`;
}

/** What is doubtful of results, once each, with the models that it is about. */
function doubtsHtml({ models }: ScoreModels): Html {
  const modelsOf = new Map<string, Set<string>>();
  for (const { name, report } of models) {
    const own = [
      ...report.warnings.map(({ code, message }) => ({ code, text: message })),
      ...report.results.flatMap(({ metric, warnings }) =>
        warnings.map(({ code, message }) => ({ code, text: `${metricLabel(metric)}: ${message}` })),
      ),
    ];
    for (const { code, text } of own)
      if (code !== 'DEMO_ENCODER') modelsOf.set(text, (modelsOf.get(text) ?? new Set()).add(name));
  }
  if (modelsOf.size === 0) return NOTHING;
  return html`<details><summary>Doubts about single values</summary>
<ol class="notes">${[...modelsOf].map(([text, names]) => html`<li><strong>${names.size === models.length ? 'all models' : listText([...names])}</strong>: ${text}.</li>`)}</ol>
</details>
`;
}
