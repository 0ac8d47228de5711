import { metricLabel } from '../../metrics/metric-catalog.js';
import { countText } from '../../numerics/number-text.js';
import type { ReconstructionReport } from '../../scoring/reconstruction.js';
import { Html, html } from '../page/html.js';
import {
  encoderFactsHtml,
  type Provenance,
  page,
  pageNotesHtml,
  pasteHtml,
  provenanceHtml,
  tableHtml,
} from '../page/page.js';
import { bibtex } from '../text/bibliography.js';
import {
  pairTable,
  reconstructionTextTable,
  SIMILARITY_SOURCES,
  worstPairs,
} from './reconstruction-table.js';
import { scoreMethods, scoreSources, scoreTextTable } from './score-methods.js';

/** A worst pair as a page shows it: data addresses of small pictures. */
export interface PairPictures {
  readonly id: string;
  readonly original: string;
  readonly decoded: string;
}

const NOTHING = new Html('');

/** Papers that a report rests on. */
export function reconstructionSources({ sets }: ReconstructionReport): readonly string[] {
  return [...SIMILARITY_SOURCES, ...(sets === null ? [] : scoreSources(sets))];
}

function methods(report: ReconstructionReport): string {
  const { pairs, sets, joinedBy } = report;
  const { notes = [] } = reconstructionTextTable(report);
  const own = `${countText(pairs.length)} originals were compared with their reconstructions, joined by ${joinedBy}. ${notes.join(' ')}`;
  return sets === null ? own : `${own} ${scoreMethods(sets)}`;
}

/** A reconstruction as one self-contained page: means, distances of the sets, and the worst pairs with their pictures. */
export function reconstructionPage(
  report: ReconstructionReport,
  {
    provenance,
    pictures,
  }: { readonly provenance: Provenance | null; readonly pictures: readonly PairPictures[] },
): string {
  const { originals, decoded, sets, warnings, version } = report;
  const table = reconstructionTextTable(report);
  const encoders = sets === null ? [] : sets.results.map(({ encoder }) => encoder);
  const ofResults = (sets?.results ?? []).flatMap(({ metric, warnings: own }) =>
    own.map(({ code, message }) => ({ code, message: `${metricLabel(metric)}: ${message}` })),
  );
  const doubts = [...warnings, ...(sets?.warnings ?? []), ...ofResults];
  const body = html`<main>
<h1>Reconstruction of ${countText(report.pairs.length)} images</h1>
<dl class="sides"><div><dt>originals</dt><dd><code>${originals.source}</code></dd><dd class="soft">${countText(originals.n)} images</dd></div>
<div><dt>decoded</dt><dd><code>${decoded.source}</code></dd><dd class="soft">joined by ${report.joinedBy}</dd></div></dl>
${pageNotesHtml({ encoders, warnings: doubts })}
<h2>Similarity of pairs</h2>
<div class="scroll" tabindex="0" role="group" aria-label="Similarity of pairs">${tableHtml(table)}</div>
${(table.notes ?? []).map((note) => html`<p class="soft">${note}</p>`)}
${
  sets === null
    ? NOTHING
    : html`<h2>Distances of the sets</h2>
<div class="scroll" tabindex="0" role="group" aria-label="Distances of the sets">${tableHtml(scoreTextTable(sets))}</div>`
}
<h2>Worst pairs</h2>
<p class="soft">By PSNR, lowest first; the original on the left. All pairs are in <code>pairs.csv</code>.</p>
<div class="scroll" tabindex="0" role="group" aria-label="Worst pairs">${tableHtml(pairTable(worstPairs(report)))}</div>
${pictures.map(
  ({ id, original, decoded: other }) =>
    html`<figure><img src="${original}" alt="original ${id}"> <img src="${other}" alt="decoded ${id}"><figcaption>${id}</figcaption></figure>
`,
)}
${pasteHtml({ methods: methods(report), references: bibtex(reconstructionSources(report)) })}
<h2>Where the numbers come from</h2>
<dl class="facts">
<dt>program</dt><dd>steadfid ${version}</dd>
${provenanceHtml(provenance)}
<dt>this page again</dt><dd><code>steadfid report .</code> in its folder, from <code>reconstruction.json</code></dd>
</dl>
${encoderFactsHtml(encoders)}
</main>`;
  return page({ title: `Reconstruction: ${decoded.source}`, body });
}
