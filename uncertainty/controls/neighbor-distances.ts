import type { Algebra } from '../../metrics/numerics/algebra.js';
import { nearestFew } from '../../metrics/numerics/nearest-neighbours.js';
import type { Rows } from '../../metrics/numerics/rows.js';

/**
 * Mean distance of each generated embedding to its k nearest of the reference: how far from anything real it lies.
 *
 * @param k  at most the reference's size; fewer are used if it is smaller
 */
export async function neighborDistances(
  { reference, generated }: { readonly reference: Rows; readonly generated: Rows },
  { k, algebra }: { readonly k: number; readonly algebra: Algebra },
): Promise<Float64Array> {
  const count = Math.min(k, reference.n);
  const nearest = await nearestFew({ from: generated, to: reference }, count, algebra);
  return Float64Array.from(
    nearest,
    ({ squaredDistances }) => squaredDistances.reduce((sum, square) => sum + Math.sqrt(square), 0) / count,
  );
}
