import { SampleSizeError } from '../errors.js';
import { indicesWithout } from '../metrics/intervals/jackknife-of-metric.js';
import { mean } from '../numerics/mean-and-variance.js';
import { spearmanCorrelation } from '../numerics/order-statistics.js';
import type { ControlFamily } from '../uncertainty/control.js';
import type { PooledScore } from '../uncertainty/image-pool.js';
import { type KeepRule, OPPOSITE } from '../uncertainty/keep-rule.js';
import { residualScore } from '../uncertainty/residual-score.js';
import {
  type BeyondDetail,
  type BeyondDetailConstants,
  beyondDetail,
  type NoMatch,
} from './beyond-detail.js';
import type { ComparisonPlan } from './comparison-plan.js';
import { doseResponse, doseTrend } from './dose-response.js';
import type { ControlEffect, FilterEffect, ResidualEffect } from './filter-effect.js';
import { hasDrawnTies, keepDecision, keepProbabilities } from './keep-decision.js';
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
  readonly beyondDetail: BeyondDetail | NoMatch;
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

/**
 * A control filtered to the same size: a measure of detail on the side that does better, another on the side that drops what the
 * score's dropped images lean to. Null where it is constant.
 */
async function sidedControl(
  run: MetricRun,
  { score, rule }: ThresholdedScore,
  { score: control, family }: PooledControl,
  count: number,
): Promise<SidedControl | null> {
  const correlation = spearmanCorrelation(score.values, control.values);
  if (correlation === undefined) return null;
  const of = async (keep: 'low' | 'high') => ({
    control,
    family,
    keep,
    correlation,
    value: await run.value(extremeIndices(control.values, { count, keep }, run.part())),
  });
  const leaning = await of(correlation < 0 ? OPPOSITE[rule.keep] : rule.keep);
  if (family !== 'detail') return leaning;
  const other = await of(OPPOSITE[leaning.keep]);
  const better = run.metric.direction === 'lower-is-better' ? 1 : -1;
  return better * (other.value - leaning.value) < 0 ? other : leaning;
}

/** Draws among tied images whose mean is the filtered value: its spread over them is then less than a quarter of one draw's. */
const TIE_DRAWS = 20;

/** What a rule keeps: the one draw among tied images that is reported, and the metric's mean over several where images are tied. */
async function filteredValue(
  run: MetricRun,
  { score, rule }: ThresholdedScore,
  seed: number,
): Promise<{ readonly kept: Uint32Array; readonly value: number; readonly probabilities: Float64Array }> {
  const decision = keepDecision(score, rule, { seed });
  const { kept } = decision;
  const values = [await run.value(kept)];
  const draws = hasDrawnTies(decision) ? TIE_DRAWS : 1;
  for (let draw = 1; draw < draws; draw++)
    values.push(await run.value(keepDecision(score, rule, { seed, draw }).kept));
  return { kept, value: mean(values)!, probabilities: keepProbabilities(score.values, decision) };
}

/** What one filter does to one metric, before the p values of everything tried are adjusted. */
export async function filterEffectOf(
  run: MetricRun,
  thresholded: ThresholdedScore,
  controls: readonly PooledControl[],
  plan: ComparisonPlan & { readonly draws: number },
  constants: BeyondDetailConstants,
): Promise<UnadjustedEffect> {
  const { score, rule } = thresholded;
  const { metric } = run;
  const all = allIndices(score.pool.size);
  const filter = await filteredValue(run, thresholded, plan.seed);
  const filtered = filter.value;
  const n = filter.kept.length;

  const whole = await run.value(all);
  const draws = await run.randomValues(filter.kept, plan.draws);
  const test = (value: number) => randomizationTest(value, draws);
  const chance = mean(draws)!;
  const slope = (chance - whole) / (1 / n - 1 / all.length);
  const inverse = await run.value(
    extremeIndices(score.values, { count: n, keep: OPPOSITE[rule.keep] }, run.part()),
  );

  const sided: SidedControl[] = [];
  for (const control of controls) {
    const one = await sidedControl(run, thresholded, control, n);
    if (one !== null) sided.push(one);
  }
  const bestDetailControl = strongest(sided, metric.direction);

  // every replicate leaves out one group, draws the line anew, and filters the strongest control to the size that gives
  const overChance: number[] = [];
  const overBestDetail: number[] = [];
  for (const group of run.jackknifeGroups(plan)) {
    const rest = indicesWithout(all.length, group);
    const keptOfRest = keptIndices(score.values, rule, run.part(rest));
    requireReplicate(score, { kept: keptOfRest.length, of: rest.length });
    const value = await run.value(keptOfRest);
    const expected = (await run.value(rest)) + slope * (1 / keptOfRest.length - 1 / rest.length);
    overChance.push(value - expected);
    if (bestDetailControl === undefined) continue;
    const side = { count: keptOfRest.length, keep: bestDetailControl.keep };
    const { values } = bestDetailControl.control;
    overBestDetail.push(value - (await run.value(extremeIndices(values, side, run.part(rest)))));
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
      dropped: OPPOSITE[keep],
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
      ? await beyondDetail(run, filter, { details, draws: plan.draws, seed: plan.seed, constants })
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

/** @throws SampleSizeError TOO_FEW_SAMPLES if a part of the pool keeps too few for a value of any metric */
function requireReplicate(
  { pool }: PooledScore,
  { kept, of }: { readonly kept: number; readonly of: number },
): void {
  if (kept >= 2) return;
  throw new SampleSizeError('TOO_FEW_SAMPLES', {
    where: pool.source,
    expected: 'the rule must keep at least two images of every part of the pool that the jackknife takes',
    received: `${kept} of ${of}`,
    help: 'Supply more images, or keep a larger share.',
  });
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
  const indices = extremeIndices(residual.score.values, { count: n, keep: rule.keep }, run.part());
  const value = await run.value(indices);
  return { explained: residual.explained, value, test: test(value) };
}
