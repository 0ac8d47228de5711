import { metricLabel } from '../../metrics/metric-catalog.js';
import { countText } from '../../numerics/number-text.js';
import type { ReconstructionReport } from '../../scoring/reconstruction.js';
import { Html, html } from '../page/html.js';
import type { Provenance } from '../page/page.js';
import { PageNotes } from '../page/page-notes.js';
import { reportPage, tableFold, tableSectionHtml } from '../page/report-page.js';
import type { Paper } from '../text/paper.js';
import type { TextTable } from '../text/text-tables.js';
import { pictureHtml } from '../uncertainty/gallery.js';
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

/** What a paper takes from a reconstruction. */
export function reconstructionPaper(report: ReconstructionReport): Paper {
  const { sets } = report;
  return {
    methods: methods(report),
    sources: [...SIMILARITY_SOURCES, ...(sets === null ? [] : scoreSources(sets))],
    table: reconstructionTextTable(report),
  };
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
  const { originals, decoded, sets, warnings, version, pairs, joinedBy } = report;
  const table = reconstructionTextTable(report);
  const worst = pairTable(worstPairs(report));
  const notes = new PageNotes();
  for (const { code, message } of [...warnings, ...(sets?.warnings ?? [])])
    if (code !== 'DEMO_ENCODER') notes.add(message);
  for (const { metric, warnings: own } of sets?.results ?? [])
    for (const { code, message } of own) if (code !== 'DEMO_ENCODER') notes.add(message, metricLabel(metric));
  return reportPage({
    title: `Reconstruction: ${decoded.source}`,
    headline: headline(table, pairs.length),
    sides: [
      {
        name: 'originals',
        source: html`<code>${originals.source}</code>`,
        size: `${countText(originals.n)} images`,
      },
      { name: 'decoded', source: html`<code>${decoded.source}</code>`, size: `joined by ${joinedBy}` },
    ],
    encoders: sets === null ? [] : sets.results.map(({ encoder }) => encoder),
    pictures:
      pictures.length === 0
        ? null
        : html`<h2>Worst pairs by PSNR</h2>
<p class="soft">Lowest first; the original on the left.</p>
<ol class="gallery">${pictures.map(
            ({ id, original, decoded: other }, i) => html`<li>
<span class="pictures">${pictureHtml(original, `original ${id}`)}${pictureHtml(other, `decoded ${id}`)}</span>
<span class="mono">${id}</span><span class="soft">${worst.rows[i]!.slice(1)
              .flatMap((cell, j) => (cell === '–' ? [] : [`${worst.header[j + 1]!} ${cell}`]))
              .join(', ')}</span>
</li>
`,
          )}</ol>`,
    values: {
      title: 'Similarity of pairs',
      body: html`${tableSectionHtml({ ...table, title: 'Similarity of pairs' })}${
        sets === null
          ? NOTHING
          : html`<h3>Distances of the sets</h3>
${tableSectionHtml({ ...scoreTextTable(sets), title: 'Distances of the sets', pageNotes: [] })}`
      }`,
    },
    notes,
    folds: [tableFold({ ...worst, title: 'Worst pairs in numbers' })],
    paper: reconstructionPaper(report),
    files: ['reconstruction.json', 'pairs.csv', ...(pictures.length === 0 ? [] : ['samples.json'])],
    figures: [],
    facts: NOTHING,
    provenance,
    version,
  });
}

/** The answer in a sentence: every mean that there is; why one is missing stands below its table. */
function headline({ rows }: TextTable, pairs: number): string {
  const known = rows.filter(([, value]) => value !== '–');
  if (known.length === 0) return `Reconstruction of ${countText(pairs)} images: no similarity has a value`;
  return `Reconstruction of ${countText(pairs)} images: ${known.map(([metric, value]) => `${metric!.replace(/ [↓↑]$/, '')} ${value}`).join(', ')}`;
}
