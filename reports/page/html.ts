import { visibleText } from '../text/visible-text.js';

/** Markup that is safe to put into a page: made by `html` alone. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

type Part = string | number | Html | readonly Html[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return visibleText(text).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

function markupOf(part: Part): string {
  if (part instanceof Html) return part.markup;
  if (Array.isArray(part)) return part.map(markupOf).join('');
  return escaped(String(part));
}

/**
 * Markup from a template: what is put in is data and is escaped, unless it is `Html` itself.
 *
 * @example
 * html`<b>${'<img>'}</b>`.markup; // '<b>&lt;img&gt;</b>'
 */
export function html(template: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(template.map((text, i) => text + (i < parts.length ? markupOf(parts[i]!) : '')).join(''));
}
