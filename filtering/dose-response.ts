import { spearmanCorrelation } from '../numerics/order-statistics.js';
import type { PooledScore } from '../uncertainty/image-pool.js';
import { OPPOSITE } from '../uncertainty/keep-rule.js';
import type { ComparisonPlan } from './comparison-plan.js';
import type { Dose } from './filter-effect.js';
import { allIndices, extremeIndices } from './kept-indices.js';
import type { MetricRun } from './metric-run.js';
import { randomizationTest } from './randomization-test.js';

/**
 * The metric as more and more of the images are removed by a score, its inverse and chance, all at equal n for each share.
 *
 * @param keep  the side of the score that the rule keeps
 */
export async function doseResponse(
  run: MetricRun,
  score: PooledScore,
  keep: 'low' | 'high',
  { doses, doseDraws }: Pick<ComparisonPlan, 'doses' | 'doseDraws'>,
): Promise<Dose[]> {
  const all = allIndices(score.pool.size);
  const response: Dose[] = [];
  for (const removed of doses) {
    const n = doseSize(all.length, removed);
    if (n >= all.length) {
      const value = await run.value(all);
      const random = { mean: value, standardDeviation: 0, low: value, high: value };
      response.push({ removed, n: all.length, filtered: value, inverse: value, random });
      continue;
    }
    const kept = extremeIndices(score.values, { count: n, keep }, run.part());
    const filtered = await run.value(kept);
    const inverse = await run.value(
      extremeIndices(score.values, { count: n, keep: OPPOSITE[keep] }, run.part()),
    );
    const { mean, standardDeviation, band } = randomizationTest(
      filtered,
      await run.randomValues(kept, doseDraws),
    );
    response.push({ removed, n, filtered, inverse, random: { mean, standardDeviation, ...band } });
  }
  return response;
}

/** Images that are left of `n` when a share is removed. */
export function doseSize(n: number, removed: number): number {
  return Math.max(2, Math.round(n * (1 - removed)));
}

/** Spearman's correlation of the share removed with the improvement over chance; null for fewer than three shares. */
export function doseTrend(
  doses: readonly Dose[],
  direction: 'lower-is-better' | 'higher-is-better',
): number | null {
  const removing = doses.filter(({ removed }) => removed > 0);
  if (removing.length < 3) return null;
  const better = direction === 'lower-is-better' ? 1 : -1;
  const improvements = removing.map(({ filtered, random }) => better * (random.mean - filtered));
  const shares = removing.map(({ removed }) => removed);
  return spearmanCorrelation(shares, improvements) ?? null;
}
