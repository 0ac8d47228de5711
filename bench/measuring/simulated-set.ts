import type { EmbeddedSet } from '../../encoders/embedded-set.js';
import type { Rows } from '../../numerics/rows.js';
import { embeddedSet } from '../../test/support/embedded-set.js';

/** Drawn rows as a set, for metrics of embeddings and of logits alike. */
export function simulatedSet(source: string, rows: Rows): EmbeddedSet {
  const encoder = { id: 'simulated', sha256: null, preprocessing: null, origin: 'custom' } as const;
  return embeddedSet(rows, { source, logits: rows, encoder });
}
