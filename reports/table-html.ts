import { Html, html } from './html.js';

const NOTHING = new Html('');
/** A number with its error, an interval, a share: kept on one line. */
const NUMERIC = /^[−+±\d.,%\s()–to]{1,32}$/;

/** A table of a page, which a narrow screen shows as a list. */
export function tableHtml({
  header,
  rows,
}: {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}): Html {
  if (rows.length === 0) return NOTHING;
  return html`<table>
<thead><tr>${header.map((name, i) => html`<th scope="col"${rows.every((row) => NUMERIC.test(row[i]!)) ? html` class="number"` : NOTHING}>${name}</th>`)}</tr></thead>
<tbody>
${rows.map(
  (row) => html`<tr>${row.map((cell, i) =>
    i === 0
      ? html`<th scope="row">${cell}</th>`
      : html`<td data-label="${header[i]!}"${NUMERIC.test(cell) ? html` class="number"` : NOTHING}>${cell}</td>`,
  )}</tr>
`,
)}</tbody>
</table>
`;
}
