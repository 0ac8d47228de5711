import { DEMO_NOTE } from '../demo-note.js';
import { Html, html } from '../html.js';
import { FIGURE_WIDTH, PANEL_GAP, shortName, textLines, textWidth } from './figure-size.js';
import type { SeriesLook } from './series-look.js';

/** A drawing inside a figure. */
export interface Panel {
  readonly title: string;
  readonly width: number;
  readonly height: number;
  readonly drawing: Html;
}

/** One entry of the key: a name and how it is drawn. */
export interface KeyEntry {
  readonly text: string;
  readonly mark: 'line' | 'dots' | 'area' | 'ring' | 'diamond' | 'rule' | 'cross';
  readonly look: SeriesLook;
  /** number of the series that it names; null: a sign that all series share */
  readonly series: number | null;
}

const LINE = 15;
const KEY_LINE = 17;
const WARN = '#8a5a00';

/** Title, key, panels and warnings under one another, in a whole SVG document: nothing can lie on anything else. */
export function figureSheet({
  title,
  caption,
  subtitle,
  keys,
  panels,
  warnings,
  standing,
}: {
  readonly title: string;
  readonly caption: string;
  readonly subtitle: string;
  readonly keys: readonly KeyEntry[];
  readonly panels: readonly Panel[];
  readonly warnings: readonly string[];
  readonly standing: 'demo' | 'comparable';
}): string {
  const parts: Html[] = [];
  let y = 20;
  parts.push(html`<text x="8" y="${y}" font-size="14" font-weight="bold">${title}</text>`);
  for (const line of textLines(subtitle, { width: FIGURE_WIDTH - 16 })) {
    y += LINE;
    parts.push(html`<text x="8" y="${y}" fill-opacity="0.75">${line}</text>`);
  }
  if (standing === 'demo') {
    y += LINE;
    parts.push(html`<text x="8" y="${y}" fill="${WARN}" class="warn" font-weight="bold">${DEMO_NOTE}</text>`);
  }
  const key = keyLines(keys, y + 12);
  parts.push(...key.parts);
  y = key.bottom + 10;
  for (const row of rowsOf(panels)) {
    let x = 0;
    for (const panel of row) {
      parts.push(drawnPanel(panel, { x, y, standing }));
      x += panel.width + PANEL_GAP;
    }
    y += Math.max(...row.map(({ height }) => height)) + LINE + 6;
  }
  if (warnings.length > 0) {
    const box = warningBox(warnings, y + 4);
    parts.push(box.part);
    y = box.bottom;
  }
  const height = Math.ceil(y + 10);
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${FIGURE_WIDTH} ${height}" width="${FIGURE_WIDTH}" height="${height}" font-family="sans-serif" font-size="11" color="#1b1f24" fill="currentColor" role="img" aria-label="${`${title}. ${caption}`}">
<rect class="paper" width="${FIGURE_WIDTH}" height="${height}" fill="#ffffff"/>
${parts.map(
  (part) => html`${part}
`,
)}</svg>
`.markup;
}

/** Panels from left to right, as many in a row as fit. */
function rowsOf(panels: readonly Panel[]): readonly (readonly Panel[])[] {
  const rows: Panel[][] = [];
  let room = 0;
  for (const panel of panels) {
    if (rows.length === 0 || room < panel.width) {
      rows.push([]);
      room = FIGURE_WIDTH;
    }
    rows.at(-1)!.push(panel);
    room -= panel.width + PANEL_GAP;
  }
  return rows;
}

function drawnPanel(
  { title, width, height, drawing }: Panel,
  { x, y, standing }: { readonly x: number; readonly y: number; readonly standing: 'demo' | 'comparable' },
): Html {
  const mark =
    standing === 'demo'
      ? html`<g transform="translate(${width / 2 + 16},${height / 2}) rotate(-16)" text-anchor="middle" fill-opacity="0.2" font-weight="bold" pointer-events="none"><text y="-4" font-size="${width > 280 ? 22 : 15}">demo encoder</text><text y="14" font-size="${width > 280 ? 13 : 9}">not comparable with published values</text></g>`
      : new Html('');
  return html`<g transform="translate(${x},${y})"><text x="8" y="10" font-weight="bold">${title}</text><g transform="translate(0,${LINE})">${drawing}${mark}</g></g>`;
}

function keyLines(
  keys: readonly KeyEntry[],
  top: number,
): { readonly parts: readonly Html[]; readonly bottom: number } {
  let x = 8;
  let y = top;
  const parts = keys.map(({ text, mark, look, series }) => {
    const name = shortName(text, 60);
    const width = 34 + textWidth(name);
    if (x > 8 && x + width > FIGURE_WIDTH) {
      x = 8;
      y += KEY_LINE;
    }
    const sign = html`<g transform="translate(${x},${y})">${keyMark(mark, look)}<text x="28" y="4">${name}</text></g>`;
    x += width + 6;
    return series === null ? sign : html`<g data-key="${series}">${sign}</g>`;
  });
  return { parts, bottom: keys.length === 0 ? top - 12 : y + 6 };
}

function keyMark(mark: KeyEntry['mark'], { color, dash }: SeriesLook): Html {
  const dashes = dash === null ? '' : dash;
  switch (mark) {
    case 'line':
      return html`<line x1="0" x2="22" y1="0" y2="0" stroke="${color}" stroke-width="2" stroke-dasharray="${dashes === '' ? 'none' : dashes}"/><circle cx="11" r="3" fill="${color}"/>`;
    case 'rule':
      return html`<line x1="0" x2="22" y1="0" y2="0" stroke="${color}" stroke-dasharray="${dashes === '' ? 'none' : dashes}"/>`;
    case 'dots':
      return html`<g fill="${color}" fill-opacity="0.4"><circle cx="5" cy="-2" r="1.5"/><circle cx="11" cy="2" r="1.5"/><circle cx="17" cy="-1" r="1.5"/></g>`;
    case 'area':
      return html`<rect x="1" y="-5" width="20" height="10" fill="${color}" fill-opacity="0.2"/>`;
    case 'ring':
      return html`<circle cx="11" r="5.5" fill="none" stroke="${color}" stroke-width="1.5"/>`;
    case 'cross':
      return html`<path d="M7,-4l8,8M15,-4l-8,8" stroke="${color}" stroke-width="1.8" fill="none"/>`;
    case 'diamond':
      return html`<path d="M11,-9V9M8,-9h6M8,9h6" stroke="${color}" fill="none"/><path d="M11,-4.5l4.5,4.5l-4.5,4.5l-4.5,-4.5z" fill="${color}"/>`;
  }
}

function warningBox(
  warnings: readonly string[],
  top: number,
): { readonly part: Html; readonly bottom: number } {
  const lines = warnings.flatMap((warning) =>
    textLines(warning, { width: FIGURE_WIDTH - 52 }).map((line, i) => ({ line, first: i === 0 })),
  );
  const height = lines.length * LINE + 12;
  const part = html`<g transform="translate(8,${top})"><rect class="warn-paper" width="${FIGURE_WIDTH - 16}" height="${height}" rx="4" fill="#fff6df" stroke="#e2b64a"/>${lines.map(
    ({ line, first }, i) =>
      html`${first ? html`<path d="M10,${i * LINE + 18}l5,-9l5,9z" fill="${WARN}" class="warn"/>` : new Html('')}<text class="warn" fill="${WARN}" x="28" y="${i * LINE + 18}">${line}</text>`,
  )}</g>`;
  return { part, bottom: top + height };
}
