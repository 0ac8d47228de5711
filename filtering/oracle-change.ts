import type { PooledScore } from '../uncertainty/image-pool.js';
import { allIndices, extremeIndices } from './kept-indices.js';
import type { MetricRun } from './metric-run.js';

/** Parts of the filter's removal that are tried: the oracle is linear, and overshoots where little is wrong. */
const PARTS = [0.25, 0.5, 0.75, 1];

/**
 * The best change, against chance at the same n, that a score which knows the metric gives by dropping as many images as a
 * filter does, or fewer; 0 where it makes nothing better.
 *
 * @param oracle  to be dropped from the highest
 * @param filter  how many the filter keeps, the value of all images, and the slope of the metric in 1/n
 */
export async function oracleChange(
  run: MetricRun,
  oracle: PooledScore,
  { n, whole, slope }: { readonly n: number; readonly whole: number; readonly slope: number },
): Promise<number> {
  const all = allIndices(oracle.pool.size);
  const better = run.metric.direction === 'lower-is-better' ? -1 : 1;
  let best = 0;
  for (const part of PARTS) {
    const count = all.length - Math.round(part * (all.length - n));
    const value = await run.value(extremeIndices(oracle.values, { count, keep: 'low' }, run.part()));
    const change = value - (whole + slope * (1 / count - 1 / all.length));
    if (better * change > better * best) best = change;
  }
  return best;
}
