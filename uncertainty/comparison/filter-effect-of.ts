import { randomGroups } from '../../metrics/intervals/delete-group-jackknife.js';
import { mean } from '../../metrics/numerics/mean-and-variance.js';
import { spearmanCorrelation } from '../../metrics/numerics/rank-correlation.js';
import type { ControlFamily } from '../controls/control.js';
import { keepDecision } from '../keep-decision.js';
import type { KeepRule } from '../keep-rule.js';
import type { PooledScore } from '../pooled-score.js';
import { residualScore } from '../residual-score.js';
import { attainableChange } from './attainable-change.js';
import type { ComparisonPlan } from './comparison-plan.js';
import { doseResponse, doseTrend } from './dose-response.js';
import type { ControlEffect, FilterEffect, ResidualEffect } from './filter-effect.js';
import { groupJackknife } from './group-jackknife.js';
import type { MetricRun } from './metric-run.js';
import { randomizationTest } from './randomization-test.js';
import { allPlaces, extremePlaces, ruledPlaces } from './ruled-places.js';
import { sparsification } from './sparsification.js';

/** A score with the rule that it is used by. */
export interface RuledScore {
  readonly score: PooledScore;
  readonly rule: KeepRule;
}

/** A control score of the same pool. */
export interface PooledControl {
  readonly family: ControlFamily;
  readonly score: PooledScore;
}

type Effect = Omit<FilterEffect, 'pHolm' | 'verdict'>;

const opposite = { low: 'high', high: 'low' } as const;

/** The side of a control to keep, so that it drops what the score's dropped images lean to; null where it is constant. */
function controlSide(
  { score, rule }: RuledScore,
  control: PooledScore,
): { readonly keep: 'low' | 'high'; readonly correlation: number } | null {
  const correlation = spearmanCorrelation(score.values, control.values);
  if (correlation === undefined) return null;
  return { keep: correlation < 0 ? opposite[rule.keep] : rule.keep, correlation };
}

/** What one filter does to one metric, before the p values of everything tried are adjusted. */
export async function filterEffectOf(
  run: MetricRun,
  ruled: RuledScore,
  controls: readonly PooledControl[],
  plan: ComparisonPlan & { readonly draws: number },
): Promise<Effect> {
  const { score, rule } = ruled;
  const { metric } = run;
  const all = allPlaces(score.pool.size);
  const { kept } = keepDecision(score, rule);
  const n = kept.length;

  const whole = await run.value(all);
  const filtered = await run.value(kept);
  const draws = await run.randomValues(n, plan.draws);
  const test = (value: number) => randomizationTest(value, draws);
  const chance = mean(draws)!;
  const slope = (chance - whole) / (1 / n - 1 / all.length);
  const inverse = await run.value(extremePlaces(score, { count: n, keep: opposite[rule.keep] }, all));

  // every replicate leaves out one group, draws the line anew, and filters each control to the size that gives
  const sided = controls.flatMap((control) => {
    const side = controlSide(ruled, control.score);
    return side === null ? [] : [{ ...control, ...side }];
  });
  const overChance: number[] = [];
  const overControl = sided.map((): number[] => []);
  for (const group of randomGroups({ n: all.length, groups: plan.groups, seed: plan.seed })) {
    const left = new Set(group);
    const rest = all.filter((place) => !left.has(place));
    const keptOfRest = ruledPlaces(score, rule, rest);
    const value = await run.value(keptOfRest);
    const expected = (await run.value(rest)) + slope * (1 / keptOfRest.length - 1 / rest.length);
    overChance.push(value - expected);
    for (const [i, control] of sided.entries()) {
      if (control.family !== 'detail') continue;
      const side = { count: keptOfRest.length, keep: control.keep };
      overControl[i]!.push(value - (await run.value(extremePlaces(control.score, side, rest))));
    }
  }
  const interval = { level: plan.intervalLevel };

  const controlEffects: ControlEffect[] = [];
  for (const [i, { score: control, family, keep, correlation }] of sided.entries()) {
    const value = await run.value(extremePlaces(control, { count: n, keep }, all));
    controlEffects.push({
      control: control.name,
      family,
      correlation,
      dropped: opposite[keep],
      value,
      test: test(value),
      difference: family === 'detail' ? groupJackknife(filtered - value, overControl[i]!, interval) : null,
    });
  }

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
    attainable: oracle === null ? null : await attainableChange(run, oracle, { n, whole, slope }),
    controls: controlEffects,
    residual: await residualEffect(run, ruled, controls, { n, test }),
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
  { score, rule }: RuledScore,
  controls: readonly PooledControl[],
  { n, test }: { readonly n: number; readonly test: (value: number) => ReturnType<typeof randomizationTest> },
): Promise<ResidualEffect | { readonly reason: string }> {
  const detail = controls.filter(({ family }) => family === 'detail').map((control) => control.score);
  if (detail.length === 0) return { reason: 'no detail controls were given' };
  const residual = residualScore(score, detail);
  if (residual === undefined) return { reason: 'nothing of the score is left when detail is regressed out' };
  const places = extremePlaces(residual.score, { count: n, keep: rule.keep }, allPlaces(score.pool.size));
  const value = await run.value(places);
  return { explained: residual.explained, value, test: test(value) };
}
