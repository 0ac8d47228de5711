import { BEYOND_DETAIL, type BeyondDetailConstants, detailMatch } from './beyond-detail.js';
import type { ComparisonPlan } from './comparison-plan.js';
import { doseSize } from './dose-response.js';
import { filterEffectOf, type PooledControl, type ThresholdedScore } from './filter-effect-of.js';
import { keepDecision, keepProbabilities } from './keep-decision.js';
import { extremeIndices } from './kept-indices.js';
import type { MetricRun } from './metric-run.js';
import { halves, splitHalf } from './split-half.js';

/** What is compared by one metric. */
export interface MetricComparison {
  readonly run: MetricRun;
  readonly scores: readonly ThresholdedScore[];
  readonly controls: readonly PooledControl[];
  readonly plan: ComparisonPlan & { readonly draws: number };
  readonly splitHalf: 'on' | 'off';
}

/** Subsets that are drawn, of which any may be taken alone. */
interface DrawnSubsets {
  readonly draws: number;
  subset(draw: number): Uint32Array;
}

/**
 * All subsets that a comparison draws for one metric: random ones of the filtered size and of each dose, of the other half, and those
 * matched on detail, which `filterEffects` takes only where there is a change to be explained.
 */
async function drawnSubsets(
  { run, scores, controls, plan, splitHalf }: MetricComparison,
  constants: BeyondDetailConstants,
): Promise<readonly DrawnSubsets[]> {
  const { seed, draws, doseDraws } = plan;
  const { pool, role } = run.metric;
  const random = (kept: Uint32Array, count: number): DrawnSubsets => ({
    draws: count,
    subset: (draw) => run.randomSubset(kept, draw),
  });
  const sizes = plan.doses.map((removed) => doseSize(pool.size, removed)).filter((size) => size < pool.size);
  const drawn: DrawnSubsets[] = [];
  const details = controls.filter(({ family }) => family === 'detail').map(({ score }) => score);
  for (const thresholded of scores) {
    const { score, rule } = thresholded;
    const decision = keepDecision(score, rule, { seed });
    const doses = sizes.map((count) => extremeIndices(score.values, { count, keep: rule.keep }, run.part()));
    drawn.push(random(decision.kept, draws), ...doses.map((kept) => random(kept, doseDraws)));
    if (role !== 'quality') continue;
    const filter = { kept: decision.kept, probabilities: keepProbabilities(score.values, decision) };
    const match = await detailMatch(run, filter, { details, seed, constants });
    if (!('reason' in match))
      drawn.push({ draws, subset: match.matched }, { draws: 1, subset: () => match.copy });
    const other = splitHalf === 'on' ? halves(thresholded, { seed, design: run.design }) : null;
    if (other !== null) drawn.push({ draws, subset: other.random });
  }
  return drawn;
}

/** The values of a stretch of all drawn subsets: part `index` of `count`, from 0. They are in `run.values` then. */
export async function drawnValues(
  comparison: MetricComparison,
  { index, count }: { readonly index: number; readonly count: number },
  constants = BEYOND_DETAIL,
): Promise<void> {
  for (const { draws, subset } of await drawnSubsets(comparison, constants)) {
    const [from, end] = [index, index + 1].map((part) => Math.floor((draws * part) / count));
    await comparison.run.drawnValues(subset, { from: from!, end: end! });
  }
}

/** The fewest draws: they find nothing significant, so that nothing is drawn to explain it. */
const FEWEST = 2;

/** The values of all subsets that are not drawn: filtered, inverse, of controls, of the jackknife and of removed shares. */
export async function undrawnValues(
  { run, scores, controls, plan, splitHalf: halved }: MetricComparison,
  constants = BEYOND_DETAIL,
): Promise<void> {
  for (const score of scores) {
    await filterEffectOf(run, score, controls, { ...plan, draws: FEWEST, doseDraws: FEWEST }, constants);
    if (halved === 'on' && run.metric.role === 'quality')
      await splitHalf(run, score, { seed: plan.seed, draws: FEWEST });
  }
}
