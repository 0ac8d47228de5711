import { defined } from '../defined.js';
import type { EmbeddedSet } from '../encoders/embedded-set.js';
import type { Encoder } from '../encoders/encoder.js';
import { SIDES } from '../metrics/comparable-sets.js';
import type { Comparison, EvaluatedSets, MetricDefinition } from '../metrics/metric-definition.js';
import type { PublishedProtocol } from '../metrics/records/protocols.js';
import { throwIfAborted } from '../numerics/throw-if-aborted.js';
import { classMetrics, withoutClasses } from './class-scores.js';
import { type Classes, classesOf } from './common-classes.js';
import { encodedSides, unencodedSides } from './encoded-sides.js';
import { withNoiseFloors } from './noise-floor.js';
import { drawnSets } from './published-protocol.js';
import { classLabels, withSamplingLabels } from './sampling-labels.js';
import { type ScoreGroup, servedGroup } from './score-groups.js';
import type { ClassMetric, ScoreResult } from './score-report.js';
import { DEFAULT_SEED, type ScoreRequest } from './score-request.js';
import { metricResults, refusedResults, requestedParameters } from './score-results.js';
import { type ScoreSources, sourcesFor } from './score-sources.js';

/** What the metrics of one group gave. */
export interface GroupScores {
  readonly results: ReadonlyMap<MetricDefinition, readonly ScoreResult[]>;
  /** each metric of every class, where that was asked for */
  readonly resultsOfClasses: ReadonlyMap<MetricDefinition, readonly ClassMetric[]>;
  /** undefined where no metric looked at classes */
  readonly classes: Classes | undefined;
  /** the embeddings of both sides; null where no metric could be computed */
  readonly sets: Comparison | null;
  /** every set that a metric looked at */
  readonly used: Readonly<Record<keyof ScoreSources, readonly EmbeddedSet[]>>;
}

/** What all groups of a score have in common. */
interface ScoreInputs {
  readonly request: ScoreRequest;
  readonly protocol: PublishedProtocol | null;
  readonly sources: ScoreSources;
  /** the metrics that cannot be computed, with the reason */
  readonly refused: ReadonlyMap<MetricDefinition, string>;
  readonly open: (group: ScoreGroup) => Promise<Encoder>;
  /** metrics of earlier groups, and of all */
  readonly progress: { readonly done: number; readonly total: number };
}

/** The first side that a metric looks at and that is statistics alone. */
function sideWithoutImages({ sides }: MetricDefinition, sets: Comparison): EmbeddedSet | undefined {
  const looked = sides === 'both' ? SIDES : (['generated'] as const);
  return looked.map((side) => sets[side]).find((set) => set.embeddings === null && set.logits === null);
}

/** Encodes both sides of a group's metrics, and computes each metric; one that cannot be computed is null with its reason. */
export async function scoreGroup(
  group: ScoreGroup,
  { request, protocol, sources, refused, open, progress }: ScoreInputs,
): Promise<GroupScores> {
  const { perClass = 'off', seed = DEFAULT_SEED, signal } = request;
  const results = new Map<MetricDefinition, readonly ScoreResult[]>();
  const resultsOfClasses = new Map<MetricDefinition, readonly ClassMetric[]>();
  const unencoded = unencodedSides(group, sources);
  for (const metric of group.metrics) {
    const reason = refused.get(metric);
    if (reason === undefined) continue;
    results.set(metric, refusedResults(metric, reason, { sets: unencoded, request }));
    resultsOfClasses.set(metric, withoutClasses(metric, reason));
  }
  const served = servedGroup(group, refused);
  if (served.metrics.length === 0) {
    const used = { reference: [], generated: [], heldOut: [] };
    return { results, resultsOfClasses, classes: undefined, sets: null, used };
  }

  /** whether the metric takes the reference as it was encoded here, and not the statistics of a reference batch */
  const takesEncodedReference = (metric: MetricDefinition) =>
    metric.sides === 'both' && sourcesFor(metric, sources).reference === sources.reference;
  const encoded = await encodedSides(served, sources, {
    taken: takesEncodedReference,
    // an interval leaves images out, a class is some of them: each needs every embedding
    request: {
      ...request,
      keep: request.interval === undefined && perClass === 'off' ? 'moments' : 'embeddings',
    },
    open,
  });
  const sets = await withSamplingLabels(encoded, sources, request);
  request.onSets?.(sets);

  const references = [sets.reference];
  /** the sets that a metric is evaluated on */
  const setsFor = (metric: MetricDefinition): Comparison => {
    const { reference } = sourcesFor(metric, sources);
    if (metric.sides !== 'both' || reference.kind !== 'embedded' || takesEncodedReference(metric))
      return sets;
    if (!references.includes(reference.set)) references.push(reference.set);
    return { ...sets, reference: reference.set };
  };
  let classes: Classes | undefined;
  for (const metric of served.metrics) {
    throwIfAborted(signal, 'score');
    request.onProgress?.({
      task: `computing ${metric.id}`,
      done: progress.done + results.size,
      total: progress.total,
      unit: 'metrics',
    });
    const own = setsFor(metric);
    const evaluated: EvaluatedSets = {
      ...drawnSets(own, protocol?.draws[metric.id], seed),
      ...defined({ heldOut: encoded.heldOut }),
    };
    const found = await metricResults(metric, evaluated, request);
    if (request.noiseFloor === 'on')
      request.onProgress?.({
        task: `noise floor of ${metric.id}`,
        done: progress.done + results.size,
        total: progress.total,
        unit: 'metrics',
      });
    results.set(
      metric,
      request.noiseFloor === 'on'
        ? await withNoiseFloors(metric, found, { sets: evaluated, request })
        : found,
    );
    if (perClass === 'off') continue;
    const bare = sideWithoutImages(metric, own);
    if (bare !== undefined) {
      resultsOfClasses.set(metric, withoutClasses(metric, `statistics of ${bare.source} know no classes`));
      continue;
    }
    classes ??= classesOf({
      reference: await classLabels(sets.reference, sources.reference, request.strata?.reference),
      generated: await classLabels(sets.generated, sources.generated, request.strata?.generated),
    });
    const task = `classes by ${metric.id}`;
    resultsOfClasses.set(
      metric,
      await classMetrics(metric, sets, {
        classes,
        parameters: requestedParameters(metric, request),
        signal,
        onClass: (done, total) => request.onProgress?.({ task, done, total, unit: 'classes' }),
      }),
    );
  }
  const heldOut = encoded.heldOut === undefined ? [] : [encoded.heldOut];
  const used = { reference: references, generated: [sets.generated], heldOut };
  return { results, resultsOfClasses, classes, sets, used };
}
