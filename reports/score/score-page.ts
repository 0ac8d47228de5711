import { type DesignStatement, designText } from '../../metrics/design/design-statement.js';
import { metricLabel } from '../../metrics/metric-catalog.js';
import { countText, errorText } from '../../numerics/number-text.js';
import type { ScoredSide, ScoreReport, ScoreResult } from '../../scoring/score-report.js';
import { sideName } from '../../scoring/score-report.js';
import type { Figure } from '../figures/figure.js';
import { figureHtml } from '../page/figure-html.js';
import { Html, html } from '../page/html.js';
import { contentFactsHtml, isDemo, type Provenance } from '../page/page.js';
import { PageNotes } from '../page/page-notes.js';
import { type Fold, type ReportPage, reportPage } from '../page/report-page.js';
import { countsText, intervalText, valueText } from '../text/result-texts.js';
import { classesHtml, classesTitle } from './class-table.js';
import { gaussianNotes, intervalNotes, noiseFloorNotes } from './interval-notes.js';
import { influentialHtml, type Neighbors, neighborsHtml, samplesHtml } from './neighbors.js';
import { scoreHeadline } from './score-headline.js';
import { scorePaper } from './score-methods.js';
import { knownNotes, protocolNotes } from './score-table.js';

const NOTHING = new Html('');
/** Images left out that are named on the page; the rest is in score.json. */
const MOST_SKIPPED = 200;
const BETTER = { 'lower-is-better': 'lower', 'higher-is-better': 'higher', neither: 'neither' } as const;

function side(role: string, { source, name, n, skipped }: ScoredSide): ReportPage['sides'][number] {
  const images =
    n === null ? 'how many images is not recorded' : `${countText(n)} image${n === 1 ? '' : 's'}`;
  const left = skipped.length === 0 ? '' : `, ${countText(skipped.length)} unreadable left out on request`;
  return {
    name: role,
    source: name === undefined ? html`<code>${source}</code>` : html`${name}`,
    size: `${images}${left}`,
  };
}

/** Doubts in the order of the results that they are about. */
function notesOf({ results, warnings }: ScoreReport): PageNotes {
  const notes = new PageNotes();
  const isSaid = ({ code }: { readonly code: string }) => code === 'DEMO_ENCODER'; // above the figure
  for (const warning of warnings) if (!isSaid(warning)) notes.add(warning.message);
  for (const { metric, warnings: own } of results)
    for (const warning of own) if (!isSaid(warning)) notes.add(warning.message, metricLabel(metric));
  return notes;
}

function resultRow(result: ScoreResult, report: ScoreReport, notes: PageNotes): Html {
  const { metric, title, value, standardError, spread, reason, encoder, warnings } = result;
  const shown = value === null ? '–' : valueText(result);
  const interval = intervalText(result);
  const error =
    standardError !== null
      ? `± ${errorText(standardError)}`
      : spread === undefined
        ? ''
        : `sd ${errorText(spread.value)} over ${spread.of}`;
  const own = warnings.filter(({ code }) => code !== 'DEMO_ENCODER').map(({ message }) => message);
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
<td data-label="notes" class="short">${notes.linksHtml(own)}</td>
</tr>
`;
}

function resultsHtml(report: ScoreReport, notes: PageNotes): Html {
  const { results } = report;
  const hasCorrected = results.some(({ interval }) => interval?.of === 'limit');
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Values">
<table>
<thead><tr><th scope="col">metric</th><th scope="col" class="number">value</th><th scope="col" class="number">${hasCorrected ? 'as n → ∞ (95 %)' : 'interval'}</th>
<th scope="col">better</th><th scope="col" class="number">images<br>ref : gen</th><th scope="col">encoder</th><th scope="col">notes</th></tr></thead>
<tbody>
${results.map((result) => resultRow(result, report, notes))}</tbody>
</table>
</div>
${[
  ...(results.some(({ standardError }) => standardError !== null) ? ['±: standard error of the value.'] : []),
  ...[...intervalNotes(results), ...noiseFloorNotes(results), ...gaussianNotes(results)].map(
    (text) => `${text.replace(/^./, (first) => first.toUpperCase())}.`,
  ),
].map(
  (text) => html`<p class="soft">${text}</p>
`,
)}`;
}

function designFold(design: DesignStatement): Fold {
  const { found, assumed } = design;
  return {
    title: 'How the images were drawn',
    body: html`<p>${`${designText(design).replace(/^./, (first) => first.toUpperCase())}.`}</p>
<ul>${found.map((text) => html`<li>found: ${text}</li>`)}${assumed.map((text) => html`<li>assumed: ${text}</li>`)}</ul>
`,
  };
}

function method({ metric, formula, units, encoder, parameters, source }: ScoreResult): Html {
  const settings = Object.entries(parameters).map(([name, value]) => `${name} = ${value}`);
  return html`<h3>${metricLabel(metric)}</h3>
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
`;
}

function skippedFold({ reference, generated, heldOut }: ScoreReport): Fold | null {
  const sets = [reference, generated, ...(heldOut === undefined ? [] : [heldOut])];
  const skipped = sets.flatMap((scored) =>
    scored.skipped.map(({ id, reason }) => ({ source: sideName(scored), id, reason })),
  );
  if (skipped.length === 0) return null;
  return {
    title: `Images left out (${countText(skipped.length)})`,
    body: html`<p>They could not be read, and were left out because <code>--skip-unreadable</code> was given.</p>
<ul>${skipped.slice(0, MOST_SKIPPED).map(({ source, id, reason }) => html`<li><code>${source}</code> <code>${id}</code>: ${reason}</li>`)}</ul>
${skipped.length > MOST_SKIPPED ? html`<p class="soft">… and ${countText(skipped.length - MOST_SKIPPED)} more: see <code>score.json</code>.</p>` : NOTHING}
`,
  };
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
  const { reference, generated, heldOut, results, seed, design, version, classes } = report;
  const notes = notesOf(report);
  const [lead, ...others] = figures;
  const samples = neighbors?.samples;
  return reportPage({
    title: `Score: ${sideName(generated)} against ${sideName(reference)}`,
    headline: scoreHeadline(report),
    sides: [
      side('reference', reference),
      side('generated', generated),
      ...(heldOut === undefined ? [] : [side('held out', heldOut)]),
    ],
    encoders: results.map(({ encoder }) => encoder),
    lead: lead === undefined ? null : figureHtml(lead, { notes }),
    pictures: samples === undefined ? null : samplesHtml(samples),
    evidence: neighbors === null ? null : html`${influentialHtml(neighbors)}${neighborsHtml(neighbors)}`,
    values: { title: 'Values', body: resultsHtml(report, notes) },
    notes,
    folds: [
      classes === undefined
        ? null
        : {
            title: classesTitle(classes),
            body: html`${classesHtml(classes)}${others.map((figure) => figureHtml(figure, { notes }))}`,
          },
      { title: 'How each number was computed', body: html`${results.map(method)}` },
      design === undefined ? null : designFold(design),
      skippedFold(report),
    ],
    paper: scorePaper(report),
    files: [
      'score.json',
      'score.csv',
      ...(classes === undefined ? [] : ['classes.csv']),
      ...(neighbors === null ? [] : ['neighbors.json']),
    ],
    figures: [...figures, ...(neighbors === null ? [] : [{ name: 'neighbors' }])],
    facts: html`<dt>seed</dt><dd>${seed}</dd>
${knownNotes(report).map((text) => html`<dt>reference</dt><dd>${text}</dd>`)}${protocolNotes(report).map((text) => html`<dt>protocol</dt><dd>${text.replace(/^protocol /, '')}</dd>`)}
${contentFactsHtml({ reference, generated, ...(heldOut !== undefined && { 'held out': heldOut }) })}`,
    provenance,
    version,
  });
}
