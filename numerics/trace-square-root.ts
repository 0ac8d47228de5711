import { type CovarianceFactor, factorOfMoments } from './covariance-factor.js';
import { compensatedSum } from './mean-and-variance.js';
import { innerProducts } from './products.js';
import { singularValues } from './singular-values.js';

/**
 * tr((Σ₁Σ₂)^½) as the nuclear norm of F₁·F₂ᵀ, where FᵀF = Σ: real and non-negative by construction, right for singular
 * covariances, and without the loss of half the digits that square roots of computed eigenvalues suffer near zero.
 *
 * @returns at least 0; tr Σ for two equal covariances
 * @throws ShapeError SHAPE_MISMATCH if the covariances differ in size
 * @source Σ₁ = F₁ᵀF₁ and Σ₂ = F₂ᵀF₂ give Σ₁Σ₂ the non-zero eigenvalues of (F₁F₂ᵀ)(F₁F₂ᵀ)ᵀ
 */
export function traceSquareRootOfFactors(first: CovarianceFactor, second: CovarianceFactor): number {
  return compensatedSum(squareRootSpectrum(first, second));
}

/**
 * The eigenvalues of (Σ₁Σ₂)^½, ascending: the singular values of F₁·F₂ᵀ. Their sum is the trace, and the bias of a Fréchet
 * distance follows from them.
 *
 * @returns (min(rank₁, rank₂)), none negative; eigenvalues beyond are 0
 * @throws ShapeError SHAPE_MISMATCH if the covariances differ in size
 */
export function squareRootSpectrum(first: CovarianceFactor, second: CovarianceFactor): Float64Array {
  const products = innerProducts(
    { n: first.rank, d: first.d, data: first.data },
    { n: second.rank, d: second.d, data: second.data },
  );
  return singularValues(products, { rows: first.rank, columns: second.rank });
}

/**
 * tr((Σ₁Σ₂)^½) of two covariances, by rank-revealing Cholesky factors. Neither a square root of a product nor an ε.
 *
 * @param first  (d, d) row-major, positive semi-definite
 * @param second  (d, d)
 * @throws ShapeError SHAPE_MISMATCH, NumericalError NOT_FINITE, NOT_POSITIVE_SEMIDEFINITE
 * @agreesWith scipy.linalg.sqrtm of full-rank covariances, and mpmath where they are singular (test/reference/frechet-distance.json)
 * @example
 * traceSquareRoot(Float64Array.of(4), Float64Array.of(9), 1); // 6
 */
export function traceSquareRoot(first: Float64Array, second: Float64Array, d: number): number {
  return traceSquareRootOfFactors(
    factorOfMoments({ d, covariance: first }),
    factorOfMoments({ d, covariance: second }),
  );
}
