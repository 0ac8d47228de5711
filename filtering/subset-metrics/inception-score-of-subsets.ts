import { inceptionScoreOfMarginals } from '../../metrics/inception-score.js';
import { marginalsOfTable, softmaxTable } from '../../numerics/class-marginals.js';
import type { MetricSides, SubsetMetric } from './subset-metric.js';

/**
 * Inception Score of subsets in one split: splitting a subset would reduce n without benefit.
 *
 * @param id  of the protocol: `is`
 * @param sides  logits
 */
export function inceptionScoreOfSubsets(
  id: string,
  { reference, generated }: Omit<MetricSides, 'algebra'>,
): SubsetMetric {
  const table = softmaxTable(generated.rows);
  return {
    id,
    direction: 'higher-is-better',
    role: 'quality',
    pool: generated.pool,
    referenceSize: reference.n ?? 0,
    encoder: reference.encoder,
    parameters: { splits: 1 },
    method: 'one split of the whole subset',
    defaultDraws: 999,
    value: async (indices) => inceptionScoreOfMarginals(marginalsOfTable(table, indices)),
  };
}
