import type { StudyCurve, StudyReport } from '../sample-size-study/study-report.js';
import type { StudyFigure } from './figures/study-figure.js';
import { Html, html } from './html.js';
import { countText } from './number-text.js';
import { page } from './page.js';

const NOTHING = new Html('');

/** A study as one self-contained page: what it says, its figures with the numbers behind them, and where they come from. */
export function studyPage(report: StudyReport, figures: readonly StudyFigure[]): string {
  const { curves, summary, warnings, version, design } = report;
  const body = html`<main>
<h1>How many images are enough</h1>
<dl class="sides"><div><dt>reference</dt><dd><code>${design.reference}</code></dd></div>${design.arms.map(
    ({ name, source }) => html`<div><dt>${name}</dt><dd><code>${source}</code></dd></div>`,
  )}</dl>
${
  curves.some(({ encoder }) => encoder.standing === 'demo')
    ? html`<p class="note" role="note"><strong>Demo encoder.</strong> These numbers come from tiny networks that ship
with steadfid for trying it out. They are not comparable with published values.</p>`
    : NOTHING
}
${warnings.map(({ message }) => html`<p class="note" role="note">${message}</p>`)}
<h2>Summary</h2>
<ul>${summary.map((line) => html`<li>${line}</li>`)}</ul>
<h2>Figures</h2>
${figures.map(figure)}
${doubts(curves)}
<h2>Where the numbers come from</h2>
<dl class="facts">
<dt>program</dt><dd>steadfid ${version}</dd>
<dt>seed</dt><dd>${design.seed}</dd>
<dt>draws</dt><dd>${countText(design.repeats)} for each size, ${countText(design.cheapRepeats)} of cheap metrics; scheme ${design.scheme}</dd>
<dt>reference size</dt><dd>${design.referenceSize}</dd>
</dl>
${encoders(curves).map(
  ({ id, standing, sha256, preprocessing }) => html`<dl class="facts">
<dt>encoder</dt><dd><code>${id}</code> (${standing})</dd>
<dt>SHA-256 of the network</dt><dd><code>${sha256 ?? 'unknown'}</code></dd>
<dt>preprocessing</dt><dd><code>${preprocessing ?? 'unknown'}</code></dd>
</dl>
`,
)}
<details><summary>The whole design</summary><pre><code>${JSON.stringify(design, null, 2)}</code></pre></details>
</main>`;
  return page({ title: `Sample-size study: ${design.arms.map(({ name }) => name).join(', ')}`, body });
}

/** Its root is the page's own: the colors of the page, and room to scroll where the screen is narrow. */
function figure({ title, caption, svg, table }: StudyFigure): Html {
  return html`<figure>
<div class="drawing" role="group" tabindex="0" aria-label="${title}">${new Html(svg)}</div>
<figcaption><strong>${title}.</strong> ${caption}</figcaption>
<details><summary>The numbers behind it</summary>
<table>
<thead><tr>${table.header.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>
${table.rows.map(
  (row) => html`<tr>${row.map((cell, i) =>
    i === 0 ? html`<th scope="row">${cell}</th>` : html`<td data-label="${table.header[i]!}">${cell}</td>`,
  )}</tr>
`,
)}</tbody>
</table>
</details>
</figure>
`;
}

function doubts(curves: readonly StudyCurve[]): Html {
  const said = curves.flatMap(({ metric, arm, distortion, level, warnings }) =>
    warnings.map(({ code, message }) => ({
      where: distortion === 'none' ? `${metric}, ${arm}` : `${metric}, ${arm}, ${distortion} ${level}`,
      code,
      message,
    })),
  );
  if (said.length === 0) return NOTHING;
  return html`<details><summary>Every doubt about every curve (${said.length})</summary>
<ul class="warnings">${said.map(({ where, message }) => html`<li><strong>${where}</strong>: ${message}</li>`)}</ul>
</details>
`;
}

function encoders(curves: readonly StudyCurve[]): readonly StudyCurve['encoder'][] {
  return [...new Map(curves.map(({ encoder }) => [JSON.stringify(encoder), encoder])).values()];
}
