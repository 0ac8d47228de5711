import type { Comparison, MetricDefinition } from '../metrics/metric-definition.js';

/** Metrics of one network with the embeddings of both sides. */
export interface EncodedGroup {
  readonly metrics: readonly MetricDefinition[];
  readonly sets: Comparison;
}
