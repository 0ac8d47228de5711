import { weightedFit } from './weighted-fit.js';

/**
 * Exponent e of cv ∝ nᵉ, by least squares of log cv on log n; −½ where images count independently.
 *
 * @returns null with fewer than three sizes of positive spread
 */
export function spreadExponent(
  curve: readonly { readonly sampleSize: number; readonly coefficientOfVariation: number | null }[],
): number | null {
  const points = curve
    .filter(({ coefficientOfVariation }) => coefficientOfVariation !== null && coefficientOfVariation > 0)
    .map(({ sampleSize, coefficientOfVariation }) => ({
      x: Math.log(sampleSize),
      y: Math.log(coefficientOfVariation!),
      weight: 1,
    }));
  return points.length < 3 ? null : (weightedFit(points, { degree: 1 })?.coefficients[1] ?? null);
}

/** Above this share of the pool the repeats overlap so much that their spread says little: no band is drawn. */
export const LARGEST_POOL_SHARE = 0.8;

/**
 * Spread of independent draws of n images from the spread of subsets drawn without replacement from a pool of N:
 * sd / √(1 − n/N).
 *
 * @returns null where n/N is above 0.8
 */
export function poolCorrectedDeviation(
  standardDeviation: number,
  { sampleSize, poolSize }: { readonly sampleSize: number; readonly poolSize: number },
): number | null {
  const share = sampleSize / poolSize;
  return share > LARGEST_POOL_SHARE ? null : standardDeviation / Math.sqrt(1 - share);
}
