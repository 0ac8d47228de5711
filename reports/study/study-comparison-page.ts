import { metricLabel } from '../../metrics/metric-catalog.js';
import { countText } from '../../numerics/number-text.js';
import type { StudyComparison } from '../../sample-size-study/study-comparison.js';
import type { Figure } from '../figures/figure.js';
import { figureHtml } from '../page/figure-html.js';
import { html } from '../page/html.js';
import { comparedFactsHtml, tableHtml } from '../page/page.js';
import { PageNotes } from '../page/page-notes.js';
import { reportPage, tableFold, tableSectionHtml } from '../page/report-page.js';
import { comparisonHeadline, differsTitle, nameTails } from '../text/comparison-words.js';
import { stabilityComparisonHeadline, stabilityComparisonTable } from './stability-comparison-table.js';
import { studyComparisonAt, studyComparisonTable } from './study-comparison-table.js';

/** Rows of the table that are not folded. */
const MOST_ROWS = 16;
/** What could not be compared, named on its line. */
const MOST_LEFT = 6;

/**
 * Two studies side by side as one self-contained page.
 *
 * @param figure  of what filters do in either; null where the studies have none in common
 */
export function studyComparisonPage(comparison: StudyComparison, figure: Figure | null = null): string {
  const { first, second, curves, left, version } = comparison;
  const sizes = new Set(curves.flatMap((curve) => curve.sizes.map(({ sampleSize }) => sampleSize)));
  const main = studyComparisonTable(comparison);
  const stability = stabilityComparisonTable(comparison);
  const notes = new PageNotes();
  const [one, other] = nameTails(first.source, second.source);

  const tables = [...sizes]
    .sort((a, b) => a - b)
    .map(
      (n) => html`<details class="size" data-n="${n}"><summary>n = ${countText(n)}</summary>
<div class="scroll" tabindex="0" role="group" aria-label="${`What differs at n = ${countText(n)}`}">${tableHtml(studyComparisonAt(comparison, n))}</div>
</details>
`,
    );
  return reportPage({
    title: `Two studies: ${one}, ${other}`,
    headline:
      stabilityComparisonHeadline(comparison) ??
      comparisonHeadline(
        [one, other],
        curves.map((curve) => ({
          ...curve.final,
          name: metricLabel(curve.metric),
          direction: curve.direction,
          better: curve.better,
        })),
      ),
    sides: [
      { name: 'first', source: html`${one}`, size: '' },
      { name: 'second', source: html`${other}`, size: '' },
    ],
    encoders: [],
    isDemo: curves.some(({ origin }) => origin === 'demo'),
    reasons: left.length === 0 ? [] : [`Not compared: ${leftText(left)}`],
    cut: (comparison.warnings ?? []).join('. '),
    values:
      stability.rows.length > 0
        ? {
            title: stability.title,
            body: tableSectionHtml({ ...stability, rows: stability.rows.slice(0, MOST_ROWS) }),
          }
        : {
            title: differsTitle(curves),
            body: tableSectionHtml({
              ...main,
              title: differsTitle(curves),
              rows: main.rows.slice(0, MOST_ROWS),
            }),
          },
    lead: figure === null ? null : figureHtml(figure, { notes }),
    notes,
    folds: [
      tableFold({
        ...stability,
        title: `All ${stability.rows.length} numbers of filtered against random images`,
        rows: stability.rows.length > MOST_ROWS ? stability.rows : [],
        pageNotes: [],
      }),
      main.rows.length > MOST_ROWS || stability.rows.length > 0
        ? { title: `All ${main.rows.length} differences`, body: tableSectionHtml({ ...main, pageNotes: [] }) }
        : null,
      left.length > MOST_LEFT
        ? {
            title: 'All that was not compared',
            body: html`<ul>${left.map((text) => html`<li>${text}</li>`)}</ul>`,
          }
        : null,
      {
        title: 'At one sample size',
        body: html`<div class="tools" data-tools="sizes"></div>
${tables}`,
      },
    ],
    paper: null,
    files: [
      'study-comparison.json',
      ...(stability.rows.length === 0 ? [] : ['stability.csv']),
      'tables.md',
      'tables.tex',
    ],
    figures: figure === null ? [] : [figure],
    facts: comparedFactsHtml(first, second),
    provenance: null,
    version,
  });
}

function leftText(left: readonly string[]): string {
  const shown = left.slice(0, MOST_LEFT).map((text) => text.replace(/\.$/, ''));
  return left.length > MOST_LEFT
    ? `${shown.join('; ')} and ${left.length - MOST_LEFT} more`
    : shown.join('; ');
}
