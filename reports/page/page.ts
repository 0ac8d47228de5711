import { createHash } from 'node:crypto';
import type { EncoderIdentity } from '../../encoders/encoder.js';
import type { SetContent } from '../../encoders/set-content.js';
import type { ScoreResult } from '../../scoring/score-report.js';
import type { TextTable } from '../text/text-tables.js';
import { Html, html } from './html.js';
import { PAGE_SCRIPT } from './page-script.js';
import { PAGE_STYLE } from './page-style.js';

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/**
 * A page that holds everything itself and asks for nothing: its policy forbids network, frames, and any style or script but
 * its own, which it knows by their hash. Complete without the script.
 */
export function page({ title, body }: { readonly title: string; readonly body: Html }): string {
  const policy = [
    "default-src 'none'",
    'img-src data:',
    `style-src ${hashOf(PAGE_STYLE)}`,
    `script-src ${hashOf(PAGE_SCRIPT)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${new Html(PAGE_STYLE)}</style>
</head>
<body>
${body}
<script>${new Html(PAGE_SCRIPT)}</script>
</body>
</html>
`.markup;
}

/** The whole paths of two folders that a page calls by shorter names. */
export function comparedFactsHtml(
  first: { readonly source: string },
  second: { readonly source: string },
): Html {
  return html`<dt>first</dt><dd><code>${first.source}</code></dd>
<dt>second</dt><dd><code>${second.source}</code></dd>
`;
}

/** What the sets of a report held, as its provenance block names it. */
export function contentFactsHtml(
  sets: Readonly<Record<string, { readonly content: SetContent | null }>>,
): readonly Html[] {
  return Object.entries(sets).map(([name, { content }]) =>
    content === null
      ? html`<dt>${name}</dt><dd class="soft">not looked at</dd>`
      : html`<dt>${name}</dt><dd>${content.of}, SHA-256 <code>${content.digest}</code>${content.decoding === null ? '' : `, ${content.decoding}`}</dd>
`,
  );
}

/** Said wherever a number of a demo encoder is shown. */
export const DEMO_NOTE = 'demo encoder: not comparable with published values';

export function isDemo(result: Pick<ScoreResult, 'encoder'>): boolean {
  return result.encoder.origin === 'demo';
}

/** Each network of a report once, as its provenance block names it. */
export function encoderFactsHtml(encoders: readonly EncoderIdentity[]): readonly Html[] {
  return distinctEncoders(encoders).map(
    ({ id, origin, sha256, preprocessing }) => html`<dl class="facts">
<dt>encoder</dt><dd><code>${id}</code> (${origin})</dd>
<dt>SHA-256 of the network</dt><dd><code>${sha256 ?? 'unknown'}</code></dd>
<dt>preprocessing</dt><dd><code>${preprocessing ?? 'unknown'}</code></dd>
</dl>
`,
  );
}

function distinctEncoders(encoders: readonly EncoderIdentity[]): readonly EncoderIdentity[] {
  return [...new Map(encoders.map((encoder) => [JSON.stringify(encoder), encoder])).values()];
}

/**
 * When, where and by which command a report was made: kept beside it as `provenance.json`, so that the report itself is the
 * same whenever and wherever it is made.
 */
export interface Provenance {
  readonly schema: 'steadfid/report-provenance/1';
  readonly version: string;
  /** as typed */
  readonly command: string;
  /** ISO 8601, UTC */
  readonly finished: string;
  readonly machine: string;
  readonly node: string;
}

export function provenanceHtml(provenance: Provenance | null): Html {
  if (provenance === null) return html`<dt>made</dt><dd class="soft">when and where is not recorded</dd>`;
  const { command, finished, machine, node } = provenance;
  return html`<dt>command</dt><dd><code data-copy="command">${command}</code></dd>
<dt>finished</dt><dd>${finished}</dd>
<dt>machine</dt><dd>${machine}, Node ${node}</dd>
`;
}

/** Makes page, figures and tables of a report again, byte for byte; to be run in the report's folder. */
export const REMAKE_COMMAND = 'steadfid report .';

const NOTHING = new Html('');
/** A number with its error, an interval, a share: kept on one line. */
const NUMERIC = /^[−+±\d.,%\s()–to*]{1,32}$/;
/** The same with a word behind it, or a p value: a column of these stands at the right, too. */
const ENDS = /^[−+<\d][−+±\d.,%\s()a-z*]{0,47}$|^–$/;

/** A metric and the arrow of its direction stay together. */
function whole(cell: string): string {
  return cell.replace(/ ([↓↑])/, '\u00a0$1');
}

/** The notes of a table below it, in their form for pages. */
export function tableNotesHtml({
  notes = [],
  pageNotes = notes,
}: Pick<TextTable, 'notes' | 'pageNotes'>): Html {
  return html`<p class="soft">${pageNotes.join(' ')}</p>`;
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
