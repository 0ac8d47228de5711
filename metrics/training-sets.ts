import type { Rows } from '../numerics/rows.js';
import { requireEmbeddingPair, requireEmbeddings, requireSquares } from './comparable-sets.js';
import type { EvaluatedSets } from './metric-definition.js';

/** Images that a model was trained on, images of the same distribution that it never saw, and images of its own. */
export interface TrainingComparison {
  readonly train: Rows;
  readonly heldOut: Rows;
  readonly generated: Rows;
}

/** Their names, in the order of use. */
export const TRAINING_SETS = ['train', 'heldOut', 'generated'] as const;

/**
 * The sets of a metric that looks at training, held-out and generated images.
 *
 * @param id  of the metric, for errors
 * @throws what `requireEmbeddings` says of each set; ShapeError SHAPE_MISMATCH; NumericalError DIGITS_LOST
 */
export function trainingSets(sets: EvaluatedSets, id: string): TrainingComparison {
  const { reference: train, generated } = requireEmbeddingPair(sets, id, 1);
  const heldOut = requireEmbeddings(sets.heldOut!, id);
  requireSquares(sets, id);
  return { train, heldOut, generated };
}
