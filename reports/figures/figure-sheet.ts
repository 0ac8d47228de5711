import { largestOf } from '../../numerics/order-statistics.js';
import { Html, html } from '../page/html.js';
import { DEMO_NOTE } from '../page/page.js';
import { visibleText } from '../text/visible-text.js';
import type { Figure, KeyEntry, Panel } from './figure.js';
import { figureOrigin } from './figure-origin.js';
import {
  COLUMN_WIDTH,
  FIGURE_WIDTH,
  fittedText,
  PANEL_GAP,
  shortName,
  textLines,
  textWidth,
} from './figure-size.js';
import { keyMark } from './series-marks.js';

const LINE = 15;
/** How far panels are moved right where there is room, so that their labels stand below the title. */
const LEFT = 4;
const TITLE_LINE = 19;
const TITLE_SIZE = 14;
/** How much wider than others bold letters may be. */
const BOLD = 1.1;
const KEY_LINE = 17;
/** Height of a panel that has room for the watermark; of lower ones the line above them says it. */
const LEAST_MARKED = 80;
/** Width of one that has room for both of its lines. */
const WIDE_MARKED = 280;
const WARN = '#8a5a00';

/**
 * A figure as a whole SVG document, for its file: title, key, panels and warnings under one another, so that nothing can lie
 * on anything else. No script, no style, colors of a white page.
 */
export function figureSheet(
  figure: Figure,
  { width = sheetWidth(figure) }: { readonly width?: number } = {},
): string {
  const { title, caption, subtitle, keys, panels, warnings, comparability } = figure;
  const parts: Html[] = [];
  let y = 20 - TITLE_LINE;
  for (const line of textLines(title, { width: width - 16, fontSize: BOLD * TITLE_SIZE })) {
    y += TITLE_LINE;
    parts.push(html`<text x="8" y="${y}" font-size="${TITLE_SIZE}" font-weight="bold">${line}</text>`);
  }
  for (const line of textLines(subtitle, { width: width - 16 })) {
    y += LINE;
    parts.push(html`<text x="8" y="${y}" fill-opacity="0.75">${line}</text>`);
  }
  if (comparability === 'demo') {
    y += LINE;
    parts.push(html`<text x="8" y="${y}" fill="${WARN}" class="warn" font-weight="bold">${DEMO_NOTE}</text>`);
  }
  const body = keyAndPanels({ keys, panels }, { top: y + 12, width, comparability });
  parts.push(...body.parts);
  y = body.bottom;
  if (warnings.length > 0) {
    const box = warningBox(warnings, { top: y + 4, width });
    parts.push(box.part);
    y = box.bottom;
  }
  const height = Math.ceil(y + 10);
  const size = html`width="${width}" height="${height}"`;
  return document(figure, { parts, width, height, size, label: `${title}. ${caption}` });
}

/** Widths of figures for print, in millimeters: one and two columns of the common layouts. */
export type PrintWidth = '85' | '174';
const MILLIMETERS = { 85: 85 / COLUMN_WIDTH, 174: 174 / FIGURE_WIDTH } as const;
const POINTS_PER_MILLIMETER = 72 / 25.4;
/** The smallest letters of a figure for print, in points. */
const LEAST_POINTS = 7;

/** A figure for print: its drawing, and how wide it came out. */
export interface PrintedFigure {
  readonly svg: string;
  readonly width: PrintWidth;
}

/**
 * A figure for print as a whole SVG document: key and panels alone, names at the ends of lines in place of the key where that can be, no letter below 7 points, and a line below where numbers come of a demo encoder.
 * Title, caption and warnings are for the text beside it. One whose panels do not fit into a column takes two.
 */
export function printedFigure(figure: Figure, wanted: PrintWidth): PrintedFigure {
  const { caption, comparability, title } = figure;
  const { keys, panels } = withNames(figure);
  const narrow = panels.map(({ narrow, ...panel }) =>
    panel.width <= COLUMN_WIDTH || narrow === undefined ? panel : { ...panel, ...narrow },
  );
  const fits = narrow.every((panel) => panel.width <= COLUMN_WIDTH);
  const mm = wanted === '85' && fits ? '85' : '174';
  const width = mm === '85' ? COLUMN_WIDTH : FIGURE_WIDTH;
  const body = keyAndPanels(
    { keys, panels: mm === '85' ? narrow : panels },
    { top: 12, width, comparability: 'comparable' },
  );
  const parts = [...body.parts];
  let y = body.bottom;
  if (comparability === 'demo') {
    y += 8;
    parts.push(html`<text x="8" y="${y}" fill-opacity="0.75">${DEMO_NOTE}</text>`);
  }
  const height = Math.ceil(y + 6);
  const unit = MILLIMETERS[mm];
  const size = html`width="${mm}mm" height="${Math.round(100 * height * unit) / 100}mm"`;
  const least = Math.ceil((100 * LEAST_POINTS) / (unit * POINTS_PER_MILLIMETER)) / 100;
  const svg = document(figure, { parts, width, height, size, label: `${title}. ${caption}` });
  return {
    svg: svg.replace(/font-size="([\d.]+)"/g, (_, given) => `font-size="${Math.max(Number(given), least)}"`),
    width: mm,
  };
}

/** A figure with the names of its series at the ends of their lines, in the key only what all share, where every panel can have them. */
function withNames({ keys, panels }: Pick<Figure, 'keys' | 'panels'>): Pick<Figure, 'keys' | 'panels'> {
  const named = panels.map(({ named: drawn }) => drawn?.() ?? null);
  if (named.includes(null)) return { keys, panels };
  return {
    keys: keys.filter(({ series }) => series === null),
    panels: panels.map((panel, i) => ({ ...panel, views: [{ name: 'named', drawing: named[i]! }] })),
  };
}

/** What stands beside a figure for print: its caption, and all that the figure itself says on a screen. */
export function captionText(figure: Figure, width: PrintWidth): string {
  const { title, caption, subtitle, warnings, comparability } = figure;
  const lines = [
    `${title}. ${caption}`,
    `${subtitle.replace(/^./, (first) => first.toUpperCase())}.`,
    ...(comparability === 'demo' ? [`${DEMO_NOTE.replace(/^./, (first) => first.toUpperCase())}.`] : []),
    ...warnings,
    `${width} mm wide. ${figureOrigin(figure)}`,
  ];
  return `${lines.map(visibleText).join('\n')}\n`;
}

function document(
  figure: Figure,
  {
    parts,
    width,
    height,
    size,
    label,
  }: {
    readonly parts: readonly Html[];
    readonly width: number;
    readonly height: number;
    readonly size: Html;
    readonly label: string;
  },
): string {
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" ${size} font-family="DejaVu Sans, Verdana, sans-serif" font-size="11" color="#1b1f24" fill="currentColor" role="img" aria-label="${label}">
<metadata>${figureOrigin(figure)}</metadata>
<rect class="paper" width="${width}" height="${height}" fill="#ffffff"/>
${parts.map(
  (part) => html`${part}
`,
)}</svg>
`.markup;
}

/** The key, and the panels below it in rows. */
function keyAndPanels(
  { keys, panels }: Pick<Figure, 'keys' | 'panels'>,
  {
    top,
    width,
    comparability,
  }: { readonly top: number; readonly width: number; readonly comparability: Figure['comparability'] },
): { readonly parts: readonly Html[]; readonly bottom: number } {
  const key = keyLines(keys, { top, width });
  const parts = [...key.parts];
  let y = key.bottom + 10;
  for (const row of rowsOf(panels, width)) {
    const wide = row.reduce((sum, panel) => sum + panel.width, PANEL_GAP * (row.length - 1));
    let x = Math.min(LEFT, width - wide);
    for (const panel of row) {
      parts.push(drawnPanel(panel, { x, y, comparability }));
      x += panel.width + PANEL_GAP;
    }
    y += largestOf(row.map(({ height }) => height)) + LINE + 6;
  }
  return { parts, bottom: y };
}

/** A panel that stands alone takes one column if it fits. */
function sheetWidth({ panels }: Figure): number {
  return panels.length === 1 && panels[0]!.width <= COLUMN_WIDTH ? COLUMN_WIDTH : FIGURE_WIDTH;
}

/** Panels from left to right, as many in a row as fit. */
function rowsOf(panels: readonly Panel[], width: number): readonly (readonly Panel[])[] {
  const rows: Panel[][] = [];
  let room = 0;
  for (const panel of panels) {
    if (rows.length === 0 || room < panel.width) {
      rows.push([]);
      room = width;
    }
    rows.at(-1)!.push(panel);
    room -= panel.width + PANEL_GAP;
  }
  return rows;
}

function drawnPanel(
  panel: Panel,
  {
    x,
    y,
    comparability,
  }: { readonly x: number; readonly y: number; readonly comparability: Figure['comparability'] },
): Html {
  return html`<g transform="translate(${x},${y})"><text x="${8 - Math.min(x, LEFT)}" y="10" font-weight="bold">${fittedText(panel.title, { width: panel.width - 8, fontSize: BOLD * 11 })}</text><g transform="translate(0,${LINE})">${panel.views[0]!.drawing}${watermark(panel, comparability)}</g></g>`;
}

function keyLines(
  keys: readonly KeyEntry[],
  { top, width }: { readonly top: number; readonly width: number },
): { readonly parts: readonly Html[]; readonly bottom: number } {
  let x = 8;
  let y = top;
  const parts = keys.map((entry) => {
    const { text, series } = entry;
    const name = fittedText(shortName(text, 60), { width: width - 50 });
    const room = 34 + textWidth(name);
    if (x > 8 && x + room > width) {
      x = 8;
      y += KEY_LINE;
    }
    const sign = html`<g transform="translate(${x},${y})">${keyMark(entry)}<text x="28" y="4">${name}</text></g>`;
    x += room + 10;
    return series === null ? sign : html`<g data-key="${series}">${sign}</g>`;
  });
  return { parts, bottom: keys.length === 0 ? top - 12 : y + 6 };
}

function warningBox(
  warnings: readonly string[],
  { top, width }: { readonly top: number; readonly width: number },
): { readonly part: Html; readonly bottom: number } {
  const lines = warnings.flatMap((warning) =>
    textLines(warning, { width: width - 52 }).map((line, i) => ({ line, first: i === 0 })),
  );
  const height = lines.length * LINE + 12;
  const part = html`<g transform="translate(8,${top})"><rect class="warn-paper" width="${width - 16}" height="${height}" rx="4" fill="#fff6df" stroke="#e2b64a"/>${lines.map(
    ({ line, first }, i) =>
      html`${first ? html`<path d="M10,${i * LINE + 18}l5,-9l5,9z" fill="${WARN}" class="warn"/>` : new Html('')}<text class="warn" fill="${WARN}" x="28" y="${i * LINE + 18}">${line}</text>`,
  )}</g>`;
  return { part, bottom: top + height };
}

/** Across every panel whose numbers a demo encoder gave; nothing otherwise. */
function watermark(
  { width, height }: Pick<Panel, 'width' | 'height'>,
  comparability: Figure['comparability'],
): Html {
  if (comparability !== 'demo' || height < LEAST_MARKED) return new Html('');
  const isWide = width > WIDE_MARKED;
  return html`<g transform="translate(${width / 2 + 16},${height / 2}) rotate(-16)" text-anchor="middle" fill-opacity="0.2" font-weight="bold" pointer-events="none"><text y="-4" font-size="${isWide ? 22 : 15}">demo encoder</text>${isWide ? html`<text y="14" font-size="13">not comparable with published values</text>` : new Html('')}</g>`;
}
