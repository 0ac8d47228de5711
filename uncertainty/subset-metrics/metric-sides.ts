import type { EmbeddedSet } from '../../encoders/embedded-set.js';
import type { Algebra } from '../../metrics/numerics/algebra.js';
import type { PooledRows } from '../pooled-rows.js';

/** What an engine prepares itself from: the fixed reference, and the pool's rows (embeddings, or logits for `is`). */
export interface MetricSides {
  readonly reference: EmbeddedSet;
  readonly generated: PooledRows;
  readonly algebra: Algebra;
}
