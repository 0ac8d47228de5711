import type { Algebra } from './numerics/algebra.js';
import { mean } from './numerics/mean-and-variance.js';
import { nearestNeighbours, squaredNeighbourRadii } from './numerics/nearest-neighbours.js';
import type { Rows } from './numerics/rows.js';

/** 100 for each generated image that is authentic, 0 for each other: `authpct` is the mean. */
export async function authenticItems(
  { reference, generated }: { readonly reference: Rows; readonly generated: Rows },
  algebra: Algebra,
): Promise<Float64Array> {
  const spacing = await squaredNeighbourRadii(reference, { k: 1, where: 'authpct: reference' }, algebra);
  const { places, squaredDistances } = await nearestNeighbours(generated, reference, algebra);
  return squaredDistances.map((distance, i) => (spacing[places[i]!]! < distance ? 100 : 0));
}

/**
 * Share of authentic images in percent: a generated image is authentic if its nearest reference image is nearer to another
 * reference image than to it. Copies of the reference pull it down.
 *
 * @param sets  reference: the training images, at least 2; generated
 * @returns 0 … 100, higher is better; about 50 and more for new images of the same distribution
 * @throws SampleSizeError TOO_FEW_SAMPLES for fewer than two reference images
 * @source Alaa et al. 2022, arXiv:2102.08921, section 3.3
 * @agreesWith dgm-eval, whose float32 distances may decide near ties otherwise (test/reference/neighbour-metrics.json)
 */
export async function authpct(
  sets: { readonly reference: Rows; readonly generated: Rows },
  algebra: Algebra,
): Promise<number> {
  return mean(await authenticItems(sets, algebra))!;
}
