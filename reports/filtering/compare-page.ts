import type { ComparedFilter, CompareReport } from '../../filtering/compare-report.js';
import { countText, numberText } from '../../numerics/number-text.js';
import type { Figure } from '../figures/figure.js';
import { figureHtml } from '../page/figure-html.js';
import { Html, html } from '../page/html.js';
import { contentFactsHtml, type Provenance } from '../page/page.js';
import { PageNotes } from '../page/page-notes.js';
import { reportPage, tableFold, tableSectionHtml } from '../page/report-page.js';
import { sizedPage } from '../page/sized-page.js';
import { compareHeadline, compareReasons } from './compare-headline.js';
import { comparePaper, compareTextTable, splitHalfTable } from './compare-methods.js';
import { type FilteredImages, filteredImagesHtml } from './filtered-images.js';

const NOTHING = new Html('');
/** Rows of the table that are not folded. */
const MOST_ROWS = 10;

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
  const { reference, generated, scores, filters, metrics, effects, summary, warnings, plan, version } =
    report;
  const table = compareTextTable(report);
  const leading = figures[0];
  const fidelity = figures.find(({ name }) => name.startsWith('fidelity-'));
  const others = figures.filter((figure) => figure !== leading && figure !== fidelity);
  const notes = new PageNotes();
  for (const { code, message } of warnings) if (code !== 'DEMO_ENCODER') notes.add(message);
  const drawn = (figure: Figure) => figureHtml(figure, { notes });
  const sides = (name: string, { source, n }: CompareReport['reference']) => ({
    name,
    source: html`<code>${source}</code>`,
    size: `${countText(n)} images`,
  });
  return reportPage({
    title: `Filtered by uncertainty: ${generated.source} against ${reference.source}`,
    headline: compareHeadline(report),
    sides: [
      sides('reference', reference),
      sides('generated', generated),
      { name: 'scores', source: html`<code>${scores.source}</code>`, size: `joined by ${scores.joinedBy}` },
    ],
    encoders: metrics.map(({ encoder }) => encoder),
    cut: note,
    reasons: filters.length === 1 ? compareReasons(report) : [],
    lead:
      leading === undefined
        ? null
        : html`<div class="beside">${drawn(leading)}${images === null ? NOTHING : filteredImagesHtml(images)}</div>${fidelity === undefined || fidelity === leading ? NOTHING : drawn(fidelity)}`,
    pictures: leading === undefined && images !== null ? filteredImagesHtml(images) : null,
    values: {
      title: 'Filtered against random, at equal n',
      body: tableSectionHtml({
        ...table,
        title: 'Filtered against random, at equal n',
        rows: table.rows.slice(0, MOST_ROWS),
      }),
    },
    notes,
    folds: [
      table.rows.length > MOST_ROWS
        ? tableFold({ ...table, title: `All ${table.rows.length} comparisons`, pageNotes: [] })
        : null,
      {
        title: 'The verdict in full',
        body: html`<ul>${[...summary, ...effects.flatMap(({ verdict }) => verdict?.sentence ?? [])]
          .filter((line, i, all) => all.indexOf(line) === i)
          .map((line) => html`<li>${line}</li>`)}</ul>`,
      },
      tableFold(splitHalfTable(report)),
      others.length === 0
        ? null
        : {
            title: `More figures (${others.length})`,
            body: html`<div class="tools" data-tools="figures"></div>
${others.map(drawn)}`,
          },
      { title: 'Filters', body: html`${filters.map(filterHtml)}` },
      {
        title: 'The whole plan',
        body: html`<pre tabindex="0"><code>${JSON.stringify(plan, null, 2)}</code></pre>`,
      },
    ],
    paper: comparePaper(report),
    files: ['compare.json', 'compare.csv', ...(images === null ? [] : ['filtered-images.json'])],
    figures,
    facts: html`<dt>seed</dt><dd>${plan.seed}</dd>
${contentFactsHtml({ reference, generated })}`,
    provenance,
    version,
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
