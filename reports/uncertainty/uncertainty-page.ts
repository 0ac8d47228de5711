import { mean, standardDeviation } from '../../numerics/mean-and-variance.js';
import { countText, numberText, percentNumber } from '../../numerics/number-text.js';
import { largestOf, leastOf } from '../../numerics/order-statistics.js';
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
/** Scores that are not folded. */
const MOST_RUNS = 6;
/** Settings that are named at the head of a page. */
const MOST_NAMED_RUNS = 3;
/** Rows of maps above which the scores' figure is folded: the page is long without it. */
const MOST_GRID_ROWS = 6;

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
  const grids = gallery?.grids ?? [];
  const isFolded = grids.reduce((sum, { lines }) => sum + lines.length, 0) > MOST_GRID_ROWS;
  return reportPage({
    title: `Uncertainty maps: ${runs.length > MOST_NAMED_RUNS ? `${countText(runs.length)} settings` : runs.map(({ source }) => source).join(', ')}`,
    headline: uncertaintyHeadline(report),
    sides: [
      ...(runs.length > MOST_NAMED_RUNS
        ? [
            {
              name: 'maps',
              source: html`${countText(runs.length)} settings`,
              size: `${countText(mapsOf(runs))} maps`,
            },
          ]
        : runs.map(({ name, source, diagnostics }) => ({
            name: `maps${name === '' ? '' : ` (${name})`}`,
            source: html`<code>${source}</code>`,
            size: `${countText(diagnostics.maps)} maps`,
          }))),
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
        : html`${galleryHtml(gallery)}${grids.map(mapGridHtml)}${isFolded ? NOTHING : (drawn ?? NOTHING)}`,
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
        body: html`${figures.filter((figure) => isFolded || figure !== lead).map((figure) => figureHtml(figure, { notes }))}`,
      },
    ],
    paper: uncertaintyPaper(report),
    files: ['uncertainty.json', ...(gallery === null ? [] : ['gallery.json'])],
    figures: [...figures, ...(gallery === null ? [] : [{ name: 'gallery' }])],
    facts: html`${runs.map(({ source }) => html`<dt>maps</dt><dd><code>${source}</code></dd>`)}<dt>seed</dt><dd>${seed}</dd>`,
    provenance,
    version,
  });
}

/** Rank correlations from which on a score counts as mostly, or as partly, the detail of its images. */
const [STRONG, WEAK] = [0.7, 0.3];

const mapsOf = (runs: UncertaintyReport['runs']) =>
  runs.reduce((sum, { diagnostics }) => sum + diagnostics.maps, 0);

/**
 * The answer in a sentence: what the usual rule on the first score would drop, what that score follows, and how reliable it is; of several
 * settings the range of the share, and how far their ranks agree.
 */
export function uncertaintyHeadline(report: UncertaintyReport): string {
  const { runs, columns, correlations, reliability, comparison } = report;
  const score = columns.find(({ kind }) => kind === 'aggregation');
  if (score === undefined) return `${countText(mapsOf(runs))} uncertainty maps, and no score of them`;
  const agreement = reliability.find(({ scores }) => scores !== null)?.scores?.single;
  const reliable =
    agreement === undefined
      ? `reliability unknown${runs.length === 1 ? ' from one run' : ''}`
      : `ranks of two runs agree by ${shownCorrelation(agreement)}`;
  if (runs.length > 1) {
    const alike = columns.filter(
      ({ kind, aggregation }) => kind === 'aggregation' && aggregation === score.aggregation,
    );
    const pairs = (comparison?.sums ?? [])
      .flatMap((row, i) => row.slice(0, i))
      .filter((value) => value !== null);
    const ranks =
      pairs.length === 0 || score.aggregation !== 'sum'
        ? reliable
        : `settings agree on ranks by ${rangeText(pairs, shownCorrelation)}`;
    return `${droppedText(score.aggregation ?? score.name, alike)} under ${countText(runs.length)} settings; ${ranks}`;
  }
  const detail = correlations
    .filter((one) => one.score === score.name && one.family === 'detail' && one.value !== null)
    .sort((a, b) => Math.abs(b.value!) - Math.abs(a.value!))[0];
  return [
    droppedText(score.name, [score]),
    ...(detail === undefined ? [] : [detailText(detail.value!)]),
    reliable,
  ].join('; ');
}

const shownCorrelation = (value: number) => numberText(value, { error: 0.1 });

/** `0.2 to 1.0`; one number where all are shown alike. */
function rangeText(values: readonly number[], shown: (value: number) => string): string {
  const [least, most] = [shown(leastOf(values)), shown(largestOf(values))];
  return least === most ? least : `${least} to ${most}`;
}

/** What BayesDiff's rule does with a score, of each setting that has it. */
function droppedText(
  name: string,
  scores: readonly Pick<UncertaintyReport['columns'][number], 'values'>[],
): string {
  const shares = scores.flatMap(({ values }) => droppedShare(values) ?? []);
  if (shares.length === 0) return `${name} is the same for all images, so no rule can drop any`;
  const counts = scores.map(({ values }) => Object.values(values).filter((value) => value !== null).length);
  return `Keeping ${name} below mean+1sd drops ${rangeText(shares, (share) => percentNumber(share))} % of ${rangeText(counts, countText)} images`;
}

/** Undefined where all images have one score. */
function droppedShare(values: UncertaintyReport['columns'][number]['values']): number | undefined {
  const known = Object.values(values).filter((value) => value !== null);
  const deviation = standardDeviation(known, 0) ?? 0;
  if (deviation === 0) return undefined;
  const threshold = mean(known)! + deviation;
  return known.filter((value) => value >= threshold).length / known.length;
}

function detailText(correlation: number): string {
  const size = Math.abs(correlation);
  const how = size >= STRONG ? 'mostly' : size >= WEAK ? 'partly' : 'hardly';
  return `the score ${how} follows image detail (rank correlation ${numberText(correlation, { error: 0.1 })})`;
}
