import { sampleIndices, seededRandom } from '../numerics/seeded-random.js';
import type { KeepRule } from '../uncertainty/keep-rule.js';
import { unguardedDecision } from './keep-decision.js';

/** A part of a pool, and the order in which its images of equal score are taken (`tieOrder` of the whole pool). */
export interface PoolPart {
  readonly within: Uint32Array;
  readonly tiesBy: ArrayLike<number>;
}

/** The indices within a part of the pool that a rule keeps there: the line is drawn from that part alone. */
export function keptIndices(
  score: ArrayLike<number>,
  rule: KeepRule,
  { within, tiesBy }: PoolPart,
): Uint32Array {
  const values = Float64Array.from(within, (index) => score[index]!);
  const order = Float64Array.from(within, (index) => tiesBy[index]!);
  return unguardedDecision(values, rule, order).kept.map((index) => within[index]!);
}

/** The `count` lowest or highest of a score within a part of the pool. */
export function extremeIndices(
  score: ArrayLike<number>,
  { count, keep }: { readonly count: number; readonly keep: 'low' | 'high' },
  part: PoolPart,
): Uint32Array {
  return keptIndices(score, { threshold: { kind: 'count', count }, keep, zeros: 'keep' }, part);
}

/** Every index of a pool. */
export function allIndices(size: number): Uint32Array {
  return Uint32Array.from({ length: size }, (_, index) => index);
}

/**
 * The b-th random subset of a size, indices ascending: the first images of the b-th random order, so that subsets of all sizes are
 * nested and a curve over sizes is smooth.
 */
export function randomSubset(
  { n, size }: { readonly n: number; readonly size: number },
  draw: number,
  seed: number,
): Uint32Array {
  return sampleIndices({ n, size }, seededRandom(seed, 'random-subset', draw)).sort();
}
