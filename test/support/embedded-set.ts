import type { EmbeddedSet } from '../../encoders/embedded-set.js';
import type { EncoderIdentity } from '../../encoders/encoder.js';
import type { Rows } from '../../numerics/rows.js';

export const TEST_ENCODER: EncoderIdentity = {
  id: 'test-net',
  sha256: '00'.repeat(32),
  preprocessing: 'unresized, 0..1',
  origin: 'custom',
};

/** A set that holds the given embeddings, and logits if there are some. */
export function embeddedSet(
  embeddings: Rows | null,
  {
    source = 'images/',
    logits = null,
    encoder = TEST_ENCODER,
    ids = null,
  }: {
    readonly source?: string;
    readonly logits?: Rows | null;
    readonly encoder?: EncoderIdentity;
    readonly ids?: readonly string[] | null;
  } = {},
): EmbeddedSet {
  const n = embeddings?.n ?? logits?.n ?? null;
  const bare = { digest: null, decoding: null, moments: null, skipped: [], warnings: [] };
  return { ...bare, source, n, ids, encoder, embeddings, logits };
}
