import { countText } from '../../numerics/number-text.js';
import type { StudyComparison } from '../../sample-size-study/study-comparison.js';
import { Html, html } from '../page/html.js';
import { DEMO_NOTE, page, tableHtml, tableNotesHtml } from '../page/page.js';
import { studyComparisonAt, studyComparisonTable } from './study-comparison-table.js';

/** Two studies side by side as one self-contained page. */
export function studyComparisonPage(comparison: StudyComparison): string {
  const { first, second, curves, left, version } = comparison;
  const sizes = new Set(curves.flatMap((curve) => curve.sizes.map(({ sampleSize }) => sampleSize)));
  const table = (name: string, rows: Parameters<typeof tableHtml>[0]) =>
    html`<div class="scroll" tabindex="0" role="group" aria-label="${name}">${tableHtml(rows)}</div>`;
  const main = studyComparisonTable(comparison);
  const body = html`<main>
<h1>Two studies side by side</h1>
<dl class="sides"><div><dt>first</dt><dd><code>${first.source}</code></dd></div><div><dt>second</dt><dd><code>${second.source}</code></dd></div></dl>
${curves.some(({ origin }) => origin === 'demo') ? html`<p class="note" role="note">${DEMO_NOTE}</p>` : new Html('')}
<h2>What differs</h2>
${table('What differs', main)}
${tableNotesHtml(main)}
<h2>At one sample size</h2>
<div class="tools" data-tools="sizes"></div>
${[...sizes]
  .sort((a, b) => a - b)
  .map(
    (n) => html`<details class="size" data-n="${n}"><summary>n = ${countText(n)}</summary>
${table(`What differs at n = ${countText(n)}`, studyComparisonAt(comparison, n))}
</details>
`,
  )}
${left.map((text) => html`<p class="note" role="note">${text}</p>`)}
<p class="soft">steadfid ${version}</p>
</main>`;
  return page({
    title: `Two studies: ${first.source}, ${second.source}`,
    body,
    interaction: 'controls',
  });
}
