import type { FilterStability } from '../../sample-size-study/stability-report.js';
import { filterDesign, filterStudyReport } from '../../test/support/filter-study.js';
import type { StabilityTruth, StabilityWorld } from './stability-worlds.js';

/** Sizes of the draws, as shares of the pool. */
const SHARES = [1 / 8, 1 / 4, 1 / 2, 3 / 4, 1];
/** Size, as a share of the pool, at which the variance is compared with theory. */
const VARIANCE_AT = 1 / 4;

/** What one study found: for each quantity whether its interval holds what is true. */
export interface StabilityTrial {
  readonly held: Readonly<Record<string, boolean>>;
  readonly kinds: readonly string[];
  /** n·s² of the filtered set; null where none is compared */
  readonly variance: number | null;
  /** whether the bias slope is significantly lower than that of random subsets */
  readonly isSlopeLower: boolean;
  /** whether the report says that diversity fell */
  readonly isNarrowed: boolean;
}

const holds = (interval: { readonly low: number; readonly high: number }, truth: number) =>
  interval.low <= truth && truth <= interval.high;

function heldOf(one: FilterStability, truth: StabilityTruth): readonly (readonly [string, boolean])[] {
  const { ratio, slope, limit } = truth;
  const ratios = {
    'standard deviation': one.standardDeviation,
    'coefficient of variation': one.coefficientOfVariation,
    value: one.value,
  };
  return [
    ...Object.entries(ratios).flatMap(([name, found]) =>
      found === null || ratio === null ? [] : [[name, holds(found, ratio)] as const],
    ),
    ...(one.exponent === null || ratio === null ? [] : [['exponent', holds(one.exponent, 0)] as const]),
    ...(one.slope === null || slope === null ? [] : [['bias slope', holds(one.slope, slope)] as const]),
    ...(one.limit === null || limit === null ? [] : [['asymptotic value', holds(one.limit, limit)] as const]),
  ];
}

/** A whole study of one draw of a world, as `steadfid study` runs it. */
export async function stabilityTrial(
  { metrics, rule, order, world, truths, variance }: StabilityWorld,
  { seed, n, repeats }: { readonly seed: number; readonly n: number; readonly repeats: number },
): Promise<StabilityTrial> {
  const pool = order === 'draw' ? n : Math.floor(0.7 * n); // what every rule keeps of the pool
  const sizes = SHARES.map((share) => Math.round(share * pool));
  const design = await filterDesign({
    ...{ metrics, sizes, repeats, cheapRepeats: repeats, seed, filterOrder: order },
    rule,
  });
  const {
    stability = [],
    stabilityVerdicts = [],
    curves,
    summary,
  } = await filterStudyReport(design, world({ n, seed }));
  const held = stability.flatMap((one) => {
    const truth = truths[one.role];
    return truth === undefined
      ? []
      : heldOf(one, truth).map(([name, is]) => [`${name}, ${one.role}`, is] as const);
  });
  const at = Math.round(VARIANCE_AT * pool);
  const deviation = curves
    .find(({ arm, metric }) => arm === 'filtered' && metric === 'fid')
    ?.points.find(({ sampleSize }) => sampleSize === at)?.independentDeviation;
  const slope = stability.find(({ role, metric }) => role === 'random' && metric === 'fid')?.slope ?? null;
  return {
    held: Object.fromEntries(held),
    kinds: stabilityVerdicts.filter(({ metric }) => metrics[0] === metric).map(({ kind }) => kind),
    variance: variance === null || deviation == null ? null : at * deviation ** 2,
    isSlopeLower: slope !== null && slope.high < 0,
    isNarrowed: summary.some((line) => line.includes('less diverse')),
  };
}
