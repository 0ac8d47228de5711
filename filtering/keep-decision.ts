import { NumericalError, OptionError } from '../errors.js';
import { mean, standardDeviation } from '../numerics/mean-and-variance.js';
import { quantile } from '../numerics/order-statistics.js';
import { seededRandom } from '../numerics/seeded-random.js';
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
  /** images whose score is the threshold, and how many of them are kept: of a count those that were drawn, else none */
  readonly ties: { readonly images: number; readonly kept: number };
}

/** Which of the possible draws among tied images is meant. */
export interface TieDraw {
  /** default `DEFAULT_TIE_SEED` */
  readonly seed?: number;
  /** default 0 */
  readonly draw?: number;
}

/** The seed of `filter` and `compare` unless another is given, so that both keep the same of tied images. */
export const DEFAULT_TIE_SEED = 2020;

/**
 * A random number for each image, by which images of equal score are ordered: of its id and the seed alone, so that it is the same in
 * any order of the images and in any part of them.
 *
 * @returns (n), uniform on [0, 1)
 */
export function tieOrder(
  ids: readonly string[],
  { seed = DEFAULT_TIE_SEED, draw = 0 }: TieDraw = {},
): Float64Array {
  return Float64Array.from(ids, (id) => seededRandom(seed, 'ties', draw, id)());
}

/**
 * Which images of a pool a rule keeps. `low` keeps score < threshold, `high` score > threshold, both strict as the original. A count
 * keeps as many as it says: of images tied at the threshold, a seeded draw.
 *
 * @param options  `where`: what an error names, default `--rule`
 * @throws NumericalError NOT_FINITE if all scores are equal: nothing tells the images apart
 * @throws OptionError OUT_OF_RANGE if the rule keeps nothing or everything
 *
 * Source: `score < mean + sd and score ≠ 0` (numpy's ddof 0) in BayesDiff's filtering.
 */
export function keepDecision(
  score: PooledScore,
  rule: KeepRule,
  { where = '--rule', ...tied }: TieDraw & { readonly where?: string } = {},
): KeepDecision {
  requireSpread(score);
  const order = rule.threshold.kind === 'count' ? tieOrder(score.pool.ids, tied) : [];
  const decision = unguardedDecision(score.values, rule, order);
  const { kept, dropped } = decision;
  if (kept.length === 0 || dropped.length === 0) {
    throw new OptionError('OUT_OF_RANGE', {
      where,
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

/**
 * The decision on bare values, for replicates that leave images out: it may keep nothing or everything.
 *
 * @param tiesBy  of `tieOrder`: images of equal score are taken in its order
 */
export function unguardedDecision(
  values: ArrayLike<number>,
  rule: KeepRule,
  tiesBy: ArrayLike<number>,
): KeepDecision {
  const { keep, zeros } = rule;
  const nonZero = (value: number) => zeros === 'keep' || value !== 0;
  const indices = Uint32Array.from({ length: values.length }, (_, index) => index);
  let threshold: number;
  let keeps: (index: number) => boolean;
  if (rule.threshold.kind === 'count') {
    const toward = keep === 'low' ? 1 : -1;
    const order = indices.filter((index) => nonZero(values[index]!));
    order.sort((a, b) => toward * (values[a]! - values[b]!) || tiesBy[a]! - tiesBy[b]!);
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
  const isTied = (index: number) => values[index] === threshold;
  return {
    rule,
    threshold,
    kept,
    dropped,
    keptShare: kept.length / values.length,
    ties: { images: indices.filter(isTied).length, kept: kept.filter(isTied).length },
  };
}

/** Whether a rule keeps some of the images tied at its threshold and not others, which a seeded draw decides. */
export function hasDrawnTies({ ties }: Pick<KeepDecision, 'ties'>): boolean {
  return ties.kept > 0 && ties.kept < ties.images;
}

/**
 * The probability with which a rule keeps each image: 1 or 0, and of images tied at a count's threshold the share of them that is kept.
 *
 * @returns (n), in the pool's order
 */
export function keepProbabilities(
  values: ArrayLike<number>,
  { kept, threshold, ties }: KeepDecision,
): Float64Array {
  const probabilities = new Float64Array(values.length);
  for (const index of kept) probabilities[index] = 1;
  if (ties.kept === 0) return probabilities;
  return probabilities.map((probability, index) =>
    values[index] === threshold ? ties.kept / ties.images : probability,
  );
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
