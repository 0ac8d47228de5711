import type { Algebra } from './numerics/algebra.js';
import { type Ball, ballCounts, squaredNeighbourRadii } from './numerics/nearest-neighbours.js';
import type { Rows } from './numerics/rows.js';

/** Shares of images inside the other set's manifold, and how densely. */
export interface ManifoldScores {
  /** share of generated images inside a reference ball, 0 … 1 */
  readonly precision: number;
  /** share of reference images inside a generated ball, 0 … 1 */
  readonly recall: number;
  /** mean number of reference balls around a generated image, over k; may exceed 1 */
  readonly density: number;
  /** share of reference balls that hold a generated image, 0 … 1 */
  readonly coverage: number;
}

function shareOfPositive(counts: Uint32Array): number {
  let positive = 0;
  for (const count of counts) if (count > 0) positive++;
  return positive / counts.length;
}

/**
 * Precision, recall, density and coverage. The manifold of a set is the union of balls around its vectors, each as wide as the
 * distance to its k-th nearest other one. Distances are Euclidean, in float64; ties are decided by differences, not by an
 * expansion. Distances are visited in blocks.
 *
 * @param sets  (n, d) and (m, d)
 * @param options  k; `closed` balls (≤, Kynkäänniemi) or `open` ones (<, Naeem)
 * @returns all higher is better. Precision and recall change places when the sets do
 * @throws SampleSizeError TOO_FEW_SAMPLES unless both sets hold more than k images
 * @source Kynkäänniemi et al. 2019, arXiv:1904.06991, eq. 2; Naeem et al. 2020, arXiv:2002.09797, eqs. 2–5
 * @agreesWith numpy over whole distance matrices, exactly; prdc exactly; torch-fidelity, whose float32 distances may decide ties and
 * near ties otherwise (test/reference/neighbour-metrics.json)
 */
export async function manifoldScores(
  { reference, generated }: { readonly reference: Rows; readonly generated: Rows },
  { k, ball, where }: { readonly k: number; readonly ball: Ball; readonly where: string },
  algebra: Algebra,
): Promise<ManifoldScores> {
  const radii = {
    first: await squaredNeighbourRadii(reference, { k, where: `${where}: reference` }, algebra),
    second: await squaredNeighbourRadii(generated, { k, where: `${where}: generated` }, algebra),
  };
  const { aroundFirst, aroundSecond } = await ballCounts(
    { first: reference, second: generated },
    radii,
    ball,
    algebra,
  );
  const pairs = aroundFirst.held.reduce((sum, count) => sum + count, 0);
  return {
    precision: shareOfPositive(aroundFirst.holding),
    recall: shareOfPositive(aroundSecond.holding),
    density: pairs / (k * generated.n),
    coverage: shareOfPositive(aroundFirst.held),
  };
}
