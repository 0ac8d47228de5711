import type { EncoderIdentity } from '../encoders/encoder.js';
import type { Warning } from '../encoders/warning.js';
import { Html, html } from './html.js';

/** What stands above the results of a page: whose numbers they are, what is doubtful, and what was left out. */
export function pageNotesHtml({
  encoders,
  warnings,
  note = '',
}: {
  readonly encoders: readonly EncoderIdentity[];
  readonly warnings: readonly Warning[];
  /** of a page that had to be cut */
  readonly note?: string;
}): Html {
  const isDemo = encoders.some(({ standing }) => standing === 'demo');
  return html`${
    isDemo
      ? html`<p class="note" role="note"><strong>Demo encoder.</strong> These numbers come from tiny networks that ship
with steadfid for trying it out. They are not comparable with published values.</p>`
      : new Html('')
  }
${warnings.filter(({ code }) => !(isDemo && code === 'DEMO_ENCODER')).map(({ message }) => html`<p class="note" role="note">${message}</p>`)}
${note === '' ? new Html('') : html`<p class="note" role="note">${note}</p>`}`;
}
