import type { MetricDefinition, Parameters } from './metric-definition.js';

/** The given parameters that a metric knows. */
export function ownParameters(metric: MetricDefinition, given: Parameters): Parameters {
  return Object.fromEntries(Object.entries(given).filter(([name]) => name in metric.parameters));
}
