import { type DesignStatement, designText } from '../../metrics/design/design-statement.js';
import { metricLabel } from '../../metrics/metric-catalog.js';
import { countText, errorText, numberText, percentText } from '../../numerics/number-text.js';
import type { ScoredSide, ScoreReport, ScoreResult } from '../../scoring/score-report.js';
import { sideName } from '../../scoring/score-report.js';
import { Html, html } from '../page/html.js';
import {
  contentFactsHtml,
  DEMO_NOTE,
  isDemo,
  type Provenance,
  page,
  pageNotesHtml,
  pasteHtml,
  provenanceHtml,
} from '../page/page.js';
import { bibtex } from '../text/bibliography.js';
import { countsText, intervalText } from '../text/text-tables.js';
import { type Neighbors, neighborsHtml } from './neighbors.js';
import { scoreMethods, scoreSources } from './score-methods.js';

const NOTHING = new Html('');
/** Images left out that are named on the page; the rest is in score.json. */
const MOST_SKIPPED = 200;
const BETTER = {
  'lower-is-better': 'lower is better',
  'higher-is-better': 'higher is better',
} as const;

function side(role: string, { source, name, n, skipped }: ScoredSide): Html {
  const images =
    n === null ? 'how many images is not recorded' : `${countText(n)} image${n === 1 ? '' : 's'}`;
  const left =
    skipped.length === 0 ? NOTHING : html`, ${countText(skipped.length)} unreadable left out on request`;
  return html`<div><dt>${role}</dt><dd>${name ?? html`<code>${source}</code>`}</dd><dd class="soft">${images}${left}</dd></div>`;
}

function errors(result: ScoreResult, count: string): Html {
  const { standardError, spread } = result;
  const parts: string[] = [];
  if (standardError !== null) parts.push(`± ${errorText(standardError)} (standard error)`);
  if (spread !== undefined) parts.push(`standard deviation over ${spread.of}: ${errorText(spread.value)}`);
  const interval = intervalText(result);
  const how = interval === null ? '' : `from ${count} images by ${interval.method}`;
  const level = interval === null ? '' : `${percentText(interval.level)} interval`;
  return html`${parts.length === 0 ? NOTHING : html`<div class="soft">${parts.join('; ')}</div>`}${
    interval === null
      ? NOTHING
      : interval.of === 'value'
        ? html`<div class="soft">${level} of the value: ${interval.text}, ${how}</div>`
        : html`<div class="soft">bias-corrected estimate as n → ∞ (${level} of it, not of the value at this n): ${interval.text}, ${how}</div>`
  }`;
}

function resultRow(result: ScoreResult, report: ScoreReport): Html {
  const { metric, title, value, standardError, spread, reason, encoder, source, warnings } = result;
  const shown = value === null ? '–' : numberText(value, { error: standardError ?? spread?.value ?? null });
  const count = countsText(result, report);
  const doubts = warnings.filter(({ code }) => code !== 'DEMO_ENCODER');
  return html`<tr>
<th scope="row"><span class="metric">${metricLabel(metric)}</span><div class="soft">${title}</div></th>
<td data-label="value" class="number"><span class="value">${shown}</span></td>
<td>${errors(result, count)}<div>${BETTER[result.direction]}</div>${
    reason === undefined ? NOTHING : html`<div class="note">No value: ${reason}</div>`
  }${
    doubts.length === 0
      ? NOTHING
      : html`<ul class="warnings">${doubts.map(({ message }) => html`<li>${message}</li>`)}</ul>`
  }<div class="soft">${source}</div></td>
<td data-label="images (reference : generated)" class="number">${count}</td>
<td data-label="encoder"><span class="mono">${encoder.id}</span>${
    isDemo(result) ? html`<div><span class="mark">${DEMO_NOTE}</span></div>` : NOTHING
  }</td>
</tr>
`;
}

function designHtml(design: DesignStatement): Html {
  const { found, assumed } = design;
  return html`<h2>How the images were drawn</h2>
<p>${`${designText(design).replace(/^./, (first) => first.toUpperCase())}.`}</p>
<ul>${found.map((text) => html`<li>found: ${text}</li>`)}${assumed.map((text) => html`<li>assumed: ${text}</li>`)}</ul>
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

function skippedList({ reference, generated }: ScoreReport): Html {
  const skipped = [reference, generated].flatMap((scored) =>
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
  }: { readonly provenance?: Provenance | null; readonly neighbors?: Neighbors | null } = {},
): string {
  const { reference, generated, results, warnings, seed, design, version } = report;
  const body = html`<main>
<h1>Generated images against their reference</h1>
<dl class="sides">${side('reference', reference)}${side('generated', generated)}</dl>
${pageNotesHtml({ encoders: results.map(({ encoder }) => encoder), warnings })}
<h2>Results</h2>
<table>
<thead><tr><th scope="col">metric</th><th scope="col" class="number">value</th><th scope="col">what it says</th>
<th scope="col" class="number">images<br>ref : gen</th><th scope="col">encoder</th></tr></thead>
<tbody>
${results.map((result) => resultRow(result, report))}</tbody>
</table>
${neighbors === null ? NOTHING : neighborsHtml(neighbors)}
${design === undefined ? NOTHING : designHtml(design)}<h2>Method</h2>
${results.map(method)}
${skippedList(report)}
${pasteHtml({ methods: scoreMethods(report), references: bibtex(scoreSources(report)) })}
<h2>Where the numbers come from</h2>
<dl class="facts">
<dt>program</dt><dd>steadfid ${version}</dd>
<dt>seed</dt><dd>${seed}</dd>
${contentFactsHtml({ reference, generated })}
${provenanceHtml(provenance)}
<dt>this page again</dt><dd><code>steadfid report .</code> in its folder, from <code>score.json</code></dd>
</dl>
</main>`;
  return page({ title: `Score: ${sideName(generated)} against ${sideName(reference)}`, body });
}
