import { type Html, html } from './html.js';

/** Text to take into a paper: the methods in a paragraph, the papers as BibTeX, tables as files. */
export function pasteHtml({
  methods,
  references,
}: {
  readonly methods: string;
  readonly references: string;
}): Html {
  return html`<h2>For your paper</h2>
<p class="soft">Methods, ready to paste. The table is in <code>tables.md</code> and <code>tables.tex</code>, references in <code>references.bib</code>.</p>
<blockquote class="paste">${methods}</blockquote>
<details><summary>References as BibTeX</summary><pre tabindex="0"><code>${references}</code></pre></details>
`;
}
