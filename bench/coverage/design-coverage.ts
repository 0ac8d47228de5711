import { metricById } from '../../metrics/metric-catalog.js';
import { plainAlgebra } from '../../numerics/algebra.js';
import { mean, standardDeviation } from '../../numerics/mean-and-variance.js';
import { seededRandom } from '../../numerics/seeded-random.js';
import type { DesignWorld } from './design-worlds.js';

/** How often the interval of a metric held the truth where images are drawn by a design. */
export interface DesignCoverage {
  readonly world: string;
  readonly about: string;
  readonly metric: string;
  readonly n: number;
  readonly truth: number;
  readonly evaluations: number;
  /** of the intervals that were given; null where there was none */
  readonly coverage: number | null;
  /** intervals that lie below the truth, and above it; and values without one */
  readonly below: number;
  readonly above: number;
  readonly without: number;
  readonly meanValue: number;
  /** mean and standard deviation of the estimates, and mean standard error that was given */
  readonly meanEstimate: number | null;
  readonly spread: number | null;
  readonly meanStandardError: number | null;
  /** how many evaluations gave each warning */
  readonly warnings: Readonly<Record<string, number>>;
}

const known = new Map<string, Readonly<Record<string, number>>>();

/** The asymptotic value in a world. */
export async function truthOfWorld(world: DesignWorld, metric: string): Promise<number> {
  const truths = known.get(world.name) ?? (await world.truth());
  known.set(world.name, truths);
  return truths[metric]!;
}

/** Evaluates a metric on fresh sets, and counts. */
export async function designCoverage(
  world: DesignWorld,
  {
    metric,
    n,
    evaluations,
    seed,
    truth,
  }: {
    readonly metric: string;
    readonly n: number;
    readonly evaluations: number;
    readonly seed: number;
    readonly truth: number;
  },
): Promise<DesignCoverage> {
  const counts = { held: 0, below: 0, above: 0, without: 0 };
  const values: number[] = [];
  const estimates: number[] = [];
  const errors: number[] = [];
  const warnings: Record<string, number> = {};
  for (let i = 0; i < evaluations; i++) {
    const sets = world.draw(n, seededRandom(seed, world.name, n, i));
    const [found] = await metricById(metric).evaluate(
      sets,
      {},
      { interval: { level: 0.95 }, algebra: plainAlgebra },
    );
    const { value, interval, standardError } = found!;
    values.push(value!);
    for (const { code } of found!.warnings) warnings[code] = (warnings[code] ?? 0) + 1;
    if (interval === undefined) {
      counts.without++;
      continue;
    }
    estimates.push(interval.unclippedEstimate ?? interval.estimate ?? value!);
    errors.push(standardError!);
    if (interval.high < truth) counts.below++;
    else if (interval.low > truth) counts.above++;
    else counts.held++;
  }
  return {
    world: world.name,
    about: world.about,
    metric,
    n,
    truth,
    evaluations,
    coverage: counts.without === evaluations ? null : counts.held / (evaluations - counts.without),
    below: counts.below,
    above: counts.above,
    without: counts.without,
    meanValue: mean(values)!,
    meanEstimate: mean(estimates) ?? null,
    spread: standardDeviation(estimates, 1) ?? null,
    meanStandardError: mean(errors) ?? null,
    warnings,
  };
}
