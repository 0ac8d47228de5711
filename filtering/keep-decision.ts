import { NumericalError, OptionError } from '../errors.js';
import { mean, standardDeviation } from '../numerics/mean-and-variance.js';
import { quantile } from '../numerics/order-statistics.js';
import type { PooledScore } from '../uncertainty/image-pool.js';
import { type KeepRule, type KeepThreshold, keepRuleText } from '../uncertainty/keep-rule.js';

/** What a rule does to a pool: indices in code-point order of the ids. */
export interface KeepDecision {
  readonly rule: KeepRule;
  /** the line itself; for a count the score of the last image kept */
  readonly threshold: number;
  readonly kept: Uint32Array;
  readonly dropped: Uint32Array;
  readonly keptShare: number;
}

/**
 * Which images of a pool a rule keeps. `low` keeps score < threshold, `high` score > threshold, both strict as the original.
 *
 * @throws NumericalError NOT_FINITE if all scores are equal: nothing tells the images apart
 * @throws OptionError OUT_OF_RANGE if the rule keeps nothing or everything
 *
 * Source: `score < mean + sd and score ≠ 0` (numpy's ddof 0) in BayesDiff's filtering.
 */
export function keepDecision(score: PooledScore, rule: KeepRule): KeepDecision {
  requireSpread(score);
  const decision = unguardedDecision(score.values, rule);
  const { kept, dropped } = decision;
  if (kept.length === 0 || dropped.length === 0) {
    throw new OptionError('OUT_OF_RANGE', {
      where: '--rule',
      expected: `the rule must keep some images and drop some (${keepRuleText(rule)}, on "${score.name}")`,
      received: `${kept.length} kept, ${dropped.length} dropped, at threshold ${decision.threshold}`,
      help: 'Choose a rule such as mean+1sd, q84 or keep-N with N below the number of images.',
    });
  }
  return decision;
}

/** @throws NumericalError NOT_FINITE if all scores are equal */
function requireSpread({ name, values, pool }: PooledScore): void {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return;
  throw new NumericalError('NOT_FINITE', {
    where: pool.source,
    expected: `the scores "${name}" must differ between images`,
    received: `${values[0]} for all ${values.length}`,
    help: 'A constant score cannot tell one image from another; choose another column.',
  });
}

/** The decision on bare values, for replicates that leave images out: it may keep nothing or everything. */
export function unguardedDecision(values: ArrayLike<number>, rule: KeepRule): KeepDecision {
  const { keep, zeros } = rule;
  const nonZero = (value: number) => zeros === 'keep' || value !== 0;
  const indices = Uint32Array.from({ length: values.length }, (_, index) => index);
  let threshold: number;
  let keeps: (index: number) => boolean;
  if (rule.threshold.kind === 'count') {
    const toward = keep === 'low' ? 1 : -1;
    const order = indices.filter((index) => nonZero(values[index]!));
    order.sort((a, b) => toward * (values[a]! - values[b]!) || a - b);
    const chosen = new Set(order.subarray(0, rule.threshold.count));
    threshold = values[order[Math.min(rule.threshold.count, order.length) - 1]!]!;
    keeps = (index) => chosen.has(index);
  } else {
    threshold = thresholdOf(values, rule.threshold, keep);
    keeps = (index) =>
      nonZero(values[index]!) && (keep === 'low' ? values[index]! < threshold : values[index]! > threshold);
  }
  const kept = indices.filter((index) => keeps(index));
  const dropped = indices.filter((index) => !keeps(index));
  return { rule, threshold, kept, dropped, keptShare: kept.length / values.length };
}

function thresholdOf(
  values: ArrayLike<number>,
  threshold: Exclude<KeepThreshold, { kind: 'count' }>,
  keep: 'low' | 'high',
): number {
  switch (threshold.kind) {
    case 'deviations':
      return mean(values)! + threshold.deviations * standardDeviation(values, 0)!;
    case 'quantile':
      return quantile(values, keep === 'low' ? threshold.share : 1 - threshold.share)!;
    case 'fixed':
      return threshold.threshold;
  }
}

/**
 * The rule with its line found on other images, to be used unchanged on these: a threshold that has not seen what it
 * judges.
 *
 * @throws OptionError CONFLICTING_OPTIONS for a count, which has no line to carry over
 */
export function learnedRule(rule: KeepRule, on: PooledScore): KeepRule {
  if (rule.threshold.kind === 'count') {
    throw new OptionError('CONFLICTING_OPTIONS', {
      where: '--rule',
      expected:
        'a threshold is learned from mean+Ksd or qP, since a count does not carry over to other images',
      received: `keep-${rule.threshold.count}`,
    });
  }
  requireSpread(on);
  const threshold = thresholdOf(on.values, rule.threshold, rule.keep);
  const learned = { rule: keepRuleText(rule), source: on.pool.source, n: on.pool.size };
  return { ...rule, threshold: { kind: 'fixed', threshold, learned } };
}
