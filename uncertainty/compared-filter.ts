import { spearmanCorrelation } from '../metrics/numerics/rank-correlation.js';
import type { ComparedFilter } from './compare-report.js';
import type { PooledControl, RuledScore } from './comparison/filter-effect-of.js';
import { keepDecision } from './keep-decision.js';
import { keepRuleText } from './keep-rule.js';

/** A filter as a report shows it: rule, line, ids, and how the score goes with every control. */
export function comparedFilter(
  { score, rule }: RuledScore,
  controls: readonly PooledControl[],
): ComparedFilter {
  const { threshold, keptShare, kept, dropped } = keepDecision(score, rule);
  const idsAt = (places: Uint32Array) => Array.from(places, (place) => score.pool.ids[place]!);
  return {
    score: score.name,
    rule,
    ruleText: keepRuleText(rule),
    threshold,
    keptShare,
    kept: idsAt(kept),
    dropped: idsAt(dropped),
    correlations: controls.map(({ family, score: control }) => ({
      control: control.name,
      family,
      value: spearmanCorrelation(score.values, control.values) ?? null,
    })),
  };
}
