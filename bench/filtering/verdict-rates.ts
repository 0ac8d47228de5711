import type { FilterEffect } from '../../filtering/filter-effect.js';
import type { Scenario } from './planted-trial.js';

/** What was said of one score by one metric, over all seeds. */
export interface VerdictRates {
  readonly scenario: string;
  readonly score: string;
  readonly metric: string;
  readonly trials: number;
  /** share of the trials with each verdict that occurred */
  readonly verdicts: Readonly<Record<string, number>>;
  /** mean change against random subsets, relative */
  readonly meanChange: number;
  /** mean share of the change that random subsets matched on detail give, where it was asked; null where it never was */
  readonly meanShareOfDetail: number | null;
  /** share of unadjusted two-sided p at most 0.05: for a score that knows nothing, the error rate of the test */
  readonly rejected: number;
}

/** Shares of verdicts over the trials of a scenario. */
export function verdictRates(
  scenario: Scenario,
  trials: readonly (readonly FilterEffect[])[],
): VerdictRates[] {
  const effects = trials.flat();
  const metrics = [...new Set(effects.map(({ metric }) => metric))];
  return scenario.scores.flatMap((score) =>
    metrics.map((metric) => {
      const own = effects.filter((effect) => effect.score === score && effect.metric === metric);
      const share = (count: number) => Number((count / own.length).toFixed(4));
      const kinds = own.map(({ verdict }) => verdict!.kind);
      const changes = own.map(({ difference, random }) => difference.value / Math.abs(random.mean));
      return {
        scenario: scenario.name,
        score,
        metric,
        trials: own.length,
        verdicts: Object.fromEntries(
          [...new Set(kinds)].sort().map((kind) => [kind, share(kinds.filter((one) => one === kind).length)]),
        ),
        meanChange: Number((changes.reduce((sum, change) => sum + change, 0) / own.length).toFixed(4)),
        meanShareOfDetail: meanShareOfDetail(own),
        rejected: share(own.filter(({ random }) => random.pTwoSided <= 0.05).length),
      };
    }),
  );
}

function meanShareOfDetail(effects: readonly FilterEffect[]): number | null {
  const shares = effects.flatMap(({ beyondDetail, random, difference }) =>
    'reason' in beyondDetail ? [] : [(beyondDetail.test.mean - random.mean) / difference.value],
  );
  const sum = shares.reduce((total, one) => total + one, 0);
  return shares.length === 0 ? null : Number((sum / shares.length).toFixed(4));
}

/** Share of the trials in which the score that half knows changes the metric less than the one that knows. */
export function helpsLess(trials: readonly (readonly FilterEffect[])[], metric: string): number {
  const change = (trial: readonly FilterEffect[], score: string) =>
    trial.find((effect) => effect.score === score && effect.metric === metric)!.difference.value;
  return (
    trials.filter((trial) => change(trial, 'half knows') > change(trial, 'knows')).length / trials.length
  );
}
