import { compensatedSum } from './numerics/compensated-sum.js';

/**
 * Σᵢⱼ sᵢsⱼ/(sᵢ + sⱼ), zeros counting nothing.
 *
 * @param spectrum  none negative
 */
function harmonicPairs(spectrum: ArrayLike<number>): number {
  const rowSums = new Float64Array(spectrum.length);
  for (let i = 0; i < spectrum.length; i++) {
    const own = spectrum[i]!;
    if (!(own > 0)) continue;
    let sum = own / 2;
    for (let j = 0; j < i; j++) sum += (2 * own * spectrum[j]!) / (own + spectrum[j]!);
    rowSums[i] = sum;
  }
  return compensatedSum(rowSums);
}

/**
 * First-order bias slope b of a Fréchet distance in one side's n, for Gaussian embeddings: E[FID at n] ≈ FID + b/n. With s the
 * eigenvalues of (Σ₁Σ₂)^½, b = tr Σ + ½[Σᵢⱼ sᵢsⱼ/(sᵢ + sⱼ) + ½ Σ sᵢ], Σ the covariance of the side whose n it is.
 *
 * @param spectrum  s; of Σ itself where the sides share it
 * @param totalVariance  tr Σ
 * @returns b, in units of the Fréchet distance, at least 0; the other side adds its own b/m
 * @source second derivative of tr M^½ under the noise of a Wishart covariance; for equal sides d + d(d + 1)/4 per unit variance
 */
export function frechetBiasSlope(spectrum: ArrayLike<number>, totalVariance: number): number {
  return totalVariance + (harmonicPairs(spectrum) + compensatedSum(spectrum) / 2) / 2;
}

/**
 * The part of a Fréchet distance's variance that comes of pairs of images, for Gaussian embeddings: with s the eigenvalues of
 * (Σ₁Σ₂)^½, 2(1/n + 1/m)²·[Σ s² + Σᵢ<ⱼ (sᵢsⱼ/(sᵢ + sⱼ))² + ¼ Σ s²]. Beside the part of single images it matters only where the
 * distance is near 0, and there a jackknife counts it twice.
 *
 * @source variance of the quadratic term whose mean is `frechetBiasSlope`
 */
export function frechetPairVariance(
  spectrum: ArrayLike<number>,
  { reference, generated }: { readonly reference: number; readonly generated: number },
): number {
  const rowSums = new Float64Array(spectrum.length);
  for (let i = 0; i < spectrum.length; i++) {
    const own = spectrum[i]!;
    if (!(own > 0)) continue;
    let sum = 1.25 * own * own;
    for (let j = 0; j < i; j++) sum += ((own * spectrum[j]!) / (own + spectrum[j]!)) ** 2;
    rowSums[i] = sum;
  }
  return 2 * (1 / reference + 1 / generated) ** 2 * compensatedSum(rowSums);
}
