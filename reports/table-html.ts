import { DEMO_NOTE } from './demo-note.js';
import { Html, html } from './html.js';
import type { TextTable } from './text-tables.js';

const NOTHING = new Html('');
/** A number with its error, an interval, a share: kept on one line. */
const NUMERIC = /^[−+±\d.,%\s()–to*]{1,32}$/;
/** The same with a word behind it, or a p value: a column of these stands at the right, too. */
const ENDS = /^[−+<\d][−+±\d.,%\s()a-z*]{0,47}$|^–$/;

/** A metric and the arrow of its direction stay together. */
function whole(cell: string): string {
  return cell.replace(/ ([↓↑])/, '\u00a0$1');
}

/** The notes of a table below it, but that on demo encoders, which stands above everything on a page. */
export function tableNotesHtml({ notes = [] }: Pick<TextTable, 'notes'>): Html {
  return html`<p class="soft">${notes.map((note) => note.replace(` (${DEMO_NOTE})`, '')).join(' ')}</p>`;
}

/** A table of a page, which a narrow screen shows as a list. */
export function tableHtml({
  header,
  rows,
}: {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}): Html {
  if (rows.length === 0) return NOTHING;
  const isRight = header.map(
    (_, i) => rows.every((row) => ENDS.test(row[i]!)) && rows.some((row) => row[i] !== '–'),
  );
  return html`<table>
<thead><tr>${header.map((name, i) => html`<th scope="col"${isRight[i] ? html` class="number"` : NOTHING}>${name}</th>`)}</tr></thead>
<tbody>
${rows.map(
  (row) => html`<tr>${row.map((cell, i) =>
    i === 0
      ? html`<th scope="row">${whole(cell)}</th>`
      : html`<td data-label="${header[i]!}"${isRight[i] ? html` class="number${NUMERIC.test(cell) ? '' : ' long'}"` : NOTHING}>${whole(cell)}</td>`,
  )}</tr>
`,
)}</tbody>
</table>
`;
}
