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
