import { deleteGroupJackknife } from '../metrics/intervals/delete-group-jackknife.js';
import type { Interval } from '../metrics/metric-definition.js';
import { mean, standardDeviation } from '../numerics/mean-and-variance.js';
import type { Resolution } from '../numerics/number-text.js';
import { quantile } from '../numerics/order-statistics.js';

/** A filtered value among the values of random subsets of the same size from the same pool. */
export interface RandomizationTest {
  readonly draws: number;
  readonly mean: number;
  /** over the draws, ddof 1 */
  readonly standardDeviation: number;
  /** 2.5 % and 97.5 % of the draws */
  readonly band: { readonly low: number; readonly high: number };
  /** the value less the mean, in standard deviations; null where all draws are equal */
  readonly z: number | null;
  /** (1 + draws as low or lower)/(B + 1) */
  readonly pLower: number;
  /** (1 + draws as high or higher)/(B + 1) */
  readonly pHigher: number;
  /** twice the smaller, at most 1 */
  readonly pTwoSided: number;
}

/**
 * Randomization test: exact for the fixed pool, whatever the metric and its bias, since under the hypothesis the filtered
 * subset is one more random one.
 *
 * @param value  of the filtered subset
 * @param draws  of random subsets of the same size, at least two
 *
 * Source: Phipson and Smyth 2010, doi:10.2202/1544-6115.1585, eq. 2.
 *
 * @example
 * randomizationTest(1, [2, 3, 4]).pLower; // 0.25
 */
export function randomizationTest(value: number, draws: ArrayLike<number>): RandomizationTest {
  const count = draws.length;
  const values = Float64Array.from(draws);
  const pLower = (1 + values.filter((draw) => draw <= value).length) / (count + 1);
  const pHigher = (1 + values.filter((draw) => draw >= value).length) / (count + 1);
  const center = mean(values)!;
  const spread = standardDeviation(values, 1)!;
  return {
    draws: count,
    mean: center,
    standardDeviation: spread,
    band: { low: quantile(values, 0.025)!, high: quantile(values, 0.975)! },
    z: spread > 0 ? (value - center) / spread : null,
    pLower,
    pHigher,
    pTwoSided: Math.min(1, 2 * Math.min(pLower, pHigher)),
  };
}

/** Whether no draw was as far off as the value: more draws might give a smaller p. */
export function resolutionOf({
  draws,
  pLower,
  pHigher,
}: Pick<RandomizationTest, 'draws' | 'pLower' | 'pHigher'>): Resolution {
  return Math.min(pLower, pHigher) * (draws + 1) < 1.5 ? 'smallest' : 'above';
}

/**
 * The fewest draws whose smallest two-sided p, after Holm over all tests, can fall to the level.
 *
 * @example
 * fewestDraws({ tests: 1, level: 0.05 }); // 39
 */
export function fewestDraws({ tests, level }: { readonly tests: number; readonly level: number }): number {
  return Math.ceil((2 * tests) / level - 1e-9) - 1;
}

/** An estimate with what its replicates say of its spread. */
export interface EstimateWithInterval {
  readonly value: number;
  readonly standardError: number;
  readonly interval: Pick<Interval, 'low' | 'high' | 'level' | 'method'>;
}

/**
 * Delete-group jackknife of a difference at equal n: the estimate is not corrected, because the biases of both subsets cancel.
 *
 * @param estimate  from all images
 * @param replicates  the same, each without one of g groups
 */
export function groupJackknife(
  estimate: number,
  replicates: readonly number[],
  { level }: { readonly level: number },
): EstimateWithInterval {
  const { standardError, interval } = deleteGroupJackknife({
    value: estimate,
    replicates,
    level,
    bias: 'kept',
  });
  const { low, high, method } = interval;
  return { value: estimate, standardError, interval: { low, high, level, method } };
}
