import type { SubsetMetric } from '../subset-metrics/subset-metric.js';
import type { ComparisonPlan } from './comparison-plan.js';
import { fewestDraws } from './randomization-test.js';

/**
 * How many random subsets a metric's tests take: those asked for, or its default, or twice what Holm over all tests needs to
 * reach the significance, so that one draw beyond the filtered value does not decide.
 */
export function plannedDraws(
  { defaultDraws }: Pick<SubsetMetric, 'defaultDraws'>,
  { draws, significance }: Pick<ComparisonPlan, 'draws' | 'significance'>,
  tests: number,
): number {
  return draws ?? Math.max(defaultDraws, 2 * fewestDraws({ tests, level: significance }) + 1);
}

/** About how many values of a metric a comparison takes, for the time left: those that scores share are counted once each. */
export function plannedValues(
  {
    scores,
    controls,
    role,
  }: {
    readonly scores: number;
    readonly controls: { readonly detail: number; readonly other: number };
    readonly role: SubsetMetric['role'];
  },
  { draws, doses, doseDraws, groups, curveSteps }: ComparisonPlan & { readonly draws: number },
): number {
  const replicates = groups * (controls.detail > 0 ? 3 : 2);
  const removing = doses.filter((dose) => dose > 0).length;
  const likeDetail = role === 'quality' && controls.detail > 0 ? draws : 0;
  const own =
    3 +
    draws +
    likeDetail +
    controls.detail +
    controls.other +
    replicates +
    removing * (2 + doseDraws) +
    2 * curveSteps;
  return scores * own;
}
