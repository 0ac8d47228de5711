import { OptionError, SampleSizeError } from '../errors.js';
import type { Algebra } from '../numerics/algebra.js';
import { mean } from '../numerics/mean-and-variance.js';
import { nearestFew } from '../numerics/nearest-neighbors.js';
import { givenSets, type Rows } from '../numerics/rows.js';

/** α, as its authors have it. */
const ALPHA = 0.5;

/** @throws OptionError OUT_OF_RANGE unless k is a whole number, at least 1; SampleSizeError TOO_FEW_SAMPLES for fewer training images */
export function requireCalibration(
  n: number,
  { k, where }: { readonly k: number; readonly where: string },
): void {
  if (!(Number.isInteger(k) && k >= 1))
    throw new OptionError('OUT_OF_RANGE', {
      where: 'k',
      expected: 'must be a whole number, at least 1',
      received: String(k),
    });
  if (n >= k) return;
  throw new SampleSizeError('TOO_FEW_SAMPLES', {
    where,
    expected: `must hold the ${k} nearest training images`,
    received: String(n),
    help: `Supply ${k - n} more.`,
    n,
    needed: k,
  });
}

/**
 * Calibrated distance of each generated image y to the training images: ‖y − x₁‖/(α · mean over i = 1 … k of ‖y − xᵢ‖), xᵢ the i-th nearest to y and
 * α = ½. A copy of one training image is far nearer to it than to the others.
 *
 * @param sets  reference: the training images, (n, d), at least k; generated (m, d)
 * @param options  k, default 50
 * @returns (m): 0 for a copy, at most 1/α = 2; below 1 the nearest is less than half as far as the k nearest on average
 * @throws ShapeError SHAPE_MISMATCH, NumericalError NOT_FINITE naming set and row, OptionError OUT_OF_RANGE unless k is a whole number, at least 1
 * @throws SampleSizeError TOO_FEW_SAMPLES unless the reference holds k images
 * @source Carlini et al. 2023, arXiv:2301.13188, section 5.1
 * @agreesWith numpy over the whole matrix of distances, to 1e-12 (test/reference/calibrated-distance.json)
 */
export async function calibratedDistances(
  sets: { readonly reference: Rows; readonly generated: Rows },
  { k = 50, where = 'calibratedDistances' }: { readonly k?: number; readonly where?: string },
  algebra: Algebra,
): Promise<Float64Array> {
  const { reference, generated } = givenSets(sets, ['reference', 'generated'], where);
  requireCalibration(reference.n, { k, where: `${where}: reference` });
  const nearest = await nearestFew({ from: generated, to: reference }, k, algebra);
  return Float64Array.from(nearest, ({ squaredDistances }) => {
    const distances = squaredDistances.map(Math.sqrt);
    return distances[0] === 0 ? 0 : distances[0]! / (ALPHA * mean(distances)!);
  });
}
