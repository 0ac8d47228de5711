import type { Comparison, MetricDefinition } from '../metric-definition.js';
import type { Algebra } from '../numerics/algebra.js';
import {
  deleteGroupJackknife,
  type EstimatedInterval,
  type JackknifeBias,
} from './delete-group-jackknife.js';
import { groupPlan, setsWithoutGroups, type WithoutGroup } from './sets-without-group.js';

/** Draws the groups; a constant, so that an interval does not change with the seed of the metric. */
const GROUP_SEED = 2020;

/** Standard errors and intervals of a metric's numbers, or why there is none, of one or of all. */
export type IntervalsOf =
  | { readonly estimates: readonly (EstimatedInterval | { readonly reason: string })[] }
  | { readonly reason: string };

/** What is said of a logarithm, of the number itself. */
function exponential({ standardError, interval }: EstimatedInterval, value: number): EstimatedInterval {
  const { low, high, estimate } = interval;
  return {
    standardError: value * standardError,
    interval: {
      ...interval,
      low: Math.exp(low),
      high: Math.exp(high),
      method: `${interval.method} of the logarithm`,
      ...(estimate === undefined ? {} : { estimate: Math.exp(estimate) }),
    },
  };
}

/**
 * Intervals of all numbers of a metric by leaving out each of 20 groups of both sides at once, which counts the spread of
 * both and removes the bias of both. A side known by its statistics alone stays, and `method` says so.
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
    /** `logarithm` where it is the logarithm whose bias is a multiple of 1/n */
    readonly scale?: 'plain' | 'logarithm';
    readonly algebra: Algebra;
    readonly evaluate: (left: WithoutGroup) => Promise<readonly number[]>;
  },
): Promise<IntervalsOf> {
  const plan = groupPlan(sets, metric);
  if ('reason' in plan) return plan;
  const replicates: (readonly number[])[] = [];
  const options = { plan, uses: metric.uses, metric: metric.id, seed: GROUP_SEED, algebra };
  for await (const left of setsWithoutGroups(sets, options)) replicates.push(await evaluate(left));
  const fixed = plan.fixed.map((side) => `, ${side} fixed`).join('');
  return {
    estimates: whole.map((value, at) => {
      const numbers = replicates.map((replicate) => replicate[at]!);
      const estimate =
        scale === 'logarithm'
          ? exponential(
              deleteGroupJackknife({
                value: Math.log(value),
                replicates: numbers.map(Math.log),
                level,
                bias,
              }),
              value,
            )
          : deleteGroupJackknife({ value, replicates: numbers, level, bias, pairVariance });
      const method = `${estimate.interval.method}${fixed}`;
      return { ...estimate, interval: { ...estimate.interval, method } };
    }),
  };
}
