/**
 * First-order bias slope of the Fréchet distance for Gaussian embeddings with both sets of covariance Σ and an exact
 * reference: b = tr Σ + ½[Σᵢⱼ λᵢλⱼ/(λᵢ + λⱼ) + ½ tr Σ], so that E[FID at n] ≈ FID + b/n.
 *
 * @param eigenvalues  λ of Σ, none negative
 * @returns b in units of the Fréchet distance; ≥ 0. A finite reference of m images adds about b/m.
 *
 * Closed form: λ = 1 in d dimensions gives d + d(d + 1)/4.
 */
export function analyticBiasSlope(eigenvalues: ArrayLike<number>): number {
  const d = eigenvalues.length;
  let trace = 0;
  let pairs = 0;
  for (let i = 0; i < d; i++) {
    const first = eigenvalues[i]!;
    trace += first;
    if (first === 0) continue;
    pairs += first / 2;
    for (let j = 0; j < i; j++) pairs += (2 * first * eigenvalues[j]!) / (first + eigenvalues[j]!);
  }
  return trace + (pairs + trace / 2) / 2;
}
