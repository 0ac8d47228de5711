import { defined } from '../defined.js';
import { canonicalSets } from '../metrics/canonical-order.js';
import { drawnBy } from '../metrics/design/design-order.js';
import { halfIndices, halves } from '../metrics/design/halves.js';
import { pairedImageCount } from '../metrics/design/pairing.js';
import type { Comparison, MetricDefinition, MetricValue } from '../metrics/metric-definition.js';
import type { NoiseFloor, ScoreResult } from './score-report.js';
import { DEFAULT_SEED, type ScoreRequest } from './score-request.js';
import { metricValues, requestedParameters } from './score-results.js';

/**
 * Results with what each number is between halves of the reference, one half drawn down to the generated set's n where it is larger. Those
 * without an interval have none, nor have results of sets that are paired, of one set alone, of three, or of a reference without rows.
 */
export async function withNoiseFloors(
  metric: MetricDefinition,
  results: readonly ScoreResult[],
  { sets, request }: { readonly sets: Comparison; readonly request: ScoreRequest },
): Promise<readonly ScoreResult[]> {
  const isCompared =
    metric.sides === 'both' && metric.heldOut === undefined && request.reference !== undefined;
  if (!isCompared || results.every(({ interval }) => interval === null)) return results;
  const { reference, generated } = canonicalSets(sets); // halves are drawn by content, whatever the rows' order
  const n = (reference.embeddings ?? reference.logits)?.n ?? 0;
  if (n < 2 || pairedImageCount(sets) > 0) return results;

  const {
    seed = DEFAULT_SEED,
    interval,
    noiseFloors = new Map<string, readonly MetricValue[]>(),
    signal,
  } = request;
  const indices = halfIndices(n, { drawn: drawnBy(reference), seed });
  if (indices.generated.length === 0) return results; // one cluster has no halves
  const part = indices.generated.slice(0, generated.n ?? undefined);
  const parameters = requestedParameters(metric, request);
  const key = JSON.stringify([metric.id, parameters, reference.encoder, n, part.length, interval]);
  const values =
    noiseFloors.get(key) ??
    (await metricValues(metric, halves(reference, { ...indices, generated: part }), {
      parameters,
      ...defined({ interval, signal }),
    }));
  noiseFloors.set(key, values);
  const floors = new Map(
    values.flatMap((value) =>
      noiseFloor(value, { reference: n - indices.generated.length, generated: part.length }),
    ),
  );
  return results.map((result) => ({
    ...result,
    ...defined({ noiseFloor: result.interval === null ? undefined : floors.get(result.metric) }),
  }));
}

function noiseFloor(
  { id, value, standardError, interval }: MetricValue,
  n: NoiseFloor['n'],
): readonly (readonly [string, NoiseFloor])[] {
  if (value === null || standardError === undefined || interval === undefined) return [];
  return [[id, { value, standardError, interval, n }]];
}
