import { Html, html } from '../html.js';
import type { KeyEntry } from './figure.js';

/** The sign of an entry of the key, 22 pixels wide, its middle at y = 0. */
export function keyMark({ mark, look: { color, dash } }: Pick<KeyEntry, 'mark' | 'look'>): Html {
  const dashes = dash ?? 'none';
  switch (mark) {
    case 'line':
      // a dot would hide what dashes look like
      return html`<line x1="0" x2="22" y1="0" y2="0" stroke="${color}" stroke-width="2" stroke-dasharray="${dashes}"/>${dash === null ? html`<circle cx="11" r="3" fill="${color}"/>` : new Html('')}`;
    case 'rule':
      return html`<line x1="0" x2="22" y1="0" y2="0" stroke="${color}" stroke-width="1.5" stroke-dasharray="${dashes}"/>`;
    case 'dots':
      return html`<g fill="${color}" fill-opacity="0.6"><circle cx="5" cy="-2" r="1.8"/><circle cx="11" cy="2" r="1.8"/><circle cx="17" cy="-1" r="1.8"/></g>`;
    case 'area':
      return html`<rect x="1" y="-5" width="20" height="10" fill="${color}" fill-opacity="0.25"/>`;
    case 'swatch':
      return html`<rect x="1" y="-6" width="20" height="12" fill="${color}"/>`;
    case 'ring':
      return html`<circle cx="11" r="5.5" fill="none" stroke="${color}" stroke-width="1.5"/>`;
    case 'cross':
      return html`<path d="M7,-4l8,8M15,-4l-8,8" stroke="${color}" stroke-width="1.8" fill="none"/>`;
    case 'triangle':
      return html`<path d="M11,-5l5,9h-10z" fill="${color}"/>`;
    case 'beyond':
      return html`<path d="M7,-5l9,5l-9,5z" fill="${color}"/>`;
    case 'open':
      return html`<circle cx="11" r="3" fill="none" stroke="${color}" stroke-width="1.5"/>`;
    case 'diamond':
      return html`<path d="M11,-9V9M8,-9h6M8,9h6" stroke="${color}" fill="none"/><path d="M11,-4.5l4.5,4.5l-4.5,4.5l-4.5,-4.5z" fill="${color}"/>`;
    case 'hollow':
      return html`<path d="M11,-9V9M8,-9h6M8,9h6" stroke="${color}" stroke-dasharray="2 2" fill="none"/><path d="M11,-4.5l4.5,4.5l-4.5,4.5l-4.5,-4.5z" fill="none" stroke="${color}"/>`;
  }
}
