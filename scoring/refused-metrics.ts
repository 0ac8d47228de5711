import { type EvaluationError, InputError, NumericalError, OptionError, SampleSizeError } from '../errors.js';
import type { MetricDefinition } from '../metrics/metric-definition.js';

/** A metric or number that has no value of these sets, and why. */
export interface UnmeasuredMetric {
  readonly metric: string;
  /** without a full stop */
  readonly reason: string;
}

/** Errors of one metric that leave the others as they are: too few images, numbers that do not exist, logits that are not there. */
export function isOfMetricAlone(error: unknown): error is EvaluationError {
  if (error instanceof SampleSizeError || error instanceof NumericalError) return true;
  return (
    error instanceof InputError || (error instanceof OptionError && error.code === 'CONFLICTING_OPTIONS')
  );
}

/** Why a metric has no value. The result names the metric, so the reason does not name it again. */
export function reasonOf({ id }: Pick<MetricDefinition, 'id'>, error: EvaluationError): string {
  const { where } = error.details;
  return where === id || where === `--metric ${id}` ? error.fact : error.message;
}

/**
 * The metrics that cannot be computed, each with the sentence that says why: known before anything is encoded, or any network is opened.
 * The others are computed without them.
 *
 * @param require  throws for a metric that needs more images than there are, or what a file does not hold
 */
export function refusedMetrics(
  metrics: readonly MetricDefinition[],
  require: (metric: MetricDefinition) => void,
): ReadonlyMap<MetricDefinition, string> {
  const refused = new Map<MetricDefinition, string>();
  for (const metric of metrics) {
    try {
      require(metric);
    } catch (error) {
      if (!isOfMetricAlone(error)) throw error;
      refused.set(metric, reasonOf(metric, error));
    }
  }
  return refused;
}

/** The numbers of refused metrics. */
export function unmeasuredMetrics(
  refused: ReadonlyMap<MetricDefinition, string>,
): readonly UnmeasuredMetric[] {
  return [...refused].flatMap(([{ results }, reason]) =>
    results.map(({ id }) => ({ metric: id, reason: reason.replace(/\.$/, '') })),
  );
}

/** A line for each reason. */
export function unmeasuredText(unmeasured: readonly UnmeasuredMetric[]): readonly string[] {
  const reasons = [...new Set(unmeasured.map(({ reason }) => reason))];
  return reasons.map((reason) => {
    const ids = unmeasured.filter((one) => one.reason === reason).map(({ metric }) => metric);
    return `${ids.join(', ')}: no value. ${reason}.`;
  });
}
