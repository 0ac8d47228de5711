import { defined } from '../defined.js';
import type { EncoderIdentity } from '../encoders/encoder.js';
import { canonicalSets } from '../metrics/canonical-order.js';
import { encoderWarnings } from '../metrics/encoder-warnings.js';
import type {
  Comparison,
  EvaluatedSets,
  MetricDefinition,
  MetricValue,
  Parameters,
} from '../metrics/metric-definition.js';
import { ownParameters } from '../metrics/metric-record.js';
import { openAlgebra } from '../numerics/open-algebra.js';
import { isOfMetricAlone, reasonOf } from './refused-metrics.js';
import type { InfluentialImages, ScoreResult } from './score-report.js';
import { DEFAULT_SEED, type ScoreRequest } from './score-request.js';

/** What a result says of the network: that of the set which knows. */
function encoderOf({ reference, generated }: Comparison): EncoderIdentity {
  return generated.encoder.origin === 'unknown' ? reference.encoder : generated.encoder;
}

/** A metric without a value, each of its numbers null with the reason. */
export function withoutValue(metric: MetricDefinition, reason: string): readonly MetricValue[] {
  return metric.results.map(({ id }) => ({ id, value: null, reason, warnings: [] }));
}

/** The metric's numbers; where the sets do not serve for one, null with the reason. */
export async function metricValues(
  metric: MetricDefinition,
  sets: EvaluatedSets,
  {
    parameters,
    interval,
    signal,
  }: { readonly parameters: Parameters } & Pick<ScoreRequest, 'interval' | 'signal'>,
): Promise<readonly MetricValue[]> {
  try {
    return await metric.evaluate(sets, parameters, { search: 'quick', ...defined({ interval, signal }) });
  } catch (error) {
    if (isOfMetricAlone(error)) return withoutValue(metric, reasonOf(metric, error));
    throw error;
  }
}

/** The generated images that the metric's one value depends on most, where they are asked for and the metric knows. */
async function influentialImages(
  metric: MetricDefinition,
  sets: Comparison,
  {
    influential: most = 0,
    parameters,
    values: [first],
  }: {
    readonly parameters: Parameters;
    readonly values: readonly MetricValue[];
  } & Pick<ScoreRequest, 'influential'>,
): Promise<InfluentialImages | undefined> {
  const { ids } = sets.generated;
  const value = first?.value ?? null;
  if (most === 0 || metric.influence === undefined || ids === null || value === null) return undefined;
  const algebra = await openAlgebra();
  const effects = await metric.influence(sets, { ...metric.parameters, ...parameters }, { value, algebra });
  if (effects === null || !effects.every(Number.isFinite)) return undefined;
  const ranked = [...effects.keys()].sort((a, b) => effects[b]! - effects[a]! || a - b);
  const named = (indices: readonly number[]) =>
    indices.slice(0, most).map((index) => ({ id: ids[index]!, effect: effects[index]! }));
  return {
    raising: named(ranked.filter((index) => effects[index]! > 0)),
    lowering: named(ranked.filter((index) => effects[index]! < 0).reverse()),
  };
}

/** An order of Infinity as a word, for JSON has no such number; the records read the word. */
function writable(parameters: Parameters): Parameters {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      name,
      value === Number.POSITIVE_INFINITY ? 'Infinity' : value,
    ]),
  );
}

/** A number as the report holds it. */
function scoreResult(
  metric: MetricDefinition,
  value: MetricValue,
  {
    sets,
    parameters,
    influential,
  }: {
    readonly sets: EvaluatedSets;
    readonly parameters: Parameters;
    readonly influential?: InfluentialImages | undefined;
  },
): ScoreResult {
  const { direction, units, formula = metric.formula } = metric.results.find(({ id }) => id === value.id)!;
  const encoder = encoderOf(sets);
  return {
    metric: value.id,
    protocol: metric.id,
    title: metric.title,
    formula,
    source: metric.source,
    units,
    value: value.value,
    ...defined({ reason: value.reason, spread: value.spread }),
    standardError: value.standardError ?? null,
    interval: value.interval ?? null,
    ...defined({ gaussians: value.gaussians, influential }),
    direction,
    n: {
      reference: metric.sides === 'both' ? sets.reference.n : null,
      generated: sets.generated.n,
      ...(metric.heldOut === 'needed' && { heldOut: sets.heldOut?.n ?? null }),
    },
    encoder,
    parameters: writable({ ...metric.parameters, ...parameters }),
    warnings: [...value.warnings, ...encoderWarnings(sets, metric)],
  };
}

/** The parameters of a request that a metric knows. */
export function requestedParameters(
  metric: MetricDefinition,
  { seed = DEFAULT_SEED, parameters = {} }: ScoreRequest,
): Parameters {
  return ownParameters(metric, { seed, ...parameters });
}

/** A metric's numbers of two sets. */
export async function metricResults(
  metric: MetricDefinition,
  sets: EvaluatedSets,
  request: ScoreRequest,
): Promise<readonly ScoreResult[]> {
  const parameters = requestedParameters(metric, request);
  const values = await metricValues(metric, sets, { ...request, parameters });
  const influential = await influentialImages(metric, canonicalSets(sets), {
    ...request,
    parameters,
    values,
  });
  return values.map((value) => scoreResult(metric, value, { sets, parameters, influential }));
}

/** The numbers of a metric that cannot be computed. */
export function refusedResults(
  metric: MetricDefinition,
  reason: string,
  { sets, request }: { readonly sets: Comparison; readonly request: ScoreRequest },
): readonly ScoreResult[] {
  const parameters = requestedParameters(metric, request);
  return withoutValue(metric, reason).map((value) => scoreResult(metric, value, { sets, parameters }));
}
