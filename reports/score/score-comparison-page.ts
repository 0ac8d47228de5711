import { metricLabel } from '../../metrics/metric-catalog.js';
import { html } from '../page/html.js';
import { comparedFactsHtml } from '../page/page.js';
import { PageNotes } from '../page/page-notes.js';
import { type ReportPage, reportPage, tableFold, tableSectionHtml } from '../page/report-page.js';
import { comparisonHeadline, differsTitle, nameTails } from '../text/comparison-words.js';
import type { ScoreComparison } from './score-comparison.js';
import { scoreComparisonTable } from './score-comparison-table.js';

/** Rows of the table that are not folded. */
const MOST_ROWS = 16;

/** Two scores side by side as one self-contained page. */
export function scoreComparisonPage(comparison: ScoreComparison): string {
  const { first, second, metrics, left, warnings = [], version } = comparison;
  const table = scoreComparisonTable(comparison);
  const notes = new PageNotes();
  for (const { message } of warnings) notes.add(message);
  if (metrics.some(({ standardError }) => standardError === null))
    notes.add('For standard errors, run both scores again with --interval');
  const tails = nameTails(first.source, second.source);
  const sides = [first, second].map(({ generated }, i) => ({
    name: i === 0 ? 'first' : 'second',
    source: html`${tails[i]!}`,
    size: `generated ${generated.source}`,
  }));
  return reportPage({
    title: `Two scores: ${tails.join(', ')}`,
    headline: comparisonHeadline(
      tails,
      metrics.map((one) => ({ ...one, name: metricLabel(one.metric) })),
    ),
    sides: [...sides, ...referenceSides(comparison)],
    encoders: [],
    isDemo: metrics.some(({ origin }) => origin === 'demo'),
    reasons: left.length === 0 ? [] : [`Not compared: ${left.join('; ')}`],
    values: {
      title: differsTitle(metrics),
      body: tableSectionHtml({
        ...table,
        title: differsTitle(metrics),
        rows: table.rows.slice(0, MOST_ROWS),
      }),
    },
    notes,
    folds: [
      tableFold({
        ...table,
        title: 'All differences',
        rows: table.rows.length > MOST_ROWS ? table.rows : [],
        pageNotes: [],
      }),
    ],
    paper: null,
    files: ['score-comparison.json', 'tables.md', 'tables.tex'],
    figures: [],
    facts: comparedFactsHtml(first, second),
    provenance: null,
    version,
  });
}

function referenceSides({ first, second }: ScoreComparison): ReportPage['sides'] {
  const [own, theirs] = [first.reference, second.reference];
  if (own.content === null || theirs.content === null) return [];
  const also = own.source === theirs.source ? '' : html`, as <code>${theirs.source}</code>`;
  return [
    {
      name: 'reference of both',
      source: html`<code>${own.source}</code>${also}`,
      size: `same content, SHA-256 ${own.content.digest.slice(0, 12)}…`,
    },
  ];
}
