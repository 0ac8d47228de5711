import { Html, html } from '../page/html.js';
import { DEMO_NOTE, page, tableHtml, tableNotesHtml } from '../page/page.js';
import type { ScoreComparison } from './score-comparison.js';
import { scoreComparisonTable } from './score-comparison-table.js';

const NOTHING = new Html('');

/** Two scores side by side as one self-contained page. */
export function scoreComparisonPage(comparison: ScoreComparison): string {
  const { first, second, metrics, left, warnings = [], version } = comparison;
  const table = scoreComparisonTable(comparison);
  const body = html`<main>
<h1>Two scores side by side</h1>
<dl class="sides">${[first, second].map(
    ({ source, generated }, i) =>
      html`<div><dt>${i === 0 ? 'first' : 'second'}</dt><dd><code>${source}</code></dd><dd class="soft">generated <code>${generated.source}</code></dd></div>`,
  )}${referenceHtml(comparison)}</dl>
${metrics.some(({ origin }) => origin === 'demo') ? html`<p class="note" role="note">${DEMO_NOTE}</p>` : NOTHING}
<h2>What differs</h2>
<div class="scroll" tabindex="0" role="group" aria-label="What differs">${tableHtml(table)}</div>
${tableNotesHtml(table)}
${metrics.some(({ standardError }) => standardError === null) ? html`<p class="note" role="note">For standard errors, run both scores again with <code>--interval</code>.</p>` : NOTHING}
${warnings.map(({ message }) => html`<p class="note" role="note">${message}.</p>`)}
${left.map((text) => html`<p class="note" role="note">${text}</p>`)}
<p class="soft">steadfid ${version}</p>
</main>`;
  return page({ title: `Two scores: ${first.source}, ${second.source}`, body });
}

function referenceHtml({ first, second }: ScoreComparison): Html {
  const [own, theirs] = [first.reference, second.reference];
  if (own.content === null || theirs.content === null) return NOTHING;
  const also = own.source === theirs.source ? NOTHING : html`, as <code>${theirs.source}</code>`;
  return html`<div><dt>reference of both</dt><dd><code>${own.source}</code>${also}</dd><dd class="soft">same content, SHA-256 <code>${own.content.digest.slice(0, 12)}…</code></dd></div>`;
}
