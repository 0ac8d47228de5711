import type { Algebra } from '../numerics/algebra.js';
import { squaredNeighborRadii } from '../numerics/nearest-neighbors.js';
import { median } from '../numerics/order-statistics.js';
import { commonlyCentered, squaredDifference, visitPairs } from '../numerics/pair-distances.js';
import { givenSets, type Rows } from '../numerics/rows.js';

/**
 * Realism of each generated image y, max over x of r(x)/‖y − x‖, r(x) the distance of a reference image to its k-th neighbor. Of the balls
 * only those whose radius is below the median count, so that a few large ones do not hold everything.
 *
 * @param sets  (n, d) and (m, d)
 * @param options  k
 * @returns (m): at least 0, higher is more realistic; above 1 inside a ball, Infinity for a copy of a reference image whose ball has a radius
 * @throws ShapeError SHAPE_MISMATCH, NumericalError NOT_FINITE naming set and row, OptionError OUT_OF_RANGE unless k is a whole number, at least 1
 * @throws SampleSizeError TOO_FEW_SAMPLES unless the reference holds more than k images
 * @source Kynkäänniemi et al. 2019, arXiv:1904.06991, eq. 3 and the text below it
 * @agreesWith dgm-eval's `compute_prdc(realism=True)` on float64 (test/reference/peer-metrics.json)
 */
export async function realismScores(
  sets: { readonly reference: Rows; readonly generated: Rows },
  { k, where = 'realismScores' }: { readonly k: number; readonly where?: string },
  algebra: Algebra,
): Promise<Float64Array> {
  const { reference, generated } = givenSets(sets, ['reference', 'generated'], where);
  const radii = await squaredNeighborRadii(reference, { k, where: `${where}: reference` }, algebra);
  const lengths = radii.map(Math.sqrt);
  const middle = median(lengths)!;
  const best = new Float64Array(generated.n);
  const [x, y] = commonlyCentered(reference, generated, algebra);
  await visitPairs(x, y, algebra, (i, j, approximate, error) => {
    const radius = radii[i]!;
    if (!(lengths[i]! < middle) || radius < best[j]! * (approximate - error)) return;
    const distance = squaredDifference(reference, i, generated, j);
    if (radius > 0) best[j] = Math.max(best[j]!, radius / distance);
  });
  return best.map(Math.sqrt);
}
