import { unguardedDecision } from '../keep-decision.js';
import type { KeepRule } from '../keep-rule.js';
import type { PooledScore } from '../pooled-score.js';

/** The places within a part of the pool that a rule keeps there: the line is drawn from that part alone. */
export function ruledPlaces(score: PooledScore, rule: KeepRule, within: Uint32Array): Uint32Array {
  const values = Float64Array.from(within, (place) => score.values[place]!);
  return unguardedDecision(values, rule).kept.map((index) => within[index]!);
}

/** The `count` lowest or highest of a score within a part of the pool; ties by id. */
export function extremePlaces(
  score: PooledScore,
  { count, keep }: { readonly count: number; readonly keep: 'low' | 'high' },
  within: Uint32Array,
): Uint32Array {
  return ruledPlaces(score, { threshold: { kind: 'count', count }, keep, zeros: 'keep' }, within);
}

/** Every place of a pool. */
export function allPlaces(size: number): Uint32Array {
  return Uint32Array.from({ length: size }, (_, place) => place);
}
