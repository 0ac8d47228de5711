import { randomGroups } from '../metrics/intervals/delete-group-jackknife.js';
import { PooledScore } from '../uncertainty/image-pool.js';
import type { SubsetMetric } from './subset-metrics/subset-metric.js';

/**
 * A score that knows the metric: the influence of each image as seen from the half of the pool that it is not in. It gains
 * what there is to gain, and nothing from having seen the images that it judges: on a perfect generator it is a random score.
 *
 * @returns null where the metric's engine has no influence
 */
export async function oracleScore(metric: SubsetMetric, seed: number): Promise<PooledScore | null> {
  const { influence, pool } = metric;
  if (influence === undefined) return null;
  const [first, second] = randomGroups({ n: pool.size, groups: 2, seed });
  const byId = new Map<string, number>();
  for (const [seen, judged] of [
    [first!, second!],
    [second!, first!],
  ] as const) {
    const values = await influence(seen);
    for (const index of judged) byId.set(pool.ids[index]!, values[index]!);
  }
  return PooledScore.join(pool, { name: 'influence', byId, undefinedIds: new Map() }, { source: metric.id });
}
