import { metricLabel } from '../../metrics/metric-catalog.js';
import { countText, percentText } from '../../numerics/number-text.js';
import { armRole } from '../../sample-size-study/filter-arms.js';
import type { StudyCurve, StudyReport } from '../../sample-size-study/study-report.js';
import type { Figure } from '../figures/figure.js';
import { figureHtml } from '../page/figure-html.js';
import { Html, html } from '../page/html.js';
import {
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
import type { Samples } from '../score/samples.js';
import { bibtex } from '../text/bibliography.js';
import type { TextTable } from '../text/text-tables.js';
import { pictureHtml } from '../uncertainty/gallery.js';
import { sizeTablesHtml } from './size-tables.js';
import { responseTable, stabilityTable } from './stability-tables.js';
import { costTable, pairTable } from './study-detail-tables.js';
import { MOST_RESPONSES, respondingSets } from './study-figures.js';
import { studyHeadline } from './study-headline.js';
import { studyMethods, studySources } from './study-methods.js';
import { studyTable } from './study-table.js';

const NOTHING = new Html('');
/** Doubts written out on the page; the rest is in study.json. */
const MOST_DOUBTS = 200;
/** Sets that are shown or named above the summary. */
const MOST_SOURCES = 6;

/** A study as one self-contained page: what it says, its figures with the numbers behind them, and where they come from. */
export function studyPage(
  report: StudyReport,
  figures: readonly Figure[],
  {
    provenance = null,
    samples = null,
  }: { readonly provenance?: Provenance | null; readonly samples?: Samples | null } = {},
): string {
  return sizedPage(figures, (shown, note, rows) =>
    writtenPage(report, shown, { note, rows, provenance, samples }),
  );
}

function writtenPage(
  report: StudyReport,
  figures: readonly Figure[],
  {
    note,
    rows,
    provenance,
    samples,
  }: {
    readonly note: string;
    readonly rows: number;
    readonly provenance: Provenance | null;
    readonly samples: Samples | null;
  },
): string {
  const { curves, rankings, summary, warnings, version, design, responses } = report;
  const encoders = curves.map(({ encoder }) => encoder);
  const table = studyTable(report);
  const undrawn = respondingSets(responses).length - MOST_RESPONSES;
  const leading = leadingFigures(report, figures);
  const body = html`<main>
<h1>${studyHeadline(report)}</h1>
${sourcesHtml(design)}
${pageNotesHtml({ encoders, warnings, note })}
${leading.length === 0 ? NOTHING : html`<h2>Results</h2>`}
${leading.map(figureHtml)}
${samples === null ? NOTHING : distortedHtml(samples)}
${stabilityHtml(report)}
<h2>Summary</h2>
<ul>${summary.map((line) => html`<li>${line}</li>`)}</ul>
<h2>Values, asymptotic values and images needed</h2>
<div class="scroll" tabindex="0" role="group" aria-label="Values, asymptotic values and images needed">${tableHtml(table)}</div>
${tableNotesHtml(table)}
${sizeTablesHtml({ curves, rankings }, rows)}
${more(pairTable(report))}
${more(costTable(report))}
<h2>Figures</h2>
<div class="tools" data-tools="figures"></div>
${figures.filter((figure) => !leading.includes(figure)).map(figureHtml)}
${
  undrawn > 0
    ? html`<p class="soft">The response to distortion of ${undrawn} more sets is in <code>study.json</code> and <code>summary.csv</code>.</p>`
    : NOTHING
}
${doubts(curves)}
${pasteHtml({ methods: studyMethods(report), references: bibtex(studySources(report)) })}
<h2>Where the numbers come from</h2>
<dl class="facts">
<dt>program</dt><dd>steadfid ${version}</dd>
<dt>seed</dt><dd>${design.seed}</dd>
<dt>draws</dt><dd>${countText(design.repeats)} for each size, ${countText(design.cheapRepeats)} of cheap metrics; scheme ${design.scheme}</dd>
<dt>reference size</dt><dd>${design.referenceSize}</dd>
${provenanceHtml(provenance)}
<dt>this page again</dt><dd><code>steadfid report .</code> in its folder, from <code>study.json</code>; the study again: <code>steadfid study design.json -o again/</code></dd>
</dl>
${encoderFactsHtml(encoders)}
<details><summary>The whole design</summary><pre tabindex="0"><code>${JSON.stringify(design, null, 2)}</code></pre></details>
</main>`;
  return page({
    title: `Sample-size study: ${design.arms.length > MOST_SOURCES ? `${design.arms.length} sets` : design.arms.map(({ name }) => name).join(', ')}`,
    body,
    interaction: 'controls',
  });
}

/** What carries the answer: of filtered sets every curve, else that of the first metric. */
function leadingFigures({ headline }: StudyReport, figures: readonly Figure[]): readonly Figure[] {
  if (headline !== undefined) return figures.filter(({ name }) => /^(curve|distortion)-/.test(name));
  return figures.filter(({ name }) => name.startsWith('curve-')).slice(0, 1);
}

/** One image at each level of each distortion. */
function distortedHtml({ sets }: Samples): Html {
  return html`<h2>What the distortions do</h2>
<p class="soft">One image as it is, then at each level.</p>
${sets.map(
  ({ name, images }) => html`<div class="levels"><h3>${name}</h3>
<ul>${images.map(
    ({ id, picture }) =>
      html`<li>${pictureHtml(picture, `${name} ${id}`)}<span>${/[^,]*$/.exec(id)![0].trim()}</span></li>`,
  )}</ul></div>
`,
)}`;
}

/** How stable filtered sets are; nothing where there are none. */
function stabilityHtml(report: StudyReport): Html {
  const table = stabilityTable(report);
  if (table.rows.length === 0) return NOTHING;
  const { filterOrder, stability } = report.design;
  return html`<h2>${table.title}</h2>
<p>${ORDERS[filterOrder ?? 'draw']} Steadiness is judged by the coefficient of variation beside random subsets of as many images: a ratio within ${percentText(stability?.smallestChange ?? 0)} of 1 is as steady, at ${percentText(stability?.significance ?? 0)} over all metrics and filters.</p>
<div class="scroll" tabindex="0" role="group" aria-label="${table.title}">${tableHtml(table)}</div>
${tableNotesHtml(table)}
${more(responseTable(report))}`;
}

const ORDERS = {
  draw: 'At each n, as many images were drawn, the threshold was learned from them, and the images kept were scored, as someone with n images would do.',
  pool: 'The rule kept images of the whole set, and n of those kept were drawn.',
} as const;

/** Where the images are, each in a box; many sets folded away. */
function sourcesHtml({ reference, arms }: StudyReport['design']): Html {
  const whole = arms.filter((arm) => armRole(arm) === 'all');
  const named = whole.length === 0 ? arms : whole; // filtered sets are parts of these
  const boxes = named.map(
    ({ name, source }) => html`<div><dt>${name}</dt><dd><code>${source}</code></dd></div>`,
  );
  const isFew = named.length <= MOST_SOURCES;
  return html`<dl class="sides"><div><dt>reference</dt><dd><code>${reference}</code></dd></div>${isFew ? boxes : NOTHING}</dl>
${isFew ? NOTHING : html`<details><summary>${named.length} sets and their images</summary><dl class="sides">${boxes}</dl></details>`}`;
}

/** A table that few need, folded away; nothing where it has no rows. */
function more(table: TextTable): Html {
  if (table.rows.length === 0) return NOTHING;
  return html`<details><summary>${table.title}</summary>
<div class="scroll" tabindex="0" role="group" aria-label="${table.title}">${tableHtml(table)}</div>
</details>`;
}

function doubts(curves: readonly StudyCurve[]): Html {
  const said = curves.flatMap(({ metric, arm, distortion, level, warnings }) =>
    warnings.map(({ message }) => ({
      where:
        distortion === 'none'
          ? `${metricLabel(metric)}, ${arm}`
          : `${metricLabel(metric)}, ${arm}, ${distortion} ${level}`,
      message,
    })),
  );
  if (said.length === 0) return NOTHING;
  const left = said.length - MOST_DOUBTS;
  return html`<details><summary>All warnings (${said.length})</summary>
<ul class="warnings">${said.slice(0, MOST_DOUBTS).map(({ where, message }) => html`<li><strong>${where}</strong>: ${message}</li>`)}</ul>
${left > 0 ? html`<p class="soft">… and ${left} more: see study.json.</p>` : NOTHING}
</details>
`;
}
