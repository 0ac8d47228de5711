import type { EncoderIdentity } from '../../encoders/encoder.js';
import type { Figure } from '../figures/figure.js';
import { bibtex } from '../text/bibliography.js';
import { latexMethods, PAPER_TEXTS, type Paper } from '../text/paper.js';
import { latexTable, type TextTable } from '../text/text-tables.js';
import { Html, html } from './html.js';
import {
  encoderFactsHtml,
  type Provenance,
  page,
  provenanceHtml,
  REMAKE_COMMAND,
  tableHtml,
  tableNotesHtml,
} from './page.js';
import type { PageNotes } from './page-notes.js';

const NOTHING = new Html('');

/** What few need, folded away at the end of a page. */
export interface Fold {
  readonly title: string;
  readonly body: Html;
}

/** What a page says, in the order in which every page says it. */
export interface ReportPage {
  /** of the window */
  readonly title: string;
  /** the answer, in at most 25 words */
  readonly headline: string;
  /** what was compared: name, what it is, how much of it */
  readonly sides: readonly { readonly name: string; readonly source: Html; readonly size: string }[];
  readonly encoders: readonly EncoderIdentity[];
  /** left out: where an encoder is */
  readonly isDemo?: boolean;
  /** said of a page that had to be cut */
  readonly cut?: string;
  /** names of the sets, of which the reader can choose one for the whole page */
  readonly models?: readonly string[];
  /** why the answer is what it is, a line each */
  readonly reasons?: readonly string[];
  /** the figures that carry the answer, one wherever one does */
  readonly lead?: Html | null;
  readonly pictures?: Html | null;
  readonly values: { readonly title: string; readonly body: Html };
  /** pictures that explain the values, below them */
  readonly evidence?: Html | null;
  readonly notes: PageNotes;
  readonly folds: readonly (Fold | null)[];
  /** what goes into a paper; null where the page is no result of its own */
  readonly paper: Paper | null;
  /** beside the page, the one that it is made from first */
  readonly files: readonly string[];
  /** whose files are in `figures/` */
  readonly figures: readonly Figure[] | readonly { readonly name: string }[];
  /** where the numbers come from */
  readonly facts: Html;
  readonly provenance: Provenance | null;
  readonly version: string;
}

/** A self-contained page: the answer, a figure, pictures, a table, notes, and the rest folded; readable on paper and on a telephone. */
export function reportPage(content: ReportPage): string {
  const {
    headline,
    sides,
    encoders,
    models = [],
    reasons = [],
    lead = null,
    pictures = null,
    values,
    evidence = null,
    notes,
  } = content;
  const { shown, folded } = notes.html();
  const { isDemo = encoders.some(({ origin }) => origin === 'demo') } = content;
  const folds = [
    ...content.folds,
    folded === null ? null : { title: `More notes (${notes.size})`, body: folded },
    content.paper === null ? null : paperFold(content.paper),
    filesFold(content),
    { title: 'Where the numbers come from', body: factsHtml(content) },
  ].filter((fold) => fold !== null);
  const parts = [
    ...(lead === null ? [] : [['figure', 'Result']]),
    ...(pictures === null ? [] : [['pictures', 'Pictures']]),
    ['values', 'Values'],
    ...(evidence === null ? [] : [['evidence', 'What drives it']]),
    ...(notes.size === 0 ? [] : [['notes', 'Notes']]),
    ['details', 'Details'],
  ];
  const body = html`<main>
<h1>${headline}</h1>
<dl class="sides">${sides.map(({ name, source, size }) => html`<div><dt>${name}</dt><dd>${source}</dd><dd class="soft">${size}</dd></div>`)}</dl>
<nav class="contents" aria-label="Contents"><ul>${parts.map(([id, name]) => html`<li><a href="#${id!}">${name!}</a></li>`)}</ul>${models.length < 2 ? NOTHING : html`<span data-models="${JSON.stringify(models)}"></span>`}</nav>
${isDemo ? html`<p class="note" role="note"><strong>Demo encoder</strong>: tiny networks for trying steadfid out, not comparable with published values.</p>` : NOTHING}
${content.cut === undefined || content.cut === '' ? NOTHING : html`<p class="note" role="note">${content.cut}</p>`}
${reasons.length === 0 ? NOTHING : html`<ul class="reasons">${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>`}
${lead === null ? NOTHING : html`<section id="figure"><h2>Result</h2>${lead}</section>`}
${pictures === null ? NOTHING : html`<section id="pictures">${pictures}</section>`}
<section id="values"><h2>${values.title}</h2>
${values.body}</section>
${evidence === null ? NOTHING : html`<section id="evidence">${evidence}</section>`}
${notes.size === 0 ? NOTHING : html`<section id="notes"><h2>Notes</h2>${shown}</section>`}
<section id="details" class="folds"><h2>Details</h2>
${folds.map(
  ({ title, body: inside }) => html`<details><summary>${title}</summary>
${inside}</details>
`,
)}</section>
</main>`;
  return page({ title: content.title, body });
}

/** A table of a page with its notes, which scrolls by itself where it is wide. */
export function tableSectionHtml(
  table: Pick<TextTable, 'title' | 'header' | 'rows' | 'notes' | 'pageNotes'>,
): Html {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${table.title}">${tableHtml(table)}</div>
${(table.pageNotes ?? table.notes ?? []).length === 0 ? NOTHING : tableNotesHtml(table)}`;
}

/** A table to be folded away; null where it has no rows. */
export function tableFold(table: TextTable): Fold | null {
  return table.rows.length === 0 ? null : { title: table.title, body: tableSectionHtml(table) };
}

function paperFold(paper: Paper): Fold {
  const { methods, sources, table } = paper;
  return {
    title: 'For your paper',
    body: html`<h3>Methods</h3>
<blockquote class="paste" data-copy="methods">${methods}</blockquote>
<h3>Methods in LaTeX</h3>
<pre tabindex="0" data-copy="methods in LaTeX"><code>${latexMethods(paper)}</code></pre>
<h3>Table in LaTeX</h3>
<pre tabindex="0" data-copy="table"><code>${latexTable(table)}</code></pre>
<h3>References in BibTeX</h3>
<pre tabindex="0" data-copy="references"><code>${bibtex(sources)}</code></pre>
`,
  };
}

function filesFold({ files, figures, paper, provenance }: ReportPage): Fold {
  const names = [
    ...files,
    ...(paper === null ? [] : Object.keys(PAPER_TEXTS)),
    ...(provenance === null ? [] : ['provenance.json']),
  ];
  return {
    title: 'Files',
    body: html`<p class="files">${names.map(fileHtml)}</p>
${figures.map(({ name }) => html`<p class="files">${name}: ${figureFilesHtml(name)}</p>`)}
<p>Page, figures and tables again, in this folder: <code data-copy="command">${REMAKE_COMMAND}</code></p>
`,
  };
}

function fileHtml(name: string): Html {
  return html`<a href="${name}" download>${name}</a> `;
}

/** Links to the files of a figure. */
export function figureFilesHtml(name: string): Html {
  return html`${['svg', 'png', 'csv'].map((kind) => html`<a href="figures/${name}.${kind}" download>${kind.toUpperCase()}</a> `)}`;
}

function factsHtml({ facts, version, provenance, encoders }: ReportPage): Html {
  return html`<dl class="facts">
<dt>program</dt><dd>steadfid ${version}</dd>
${facts}
${provenanceHtml(provenance)}
</dl>
${encoderFactsHtml(encoders)}`;
}
