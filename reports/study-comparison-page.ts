import type { StudyComparison } from '../sample-size-study/study-comparison.js';
import { html } from './html.js';
import { page } from './page.js';
import { studyComparisonSizes, studyComparisonTable } from './study-comparison-table.js';
import { tableHtml } from './table-html.js';

/** Two studies side by side as one self-contained page. */
export function studyComparisonPage(comparison: StudyComparison): string {
  const { first, second, left, version } = comparison;
  const table = (name: string, rows: Parameters<typeof tableHtml>[0]) =>
    html`<div class="scroll" tabindex="0" role="group" aria-label="${name}">${tableHtml(rows)}</div>`;
  const body = html`<main>
<h1>Two studies side by side</h1>
<dl class="sides"><div><dt>first</dt><dd><code>${first.source}</code></dd></div><div><dt>second</dt><dd><code>${second.source}</code></dd></div></dl>
<h2>What differs</h2>
${table('What differs', studyComparisonTable(comparison))}
<p class="soft">Differences are second less first. Errors of both count as independent; p values are adjusted for all lines (Holm).</p>
<h2>At every common n</h2>
${table('At every common n', studyComparisonSizes(comparison))}
${left.map((text) => html`<p class="note" role="note">${text}</p>`)}
<p class="soft">steadfid ${version}</p>
</main>`;
  return page({ title: `Two studies: ${first.source}, ${second.source}`, body });
}
