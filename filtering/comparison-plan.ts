import { OptionError } from '../errors.js';
import { DEFAULT_TIE_SEED } from './keep-decision.js';
import type { PoolDesign } from './pool-design.js';
import { fewestDraws } from './randomization-test.js';
import type { SubsetMetric } from './subset-metrics/subset-metric.js';

/** Everything that a comparison does beside its data: printed into its report, enough to repeat it. */
export interface ComparisonPlan {
  readonly seed: number;
  /** random subsets of the filtered size; null: each metric's own default, raised until Holm can reach the level */
  readonly draws: number | null;
  /** shares removed for the dose–response */
  readonly doses: readonly number[];
  /** random subsets at each dose */
  readonly doseDraws: number;
  /** steps of the sparsification curve from 0 to half of the images removed */
  readonly curveSteps: number;
  /** groups of the delete-group jackknife */
  readonly groups: number;
  /** of the intervals */
  readonly intervalLevel: number;
  /** family-wise error of the verdicts */
  readonly significance: number;
  /** the smallest change, as a share of the random subsets' mean, that would matter to the reader */
  readonly smallestEffect: number;
}

export const DEFAULT_PLAN: ComparisonPlan = {
  seed: DEFAULT_TIE_SEED,
  draws: null,
  doses: [0, 0.02, 0.05, 0.1, 0.16, 0.25, 0.5],
  doseDraws: 20,
  curveSteps: 10,
  groups: 20,
  intervalLevel: 0.95,
  significance: 0.05,
  smallestEffect: 0.05,
};

function requireRange(where: string, value: number, low: number, high: number, expected: string): void {
  if (value >= low && value <= high) return;
  throw new OptionError('OUT_OF_RANGE', { where, expected, received: String(value) });
}

/** @throws OptionError OUT_OF_RANGE naming the flag whose number is impossible */
export function comparisonPlan(given: Partial<ComparisonPlan> = {}): ComparisonPlan {
  const plan = { ...DEFAULT_PLAN, ...given };
  if (plan.draws !== null)
    requireRange('--draws', plan.draws, 19, 1e6, 'must be a whole number from 19 to 1000000');
  requireRange('--dose-draws', plan.doseDraws, 2, 1e6, 'must be a whole number from 2 to 1000000');
  requireRange('--groups', plan.groups, 5, 1000, 'must be a whole number from 5 to 1000');
  requireRange('--smallest-effect', plan.smallestEffect, 1e-9, 1, 'must be a share above 0 and at most 1');
  for (const dose of plan.doses)
    requireRange('--doses', dose, 0, 0.95, 'a share removed must lie from 0 to 0.95');
  return plan;
}

/** A plan for images that were drawn by a design: the groups of its jackknife are those that keep to it. */
export function designPlan(plan: ComparisonPlan, design: PoolDesign | null): ComparisonPlan {
  return design === null ? plan : { ...plan, groups: design.groups.length };
}

/** Groups of the jackknife: those of the plan, or one for each image of a smaller pool. */
export function jackknifeGroups({ groups }: Pick<ComparisonPlan, 'groups'>, n: number): number {
  return Math.min(groups, n);
}

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
  const detailMatched = role === 'quality' && controls.detail > 0 ? draws + 1 : 0;
  const own =
    3 +
    draws +
    detailMatched +
    2 * controls.detail +
    controls.other +
    replicates +
    removing * (2 + doseDraws) +
    2 * curveSteps;
  return scores * own;
}
