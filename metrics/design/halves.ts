import { type EmbeddedSet, subset } from '../../encoders/embedded-set.js';
import { seededRandom } from '../../numerics/seeded-random.js';
import type { Comparison } from '../metric-definition.js';
import { type DrawnBy, drawnOrder } from './design-order.js';

/** Which images of a set are in which half of it: the first n of either are a draw as the set itself was. */
export interface HalfIndices {
  readonly generated: Uint32Array;
  readonly reference: Uint32Array;
}

/** The images of a set in two random halves; the larger by one is that which the other is compared with. */
export function halfIndices(
  n: number,
  { drawn, seed }: { readonly drawn: DrawnBy | null; readonly seed: number },
): HalfIndices {
  const order = drawnOrder(n, drawn, { size: n, random: seededRandom(seed, 'halves') });
  const half = Math.floor(n / 2);
  return { generated: order.slice(0, half), reference: order.slice(half) };
}

/** Two halves of one set: one to be scored against the other. */
export function halves(set: EmbeddedSet, indices: HalfIndices): Comparison {
  return { generated: subset(set, indices.generated), reference: subset(set, indices.reference) };
}
