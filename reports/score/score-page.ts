import { type DesignStatement, designText } from '../../metrics/design/design-statement.js';
import { metricLabel } from '../../metrics/metric-catalog.js';
import { countText, errorText, numberText } from '../../numerics/number-text.js';
import type { ScoredSide, ScoreReport, ScoreResult } from '../../scoring/score-report.js';
import { sideName } from '../../scoring/score-report.js';
import type { Figure } from '../figures/figure.js';
import { figureHtml } from '../page/figure-html.js';
import { Html, html } from '../page/html.js';
import {
  contentFactsHtml,
  isDemo,
  type Provenance,
  page,
  pageNotesHtml,
  pasteHtml,
  provenanceHtml,
} from '../page/page.js';
import { bibtex } from '../text/bibliography.js';
import { countsText, intervalText } from '../text/text-tables.js';
import { classesHtml } from './class-table.js';
import { gaussianNotes, intervalNotes } from './interval-notes.js';
import { influentialHtml, type Neighbors, neighborsHtml, samplesHtml } from './neighbors.js';
import { scoreHeadline } from './score-headline.js';
import { scoreMethods, scoreSources } from './score-methods.js';
import { protocolNotes } from './score-table.js';

const NOTHING = new Html('');
/** Images left out that are named on the page; the rest is in score.json. */
const MOST_SKIPPED = 200;
const BETTER = { 'lower-is-better': 'lower', 'higher-is-better': 'higher' } as const;

function side(role: string, { source, name, n, skipped }: ScoredSide): Html {
  const images =
    n === null ? 'how many images is not recorded' : `${countText(n)} image${n === 1 ? '' : 's'}`;
  const left =
    skipped.length === 0 ? NOTHING : html`, ${countText(skipped.length)} unreadable left out on request`;
  return html`<div><dt>${role}</dt><dd>${name ?? html`<code>${source}</code>`}</dd><dd class="soft">${images}${left}</dd></div>`;
}

/** A doubt about results, said once, with the results that it is about. */
interface Note {
  readonly message: string;
  readonly metrics: readonly string[];
}

/** Doubts in the order of the results that they are about. */
function notesOf(results: readonly ScoreResult[]): readonly Note[] {
  const notes = new Map<string, string[]>();
  for (const { metric, warnings } of results) {
    for (const { code, message } of warnings) {
      if (code === 'DEMO_ENCODER') continue; // said above the table
      notes.set(message, [...(notes.get(message) ?? []), metricLabel(metric)]);
    }
  }
  return [...notes].map(([message, metrics]) => ({ message, metrics }));
}

function resultRow(result: ScoreResult, report: ScoreReport, notes: readonly Note[]): Html {
  const { metric, title, value, standardError, spread, reason, encoder, warnings } = result;
  const shown = value === null ? '–' : numberText(value, { error: standardError ?? spread?.value ?? null });
  const interval = intervalText(result);
  const error =
    standardError !== null
      ? `± ${errorText(standardError)}`
      : spread === undefined
        ? ''
        : `sd ${errorText(spread.value)} over ${spread.of}`;
  const own = notes.flatMap(({ message }, i) =>
    warnings.some((warning) => warning.message === message) ? [i + 1] : [],
  );
  return html`<tr>
<th scope="row"><span class="metric">${metricLabel(metric)}</span><div class="soft">${title}</div></th>
<td data-label="value" class="number"><span class="value">${shown}</span>${error === '' ? NOTHING : html`<div class="soft">${error}</div>`}${
    reason === undefined ? NOTHING : html`<div class="note">No value: ${reason}</div>`
  }</td>
<td data-label="interval" class="number">${
    interval === null
      ? '–'
      : interval.of === 'limit'
        ? interval.text
        : html`<span class="soft">of the value</span> ${interval.text}`
  }</td>
<td data-label="better">${BETTER[result.direction]}</td>
<td data-label="images (reference : generated)" class="number">${countsText(result, report)}</td>
<td data-label="encoder"><span class="mono">${encoder.id}</span>${isDemo(result) ? html` <span class="mark">demo</span>` : NOTHING}</td>
<td data-label="notes" class="short">${own.map((number, i) => html`${i === 0 ? '' : ', '}<a href="#note-${number}">${number}</a>`)}</td>
</tr>
`;
}

function resultsHtml(report: ScoreReport): Html {
  const { results } = report;
  const notes = notesOf(results);
  const hasCorrected = results.some(({ interval }) => interval?.of === 'limit');
  return html`<h2>Values</h2>
<div class="scroll" tabindex="0" role="group" aria-label="Values">
<table>
<thead><tr><th scope="col">metric</th><th scope="col" class="number">value</th><th scope="col" class="number">${hasCorrected ? 'as n → ∞ (95 %)' : 'interval'}</th>
<th scope="col">better</th><th scope="col" class="number">images<br>ref : gen</th><th scope="col">encoder</th><th scope="col">notes</th></tr></thead>
<tbody>
${results.map((result) => resultRow(result, report, notes))}</tbody>
</table>
</div>
<p class="soft">${[
    ...(results.some(({ standardError }) => standardError !== null)
      ? ['±: standard error of the value.']
      : []),
    ...[...intervalNotes(results), ...gaussianNotes(results)].map(
      (text) => `${text.replace(/^./, (first) => first.toUpperCase())}.`,
    ),
  ].join(' ')}</p>
${
  notes.length === 0
    ? NOTHING
    : html`<ol class="notes">${notes.map(
        ({ message, metrics }, i) =>
          html`<li id="note-${i + 1}"><strong>${metrics.join(', ')}</strong>: ${message}.</li>`,
      )}</ol>
`
}`;
}

function designHtml(design: DesignStatement): Html {
  const { found, assumed } = design;
  return html`<details><summary>How the images were drawn</summary>
<p>${`${designText(design).replace(/^./, (first) => first.toUpperCase())}.`}</p>
<ul>${found.map((text) => html`<li>found: ${text}</li>`)}${assumed.map((text) => html`<li>assumed: ${text}</li>`)}</ul>
</details>
`;
}

function method({ metric, formula, units, encoder, parameters, source }: ScoreResult): Html {
  const settings = Object.entries(parameters).map(([name, value]) => `${name} = ${value}`);
  return html`<details>
<summary>${metricLabel(metric)}: how it was computed</summary>
<dl class="facts">
<dt>id</dt><dd><code>${metric}</code></dd>
<dt>formula</dt><dd>${formula}</dd>
<dt>units</dt><dd>${units}</dd>
<dt>source</dt><dd>${source}</dd>
<dt>encoder</dt><dd><code>${encoder.id}</code> (${encoder.origin})</dd>
<dt>SHA-256 of the network</dt><dd><code>${encoder.sha256 ?? 'unknown'}</code></dd>
<dt>preprocessing</dt><dd><code>${encoder.preprocessing ?? 'unknown'}</code></dd>
<dt>parameters</dt><dd><code>${settings.length === 0 ? 'none' : settings.join(', ')}</code></dd>
</dl>
</details>
`;
}

function skippedList({ reference, generated, heldOut }: ScoreReport): Html {
  const sets = [reference, generated, ...(heldOut === undefined ? [] : [heldOut])];
  const skipped = sets.flatMap((scored) =>
    scored.skipped.map(({ id, reason }) => ({ source: sideName(scored), id, reason })),
  );
  if (skipped.length === 0) return NOTHING;
  return html`<h2>Images left out</h2>
<p>They could not be read, and were left out because <code>--skip-unreadable</code> was given.</p>
<ul>${skipped.slice(0, MOST_SKIPPED).map(({ source, id, reason }) => html`<li><code>${source}</code> <code>${id}</code>: ${reason}</li>`)}</ul>
${skipped.length > MOST_SKIPPED ? html`<p class="soft">… and ${countText(skipped.length - MOST_SKIPPED)} more: see <code>score.json</code>.</p>` : NOTHING}
`;
}

/** A score report as one self-contained page, readable without a network, on paper and on a telephone. */
export function scorePage(
  report: ScoreReport,
  {
    provenance = null,
    neighbors = null,
    figures = [],
  }: {
    readonly provenance?: Provenance | null;
    readonly neighbors?: Neighbors | null;
    readonly figures?: readonly Figure[];
  } = {},
): string {
  const { reference, generated, heldOut, results, warnings, seed, design, version } = report;
  const body = html`<main>
<h1>${scoreHeadline(report)}</h1>
<dl class="sides">${side('reference', reference)}${side('generated', generated)}${heldOut === undefined ? NOTHING : side('held out', heldOut)}</dl>
${pageNotesHtml({ encoders: results.map(({ encoder }) => encoder), warnings })}
${
  figures.length === 0
    ? NOTHING
    : html`<h2>Results</h2>
${figures.map(figureHtml)}`
}
${neighbors?.samples === undefined ? NOTHING : samplesHtml(neighbors.samples)}
${resultsHtml(report)}
${report.classes === undefined ? NOTHING : classesHtml(report.classes)}
${neighbors === null ? NOTHING : influentialHtml(neighbors)}
${neighbors === null ? NOTHING : neighborsHtml(neighbors)}
<h2>How it was computed</h2>
${results.map(method)}
${design === undefined ? NOTHING : designHtml(design)}
${skippedList(report)}
${pasteHtml({ methods: scoreMethods(report), references: bibtex(scoreSources(report)) })}
<h2>Where the numbers come from</h2>
<dl class="facts">
<dt>program</dt><dd>steadfid ${version}</dd>
<dt>seed</dt><dd>${seed}</dd>
${protocolNotes(report).map((text) => html`<dt>protocol</dt><dd>${text.replace(/^protocol /, '')}</dd>`)}
${contentFactsHtml({ reference, generated, ...(heldOut !== undefined && { 'held out': heldOut }) })}
${provenanceHtml(provenance)}
<dt>this page again</dt><dd><code>steadfid report .</code> in its folder, from <code>score.json</code></dd>
</dl>
</main>`;
  return page({ title: `Score: ${sideName(generated)} against ${sideName(reference)}`, body });
}
