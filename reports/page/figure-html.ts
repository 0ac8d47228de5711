import { metricLabel } from '../../metrics/metric-catalog.js';
import type { Figure, Panel } from '../figures/figure.js';
import { watermark } from '../figures/figure-sheet.js';
import { keyMark } from '../figures/series-marks.js';
import { Html, html } from './html.js';
import { DEMO_NOTE, REMAKE_COMMAND, tableHtml } from './page.js';

const NOTHING = new Html('');
/** A panel of at least this width takes a row for itself. */
const WHOLE_ROW = 500;

/** A figure as part of a page: the drawings of its file, with title, key and warnings as text that wraps. */
export function figureHtml(figure: Figure): Html {
  const {
    name,
    source,
    metric,
    score,
    title,
    caption,
    subtitle,
    keys,
    panels,
    warnings,
    comparability,
    table,
  } = figure;
  return html`<figure class="figure" id="${name}"${metric === null ? NOTHING : html` data-metric="${metricLabel(metric)}"`}${score === undefined ? NOTHING : html` data-score="${score}"`}>
<h3>${title}</h3>
<p class="soft">${subtitle}</p>
${comparability === 'demo' ? html`<p><span class="mark">${DEMO_NOTE}</span></p>` : NOTHING}
<ul class="key">${keys.map(
    (entry) =>
      html`<li${entry.series === null ? NOTHING : html` data-key="${entry.series}"`}><svg viewBox="0 -9 22 18" aria-hidden="true">${keyMark(entry)}</svg>${entry.text}</li>`,
  )}</ul>
<div class="panels">${panels.map((panel) => panelHtml(panel, figure))}</div>
${
  warnings.length === 0
    ? NOTHING
    : html`<ul class="note warnings">${warnings.map((warning) => html`<li>${warning}</li>`)}</ul>`
}
<figcaption>${caption} Files: <code>figures/${name}.svg</code>, <code>.png</code> (300 dpi), <code>.csv</code> (every number, exact); rebuild from <code>${source}</code> with <code class="command">${REMAKE_COMMAND}</code> in this folder.</figcaption>
${
  table.rows.length === 0
    ? NOTHING
    : html`<details><summary>The numbers behind it</summary>
<div class="scroll" tabindex="0" role="group" aria-label="${`Numbers: ${title}`}">${tableHtml(table)}</div>
</details>`
}
</figure>
`;
}

function panelHtml(panel: Panel, figure: Figure): Html {
  const { title, width, narrow } = panel;
  const isWide = width >= WHOLE_ROW;
  const drawn = ({ views, ...size }: NonNullable<Panel['narrow']>, kind: string) =>
    views.map(({ name, drawing }, i) => svg(name, drawing, size, { kind, isFirst: i === 0 }));
  const svg = (name: string, drawing: Html, size: PanelSize, { kind, isFirst }: SvgRole) =>
    html`<svg class="${kind}" viewBox="0 0 ${size.width} ${size.height}" font-size="11" fill="currentColor" role="img" aria-label="${`${figure.title}: ${title}, ${name}.`}" data-view="${name}"${isFirst ? NOTHING : html` hidden="hidden"`}>${drawing}${watermark(size, figure.comparability)}</svg>`;
  return html`<div class="panel${isWide ? ' wide' : ''}" data-name="${title}"><h4>${title}</h4>${drawn(panel, narrow === undefined ? 'plot' : 'plot broad')}${narrow === undefined ? NOTHING : drawn(narrow, 'plot narrow')}</div>`;
}

interface PanelSize {
  readonly width: number;
  readonly height: number;
}

interface SvgRole {
  readonly kind: string;
  readonly isFirst: boolean;
}

/** Where a sheet of pictures that a page shows as a list is as a file, and the command that makes it again. */
export function sheetFilesHtml(name: 'gallery' | 'neighbors'): Html {
  return html`Files: <code>figures/${name}.svg</code>, <code>.png</code> (300 dpi), <code>.csv</code>; rebuild from <code>${name}.json</code> with <code class="command">${REMAKE_COMMAND}</code> in this folder.`;
}
