import type { EmbeddedSet } from '../../encoders/embedded-set.js';
import { OptionError } from '../../errors.js';
import { requireEmbeddings, requireLogits } from '../../metrics/comparable-sets.js';
import type { Comparison, MetricDefinition } from '../../metrics/metric-definition.js';
import type { Algebra } from '../../numerics/algebra.js';
import type { ImagePool } from '../../uncertainty/image-pool.js';
import { PooledRows } from '../../uncertainty/image-pool.js';
import { frechetOfSubsets } from './frechet-of-subsets.js';
import { inceptionScoreOfSubsets } from './inception-score-of-subsets.js';
import { cmmdOfSubsets, kidOfSubsets } from './mmd-of-subsets.js';
import { neighborMetricsOfSubsets } from './neighbor-metrics-of-subsets.js';
import type { SubsetMetric } from './subset-metric.js';
import { type MeasurableMetrics, measurable } from './subset-metric.js';

/** Protocols that are a Fréchet distance. */
const FRECHET = ['fid', 'fid-tf', 'fid-clean', 'clip-fid', 'fd-dinov2'];
const NEIGHBORS = ['precision-recall', 'prdc'];

/** Metrics that can be compared on subsets. */
const COMPARABLE: readonly string[] = [...FRECHET, 'is', 'kid', 'cmmd', 'cmmd-v', ...NEIGHBORS];

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

/** What fidelity and diversity are told by. */
const BESIDE = ['precision', 'recall', 'density', 'coverage'];

/** The engine of one quality metric. */
function engineOf(
  id: string,
  { reference, generated }: Comparison,
  pooled: PooledSides,
): Promise<SubsetMetric> {
  const { pool, algebra } = pooled;
  const sides = () => ({ reference, generated: pooledRows(pool, generated, 'embeddings', id), algebra });
  if (id === 'cmmd') return cmmdOfSubsets(sides(), 'unbiased');
  if (id === 'cmmd-v') return cmmdOfSubsets(sides(), 'biased');
  if (id === 'kid') return kidOfSubsets(sides());
  if (id !== 'is') return frechetOfSubsets(id, sides());
  const logits = pooledRows(pool, generated, 'logits', id);
  return Promise.resolve(inceptionScoreOfSubsets({ reference, generated: logits }));
}

interface PooledSides {
  readonly pool: ImagePool;
  readonly algebra: Algebra;
}

/**
 * Engines for the metrics of one group, which share their embeddings: each metric's own, and precision, recall, density and
 * coverage once, if they are asked for or a Fréchet distance is. A metric whose numbers overflow is left out with the reason.
 *
 * @param beside  whether fidelity and diversity are still wanted, or were measured in another group
 * @throws InputError MISSING_IDS if the embeddings carry no ids
 */
export async function subsetMetricsOf(
  metrics: readonly MetricDefinition[],
  sets: Comparison,
  { beside, ...pooled }: PooledSides & { readonly beside: 'wanted' | 'measured' },
): Promise<MeasurableMetrics> {
  const found: MeasurableMetrics[] = [];
  for (const { id } of metrics.filter((metric) => !NEIGHBORS.includes(metric.id))) {
    found.push(await measurable([id], async () => [await engineOf(id, sets, pooled)]));
  }
  const needed = metrics.some(({ id }) => FRECHET.includes(id) || NEIGHBORS.includes(id));
  if (needed && beside === 'wanted' && sets.reference.embeddings !== null) {
    const { pool, algebra } = pooled;
    const generated = pooledRows(pool, sets.generated, 'embeddings', 'precision-recall');
    const sides = { reference: sets.reference, generated, algebra };
    found.push(await measurable(BESIDE, () => neighborMetricsOfSubsets(sides)));
  }
  return {
    engines: found.flatMap(({ engines }) => engines),
    unmeasured: found.flatMap(({ unmeasured }) => unmeasured),
  };
}
