import { defined } from '../defined.js';
import { type EmbeddedSet, subset } from '../encoders/embedded-set.js';
import type { Comparison, MetricDefinition, MetricValue, Parameters } from '../metrics/metric-definition.js';
import { countText } from '../numerics/number-text.js';
import { throwIfAborted } from '../numerics/throw-if-aborted.js';
import { classMetric, type LabeledValue } from './class-ranking.js';
import type { Classes } from './common-classes.js';
import { isOfMetricAlone, reasonOf } from './refused-metrics.js';
import type { ClassMetric } from './score-report.js';
import { withoutValue } from './score-results.js';

const LEVEL = 0.95;

/** The images of one class: of one stratum, so that they are independent draws but for their clusters. */
function imagesOfClass(set: EmbeddedSet, indices: Uint32Array): EmbeddedSet {
  const { strata: _, ...own } = subset(set, indices);
  return own;
}

/** A Fréchet distance of no more images than dimensions is that of singular covariances, and says more about n than about the images. */
function singularReason(
  { family }: MetricDefinition,
  { reference, generated }: Comparison,
): string | undefined {
  if (family.kind !== 'frechet') return undefined;
  const few = [reference, generated].find(
    ({ embeddings }) => embeddings !== null && embeddings.n <= embeddings.d,
  );
  if (few === undefined) return undefined;
  const { n, d } = few.embeddings!;
  return (
    `${countText(n)} image${n === 1 ? '' : 's'} of ${few.source}, and a Fréchet distance of ${countText(d)} dimensions needs more than ${countText(d)}, ` +
    'or its covariance is singular. Kernel distances and shares of neighbors need fewer.'
  );
}

async function valuesOfClass(
  metric: MetricDefinition,
  sets: Comparison,
  { parameters, signal }: { readonly parameters: Parameters; readonly signal: AbortSignal | undefined },
): Promise<readonly MetricValue[]> {
  const singular = singularReason(metric, sets);
  if (singular !== undefined) return withoutValue(metric, singular);
  try {
    const counts = (set: EmbeddedSet) => ({ source: set.source, n: set.n });
    metric.requireImages(
      { reference: counts(sets.reference), generated: counts(sets.generated) },
      parameters,
    );
    return await metric.evaluate(sets, parameters, { interval: { level: LEVEL }, ...defined({ signal }) });
  } catch (error) {
    if (isOfMetricAlone(error)) return withoutValue(metric, reasonOf(metric, error));
    throw error;
  }
}

/** A metric of which no class has a value. */
export function withoutClasses(
  { id: protocol, results }: MetricDefinition,
  reason: string,
): readonly ClassMetric[] {
  return results.map(({ id, direction }) => ({
    metric: id,
    protocol,
    direction,
    mean: null,
    reasons: [reason],
    values: [],
  }));
}

/**
 * A metric of each class, its images against those of the same label, with 95 % intervals; worst first, and each class tested against the mean of
 * the others, by Holm over the classes. A metric of the generated set alone has neither rank nor test.
 *
 * @returns one for each number of the metric; a class too small for it has none, with the reason
 */
export async function classMetrics(
  metric: MetricDefinition,
  sets: Comparison,
  {
    classes,
    ...options
  }: {
    readonly classes: Classes;
    readonly parameters: Parameters;
    readonly signal: AbortSignal | undefined;
    readonly onClass?: (done: number, total: number) => void;
  },
): Promise<readonly ClassMetric[]> {
  const { signal, onClass } = options;
  const found: (readonly LabeledValue[])[] = [];
  for (const [label, { reference, generated }] of classes.indices) {
    throwIfAborted(signal, 'score');
    const own = {
      reference: imagesOfClass(sets.reference, reference),
      generated: imagesOfClass(sets.generated, generated),
    };
    const values = await valuesOfClass(metric, own, options);
    found.push(values.map((value) => ({ ...value, label })));
    onClass?.(found.length, classes.indices.size);
  }
  return metric.results.map((result) =>
    classMetric(
      metric,
      result,
      found.map((values) => values.find(({ id }) => id === result.id)!),
      classes,
    ),
  );
}
