import { type Html, html } from './html.js';

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
  return html`<dt>command</dt><dd><code>${command}</code></dd>
<dt>finished</dt><dd>${finished}</dd>
<dt>machine</dt><dd>${machine}, Node ${node}</dd>
`;
}
