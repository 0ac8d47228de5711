import type { EncoderIdentity } from '../encoders/encoder.js';
import { type Html, html } from './html.js';

/** Each network of a report once, as its provenance block names it. */
export function encoderFactsHtml(encoders: readonly EncoderIdentity[]): readonly Html[] {
  return distinctEncoders(encoders).map(
    ({ id, standing, sha256, preprocessing }) => html`<dl class="facts">
<dt>encoder</dt><dd><code>${id}</code> (${standing})</dd>
<dt>SHA-256 of the network</dt><dd><code>${sha256 ?? 'unknown'}</code></dd>
<dt>preprocessing</dt><dd><code>${preprocessing ?? 'unknown'}</code></dd>
</dl>
`,
  );
}

function distinctEncoders(encoders: readonly EncoderIdentity[]): readonly EncoderIdentity[] {
  return [...new Map(encoders.map((encoder) => [JSON.stringify(encoder), encoder])).values()];
}
