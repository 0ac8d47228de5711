import { defined } from '../defined.js';
import { OptionError } from '../errors.js';
import { holmAdjusted } from '../numerics/holm-adjusted.js';
import { firstFive } from '../uncertainty/id-match.js';
import { BEYOND_DETAIL, type BeyondDetailConstants } from './beyond-detail.js';
import type { ComparisonPlan } from './comparison-plan.js';
import { designPlan, plannedDraws } from './comparison-plan.js';
import type { FilterEffect } from './filter-effect.js';
import {
  filterEffectOf,
  type PooledControl,
  type ThresholdedScore,
  type UnadjustedEffect,
} from './filter-effect-of.js';
import { type ComparisonWatch, type KnownValues, MetricRun } from './metric-run.js';
import type { PoolDesign } from './pool-design.js';
import type { SubsetMetric } from './subset-metrics/subset-metric.js';
import { verdict } from './verdict.js';

/** What is compared: all of one pool, joined to it by id. */
export interface FilterComparison {
  readonly scores: readonly ThresholdedScore[];
  readonly controls: readonly PooledControl[];
  readonly metrics: readonly SubsetMetric[];
  /** values that were computed before, by the id of the metric */
  readonly known?: KnownValues | undefined;
  /** how the images of the pool were drawn; default: independently of each other */
  readonly design?: PoolDesign | null | undefined;
}

/** Every score and control must be of the pool that the metrics are of. */
function requireOnePool({ scores, controls, metrics }: FilterComparison): void {
  const pool = metrics[0]?.pool;
  if (pool === undefined || scores.length === 0) {
    throw new OptionError('OUT_OF_RANGE', {
      where: 'filterEffects',
      expected: 'needs at least one metric and one score',
      received: `${metrics.length} and ${scores.length}`,
    });
  }
  const strangers = [
    ...metrics.map(({ id, pool: own }) => ({ name: id, own })),
    ...[...scores, ...controls].map(({ score }) => ({ name: `"${score.name}"`, own: score.pool })),
  ].filter(({ own }) => own !== pool);
  if (strangers.length > 0) {
    throw new OptionError('CONFLICTING_OPTIONS', {
      where: 'filterEffects',
      expected: `scores, controls and metrics must be joined to one and the same pool, that of ${metrics[0]!.id}`,
      received: `another of ${firstFive(strangers.map(({ name }) => name))}`,
    });
  }
}

/** Pairs of a score and a quality metric, over which p values are adjusted. */
export function testsOf({ scores, metrics }: Pick<FilterComparison, 'scores' | 'metrics'>): number {
  return scores.length * metrics.filter(({ role }) => role === 'quality').length;
}

/** Unknown is 1. */
function pBeyondDetail({ beyondDetail }: UnadjustedEffect): number {
  return 'reason' in beyondDetail ? 1 : beyondDetail.test.pTwoSided;
}

/**
 * Filtered against unfiltered at equal n, for every score and every metric: against random subsets of the same size, the
 * inverse filter and every control, with intervals, dose–response and sparsification; then Holm over every pair of score
 * and quality metric, and a verdict for each.
 *
 * @throws OptionError CONFLICTING_OPTIONS if anything is of another pool
 * @throws OptionError OUT_OF_RANGE if a rule keeps nothing or everything
 * @throws InterruptedError INTERRUPTED once the watch's signal is aborted
 */
export async function filterEffects(
  comparison: FilterComparison,
  given: ComparisonPlan,
  watch: ComparisonWatch = {},
  constants: BeyondDetailConstants = BEYOND_DETAIL,
): Promise<FilterEffect[]> {
  requireOnePool(comparison);
  const { scores, controls, metrics, known, design = null } = comparison;
  const plan = designPlan(given, design);
  const tests = testsOf(comparison);
  const effects: UnadjustedEffect[] = [];
  for (const metric of metrics) {
    const run = new MetricRun(metric, {
      seed: plan.seed,
      watch,
      design,
      ...defined({ known: known?.get(metric.id) }),
    });
    const draws = plannedDraws(metric, plan, tests);
    for (const score of scores)
      effects.push(await filterEffectOf(run, score, controls, { ...plan, draws }, constants));
  }
  const judged = effects.filter(({ role }) => role === 'quality');
  const adjusted = holmAdjusted(judged.map(({ random }) => random.pTwoSided));
  // a filter does more than its detail if it does more than chance and more than its detail: the larger p of the two
  const beyond = holmAdjusted(
    judged.map((effect) => Math.max(effect.random.pTwoSided, pBeyondDetail(effect))),
  );
  return effects.map((effect) => {
    const index = judged.indexOf(effect);
    const { beyondDetail: own } = effect;
    const beyondDetail = 'reason' in own ? own : { ...own, pHolm: beyond[index]! };
    if (index < 0) return { ...effect, beyondDetail, pHolm: null, verdict: null };
    const withHolm = { ...effect, beyondDetail, pHolm: adjusted[index]! };
    return { ...withHolm, verdict: verdict(withHolm, plan, tests) };
  });
}
