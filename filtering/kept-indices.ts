import { sampleIndices, seededRandom } from '../numerics/seeded-random.js';
import type { PooledScore } from '../uncertainty/image-pool.js';
import type { KeepRule } from '../uncertainty/keep-rule.js';
import { unguardedDecision } from './keep-decision.js';

/** The indices within a part of the pool that a rule keeps there: the line is drawn from that part alone. */
export function keptIndices(score: PooledScore, rule: KeepRule, within: Uint32Array): Uint32Array {
  const values = Float64Array.from(within, (index) => score.values[index]!);
  return unguardedDecision(values, rule).kept.map((index) => within[index]!);
}

/** The `count` lowest or highest of a score within a part of the pool; ties by id. */
export function extremeIndices(
  score: PooledScore,
  { count, keep }: { readonly count: number; readonly keep: 'low' | 'high' },
  within: Uint32Array,
): Uint32Array {
  return keptIndices(score, { threshold: { kind: 'count', count }, keep, zeros: 'keep' }, within);
}

/** Every index of a pool. */
export function allIndices(size: number): Uint32Array {
  return Uint32Array.from({ length: size }, (_, index) => index);
}

/**
 * The b-th random order of n images. Its first k are the b-th random subset of size k, so that subsets of all sizes are nested
 * and a curve over sizes is smooth.
 */
function randomOrder(n: number, draw: number, seed: number): Uint32Array {
  return sampleIndices({ n, size: n }, seededRandom(seed, 'random-subset', draw));
}

/** The b-th random subset of a size, indices ascending. */
export function randomSubset(
  { n, size }: { readonly n: number; readonly size: number },
  draw: number,
  seed: number,
): Uint32Array {
  return randomOrder(n, draw, seed).slice(0, size).sort();
}
