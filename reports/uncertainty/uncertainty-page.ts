import { countText, numberText } from '../../numerics/number-text.js';
import type { UncertaintyReport } from '../../uncertainty/uncertainty-report.js';
import { uncertaintySummary } from '../../uncertainty/uncertainty-summary.js';
import type { Figure } from '../figures/figure.js';
import { figureHtml } from '../page/figure-html.js';
import { Html, html } from '../page/html.js';
import { type Provenance, page, pasteHtml, provenanceHtml, tableHtml } from '../page/page.js';
import { sizedPage } from '../page/sized-page.js';
import { bibtex } from '../text/bibliography.js';
import { type Gallery, galleryHtml } from './gallery.js';
import { uncertaintyMethods, uncertaintySources, uncertaintyTextTable } from './uncertainty-methods.js';

const NOTHING = new Html('');

/** Scored maps as one self-contained page: what the maps say of themselves, the scores, and the images at both ends. */
export function uncertaintyPage(
  report: UncertaintyReport,
  figures: readonly Figure[],
  {
    provenance = null,
    gallery = null,
  }: { readonly provenance?: Provenance | null; readonly gallery?: Gallery | null } = {},
): string {
  return sizedPage(figures, (shown, note) => writtenPage(report, shown, { note, provenance, gallery }));
}

function writtenPage(
  report: UncertaintyReport,
  figures: readonly Figure[],
  {
    note,
    provenance,
    gallery,
  }: { readonly note: string; readonly provenance: Provenance | null; readonly gallery: Gallery | null },
): string {
  const { runs, images, seed, version } = report;
  const { facts, warnings } = uncertaintySummary(report);
  const body = html`<main>
<h1>${headline(report)}</h1>
<dl class="sides">${runs.map(
    ({ name, source, diagnostics }) =>
      html`<div><dt>maps${name === '' ? '' : ` (${name})`}</dt><dd><code>${source}</code></dd><dd class="soft">${countText(diagnostics.maps)} maps</dd></div>`,
  )}${images === null ? NOTHING : html`<div><dt>images</dt><dd><code>${images.source}</code></dd><dd class="soft">${countText(images.n)}, joined by ${images.joinedBy}</dd></div>`}</dl>
${note === '' ? NOTHING : html`<p class="note" role="note">${note}</p>`}
${gallery === null ? NOTHING : galleryHtml(gallery)}
<h2>Scores</h2>
<div class="scroll" tabindex="0" role="group" aria-label="Scores">${tableHtml(uncertaintyTextTable(report))}</div>
<h2>Summary</h2>
<ul>${facts.map((fact) => html`<li>${fact}</li>`)}</ul>
${
  warnings.length === 0
    ? NOTHING
    : html`<h2>Notes</h2>
<ol class="notes">${warnings.map((warning) => html`<li>${warning}</li>`)}</ol>`
}
<h2>Figures</h2>
${figures.map(figureHtml)}
${pasteHtml({ methods: uncertaintyMethods(report), references: bibtex(uncertaintySources()) })}
<h2>Where the numbers come from</h2>
<dl class="facts">
<dt>program</dt><dd>steadfid ${version}</dd>
<dt>seed</dt><dd>${seed}</dd>
${provenanceHtml(provenance)}
<dt>this page again</dt><dd><code>steadfid report .</code> in its folder, from <code>uncertainty.json</code></dd>
</dl>
</main>`;
  return page({
    title: `Uncertainty maps: ${runs.map(({ source }) => source).join(', ')}`,
    body,
    interaction: 'controls',
  });
}

/** The answer in a sentence: whether the maps hold more than noise, and how far their first score follows image detail. */
function headline({ runs, columns, correlations }: UncertaintyReport): string {
  const [run] = runs;
  const lag = run?.diagnostics.lag1 ?? null;
  const maps =
    runs.length > 1 || run === undefined
      ? `${countText(runs.length)} sets of uncertainty maps`
      : `${countText(run.diagnostics.maps)} uncertainty maps`;
  const noise =
    runs.length > 1 || lag === null
      ? ''
      : `: neighboring pixels correlate by ${numberText(lag, { error: 0.1 })}`;
  const score = columns.find(({ kind }) => kind === 'aggregation')?.name;
  const detail = correlations
    .filter((one) => one.score === score && one.family === 'detail' && one.value !== null)
    .sort((a, b) => Math.abs(b.value!) - Math.abs(a.value!))[0];
  if (detail === undefined) return `${maps}${noise}`;
  return `${maps}${noise}${noise === '' ? ': ' : ', '}ranks of ${detail.score} with ${detail.control} by ${numberText(detail.value!, { error: 0.1 })}`;
}
