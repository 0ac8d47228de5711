import type { SamplingDesign } from './sampling-design.js';

/**
 * Variance of the mean of the images' scores as they were drawn: with eᵤ the sum of a unit's scores less their stratum's mean and U units in a
 * stratum, Σ over strata of U/(U − 1)·Σ(eᵤ − ē)²/n². Of independent images it is the variance with divisor n − 1, over n.
 *
 * @param scores  (n), in the order of the side's set
 * @source Cochran 1977, Sampling Techniques, sections 5.6 and 9A.5
 */
export function varianceOfMean(
  scores: ArrayLike<number>,
  { sides, units }: Pick<SamplingDesign, 'sides' | 'units'>,
  side: 'reference' | 'generated',
): number {
  const n = scores.length;
  const stratumOf = sides[side].strata?.numbers;
  const strata = new Map<number, { sum: number; count: number; readonly totals: Map<number, number> }>();
  for (let i = 0; i < n; i++) {
    const stratum = stratumOf?.[i] ?? 0;
    const known = strata.get(stratum) ?? { sum: 0, count: 0, totals: new Map<number, number>() };
    known.sum += scores[i]!;
    known.count++;
    strata.set(stratum, known);
  }
  for (let i = 0; i < n; i++) {
    const { sum, count, totals } = strata.get(stratumOf?.[i] ?? 0)!;
    const unit = units[side][i]!;
    totals.set(unit, (totals.get(unit) ?? 0) + scores[i]! - sum / count);
  }
  let variance = 0;
  for (const { totals } of strata.values()) {
    if (totals.size < 2) continue;
    const middle = [...totals.values()].reduce((sum, total) => sum + total, 0) / totals.size;
    const squares = [...totals.values()].reduce((sum, total) => sum + (total - middle) ** 2, 0);
    variance += ((totals.size / (totals.size - 1)) * squares) / n ** 2;
  }
  return variance;
}
