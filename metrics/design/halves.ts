import { type EmbeddedSet, subset } from '../../encoders/embedded-set.js';
import { seededRandom } from '../../numerics/seeded-random.js';
import type { Comparison } from '../metric-definition.js';
import { type DrawnBy, drawnOrder } from './design-order.js';

/** Which images of a set are in which half of it: the first n of either are a draw as the set itself was. */
export interface HalfIndices {
  readonly generated: Uint32Array;
  readonly reference: Uint32Array;
}

/** The images of a set in two random halves, cut where a cluster ends: of independent images the second is the larger by one where n is odd. */
export function halfIndices(
  n: number,
  { drawn, seed }: { readonly drawn: DrawnBy | null; readonly seed: number },
): HalfIndices {
  const order = drawnOrder(n, drawn, { size: n, random: seededRandom(seed, 'halves') });
  const half = cutNearMiddle(order, drawn?.clusters ?? null);
  return { generated: order.slice(0, half), reference: order.slice(half) };
}

/** The end of a cluster that is nearest to the middle; 0 where all images are one cluster. */
function cutNearMiddle(order: Uint32Array, clusters: Int32Array | null): number {
  const middle = Math.floor(order.length / 2);
  const isCut = (at: number) =>
    at > 0 && at < order.length && (clusters === null || clusters[order[at - 1]!] !== clusters[order[at]!]);
  for (let away = 0; away < order.length; away++) {
    if (isCut(middle - away)) return middle - away;
    if (isCut(middle + away)) return middle + away;
  }
  return 0;
}

/** Two halves of one set: one to be scored against the other. */
export function halves(set: EmbeddedSet, indices: HalfIndices): Comparison {
  return { generated: subset(set, indices.generated), reference: subset(set, indices.reference) };
}
