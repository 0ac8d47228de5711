import { mean, standardDeviation } from '../../numerics/mean-and-variance.js';
import { countText, numberText, percentText } from '../../numerics/number-text.js';
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
    headline: uncertaintyHeadline(report),
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

/** The answer in a sentence: what the usual rule on the first score would drop, what that score follows, and how reliable it is. */
export function uncertaintyHeadline({ runs, columns, correlations, reliability }: UncertaintyReport): string {
  const maps = runs.reduce((sum, { diagnostics }) => sum + diagnostics.maps, 0);
  const score = columns.find(({ kind }) => kind === 'aggregation');
  if (score === undefined) return `${countText(maps)} uncertainty maps, and no score of them`;
  const detail = correlations
    .filter((one) => one.score === score.name && one.family === 'detail' && one.value !== null)
    .sort((a, b) => Math.abs(b.value!) - Math.abs(a.value!))[0];
  const agreement = reliability.find(({ scores }) => scores !== null)?.scores;
  return [
    droppedText(score),
    ...(detail === undefined ? [] : [detailText(detail.value!)]),
    agreement === undefined || agreement === null
      ? `reliability unknown${runs.length === 1 ? ' from one run' : ''}`
      : `ranks of two runs agree by ${numberText(agreement.single, { error: 0.1 })}`,
  ].join('; ');
}

/** What BayesDiff's rule does with a score. */
function droppedText({ name, values }: UncertaintyReport['columns'][number]): string {
  const known = Object.values(values).filter((value) => value !== null);
  const deviation = standardDeviation(known, 0) ?? 0;
  if (deviation === 0) return `${name} is the same for all images, so no rule can drop any`;
  const threshold = mean(known)! + deviation;
  const dropped = known.filter((value) => value >= threshold).length / known.length;
  return `Keeping ${name} below mean+1sd drops ${percentText(dropped)} of ${countText(known.length)} images`;
}

function detailText(correlation: number): string {
  const size = Math.abs(correlation);
  const how = size >= STRONG ? 'mostly' : size >= WEAK ? 'partly' : 'hardly';
  return `the score ${how} follows image detail (rank correlation ${numberText(correlation, { error: 0.1 })})`;
}
