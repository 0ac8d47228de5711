import { sampleIndices, seededRandom } from '../../metrics/numerics/seeded-random.js';

/**
 * The b-th random order of n images. Its first k are the b-th random subset of size k, so that subsets of all sizes are nested
 * and a curve over sizes is smooth.
 */
export function randomOrder(n: number, draw: number, seed: number): Uint32Array {
  return sampleIndices({ n, size: n }, seededRandom(seed, 'random-subset', draw));
}

/** The b-th random subset of a size, places ascending. */
export function randomSubset(
  { n, size }: { readonly n: number; readonly size: number },
  draw: number,
  seed: number,
): Uint32Array {
  return randomOrder(n, draw, seed).slice(0, size).sort();
}
