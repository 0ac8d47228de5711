import { Html, html } from '../page/html.js';
import type { Panel } from './figure.js';
import { FIGURE_WIDTH, fittedText } from './figure-size.js';

/** Two small pictures side by side, and what is said of them. */
export interface PicturePair {
  /** data addresses; null: there is none */
  readonly pictures: readonly (string | null)[];
  readonly lines: readonly string[];
  /** of its frame; null: without */
  readonly color: string | null;
}

const COLUMNS = 6;
const GAP = 6;
const SIDE = 52;
const CELL = FIGURE_WIDTH / COLUMNS;
const FONT_SIZE = 8.5;
const LINE = 11;

/** Pairs of pictures in rows of six, read like a text, each with its lines below it. */
export function pictureGrid(title: string, pairs: readonly PicturePair[]): Panel {
  const most = Math.max(0, ...pairs.map(({ lines }) => lines.length));
  const row = SIDE + 2 * GAP + LINE * most + 6;
  const cells = pairs.map(({ pictures, lines, color }, i) => {
    const position = `translate(${8 + (i % COLUMNS) * (CELL - 2)},${Math.floor(i / COLUMNS) * row + GAP})`;
    return html`<g transform="${position}">${pictures.map((picture, j) =>
      picture === null
        ? new Html('')
        : html`<image x="${j * (SIDE + 2)}" width="${SIDE}" height="${SIDE}" href="${picture}"/>`,
    )}${color === null ? new Html('') : html`<path d="M0,${SIDE + 3}h${2 * SIDE + 2}" stroke="${color}" stroke-width="3"/>`}${lines.map(
      (line, j) =>
        html`<text y="${SIDE + GAP + LINE * (j + 1)}">${fittedText(line, { width: 2 * SIDE, fontSize: FONT_SIZE })}</text>`,
    )}</g>`;
  });
  return {
    title,
    width: FIGURE_WIDTH,
    height: row * Math.ceil(pairs.length / COLUMNS),
    views: [{ name: 'all', drawing: html`<g font-size="${FONT_SIZE}" fill="currentColor">${cells}</g>` }],
  };
}
