import { listText } from '../../numerics/number-text.js';
import { type Html, html } from './html.js';

/** Notes that stand on the page; the others are folded away below them. */
const SHOWN = 4;
/** Names before a note. */
const MOST_NAMED = 4;

/** The notes of a page: each doubt once, by number, wherever it is referred to. */
export class PageNotes {
  readonly #about = new Map<string, Set<string>>();

  /** Takes a note up, unless it is there. @param about  what it is about; left out: the whole page */
  add(message: string, about?: string): void {
    const text = message.trim().replace(/\.$/, '');
    const known = this.#about.get(text) ?? new Set();
    if (about !== undefined) known.add(about);
    this.#about.set(text, known);
  }

  /** Numbers of the notes that a text holds, which becomes one where it holds none. */
  numbersIn(text: string): readonly number[] {
    const found = () =>
      [...this.#about.keys()].flatMap((message, i) => (text.includes(message) ? [i + 1] : []));
    if (found().length === 0) this.add(text);
    return found();
  }

  /** Links to all notes that some texts hold. */
  linksHtml(texts: readonly string[]): Html {
    const numbers = [...new Set(texts.flatMap((text) => this.numbersIn(text)))].sort((a, b) => a - b);
    return html`${numbers.map((number, i) => html`${i === 0 ? '' : ', '}<a href="#note-${number}">${number}</a>`)}`;
  }

  get size(): number {
    return this.#about.size;
  }

  /** The first notes, and the others for a fold; null where there are no others. */
  html(): { readonly shown: Html; readonly folded: Html | null } {
    const items = [...this.#about].map(([message, about], i) => {
      const names = [...about];
      const named =
        names.length > MOST_NAMED
          ? `${names.slice(0, MOST_NAMED).join(', ')} and ${names.length - MOST_NAMED} more`
          : listText(names);
      return html`<li id="note-${i + 1}">${names.length === 0 ? '' : html`<strong>${named}</strong>: `}<span class="said">${message}</span>.</li>`;
    });
    const list = (from: number, some: readonly Html[]) =>
      html`<ol class="notes" start="${from}">${some}</ol>
`;
    return {
      shown: list(1, items.slice(0, SHOWN)),
      folded: items.length > SHOWN ? list(SHOWN + 1, items.slice(SHOWN)) : null,
    };
  }
}
