import type { EmbeddedSet } from '../../encoders/embedded-set.js';
import { OptionError } from '../../errors.js';
import { requireEmbeddings, requireLogits } from '../../metrics/comparable-sets.js';
import type { Comparison, MetricDefinition } from '../../metrics/metric-definition.js';
import type { Algebra } from '../../metrics/numerics/algebra.js';
import type { ImagePool } from '../image-pool.js';
import { PooledRows } from '../pooled-rows.js';
import { frechetOfSubsets } from './frechet-of-subsets.js';
import { inceptionScoreOfSubsets } from './inception-score-of-subsets.js';
import { cmmdOfSubsets, kidOfSubsets } from './mmd-of-subsets.js';
import { neighborMetricsOfSubsets } from './neighbor-metrics-of-subsets.js';
import type { SubsetMetric } from './subset-metric.js';

/** Protocols that are a Fréchet distance. */
const FRECHET = ['fid', 'fid-tf', 'fid-clean', 'clip-fid', 'fd-dinov2'];
const NEIGHBORS = ['precision-recall', 'prdc'];

/** Metrics that can be compared on subsets. */
export const COMPARABLE: readonly string[] = [...FRECHET, 'is', 'kid', 'cmmd', 'cmmd-v', ...NEIGHBORS];

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
 * Engines for the metrics of one group, which share their embeddings: each metric's own, and precision, recall, density and
 * coverage once, if they are asked for or a Fréchet distance is.
 *
 * @throws InputError MISSING_IDS if the embeddings carry no ids
 */
export async function subsetMetricsOf(
  metrics: readonly MetricDefinition[],
  { reference, generated }: Comparison,
  {
    pool,
    algebra,
    beside,
  }: {
    readonly pool: ImagePool;
    readonly algebra: Algebra;
    /** whether fidelity and diversity are still wanted, or were measured in another group */
    readonly beside: 'wanted' | 'measured';
  },
): Promise<SubsetMetric[]> {
  const found: SubsetMetric[] = [];
  const sides = (id: string) => ({
    reference,
    generated: pooledRows(pool, generated, 'embeddings', id),
    algebra,
  });
  for (const { id } of metrics) {
    if (FRECHET.includes(id)) found.push(await frechetOfSubsets(id, sides(id)));
    if (id === 'cmmd') found.push(await cmmdOfSubsets(sides(id), 'unbiased'));
    if (id === 'cmmd-v') found.push(await cmmdOfSubsets(sides(id), 'biased'));
    if (id === 'kid') found.push(await kidOfSubsets(sides(id)));
    if (id === 'is') {
      found.push(
        inceptionScoreOfSubsets({ reference, generated: pooledRows(pool, generated, 'logits', id) }),
      );
    }
  }
  const needed = metrics.some(({ id }) => FRECHET.includes(id) || NEIGHBORS.includes(id));
  if (needed && beside === 'wanted' && reference.embeddings !== null) {
    found.push(...(await neighborMetricsOfSubsets(sides('precision-recall'))));
  }
  return found;
}
