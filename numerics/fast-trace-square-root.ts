import { ShapeError } from '../errors.js';
import type { CovarianceFactor } from './covariance-factor.js';
import { fastFactorOfMoments } from './fast-covariance-factor.js';
import { bandedWidth, foundValues, notConverged, type ThreadOptions } from './fast-singular-values.js';
import type { DenseKernels } from './kernels/kernel-module.js';
import { runKernel } from './kernels/kernel-team.js';
import { compensatedSum } from './mean-and-variance.js';
import { binaryScale } from './rows.js';
import { squareRootSpectrum } from './trace-square-root.js';

/** Below this rank, starting threads costs more than it saves. */
const SMALL = 96;

/**
 * The eigenvalues of (Σ₁Σ₂)^½, ascending, for factors of any size: `squareRootSpectrum` in WebAssembly with threads. The product F₁·F₂ᵀ
 * is made where its singular values are found; a factor by Cholesky halves that work. The same bits on every machine and for
 * every number of threads.
 *
 * @returns (min(rank₁, rank₂)), none negative; eigenvalues beyond are 0
 * @throws ShapeError SHAPE_MISMATCH if the covariances differ in size; NumericalError DID_NOT_CONVERGE
 */
export async function fastSquareRootSpectrum(
  first: CovarianceFactor,
  second: CovarianceFactor,
  options: ThreadOptions = {},
): Promise<Float64Array> {
  requireEqualSize(first, second);
  const [tall, thin] = first.rank >= second.rank ? [first, second] : [second, first];
  if (thin.rank < SMALL) return squareRootSpectrum(first, second);
  const { d } = tall;
  const scales = { tall: binaryScale(largest(tall.data)), thin: binaryScale(largest(thin.data)) };
  const width = bandedWidth(thin.rank);
  const height = Math.max(Math.ceil(tall.rank / 4) * 4, width);
  const order = eliminationOrder(tall.pivots ?? thin.pivots, d);
  return runKernel({
    kernel: 'productSingularValues',
    ...options,
    prepare: (kernels, threads) => kernels.prepared(height, width, threads, d),
    load: (memory, kernels, job) => {
      const rows = { start: kernels.rowOperandAddress(job) / 8, length: height };
      const columns = { start: kernels.columnOperandAddress(job) / 8, length: width };
      loadOperand(memory, rows, { ...tall, order, scale: scales.tall });
      loadOperand(memory, columns, { ...thin, order, scale: scales.thin });
      kernels.setTriangular(job, zeros(tall, thin));
    },
    read: foundValues(thin.rank, scales.tall * scales.thin),
    failed: () => notConverged('fastSquareRootSpectrum'),
  });
}

/**
 * tr((Σ₁Σ₂)^½) by factors that are worth keeping: real, at least 0, and right for singular covariances.
 *
 * @throws ShapeError SHAPE_MISMATCH if the covariances differ in size; NumericalError DID_NOT_CONVERGE
 */
export async function fastTraceSquareRootOfFactors(
  first: CovarianceFactor,
  second: CovarianceFactor,
  options: ThreadOptions = {},
): Promise<number> {
  return compensatedSum(await fastSquareRootSpectrum(first, second, options));
}

/**
 * tr((Σ₁Σ₂)^½) of two covariances of any size.
 *
 * @param first  (d, d) row-major, positive semi-definite
 * @param second  (d, d)
 * @throws ShapeError SHAPE_MISMATCH; NumericalError NOT_FINITE, NOT_POSITIVE_SEMIDEFINITE, DID_NOT_CONVERGE
 * @agreesWith `traceSquareRoot`, to 1e-12 relative (test/numerics/fast-trace-square-root.test.ts)
 * @example
 * await fastTraceSquareRoot(Float64Array.of(4), Float64Array.of(9), 1); // 6
 */
export async function fastTraceSquareRoot(
  first: Float64Array,
  second: Float64Array,
  d: number,
  options: ThreadOptions = {},
): Promise<number> {
  return fastTraceSquareRootOfFactors(
    await fastFactorOfMoments({ d, covariance: first }, options),
    await fastFactorOfMoments({ d, covariance: second }, options),
    options,
  );
}

function requireEqualSize(first: CovarianceFactor, second: CovarianceFactor): void {
  if (first.d === second.d) return;
  throw new ShapeError('SHAPE_MISMATCH', {
    where: 'fastSquareRootSpectrum',
    expected: 'both covariances must be of one size',
    received: `${first.d} and ${second.d}`,
  });
}

/** Which operand is triangular once its columns are in the order of elimination. */
function zeros(tall: CovarianceFactor, thin: CovarianceFactor): Parameters<DenseKernels['setTriangular']>[1] {
  if (tall.pivots !== undefined) return 1;
  return thin.pivots === undefined ? 0 : 2;
}

/** Pivots first, then the features that none eliminated. */
function eliminationOrder(pivots: Uint32Array | undefined, d: number): Uint32Array {
  if (pivots === undefined) return Uint32Array.from({ length: d }, (_, k) => k);
  const taken = new Set(pivots);
  const others = Array.from({ length: d }, (_, k) => k).filter((k) => !taken.has(k));
  return Uint32Array.from([...pivots, ...others]);
}

function largest(values: Float64Array): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) {
    const magnitude = Math.abs(values[i]!);
    if (magnitude > most) most = magnitude;
  }
  return most;
}

/** Four rows at a time, term by term: (d, 4) for each quad; rows beyond the factor's are 0. */
function loadOperand(
  memory: Float64Array,
  { start, length }: { readonly start: number; readonly length: number },
  { rank, d, data, order, scale }: CovarianceFactor & { readonly order: Uint32Array; readonly scale: number },
): void {
  memory.fill(0, start + Math.floor(rank / 4) * 4 * d, start + length * d);
  for (let i = 0; i < rank; i++) {
    const row = data.subarray(i * d, (i + 1) * d);
    let to = start + (i >> 2) * 4 * d + (i & 3);
    for (let k = 0; k < d; k++) {
      memory[to] = row[order[k]!]! / scale;
      to += 4;
    }
  }
}
