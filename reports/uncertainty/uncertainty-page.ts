import { countText, numberText } from '../../numerics/number-text.js';
import type { UncertaintyReport } from '../../uncertainty/uncertainty-report.js';
import { uncertaintySummary } from '../../uncertainty/uncertainty-summary.js';
import type { Figure } from '../figures/figure.js';
import { figureHtml } from '../page/figure-html.js';
import { Html, html } from '../page/html.js';
import type { Provenance } from '../page/page.js';
import { PageNotes } from '../page/page-notes.js';
import { reportPage, tableSectionHtml } from '../page/report-page.js';
import { sizedPage } from '../page/sized-page.js';
import { type Gallery, galleryHtml, mapGridHtml } from './gallery.js';
import { uncertaintyPaper, uncertaintyTextTable } from './uncertainty-methods.js';

const NOTHING = new Html('');
/** Settings, and scores, that are not folded. */
const MOST_RUNS = 8;

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
  const notes = new PageNotes();
  for (const warning of warnings) notes.add(warning);
  const table = uncertaintyTextTable(report);
  const lead = figures.find(({ name }) => name === 'scores-by-detail') ?? figures[0];
  const drawn = lead === undefined ? null : figureHtml(lead, { notes });
  const shownRuns = runs.slice(0, MOST_RUNS);
  return reportPage({
    title: `Uncertainty maps: ${runs.map(({ source }) => source).join(', ')}`,
    headline: headline(report),
    sides: [
      ...shownRuns.map(({ name, source, diagnostics }) => ({
        name: `maps${name === '' ? '' : ` (${name})`}`,
        source: html`<code>${source}</code>`,
        size: `${countText(diagnostics.maps)} maps`,
      })),
      ...(images === null
        ? []
        : [
            {
              name: 'images',
              source: html`<code>${images.source}</code>`,
              size: `${countText(images.n)}, joined by ${images.joinedBy}`,
            },
          ]),
    ],
    encoders: [],
    cut: note,
    lead: gallery === null && drawn !== null ? drawn : null,
    pictures:
      gallery === null
        ? null
        : html`${galleryHtml(gallery)}${(gallery.grids ?? []).map(mapGridHtml)}${drawn ?? NOTHING}`,
    values: {
      title: 'Scores',
      body: tableSectionHtml({ ...table, title: 'Scores', rows: table.rows.slice(0, MOST_RUNS) }),
    },
    notes,
    folds: [
      table.rows.length > MOST_RUNS
        ? { title: `All ${table.rows.length} scores`, body: tableSectionHtml({ ...table, pageNotes: [] }) }
        : null,
      {
        title: 'What the maps say of themselves',
        body: html`<ul>${facts.map((fact) => html`<li>${fact}</li>`)}</ul>`,
      },
      {
        title: 'Other figures',
        body: html`${figures.filter((figure) => figure !== lead).map((figure) => figureHtml(figure, { notes }))}`,
      },
    ],
    paper: uncertaintyPaper(report),
    files: ['uncertainty.json', ...(gallery === null ? [] : ['gallery.json'])],
    figures: [...figures, ...(gallery === null ? [] : [{ name: 'gallery' }])],
    facts: html`<dt>seed</dt><dd>${seed}</dd>`,
    provenance,
    version,
  });
}

/** Rank correlations from which on a score counts as mostly, or as partly, the detail of its images. */
const [STRONG, WEAK] = [0.7, 0.3];

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
  const size = Math.abs(detail.value!);
  const how = size >= STRONG ? 'mostly' : size >= WEAK ? 'partly' : 'hardly';
  return `The score ${detail.score} ${how} follows image detail (rank correlation ${numberText(detail.value!, { error: 0.1 })} with ${detail.control}); ${maps}${noise}`;
}
