import { Html, html } from '../html.js';
import type { Figure, Panel } from './figure.js';

/** Across every panel whose numbers a demo encoder gave; nothing otherwise. */
export function watermark(
  { width, height }: Pick<Panel, 'width' | 'height'>,
  standing: Figure['standing'],
): Html {
  if (standing !== 'demo') return new Html('');
  const [large, small] = width > 280 ? [22, 13] : [15, 9];
  return html`<g transform="translate(${width / 2 + 16},${height / 2}) rotate(-16)" text-anchor="middle" fill-opacity="0.2" font-weight="bold" pointer-events="none"><text y="-4" font-size="${large}">demo encoder</text><text y="14" font-size="${small}">not comparable with published values</text></g>`;
}
