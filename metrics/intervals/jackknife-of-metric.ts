import type { Comparison, MetricDefinition } from '../metric-definition.js';
import type { Algebra } from '../numerics/algebra.js';
import {
  deleteGroupJackknife,
  type EstimatedInterval,
  type JackknifeBias,
  type JackknifeScale,
} from './delete-group-jackknife.js';
import {
  EACH_GROUP,
  EACH_HALF,
  groupPlan,
  setsWithoutGroups,
  type WithoutGroups,
} from './sets-without-group.js';

/** Standard errors and intervals of a metric's numbers, or why there is none, of one or of all. */
export type IntervalsOf =
  | { readonly estimates: readonly (EstimatedInterval | { readonly reason: string })[] }
  | { readonly reason: string };

/**
 * Intervals of all numbers of a metric by leaving out each of 20 groups of both sides at once, which counts the spread of
 * both and removes the bias of both; where a bias is removed, by halves of both too. A side known by its statistics alone stays, and `method` says so.
 *
 * @param whole  the numbers of all images
 * @param evaluate  the same numbers of other sets
 */
export async function jackknifeOfMetric(
  sets: Comparison,
  {
    metric,
    whole,
    level,
    bias,
    pairVariance = 0,
    scale = 'plain',
    algebra,
    evaluate,
  }: {
    readonly metric: Pick<MetricDefinition, 'id' | 'uses' | 'sides'>;
    readonly whole: readonly number[];
    readonly level: number;
    readonly bias: JackknifeBias;
    /** part of the variance that comes of pairs of images, where it is known */
    readonly pairVariance?: number;
    readonly scale?: JackknifeScale;
    readonly algebra: Algebra;
    readonly evaluate: (left: WithoutGroups) => Promise<readonly number[]>;
  },
): Promise<IntervalsOf> {
  const plan = groupPlan(sets, metric);
  if ('reason' in plan) return plan;
  const leftOut = bias === 'removed' ? [...EACH_GROUP, ...EACH_HALF] : EACH_GROUP;
  const found: (readonly number[])[] = [];
  const options = { plan, uses: metric.uses, metric: metric.id, leftOut, algebra };
  for await (const left of setsWithoutGroups(sets, options)) found.push(await evaluate(left));
  const fixed = plan.fixed.map((side) => `, ${side} fixed`).join('');
  return {
    estimates: whole.map((value, at) => {
      const numbers = found.map((one) => one[at]!);
      const halves = numbers.slice(EACH_GROUP.length);
      const estimate = deleteGroupJackknife({
        value,
        replicates: numbers.slice(0, EACH_GROUP.length),
        ...(halves.length > 0 && { halves }),
        level,
        bias,
        scale,
        pairVariance,
      });
      const method = `${estimate.interval.method}${fixed}`;
      return { ...estimate, interval: { ...estimate.interval, method } };
    }),
  };
}
