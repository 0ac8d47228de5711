import type { PooledScore } from '../uncertainty/image-pool.js';
import type { Sparsification } from './filter-effect.js';
import { allIndices, extremeIndices } from './kept-indices.js';
import type { MetricRun } from './metric-run.js';

const MOST_REMOVED = 0.5;

/** Area under a curve by trapezoids. */
function area(shares: readonly number[], heights: readonly number[]): number {
  let sum = 0;
  for (let i = 1; i < shares.length; i++) {
    sum += ((heights[i]! + heights[i - 1]!) / 2) * (shares[i]! - shares[i - 1]!);
  }
  return sum;
}

/**
 * Metric against share removed, from none to half, with the areas between it, chance and the oracle.
 *
 * @param slope  of the metric in 1/n, from the random subsets: what chance alone does at smaller n
 * @param oracle  what knows the metric, to be dropped from the highest; null where nothing does
 *
 * Source: Ilg et al. 2018, arXiv:1802.07095 (sparsification, AUSE); Poggi et al. 2020, arXiv:2005.06209 (AURG), with the metric
 * of the whole subset in place of a mean error.
 */
export async function sparsification(
  run: MetricRun,
  score: PooledScore,
  keep: 'low' | 'high',
  {
    steps,
    slope,
    oracle,
  }: { readonly steps: number; readonly slope: number; readonly oracle: PooledScore | null },
): Promise<Sparsification> {
  const all = allIndices(score.pool.size);
  const better = run.metric.direction === 'lower-is-better' ? 1 : -1;
  const removed = Array.from({ length: steps + 1 }, (_, step) => (MOST_REMOVED * step) / steps);
  const sizes = removed.map((share) => Math.max(2, Math.round(all.length * (1 - share))));
  const whole = await run.value(all);
  const curve = async (by: PooledScore, side: 'low' | 'high'): Promise<number[]> => {
    const values: number[] = [];
    for (const count of sizes)
      values.push(await run.value(extremeIndices(by.values, { count, keep: side }, run.part())));
    return values;
  };
  const filtered = await curve(score, keep);
  const random = sizes.map((n) => whole + slope * (1 / n - 1 / all.length));
  const best = oracle === null ? null : await curve(oracle, 'low');
  return {
    removed,
    filtered,
    random,
    oracle: best,
    ause: best === null ? null : better * (area(removed, filtered) - area(removed, best)),
    aurg: better * (area(removed, random) - area(removed, filtered)),
  };
}
