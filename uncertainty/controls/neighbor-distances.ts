import type { Algebra } from '../../metrics/numerics/algebra.js';
import type { Rows } from '../../metrics/numerics/rows.js';
import { eachRowOfDistances, nearestOf } from '../subset-metrics/nearest.js';

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
  const distances = new Float64Array(generated.n);
  await eachRowOfDistances({ from: generated, to: reference }, algebra, (i, squares) => {
    distances[i] =
      nearestOf(squares, count).squares.reduce((sum, square) => sum + Math.sqrt(square), 0) / count;
  });
  return distances;
}
