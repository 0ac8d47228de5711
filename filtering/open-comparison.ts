import type { EmbeddedSet } from '../encoders/embedded-set.js';
import { choiceKey } from '../encoders/encoder-choice.js';
import { writeEmbeddedSet } from '../encoders/files/write-embedded-set.js';
import { OptionError } from '../errors.js';
import { requireLikeProvenance } from '../metrics/comparable-sets.js';
import type { DesignStatement } from '../metrics/design/design-statement.js';
import { metricById } from '../metrics/metric-catalog.js';
import type { Comparison, MetricDefinition } from '../metrics/metric-definition.js';
import { openAlgebra } from '../numerics/open-algebra.js';
import { throwIfAborted } from '../numerics/throw-if-aborted.js';
import { encodedSides, setEncoding } from '../scoring/encoded-sides.js';
import type { UnmeasuredMetric } from '../scoring/refused-metrics.js';
import { refusedMetrics, unmeasuredMetrics } from '../scoring/refused-metrics.js';
import { samplingLabels } from '../scoring/sampling-labels.js';
import { CurrentEncoder, encoderOptions } from '../scoring/score-encoders.js';
import { type ScoreGroup, scoreGroups } from '../scoring/score-groups.js';
import type { DesignRequest, LabelsOfSides, ScoreRequest } from '../scoring/score-request.js';
import type { ScoreSource, ScoreSources } from '../scoring/score-sources.js';
import { openScoreSource, requireServed } from '../scoring/score-sources.js';
import { type IdMatch, idMatch } from '../uncertainty/id-match.js';
import { ImagePool } from '../uncertainty/image-pool.js';
import type { Score, ScoreTable } from '../uncertainty/score-table.js';
import { chosenScores } from '../uncertainty/score-table.js';
import type { CompareRequest } from './compare-report.js';
import { DEFAULT_COMPARED } from './compare-report.js';
import { commonPool, comparedControls, pooledScores, requireIds } from './compared-pool.js';
import { type ComparisonPlan, comparisonPlan } from './comparison-plan.js';
import type { EncodedGroup } from './comparison-warnings.js';
import { CONTROL_NAMES } from './embedding-controls.js';
import type { PooledControl, ThresholdedScore } from './filter-effect-of.js';
import { keepDecision } from './keep-decision.js';
import { type LabelledRows, type PoolDesign, poolDesign } from './pool-design.js';
import type { SubsetMetric } from './subset-metrics/subset-metric.js';
import { requireComparable, subsetMetricsOf } from './subset-metrics/subset-metrics-of.js';

/** A side of a comparison that is images, encoded once for the metrics of a group. */
export interface ComparedEncoding {
  /** in words: `samples by demo-inception` */
  readonly name: string;
  readonly images: number;
  /** Encodes it, to a file. */
  write(path: string, options: Parameters<typeof writeEmbeddedSet>[2]): Promise<void>;
}

/** Metrics that share an engine: each alone, but for fidelity and diversity, which stand beside them. */
export interface MetricSet {
  /** `fid`, `precision, recall, density, coverage` */
  readonly name: string;
  readonly role: 'quality' | 'beside';
  /** null: fidelity and diversity */
  readonly metric: MetricDefinition | null;
}

/** A comparison whose sides are open, before anything is encoded. */
export interface OpenComparison {
  readonly request: CompareRequest;
  readonly plan: ComparisonPlan;
  readonly columns: readonly Score[];
  readonly sources: ScoreSources;
  readonly match: IdMatch;
  /** ids of the generated images, and what is known of how they were drawn */
  readonly labelled: Omit<LabelledRows, 'set'>;
  readonly groups: readonly ScoreGroup[];
  readonly unmeasured: readonly UnmeasuredMetric[];
  readonly encodings: readonly ComparedEncoding[];
  readonly metricSets: readonly MetricSet[];
  readonly encoders: CurrentEncoder;
  close(): Promise<void>;
}

/**
 * Opens the sides of a comparison, and checks all that can be checked before hours of encoding.
 *
 * @throws InputError MISSING_IDS, DUPLICATE_IDS, UNREADABLE_FILE; OptionError for metrics, columns and rules, or where no metric is served
 */
export async function openComparison(request: CompareRequest): Promise<OpenComparison> {
  const { scores: table, rule, missing = 'refuse' } = request;
  const asked = (request.metrics ?? DEFAULT_COMPARED).map(metricById);
  requireComparable(asked);
  const plan = comparisonPlan(request.plan);
  const columns = comparedColumns(table, request.columns);
  const encoders = new CurrentEncoder(encoderOptions(request));
  const open: ScoreSource[] = [];
  const close = async () => {
    await encoders.close();
    for (const source of open) await source.close();
  };
  try {
    for (const side of ['reference', 'generated'] as const)
      open.push(
        await openScoreSource(request[side], { ...request.sources?.[side], incomplete: request.incomplete }),
      );
    const [reference, generated] = open as [ScoreSource, ScoreSource];
    const sources = { reference, generated };
    const refused = refusedMetrics(asked, (metric) => requireServed(metric, sources));
    const metrics = asked.filter((metric) => !refused.has(metric));
    if (metrics.length === 0) requireServed(asked[0]!, sources);
    const own = requireIds(generated);
    const match = idMatch(own, table, { missing });
    const { strata = {}, clusters = {} } = request;
    requireOfGenerated({ strata, clusters });
    const labels = await samplingLabels(own, generated, {
      strata: strata.generated,
      clusters: clusters.generated,
    });
    // a rule or a score that cannot work is said before hours of encoding
    const matched = ImagePool.of({ source: generated.path, ids: [...match.pairs.keys()] });
    for (const score of pooledScores(matched, columns, { match, source: table.source }))
      keepDecision(score, rule, { seed: plan.seed });
    const groups = scoreGroups(metrics, request.encoder);
    return {
      request,
      plan,
      columns,
      sources,
      match,
      labelled: { ids: own.ids, labels },
      groups,
      unmeasured: unmeasuredMetrics(refused),
      encodings: groups.flatMap((group) =>
        encodedSidesOf(group, sources).map((side) => encoding(group, sources[side], { request, encoders })),
      ),
      metricSets: metricSets(metrics),
      encoders,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * The reference is the same for every subset, so that how it was drawn changes no difference.
 *
 * @throws OptionError CONFLICTING_OPTIONS for labels of the reference alone
 */
function requireOfGenerated(given: Required<DesignRequest>): void {
  for (const [name, { reference, generated }] of Object.entries<LabelsOfSides>(given)) {
    if (reference === undefined || reference === generated) continue;
    throw new OptionError('CONFLICTING_OPTIONS', {
      where: `--${name}`,
      expected: 'compare takes labels of the generated images alone: all subsets have one reference',
      received: `reference=${reference}`,
      help: `Give --${name} generated=FILE, or leave it out.`,
    });
  }
}

/** Sides of images that a group of metrics takes, in the order in which they are encoded. */
function encodedSidesOf(
  { metrics }: ScoreGroup,
  sources: ScoreSources,
): readonly ('reference' | 'generated')[] {
  const sides = metrics.some(({ sides: own }) => own === 'both')
    ? (['reference', 'generated'] as const)
    : (['generated'] as const);
  return sides.filter((side) => sources[side].kind === 'images');
}

function encoding(
  group: ScoreGroup,
  source: ScoreSource,
  { request, encoders }: Pick<OpenComparison, 'request' | 'encoders'>,
): ComparedEncoding {
  const set = source.kind === 'images' ? source.set : undefined;
  return {
    name: `${source.path} by ${choiceKey(group.choice)}`,
    images: set?.entries.length ?? 0,
    async write(path, options) {
      const own = { ...encodingRequest(request), cache: null };
      await writeEmbeddedSet(path, setEncoding(set!, await encoders.open(group), own), options);
    },
  };
}

function metricSets(metrics: readonly MetricDefinition[]): readonly MetricSet[] {
  const own = metrics.filter(({ family }) => family.kind !== 'neighbors');
  const isBeside = metrics.some(({ family }) => family.kind === 'frechet' || family.kind === 'neighbors');
  return [
    ...own.map((metric) => ({ name: metric.id, role: 'quality', metric }) as const),
    ...(isBeside
      ? [{ name: 'precision, recall, density and coverage', role: 'beside', metric: null } as const]
      : []),
  ];
}

/** All that a comparison is made of, at hand. */
export interface PreparedComparison {
  readonly groups: readonly EncodedGroup[];
  readonly controls: readonly PooledControl[];
  readonly engines: readonly SubsetMetric[];
  readonly unmeasured: readonly UnmeasuredMetric[];
  readonly thresholded: readonly ThresholdedScore[];
  /** null: the images are as good as independent */
  readonly design: PoolDesign | null;
  readonly statement: DesignStatement;
}

/**
 * Encodes the sides, joins scores and controls to the images, and prepares the engines.
 *
 * @param wanted  whose engines alone are prepared; default: all
 * @throws what `score` throws where sides cannot be encoded
 */
export async function preparedComparison(
  { request, sources, match, columns, encoders, ...opened }: OpenComparison,
  wanted?: MetricSet,
): Promise<PreparedComparison> {
  const { scores: table, rule, signal } = request;
  const groups: EncodedGroup[] = [];
  let place = 0;
  for (const group of opened.groups) {
    const { encoded } = request;
    const sets =
      encoded === undefined
        ? await encodedSides(group, sources, {
            request: { ...encodingRequest(request), keep: 'embeddings' },
            open: (network) => encoders.open(network),
          })
        : await knownSides(group, sources, () => encoded(place++));
    groups.push({ metrics: group.metrics, sets });
  }
  await encoders.close();
  const pool = commonPool(sources.generated.path, match, groups);
  const controls = await comparedControls(request, {
    pool,
    match,
    generated: sources.generated,
    sets: groups[0]!.sets,
  });
  const algebra = await openAlgebra();
  const { generated: set } = groups[0]!.sets;
  const drawn = await poolDesign(pool, { set, ...opened.labelled }, { seed: opened.plan.seed, algebra });
  const engines: SubsetMetric[] = [];
  const unmeasured: UnmeasuredMetric[] = [...opened.unmeasured];
  for (const { metrics, sets } of groups) {
    throwIfAborted(signal, 'compare');
    const isMeasured = engines.some(({ role }) => role === 'fidelity');
    const found = await subsetMetricsOf(metrics, sets, {
      pool,
      algebra,
      beside: isMeasured ? 'measured' : 'wanted',
      ...(wanted === undefined ? {} : { only: wanted.metric }),
    });
    engines.push(...found.engines);
    unmeasured.push(...found.unmeasured);
  }
  const thresholded = pooledScores(pool, columns, { match, source: table.source }).map((score) => ({
    score,
    rule,
  }));
  return { groups, controls, engines, unmeasured, thresholded, ...drawn };
}

/** Sides of a group that were encoded before. */
async function knownSides(
  group: ScoreGroup,
  sources: ScoreSources,
  next: () => Promise<EmbeddedSet>,
): Promise<Comparison> {
  const known = new Map<string, EmbeddedSet>();
  for (const side of encodedSidesOf(group, sources)) known.set(side, await next());
  const of = (side: 'reference' | 'generated') => {
    const source = sources[side];
    return source.kind === 'embedded' ? source.set : known.get(side);
  };
  const generated = of('generated')!;
  if (!group.metrics.some(({ sides }) => sides === 'both')) return { reference: generated, generated };
  const sets = { reference: of('reference')!, generated };
  requireLikeProvenance(sets);
  return sets;
}

/** How the sides of a comparison are encoded. */
function encodingRequest(request: CompareRequest): ScoreRequest {
  const { onProgress } = request;
  return { ...request, onProgress: (progress) => onProgress?.({ ...progress, unit: 'img' }) };
}

/**
 * The scores that a comparison tries: those named, or all columns that are no control scores.
 *
 * @throws OptionError UNKNOWN_COLUMN; CONFLICTING_OPTIONS if there are controls alone and none was named
 */
function comparedColumns(table: ScoreTable, named: readonly string[] | undefined): Score[] {
  if (named !== undefined) return chosenScores(table, named);
  const scores = table.scores.filter(({ name }) => !CONTROL_NAMES.includes(name));
  if (scores.length > 0) return scores;
  throw new OptionError('CONFLICTING_OPTIONS', {
    where: table.source,
    expected: 'must hold a score that is no control score',
    received: table.scores.map(({ name }) => name).join(', '),
    help: 'Name the columns to be tried: --column png-bytes.',
  });
}
