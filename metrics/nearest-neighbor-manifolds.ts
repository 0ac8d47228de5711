import type { Algebra } from '../numerics/algebra.js';
import { mean } from '../numerics/mean-and-variance.js';
import type { Ball } from '../numerics/nearest-neighbors.js';
import { ballCounts, nearestNeighbors, squaredNeighborRadii } from '../numerics/nearest-neighbors.js';
import { givenSets, type Rows } from '../numerics/rows.js';

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

/** What each image scores towards a number: the numbers are their means. */
interface ManifoldItems {
  /** (m): 1 for a generated image inside a reference ball */
  readonly precision: Float64Array;
  /** (n): 1 for a reference image inside a generated ball */
  readonly recall: Float64Array;
  /** (m): reference balls around a generated image, over k */
  readonly density: Float64Array;
  /** (n): 1 for a reference ball that holds a generated image */
  readonly coverage: Float64Array;
}

function present(counts: Uint32Array): Float64Array {
  return Float64Array.from(counts, (count) => (count > 0 ? 1 : 0));
}

/** The scores of single images whose means `manifoldScores` gives. */
export async function manifoldItems(
  { reference, generated }: { readonly reference: Rows; readonly generated: Rows },
  { k, ball, where }: { readonly k: number; readonly ball: Ball; readonly where: string },
  algebra: Algebra,
): Promise<ManifoldItems> {
  const radii = {
    first: await squaredNeighborRadii(reference, { k, where: `${where}: reference` }, algebra),
    second: await squaredNeighborRadii(generated, { k, where: `${where}: generated` }, algebra),
  };
  const { aroundFirst, aroundSecond } = await ballCounts(
    { first: reference, second: generated },
    radii,
    ball,
    algebra,
  );
  return {
    precision: present(aroundFirst.holding),
    recall: present(aroundSecond.holding),
    density: Float64Array.from(aroundFirst.holding, (count) => count / k),
    coverage: present(aroundFirst.held),
  };
}

/**
 * Precision, recall, density and coverage. The manifold of a set is the union of balls around its vectors, each as wide as the
 * distance to its k-th nearest other one. Distances are Euclidean, in float64; ties are decided by differences, not by an
 * expansion. Distances are visited in blocks.
 *
 * @param sets  (n, d) and (m, d)
 * @param options  k; `closed` balls (≤, Kynkäänniemi) or `open` ones (<, Naeem)
 * @returns all higher is better. Precision and recall change places when the sets do
 * @throws ShapeError SHAPE_MISMATCH, NumericalError NOT_FINITE naming set and row
 * @throws SampleSizeError TOO_FEW_SAMPLES unless both sets hold more than k images
 * @source Kynkäänniemi et al. 2019, arXiv:1904.06991, eq. 2; Naeem et al. 2020, arXiv:2002.09797, eqs. 2–5
 * @agreesWith numpy over whole distance matrices, exactly; prdc exactly; torch-fidelity, whose float32 distances may decide ties and
 * near ties otherwise (test/reference/neighbor-metrics.json)
 */
export async function manifoldScores(
  sets: { readonly reference: Rows; readonly generated: Rows },
  options: { readonly k: number; readonly ball: Ball; readonly where: string },
  algebra: Algebra,
): Promise<ManifoldScores> {
  const { precision, recall, density, coverage } = await manifoldItems(
    givenSets(sets, ['reference', 'generated'], options.where),
    options,
    algebra,
  );
  return {
    precision: mean(precision)!,
    recall: mean(recall)!,
    density: mean(density)!,
    coverage: mean(coverage)!,
  };
}

/** The harmonic mean of precision and recall; 0 where both are 0. */
export function fScoreOf({ precision, recall }: ManifoldScores): number {
  return precision === 0 && recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
}

/** 100 for each generated image that is authentic, 0 for each other: `authpct` is the mean. */
export async function authenticItems(
  { reference, generated }: { readonly reference: Rows; readonly generated: Rows },
  algebra: Algebra,
): Promise<Float64Array> {
  const spacing = await squaredNeighborRadii(reference, { k: 1, where: 'authpct: reference' }, algebra);
  const { indices, squaredDistances } = await nearestNeighbors(generated, reference, algebra);
  return squaredDistances.map((distance, i) => (spacing[indices[i]!]! < distance ? 100 : 0));
}

/**
 * Share of authentic images in percent: a generated image is authentic if its nearest reference image is nearer to another
 * reference image than to it. Copies of the reference pull it down.
 *
 * @param sets  reference: the training images, at least 2; generated
 * @returns 0 … 100, higher is better; about 50 and more for new images of the same distribution
 * @throws ShapeError SHAPE_MISMATCH, NumericalError NOT_FINITE naming set and row
 * @throws SampleSizeError TOO_FEW_SAMPLES for fewer than two reference images
 * @source Alaa et al. 2022, arXiv:2102.08921, section 3.3
 * @agreesWith dgm-eval, whose float32 distances may decide near ties otherwise (test/reference/neighbor-metrics.json)
 */
export async function authpct(
  sets: { readonly reference: Rows; readonly generated: Rows },
  algebra: Algebra,
): Promise<number> {
  const given = givenSets(sets, ['reference', 'generated'], authpct.name);
  return mean(await authenticItems(given, algebra))!;
}
