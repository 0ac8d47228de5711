import type { SetContent } from '../encoders/set-content.js';
import { type Html, html } from './html.js';

/** What the sets of a report held, as its provenance block names it. */
export function contentFactsHtml(
  sets: Readonly<Record<string, { readonly content: SetContent | null }>>,
): readonly Html[] {
  return Object.entries(sets).map(([name, { content }]) =>
    content === null
      ? html`<dt>${name}</dt><dd class="soft">not looked at</dd>`
      : html`<dt>${name}</dt><dd>${content.of} of digest <code>${content.digest}</code>${content.decoding === null ? '' : `, ${content.decoding}`}</dd>
`,
  );
}
