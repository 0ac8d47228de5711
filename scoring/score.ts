import { defined } from '../defined.js';
import type { EmbeddedSet } from '../encoders/embedded-set.js';
import type { EncoderIdentity, Warning } from '../encoders/encoder.js';
import { VERSION } from '../encoders/encoder.js';
import { preprocessingId } from '../encoders/images/preprocessing.js';
import type { SourcesOptions } from '../encoders/images/source-options.js';
import type { OfficialEncoder } from '../encoders/networks/encoder-catalog.js';
import { missingNetwork } from '../encoders/open-chosen-encoder.js';
import { OptionError } from '../errors.js';
import { canonicalSets } from '../metrics/canonical-order.js';
import { SIDES } from '../metrics/comparable-sets.js';
import { type DesignStatement, designStatement } from '../metrics/design/design-statement.js';
import { samplingDesign } from '../metrics/design/sampling-design.js';
import { encoderWarnings, isOfEncoder } from '../metrics/encoder-warnings.js';
import { METRICS, metricById } from '../metrics/metric-catalog.js';
import type {
  Comparison,
  EvaluatedSets,
  ImageCounts,
  MetricDefinition,
  MetricValue,
  Parameters,
} from '../metrics/metric-definition.js';
import { parameterName } from '../metrics/metric-parameters.js';
import { ownParameters } from '../metrics/metric-record.js';
import { FLAGGED_PARAMETERS } from '../metrics/records/parameters.js';
import { listText } from '../numerics/number-text.js';
import { openAlgebra } from '../numerics/open-algebra.js';
import { throwIfAborted } from '../numerics/throw-if-aborted.js';
import { closeAll } from '../onnx/close-all.js';
import { type Classes, type ClassMetric, classesOf, classMetrics, withoutClasses } from './class-scores.js';
import { CurrentEncoder, encoderOptions } from './current-encoder.js';
import { drawnSets, requestOfProtocol, requireProtocolSize } from './published-protocol.js';
import { isOfMetricAlone, reasonOf, refusedMetrics } from './refused-metrics.js';
import { classLabels, withSamplingLabels } from './sampling-labels.js';
import { type ScoreGroup, scoreGroups } from './score-groups.js';
import type { InfluentialImages, ScoreReport, ScoreResult } from './score-report.js';
import type { MissingNetwork, ScoreRequest, ScoreSide } from './score-request.js';
import { DEFAULT_CLASS_METRICS, DEFAULT_METRICS, DEFAULT_SEED } from './score-request.js';
import type { ScoreSource, ScoreSources } from './score-sources.js';
import {
  encodedSides,
  openScoreSource,
  provenanceOf,
  recordedEncoder,
  requireServed,
  scoredSide,
  sourceFor,
} from './score-sources.js';

/** @throws OptionError CONFLICTING_OPTIONS for a held-out set that none of the metrics takes */
function requireHeldOutTaken(metrics: readonly MetricDefinition[], heldOut: ScoreSide | undefined): void {
  if (heldOut === undefined || metrics.some((metric) => metric.heldOut === 'needed')) return;
  const taking = METRICS.filter((metric) => metric.heldOut === 'needed').map(({ id }) => id);
  throw new OptionError('CONFLICTING_OPTIONS', {
    where: '--held-out',
    expected: 'none of the metrics takes it',
    received: metrics.map(({ id }) => id).join(', '),
    help: `Add --metric ${taking.join(',')}, or leave it out.`,
  });
}

/** @throws OptionError CONFLICTING_OPTIONS for a parameter that none of the metrics knows */
function requireKnownParameters(metrics: readonly MetricDefinition[], given: Parameters): void {
  for (const name of Object.keys(given)) {
    if (metrics.some(({ parameters }) => name in parameters)) continue;
    throw new OptionError('CONFLICTING_OPTIONS', {
      where: parameterName(name, FLAGGED_PARAMETERS[name]),
      expected: `none of the metrics takes it`,
      received: metrics.map(({ id }) => id).join(', '),
      help: 'Add the metric that it belongs to, or leave it out.',
    });
  }
}

/** A network that was named although nothing had to be encoded. */
function unusedEncoder(encoder: string | undefined, sources: ScoreSources): readonly Warning[] {
  const { reference, generated } = sources;
  if (encoder === undefined || reference.kind === 'images' || generated.kind === 'images') return [];
  return [
    {
      code: 'ENCODER_NOT_USED',
      message: `--encoder ${encoder} was not used: both sides are embeddings or statistics already`,
    },
  ];
}

/** What a result says of the network: that of the set which knows. */
function encoderOf({ reference, generated }: Comparison): EncoderIdentity {
  return generated.encoder.origin === 'unknown' ? reference.encoder : generated.encoder;
}

function withoutValue(metric: MetricDefinition, reason: string): readonly MetricValue[] {
  return metric.results.map(({ id }) => ({ id, value: null, reason, warnings: [] }));
}

/** The metric's numbers; where the sets do not serve for one, null with the reason. */
async function metricValues(
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

function distinct(warnings: readonly Warning[]): readonly Warning[] {
  return [...new Map(warnings.map((warning) => [`${warning.code} ${warning.message}`, warning])).values()];
}

/**
 * Metrics of one generated set against one reference set. Metrics that share a network and its preprocessing share one pass
 * over the images; sets that are embeddings already are taken as they are.
 *
 * @returns every number with n, encoder, preprocessing, parameters, direction and doubts; one that does not exist or that a side
 * cannot serve is null with the reason, whether its metric was named or is a default
 * @throws OptionError UNKNOWN_METRIC, UNKNOWN_ENCODER, CONFLICTING_OPTIONS, before anything is encoded
 * @throws InputError if a side cannot be read, MISSING_MODEL if a network is not there
 * @throws ProvenanceError UNLIKE_EMBEDDINGS if the sides come from different networks or preprocessing
 * @throws InterruptedError INTERRUPTED once `signal` is aborted
 *
 * @example
 * const report = await score({ reference: 'photos/', generated: 'samples/', metrics: ['fid'], encoder: 'demo' });
 */
export async function score(asked: ScoreRequest): Promise<ScoreReport> {
  const { request, protocol } = requestOfProtocol(asked);
  const { encoder, seed = DEFAULT_SEED, perClass = 'off', signal } = request;
  const metrics = (request.metrics ?? (perClass === 'on' ? DEFAULT_CLASS_METRICS : DEFAULT_METRICS)).map(
    metricById,
  );
  const given = request.parameters ?? {};
  requireKnownParameters(metrics, given);
  requireHeldOutTaken(metrics, request.heldOut);

  const encoders = new CurrentEncoder(encoderOptions(request));
  const open: ScoreSource[] = [];
  const opened = async (side: ScoreSide, name: keyof SourcesOptions): Promise<ScoreSource> => {
    const source = await openScoreSource(side, {
      ...request.sources?.[name],
      incomplete: request.incomplete,
      batches: name === 'reference' ? 'together' : undefined,
    });
    open.push(source);
    return source;
  };
  try {
    if (request.reference === undefined) requireNoReferenceNeeded(metrics);
    const first = request.reference === undefined ? null : await opened(request.reference, 'reference');
    const generated = await opened(request.generated, 'generated');
    const heldOut = request.heldOut === undefined ? null : await opened(request.heldOut, 'reference');
    const sources: ScoreSources = {
      reference: first ?? generated,
      generated,
      ...(heldOut !== null && { heldOut }),
    };
    /** the sources as a metric takes them */
    const sourcesFor = (metric: MetricDefinition): ScoreSources => ({
      ...sources,
      reference: sourceFor(metric, sources.reference),
    });
    const stated = protocol === null ? undefined : requireProtocolSize(protocol, countsOf(sources), request);
    const refused = refusedMetrics(metrics, (metric) => {
      const own = sourcesFor(metric);
      requireServed(metric, own);
      metric.requireImages(countsOf(own), ownParameters(metric, { seed, ...given }));
    });
    for (const [{ id }, reason] of refused) request.onRefused?.({ metric: id, reason });
    const results = new Map<MetricDefinition, readonly ScoreResult[]>();
    const keep = (
      metric: MetricDefinition,
      values: readonly MetricValue[],
      {
        sets,
        influential,
      }: { readonly sets: EvaluatedSets; readonly influential?: InfluentialImages | undefined },
    ): void => {
      const parameters = ownParameters(metric, { seed, ...given });
      results.set(
        metric,
        values.map((value) => scoreResult(metric, value, { sets, parameters, influential })),
      );
    };
    const used: Record<'reference' | 'generated' | 'heldOut', EmbeddedSet[]> = {
      reference: [],
      generated: [],
      heldOut: [],
    };
    let design: DesignStatement | undefined;
    const ofClasses = new Map<MetricDefinition, readonly ClassMetric[]>();
    let classes: Classes | undefined;
    const groups = scoreGroups(metrics, encoder, recordedEncoder(sources));
    if (request.onMissing !== undefined) {
      const needed = groups.map((group) => servedGroup(group, refused));
      request.onMissing(await missingNetworks(needed, sources, request.models));
    }
    for (const group of groups) {
      const withValues = group.metrics.filter((metric) => !refused.has(metric));
      const unencoded = unencodedSides(group, sources);
      for (const metric of group.metrics) {
        const reason = refused.get(metric);
        if (reason === undefined) continue;
        keep(metric, withoutValue(metric, reason), { sets: unencoded });
        ofClasses.set(metric, withoutClasses(metric, reason));
      }
      if (withValues.length === 0) continue;
      const isTaken = (metric: MetricDefinition) =>
        metric.sides === 'both' && sourcesFor(metric).reference === sources.reference;
      const encoded = await encodedSides(servedGroup(group, refused), sources, {
        taken: isTaken,
        // an interval leaves images out, a class is some of them: each needs every embedding
        request: {
          ...request,
          keep: request.interval === undefined && perClass === 'off' ? 'moments' : 'embeddings',
        },
        open: (wanted) => encoders.open(wanted),
      });
      const sets = await withSamplingLabels(encoded, sources, request);
      used.reference.push(sets.reference);
      used.generated.push(sets.generated);
      if (encoded.heldOut !== undefined) used.heldOut.push(encoded.heldOut);
      request.onSets?.(sets);
      let ofGroup: Classes | undefined;
      for (const metric of withValues) {
        throwIfAborted(signal, 'score');
        request.onProgress?.({
          task: `computing ${metric.id}`,
          done: results.size,
          total: metrics.length,
          unit: 'metrics',
        });
        const parameters = ownParameters(metric, { seed, ...given });
        const { reference } = sourcesFor(metric);
        const isOfBatch = metric.sides === 'both' && reference.kind === 'embedded' && !isTaken(metric);
        if (isOfBatch && !used.reference.includes(reference.set)) used.reference.push(reference.set);
        const own = isOfBatch ? { ...sets, reference: reference.set } : sets;
        const drawn = {
          ...drawnSets(own, protocol?.draws[metric.id], seed),
          ...defined({ heldOut: encoded.heldOut }),
        };
        const values = await metricValues(metric, drawn, { ...request, parameters });
        const influential = await influentialImages(metric, canonicalSets(drawn), {
          ...request,
          parameters,
          values,
        });
        keep(metric, values, { sets: drawn, influential });
        if (perClass === 'off') continue;
        const bare = classlessSide(metric, own);
        if (bare !== undefined) {
          ofClasses.set(metric, withoutClasses(metric, `statistics of ${bare.source} know no classes`));
          continue;
        }
        ofGroup ??= classesOf({
          reference: await classLabels(sets.reference, sources.reference, request.strata?.reference),
          generated: await classLabels(sets.generated, sources.generated, request.strata?.generated),
        });
        classes ??= ofGroup;
        const task = `classes by ${metric.id}`;
        ofClasses.set(
          metric,
          await classMetrics(metric, sets, {
            classes: ofGroup,
            parameters,
            signal,
            onClass: (done, total) => request.onProgress?.({ task, done, total, unit: 'classes' }),
          }),
        );
      }
      design ??= await designOf(sets, request);
    }
    const ofSets = [...used.reference, ...used.generated, ...used.heldOut].flatMap(
      ({ warnings }) => warnings,
    );
    const { reference: referenceName, generated: generatedName } = request.names ?? {};
    return {
      schema: 'steadfid/score/1',
      version: VERSION,
      reference:
        first === null
          ? { source: generated.path, n: null, content: null, skipped: [] }
          : scoredSide(first, used.reference, referenceName),
      generated: scoredSide(sources.generated, used.generated, generatedName),
      ...(heldOut !== null && { heldOut: scoredSide(heldOut, used.heldOut) }),
      seed,
      ...defined({ protocol: stated, design }),
      results: metrics.flatMap((metric) => results.get(metric) ?? []),
      ...(perClass === 'on' && {
        classes: {
          labels: classes?.labels ?? null,
          classes: classes?.classes ?? [],
          alone: classes?.alone ?? { reference: [], generated: [] },
          results: metrics.flatMap((metric) => ofClasses.get(metric) ?? []),
        },
      }),
      warnings: distinct([
        ...unusedEncoder(encoder, sources),
        ...ofSets.filter((warning) => !isOfEncoder(warning) && warning.code !== 'LOSSY_IMAGES'), // said where one side alone is
      ]),
    };
  } finally {
    await closeAll([encoders, ...open].map((one) => () => one.close()));
  }
}

/** @throws OptionError OUT_OF_RANGE naming a metric that compares two sets */
function requireNoReferenceNeeded(metrics: readonly MetricDefinition[]): void {
  const pair = metrics.find(({ sides }) => sides === 'both');
  if (pair === undefined) return;
  const alone = METRICS.filter(({ sides }) => sides === 'generated').map(({ id }) => id);
  throw new OptionError('OUT_OF_RANGE', {
    where: 'score',
    expected: `needs a reference and a generated set for ${pair.id}`,
    received: 'one set',
    help: `Give both; ${listText(alone)} look at the generated set alone.`,
  });
}

/** How the images were drawn, as the first network's embeddings show it; left out where a side has none. */
async function designOf(
  sets: Comparison,
  { interval }: Pick<ScoreRequest, 'interval'>,
): Promise<DesignStatement | undefined> {
  const sides = sets.reference === sets.generated ? (['generated'] as const) : SIDES;
  if (sides.every((side) => sets[side].embeddings === null && sets[side].logits === null)) return undefined;
  const algebra = await openAlgebra();
  return designStatement(
    await samplingDesign(canonicalSets(sets), algebra, interval === undefined ? 'quick' : 'thorough'),
    sides,
  );
}

/** The first side that a metric looks at and that is statistics alone. */
function classlessSide({ sides }: MetricDefinition, sets: Comparison): EmbeddedSet | undefined {
  const looked = sides === 'both' ? SIDES : (['generated'] as const);
  return looked.map((side) => sets[side]).find((set) => set.embeddings === null && set.logits === null);
}

/** The metrics of a group that are to be computed. */
function servedGroup(group: ScoreGroup, refused: ReadonlyMap<MetricDefinition, string>): ScoreGroup {
  return { ...group, metrics: group.metrics.filter((metric) => !refused.has(metric)) };
}

/** Published networks that are to be fetched, each with the metrics that need it. */
async function missingNetworks(
  groups: readonly ScoreGroup[],
  { reference, generated, heldOut }: ScoreSources,
  models: string | undefined,
): Promise<readonly MissingNetwork[]> {
  const missing = new Map<string, { readonly encoder: OfficialEncoder; readonly metrics: string[] }>();
  for (const { choice, metrics } of groups) {
    const encoding = metrics.filter(
      ({ sides, heldOut: needed }) =>
        generated.kind === 'images' ||
        (sides === 'both' && reference.kind === 'images') ||
        (needed === 'needed' && heldOut?.kind === 'images'),
    );
    const encoder = encoding.length === 0 ? undefined : await missingNetwork(choice, models);
    if (encoder === undefined) continue;
    const known = missing.get(encoder.id) ?? { encoder, metrics: [] };
    known.metrics.push(...encoding.map(({ id }) => id));
    missing.set(encoder.id, known);
  }
  return [...missing.values()];
}

function countsOf({ reference, generated, heldOut }: ScoreSources): ImageCounts {
  return {
    reference: countOf(reference),
    generated: countOf(generated),
    ...(heldOut !== undefined && { heldOut: countOf(heldOut) }),
  };
}

/** How many images a side has; unreadable images are not counted. */
function countOf({ path, kind, set }: ScoreSource): ImageCounts['reference'] {
  return { source: path, n: kind === 'images' ? set.entries.length : set.n };
}

/** What is known of a network that was not opened. */
function unopened({ choice, preprocessing }: ScoreGroup): EncoderIdentity {
  return {
    id: choice.kind === 'file' ? choice.path : choice.id,
    sha256: null,
    preprocessing: preprocessing === null ? null : preprocessingId(preprocessing),
    origin: choice.kind === 'demo' ? 'demo' : 'unknown',
  };
}

/** Both sides of a group of which no metric can be computed: counted, and not encoded. */
function unencodedSides(group: ScoreGroup, { reference, generated }: ScoreSources): Comparison {
  const encoder = unopened(group);
  const counted = (source: ScoreSource) => ({ ...provenanceOf(source, encoder), n: countOf(source).n });
  return { reference: counted(reference), generated: counted(generated) };
}
