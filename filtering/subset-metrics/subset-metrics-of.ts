import type { EmbeddedSet } from '../../encoders/embedded-set.js';
import { OptionError } from '../../errors.js';
import { requireEmbeddings, requireLogits } from '../../metrics/comparable-sets.js';
import { METRICS } from '../../metrics/metric-catalog.js';
import type {
  Comparison,
  MetricDefinition,
  MetricFamily,
  MetricOf,
} from '../../metrics/metric-definition.js';
import type { Algebra } from '../../numerics/algebra.js';
import type { ImagePool } from '../../uncertainty/image-pool.js';
import { PooledRows } from '../../uncertainty/image-pool.js';
import { frechetOfSubsets } from './frechet-of-subsets.js';
import { inceptionScoreOfSubsets } from './inception-score-of-subsets.js';
import { mmdOfSubsets } from './mmd-of-subsets.js';
import { FIDELITY_AND_DIVERSITY, neighborMetricsOfSubsets } from './neighbor-metrics-of-subsets.js';
import type { MetricSides, SubsetMetric } from './subset-metric.js';
import { type MeasurableMetrics, measurable } from './subset-metric.js';

/** Makes the engine of one family's members. */
type SubsetEngineOf<F extends MetricFamily> = (
  metric: MetricOf<F>,
  sides: MetricSides,
) => Promise<SubsetMetric>;

/** Engines by family; precision, recall, density and coverage share one, which stands beside them. */
const ENGINES: { readonly [K in MetricFamily['kind']]?: SubsetEngineOf<Extract<MetricFamily, { kind: K }>> } =
  {
    frechet: ({ id }, sides) => frechetOfSubsets(id, sides),
    kernel: mmdOfSubsets,
    'inception-score': async ({ id }, sides) => inceptionScoreOfSubsets(id, sides),
  };

/** Metrics that can be compared on subsets. */
const COMPARABLE: readonly string[] = METRICS.filter(({ subsets }) => subsets === 'family').map(
  ({ id }) => id,
);

/** @throws OptionError CONFLICTING_OPTIONS for a metric that has no engine for subsets */
export function requireComparable(metrics: readonly MetricDefinition[]): void {
  const others = metrics.filter(({ id }) => !COMPARABLE.includes(id));
  if (others.length === 0) return;
  throw new OptionError('CONFLICTING_OPTIONS', {
    where: `--metric ${others.map(({ id }) => id).join(',')}`,
    expected: `compare takes ${COMPARABLE.join(', ')}`,
    help: 'Filter the images with steadfid filter, and score kept and dropped.',
  });
}

function pooledRows(
  pool: ImagePool,
  set: EmbeddedSet,
  rows: 'embeddings' | 'logits',
  metric: string,
): PooledRows {
  const found = rows === 'embeddings' ? requireEmbeddings(set, metric) : requireLogits(set, metric);
  return PooledRows.join(pool, { source: set.source, ids: set.ids, rows: found });
}

/**
 * The engine of one quality metric, by its parameters; undefined where its family has none of its own.
 *
 * @throws InputError MISSING_IDS, once it is opened, if the embeddings carry no ids
 */
export function subsetMetricOf(
  metric: MetricDefinition,
  { reference, generated }: Comparison,
  { pool, algebra }: PooledSides,
): (() => Promise<SubsetMetric>) | undefined {
  const engine = ENGINES[metric.family.kind] as SubsetEngineOf<MetricFamily> | undefined;
  if (engine === undefined) return undefined;
  const uses = metric.uses === 'logits' ? 'logits' : 'embeddings';
  return () =>
    engine(metric, { reference, generated: pooledRows(pool, generated, uses, metric.id), algebra });
}

interface PooledSides {
  readonly pool: ImagePool;
  readonly algebra: Algebra;
}

/**
 * Engines for the metrics of one group, which share their embeddings: each metric's own, and precision, recall, density and
 * coverage once, if they are asked for or a Fréchet distance is. A metric whose numbers overflow is left out with the reason.
 *
 * @param only  the one metric whose engine is wanted, or null for fidelity and diversity; default: all
 * @param beside  whether fidelity and diversity are still wanted, or were measured in another group
 * @throws InputError MISSING_IDS if the embeddings carry no ids
 */
export async function subsetMetricsOf(
  metrics: readonly MetricDefinition[],
  sets: Comparison,
  {
    beside,
    only,
    ...pooled
  }: PooledSides & {
    readonly beside: 'wanted' | 'measured';
    readonly only?: MetricDefinition | null;
  },
): Promise<MeasurableMetrics> {
  const found: MeasurableMetrics[] = [];
  for (const metric of metrics.filter((own) => only === undefined || own === only)) {
    const open = subsetMetricOf(metric, sets, pooled);
    if (open !== undefined) found.push(await measurable([metric.id], async () => [await open()]));
  }
  const needed =
    !only && metrics.some(({ family }) => family.kind === 'frechet' || family.kind === 'neighbors');
  if (needed && beside === 'wanted' && sets.reference.embeddings !== null) {
    const { pool, algebra } = pooled;
    const ids = Object.values(FIDELITY_AND_DIVERSITY).map(({ id }) => id);
    const generated = pooledRows(pool, sets.generated, 'embeddings', ids[0]!);
    const sides = { reference: sets.reference, generated, algebra };
    found.push(await measurable(ids, () => neighborMetricsOfSubsets(sides)));
  }
  return {
    engines: found.flatMap(({ engines }) => engines),
    unmeasured: found.flatMap(({ unmeasured }) => unmeasured),
  };
}
