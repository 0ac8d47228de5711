import type { ComparedFilter, CompareReport } from '../../filtering/compare-report.js';
import { countText, numberText } from '../../numerics/number-text.js';
import type { Figure } from '../figures/figure.js';
import { figureHtml } from '../page/figure-html.js';
import { Html, html } from '../page/html.js';
import {
  contentFactsHtml,
  encoderFactsHtml,
  type Provenance,
  page,
  pageNotesHtml,
  pasteHtml,
  provenanceHtml,
  tableHtml,
  tableNotesHtml,
} from '../page/page.js';
import { sizedPage } from '../page/sized-page.js';
import { bibtex } from '../text/bibliography.js';
import { compareHeadline } from './compare-headline.js';
import { compareMethods, compareSources, compareTextTable, splitHalfTable } from './compare-methods.js';
import { type FilteredImages, filteredImagesHtml } from './filtered-images.js';

const NOTHING = new Html('');

/** A comparison as one self-contained page: the verdict, a figure, images dropped and kept, then the rest. */
export function comparePage(
  report: CompareReport,
  figures: readonly Figure[],
  {
    provenance = null,
    images = null,
  }: { readonly provenance?: Provenance | null; readonly images?: FilteredImages | null } = {},
): string {
  return sizedPage(figures, (shown, note) => writtenPage(report, shown, { note, provenance, images }));
}

function writtenPage(
  report: CompareReport,
  figures: readonly Figure[],
  {
    note,
    provenance,
    images,
  }: {
    readonly note: string;
    readonly provenance: Provenance | null;
    readonly images: FilteredImages | null;
  },
): string {
  const { reference, generated, scores, filters, metrics, summary, warnings, plan, version } = report;
  const encoders = metrics.map(({ encoder }) => encoder);
  const table = compareTextTable(report);
  const [leading, ...others] = figures;
  const shownWarnings = warnings.filter(({ code }) => code !== 'DEMO_ENCODER');
  const body = html`<main>
<h1>${compareHeadline(report)}</h1>
<dl class="sides"><div><dt>reference</dt><dd><code>${reference.source}</code></dd><dd class="soft">${countText(reference.n)} images</dd></div>
<div><dt>generated</dt><dd><code>${generated.source}</code></dd><dd class="soft">${countText(generated.n)} images</dd></div>
<div><dt>scores</dt><dd><code>${scores.source}</code></dd><dd class="soft">joined by ${scores.joinedBy}</dd></div></dl>
${pageNotesHtml({ encoders, warnings: [], note })}
${
  leading === undefined
    ? NOTHING
    : html`<h2>Filtered against random</h2>
${figureHtml(leading)}`
}
${images === null ? NOTHING : filteredImagesHtml(images)}
<h2>Filtered against random, at equal n</h2>
<div class="scroll" tabindex="0" role="group" aria-label="Filtered against random, at equal n">${tableHtml(table)}</div>
${tableNotesHtml(table)}
<h2>Conclusion</h2>
<ul>${summary.map((line) => html`<li>${line}</li>`)}</ul>
${
  shownWarnings.length === 0
    ? NOTHING
    : html`<h2>Notes</h2>
<ol class="notes">${shownWarnings.map(({ message }) => html`<li>${message}</li>`)}</ol>`
}
${
  report.splitHalves.length === 0
    ? NOTHING
    : html`<h2>${splitHalfTable(report).title}</h2>
<div class="scroll" tabindex="0" role="group" aria-label="${splitHalfTable(report).title}">${tableHtml(splitHalfTable(report))}</div>
`
}${others.length === 0 ? NOTHING : html`<h2>Figures</h2>`}
<div class="tools" data-tools="figures"></div>
${others.map(figureHtml)}
<h2>Filters</h2>
${filters.map(filterHtml)}
${pasteHtml({ methods: compareMethods(report), references: bibtex(compareSources(report)) })}
<h2>Where the numbers come from</h2>
<dl class="facts">
<dt>program</dt><dd>steadfid ${version}</dd>
<dt>seed</dt><dd>${plan.seed}</dd>
${contentFactsHtml({ reference, generated })}
${provenanceHtml(provenance)}
<dt>this page again</dt><dd><code>steadfid report .</code> in its folder, from <code>compare.json</code></dd>
</dl>
${encoderFactsHtml(encoders)}
<details><summary>The whole plan</summary><pre tabindex="0"><code>${JSON.stringify(plan, null, 2)}</code></pre></details>
</main>`;
  return page({
    title: `Filtered by uncertainty: ${generated.source} against ${reference.source}`,
    body,
    interaction: 'controls',
  });
}

function filterHtml({
  score,
  ruleText,
  threshold,
  kept,
  dropped,
  keptShare,
  correlations,
}: ComparedFilter): Html {
  const known = correlations.filter(({ value }) => value !== null);
  return html`<dl class="facts">
<dt>score</dt><dd><code>${score}</code></dd>
<dt>rule</dt><dd>${ruleText}, threshold ${numberText(threshold)}</dd>
<dt>kept</dt><dd>${countText(kept.length)} (${numberText(100 * keptShare, { error: 1 })} %), ${countText(dropped.length)} dropped; their ids are in <code>compare.json</code></dd>
${
  known.length === 0
    ? NOTHING
    : html`<dt>rank correlation</dt><dd>${known.map(({ control, value }) => `${control} ${numberText(value!, { error: 0.1 })}`).join(', ')}</dd>`
}
</dl>
`;
}
