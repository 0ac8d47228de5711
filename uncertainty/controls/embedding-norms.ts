import { squaredNorms } from '../../metrics/numerics/products.js';
import type { Rows } from '../../metrics/numerics/rows.js';

/** ‖x‖ of each embedding, not normalized. */
export function embeddingNorms(embeddings: Rows): Float64Array {
  return squaredNorms(embeddings).map(Math.sqrt);
}
