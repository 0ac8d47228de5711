import { metricLabel } from '../../metrics/metric-catalog.js';
import type { Figure, Panel } from '../figures/figure.js';
import { keyMark } from '../figures/series-marks.js';
import { Html, html } from './html.js';
import { tableHtml } from './page.js';
import type { PageNotes } from './page-notes.js';
import { figureFilesHtml } from './report-page.js';

const NOTHING = new Html('');
/** A panel of at least this width takes a row for itself. */
const WHOLE_ROW = 500;
/** Panels below this stand four in a row. */
const SMALL = 200;

/**
 * A figure as part of a page: the drawings of its file, with title and key as text that wraps.
 *
 * @param notes   of the page, to which its warnings refer by number
 * @param models  names of the key that the whole page can show or hide
 */
export function figureHtml(
  figure: Figure,
  { notes, models = [] }: { readonly notes: PageNotes; readonly models?: readonly string[] },
): Html {
  const {
    name,
    metric,
    score,
    title,
    caption,
    subtitle,
    keys,
    panels,
    layout,
    warnings,
    comparability,
    table,
  } = figure;
  return html`<figure class="figure" id="${name}"${metric === null ? NOTHING : html` data-metric="${metricLabel(metric)}"`}${score === undefined ? NOTHING : html` data-score="${score}"`}>
<h3>${title}</h3>
<p class="soft">${comparability === 'demo' ? html`<span class="mark">demo</span> ` : NOTHING}${subtitle}</p>
<ul class="key">${keys.map(
    (entry) =>
      html`<li${entry.series === null ? NOTHING : html` data-key="${entry.series}"`}${models.includes(entry.text) ? html` data-model="${entry.text}"` : NOTHING}><svg viewBox="0 -9 22 18" aria-hidden="true">${keyMark(entry)}</svg>${entry.text}</li>`,
  )}</ul>
<div class="panels${layout === undefined ? '' : ` ${layout}`}">${panels.map((panel) => panelHtml(panel, figure))}</div>
<p class="files">${warnings.length === 0 ? NOTHING : html`<span>Notes ${notes.linksHtml(warnings.filter((warning) => !warning.startsWith('…')))}. </span>`}${figureFilesHtml(name)}</p>
<details><summary>What it shows, in words and numbers</summary>
<p>${caption}</p>
${table.rows.length === 0 ? NOTHING : html`<div class="scroll" tabindex="0" role="group" aria-label="${`Numbers: ${title}`}">${tableHtml(table)}</div>`}
</details>
</figure>
`;
}

function panelHtml(panel: Panel, figure: Figure): Html {
  const { title, width, narrow } = panel;
  const isWide = width >= WHOLE_ROW;
  const drawn = ({ views, ...size }: NonNullable<Panel['narrow']>, kind: string) =>
    views.map(({ name, drawing }, i) => svg(name, drawing, size, { kind, isFirst: i === 0 }));
  const svg = (name: string, drawing: Html, size: PanelSize, { kind, isFirst }: SvgRole) =>
    html`<svg class="${kind}" viewBox="0 0 ${size.width} ${size.height}" font-size="11" fill="currentColor" role="img" aria-label="${`${figure.title}: ${title}, ${name}.`}" data-view="${name}"${isFirst ? NOTHING : html` hidden="hidden"`}>${drawing}</svg>`;
  return html`<div class="panel${isWide ? ' wide' : width < SMALL ? ' small' : ''}" data-name="${title}"><h4>${title}</h4>${drawn(panel, narrow === undefined ? 'plot' : 'plot broad')}${narrow === undefined ? NOTHING : drawn(narrow, 'plot narrow')}</div>`;
}

interface PanelSize {
  readonly width: number;
  readonly height: number;
}

interface SvgRole {
  readonly kind: string;
  readonly isFirst: boolean;
}
