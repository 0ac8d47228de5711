import { metricById } from '../../metrics/metric-catalog.js';
import type { MetricValue } from '../../metrics/metric-definition.js';
import { fastAlgebra } from '../../numerics/fast-algebra.js';
import { mean, standardDeviation } from '../../numerics/mean-and-variance.js';
import { seededRandom } from '../../numerics/seeded-random.js';
import { simulatedSet } from '../measuring/simulated-set.js';
import type { CoverageCase } from './cases.js';

/** How often the interval of one number held the truth. */
export interface Coverage {
  readonly name: string;
  readonly result: string;
  readonly method: string;
  readonly n: { readonly reference: number; readonly generated: number };
  readonly truth: number;
  readonly truthIs: 'exact' | 'mean of the simulated values at this n';
  readonly evaluations: number;
  readonly coverage: number;
  /** mean value as the protocol gives it, and mean of what the intervals are around */
  readonly meanValue: number;
  readonly meanMiddle: number;
  /** standard deviation of the middles, and mean standard error that was given */
  readonly spread: number;
  readonly meanStandardError: number;
}

/** What the interval is around: the value, or what it estimates without bias. */
function middle({ value, interval }: MetricValue): number {
  return interval!.estimate ?? value!;
}

/** An interval that is not given, since all of it lies where no limit can be, holds nothing. */
function holds(interval: MetricValue['interval'], target: number): boolean {
  return interval !== undefined && interval.low <= target && target <= interval.high;
}

/** Evaluates a metric on `evaluations` fresh pairs of sets, and counts. */
export async function simulatedCoverage(
  { name, metric, parameters, n, reference, generated, truth }: CoverageCase,
  {
    evaluations,
    level,
    seed,
  }: { readonly evaluations: number; readonly level: number; readonly seed: number },
): Promise<readonly Coverage[]> {
  const definition = metricById(metric);
  const found: (readonly MetricValue[])[] = [];
  for (let i = 0; i < evaluations; i++) {
    const random = seededRandom(seed, name, i);
    const sets = {
      reference: simulatedSet('reference', reference.draw(n.reference, random)),
      generated: simulatedSet('generated', generated.draw(n.generated, random)),
    };
    found.push(await definition.evaluate(sets, parameters, { interval: { level }, algebra: fastAlgebra }));
  }
  return definition.results.map(({ id }, at) => {
    const values = found.map((numbers) => numbers[at]!);
    const target = truth ?? mean(values.map(({ value }) => value!))!;
    const known = values.filter(({ interval }) => interval !== undefined);
    const held = values.filter(({ interval }) => holds(interval, target)).length;
    return {
      name,
      result: id,
      method: values.find(({ interval }) => interval !== undefined)!.interval!.method,
      n,
      truth: target,
      truthIs: truth === null ? 'mean of the simulated values at this n' : 'exact',
      evaluations,
      coverage: held / evaluations,
      meanValue: mean(values.map(({ value }) => value!))!,
      meanMiddle: mean(known.map(middle))!,
      spread: standardDeviation(known.map(middle), 1)!,
      meanStandardError: mean(known.map(({ standardError }) => standardError!))!,
    };
  });
}
