import { ShapeError } from '../errors.js';
import type { Algebra } from '../numerics/algebra.js';
import { exactColumnMeans } from '../numerics/column-means.js';
import type { CovarianceFactor } from '../numerics/covariance-factor.js';
import { factorOfMoments, factorOfRows } from '../numerics/covariance-factor.js';
import type { GaussianMoments } from '../numerics/gaussian-moments.js';
import { meanDifference } from '../numerics/gaussian-moments.js';
import { compensatedSum } from '../numerics/mean-and-variance.js';
import type { Rows } from '../numerics/rows.js';
import { traceSquareRootOfFactors } from '../numerics/trace-square-root.js';

/** A Gaussian with its covariance factored: worth keeping with a reference, for the factor is most of the work. */
export interface FactoredGaussian {
  readonly n: number | null;
  /** (d), and what its rounding left off */
  readonly mean: Float64Array;
  readonly meanRest?: Float64Array | undefined;
  /** tr Σ */
  readonly totalVariance: number;
  /** tr Σ², where the covariance was at hand */
  readonly squaredNorm?: number;
  readonly factor: CovarianceFactor;
  /** of moments kept in fewer digits than float64 has */
  readonly kept?: KeptRounding;
}

/** What keeping moments in few digits lost. */
interface KeptRounding {
  /** share of each number */
  readonly unitRoundoff: number;
  /** the most that the squared Fréchet distance of the kept covariance to the true one can be */
  readonly ofCovariance: number;
}

/** d²(Σ, Σ + E) ≤ ‖E‖₁ ≤ √d·‖E‖_F (Powers and Størmer 1970), and each entry of E is at most a share of that of Σ. */
function keptRounding({ d, covariance, unitRoundoff }: GaussianMoments): { readonly kept?: KeptRounding } {
  if (unitRoundoff === undefined) return {};
  const norm = Math.sqrt(compensatedSum(covariance.map((value) => value * value)));
  return { kept: { unitRoundoff, ofCovariance: Math.sqrt(d) * unitRoundoff * norm } };
}

/** The factored Gaussian of given moments. */
export function gaussianOfMoments(moments: GaussianMoments): FactoredGaussian {
  return gaussianOfFactor(moments, factorOfMoments(moments));
}

/** The factored Gaussian of given moments and a factor of their covariance, from whatever engine. */
export function gaussianOfFactor(moments: GaussianMoments, factor: CovarianceFactor): FactoredGaussian {
  const { n, d, mean, meanRest, covariance } = moments;
  const variances = Float64Array.from({ length: d }, (_, j) => covariance[j * d + j]!);
  return {
    n,
    mean,
    meanRest,
    totalVariance: compensatedSum(variances),
    squaredNorm: compensatedSum(covariance.map((value) => value * value)),
    factor,
    ...keptRounding(moments),
  };
}

/** The factored Gaussian of n ≤ d vectors, without forming a covariance. */
export function gaussianOfRows(vectors: Rows): FactoredGaussian {
  const factor = factorOfRows(vectors);
  return {
    n: vectors.n,
    ...exactColumnMeans(vectors),
    totalVariance: compensatedSum(factor.data.map((value) => value * value)),
    factor,
  };
}

/**
 * Effective rank of a covariance, (tr Σ)²/tr Σ²: how many directions of equal variance would spread as much.
 *
 * @returns from 1 to the rank; null where there is no variance, or its squares leave float64
 * @source the participation ratio; the exponential of Rényi's entropy of order 2 of the eigenvalues' shares
 */
export async function effectiveRank(
  { totalVariance, squaredNorm, factor: { rank: n, d, data } }: FactoredGaussian,
  algebra: Pick<Algebra, 'innerProducts'>,
): Promise<number | null> {
  const rows = { n, d, data };
  const products = squaredNorm === undefined ? await algebra.innerProducts(rows, rows) : null;
  const squares = squaredNorm ?? compensatedSum(products!.map((value) => value * value));
  const found = (totalVariance / Math.sqrt(squares)) ** 2;
  return Number.isFinite(found) && found > 0 ? found : null;
}

type Mean = Pick<GaussianMoments, 'mean' | 'meanRest'>;

/** ‖μ₁ − μ₂‖². */
function squaredDistance(first: Mean, second: Mean): number {
  if (first.mean.length !== second.mean.length) {
    throw new ShapeError('SHAPE_MISMATCH', {
      where: 'frechetDistance',
      expected: 'both sides must have vectors of one length',
      received: `${first.mean.length} and ${second.mean.length}`,
    });
  }
  return compensatedSum(meanDifference(first, second).map((difference) => difference ** 2));
}

/**
 * The Fréchet distance from its parts. The covariances' part is a squared Bures distance, at least 0: what rounding leaves
 * below 0 is 0.
 *
 * @param root  tr((Σ₁Σ₂)^½)
 */
export function frechetDistanceOfParts(
  first: FactoredGaussian,
  second: FactoredGaussian,
  root: number,
): number {
  const meanTerm = squaredDistance(first, second);
  const covarianceTerm = first.totalVariance + second.totalVariance - 2 * root;
  return meanTerm + Math.max(0, covarianceTerm);
}

/**
 * Squared Fréchet (2-Wasserstein) distance of two Gaussians: ‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2(Σ₁Σ₂)^½).
 *
 * @returns at least 0, lower is better, symmetric; 0 to 1e-12 of tr Σ for equal moments. Biased upwards by about b/n.
 * @throws ShapeError SHAPE_MISMATCH, NumericalError NOT_FINITE, NOT_POSITIVE_SEMIDEFINITE
 * @source Dowson & Landau 1982, eq. 16; Heusel et al. 2017, arXiv:1706.08500, eq. 6
 * @agreesWith scipy.linalg.sqrtm (pytorch-fid's route), 1e-10 relative at full rank (test/reference/frechet-distance.json)
 * @example
 * const gaussian = (mean: number, variance: number) => ({ n: 9, d: 1, mean: Float64Array.of(mean), covariance: Float64Array.of(variance) });
 * frechetDistance(gaussian(0, 1), gaussian(3, 4)); // 10
 */
export function frechetDistance(first: GaussianMoments, second: GaussianMoments): number {
  squaredDistance(first, second); // lengths before work
  const firstGaussian = gaussianOfMoments(first);
  const secondGaussian = gaussianOfMoments(second);
  const root = traceSquareRootOfFactors(firstGaussian.factor, secondGaussian.factor);
  return frechetDistanceOfParts(firstGaussian, secondGaussian, root);
}

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
