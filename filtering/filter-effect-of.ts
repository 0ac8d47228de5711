import { randomGroups } from '../metrics/intervals/delete-group-jackknife.js';
import { mean } from '../numerics/mean-and-variance.js';
import { spearmanCorrelation } from '../numerics/order-statistics.js';
import type { ControlFamily } from '../uncertainty/control.js';
import type { PooledScore } from '../uncertainty/image-pool.js';
import type { KeepRule } from '../uncertainty/keep-rule.js';
import { residualScore } from '../uncertainty/residual-score.js';
import { type BeyondDetail, beyondDetail } from './beyond-detail.js';
import type { ComparisonPlan } from './comparison-plan.js';
import { doseResponse, doseTrend } from './dose-response.js';
import type { ControlEffect, FilterEffect, ResidualEffect } from './filter-effect.js';
import { keepDecision } from './keep-decision.js';
import { allIndices, extremeIndices, keptIndices } from './kept-indices.js';
import type { MetricRun } from './metric-run.js';
import { oracleChange } from './oracle-change.js';
import { groupJackknife, randomizationTest } from './randomization-test.js';
import { sparsification } from './sparsification.js';

/** A score with the rule that it is used by. */
export interface ThresholdedScore {
  readonly score: PooledScore;
  readonly rule: KeepRule;
}

/** A control score of the same pool. */
export interface PooledControl {
  readonly family: ControlFamily;
  readonly score: PooledScore;
}

/** An effect before the p values of everything tried are adjusted. */
export type UnadjustedEffect = Omit<FilterEffect, 'pHolm' | 'beyondDetail' | 'verdict'> & {
  readonly beyondDetail: BeyondDetail | { readonly reason: string };
};

interface SidedControl {
  readonly control: PooledScore;
  readonly family: ControlFamily;
  readonly keep: 'low' | 'high';
  readonly correlation: number;
  readonly value: number;
}

/** The measure of detail that makes the metric best. */
function strongest(
  controls: readonly SidedControl[],
  direction: FilterEffect['direction'],
): SidedControl | undefined {
  const better = direction === 'lower-is-better' ? 1 : -1;
  return controls.filter(({ family }) => family === 'detail').sort((a, b) => better * (a.value - b.value))[0];
}

const opposite = { low: 'high', high: 'low' } as const;

/** The side of a control to keep, so that it drops what the score's dropped images lean to; null where it is constant. */
function controlSide(
  { score, rule }: ThresholdedScore,
  control: PooledScore,
): { readonly keep: 'low' | 'high'; readonly correlation: number } | null {
  const correlation = spearmanCorrelation(score.values, control.values);
  if (correlation === undefined) return null;
  return { keep: correlation < 0 ? opposite[rule.keep] : rule.keep, correlation };
}

/** What one filter does to one metric, before the p values of everything tried are adjusted. */
export async function filterEffectOf(
  run: MetricRun,
  thresholded: ThresholdedScore,
  controls: readonly PooledControl[],
  plan: ComparisonPlan & { readonly draws: number },
): Promise<UnadjustedEffect> {
  const { score, rule } = thresholded;
  const { metric } = run;
  const all = allIndices(score.pool.size);
  const { kept } = keepDecision(score, rule);
  const n = kept.length;

  const whole = await run.value(all);
  const filtered = await run.value(kept);
  const draws = await run.randomValues(n, plan.draws);
  const test = (value: number) => randomizationTest(value, draws);
  const chance = mean(draws)!;
  const slope = (chance - whole) / (1 / n - 1 / all.length);
  const inverse = await run.value(extremeIndices(score, { count: n, keep: opposite[rule.keep] }, all));

  const sided: SidedControl[] = [];
  for (const { score: control, family } of controls) {
    const side = controlSide(thresholded, control);
    if (side === null) continue;
    const value = await run.value(extremeIndices(control, { count: n, keep: side.keep }, all));
    sided.push({ control, family, ...side, value });
  }
  const bestDetailControl = strongest(sided, metric.direction);

  // every replicate leaves out one group, draws the line anew, and filters the strongest control to the size that gives
  const overChance: number[] = [];
  const overBestDetail: number[] = [];
  for (const group of randomGroups({ n: all.length, groups: plan.groups, seed: plan.seed })) {
    const left = new Set(group);
    const rest = all.filter((index) => !left.has(index));
    const keptOfRest = keptIndices(score, rule, rest);
    const value = await run.value(keptOfRest);
    const expected = (await run.value(rest)) + slope * (1 / keptOfRest.length - 1 / rest.length);
    overChance.push(value - expected);
    if (bestDetailControl === undefined) continue;
    const side = { count: keptOfRest.length, keep: bestDetailControl.keep };
    overBestDetail.push(value - (await run.value(extremeIndices(bestDetailControl.control, side, rest))));
  }
  const interval = { level: plan.intervalLevel };

  const controlEffects = sided.map((one): ControlEffect => {
    const { control, family, keep, correlation, value } = one;
    const difference =
      one === bestDetailControl ? groupJackknife(filtered - value, overBestDetail, interval) : null;
    return {
      control: control.name,
      family,
      correlation,
      dropped: opposite[keep],
      value,
      test: test(value),
      difference,
    };
  });

  const details = controls.filter(({ family }) => family === 'detail').map((control) => control.score);
  const isChange = metric.role === 'quality' && test(filtered).pTwoSided <= plan.significance;
  const oracle = await run.oracle();
  const doses = await doseResponse(run, score, rule.keep, plan);
  return {
    score: score.name,
    metric: metric.id,
    direction: metric.direction,
    role: metric.role,
    n,
    unfiltered: { n: all.length, value: whole },
    filtered,
    random: { ...test(filtered), values: draws },
    inverse: { value: inverse, test: test(inverse) },
    difference: groupJackknife(filtered - chance, overChance, interval),
    oracleChange: oracle === null ? null : await oracleChange(run, oracle, { n, whole, slope }),
    controls: controlEffects,
    residual: await residualEffect(run, thresholded, details, { n, test }),
    beyondDetail: isChange
      ? await beyondDetail(run, score, { details, kept, draws: plan.draws, seed: plan.seed })
      : { reason: 'there is no change of a quality metric to be explained' },
    doses,
    doseTrend: doseTrend(doses, metric.direction),
    sparsification: await sparsification(run, score, rule.keep, {
      steps: plan.curveSteps,
      slope,
      oracle,
    }),
  };
}

async function residualEffect(
  run: MetricRun,
  { score, rule }: ThresholdedScore,
  details: readonly PooledScore[],
  { n, test }: { readonly n: number; readonly test: (value: number) => ReturnType<typeof randomizationTest> },
): Promise<ResidualEffect | { readonly reason: string }> {
  if (details.length === 0) return { reason: 'no detail controls were given' };
  const residual = residualScore(score, details);
  if (residual === undefined) return { reason: 'detail explains the whole score' };
  const indices = extremeIndices(residual.score, { count: n, keep: rule.keep }, allIndices(score.pool.size));
  const value = await run.value(indices);
  return { explained: residual.explained, value, test: test(value) };
}
