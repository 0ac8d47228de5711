import type { KernelSumOptions } from './algebra.js';
import { exponentialSums, ownExponentialSums } from './exponential-sums.js';
import type { Kernel } from './kernel.js';
import { reducedKernel } from './kernel.js';
import { type CrossKernelSums, crossKernelSums, type OwnKernelSums, ownKernelSums } from './kernel-sums.js';
import {
  crossPairSums,
  ownPairSums,
  polynomialGraph,
  polynomialGraphOfOthers,
  type WeightedRows,
} from './pair-blocks.js';
import { requireEqualWidth, squaredNorms } from './products.js';
import type { Rows } from './rows.js';

/** Fewer multiplications than this are done before a session is open. */
const SMALL = 2 ** 22;

/**
 * `crossKernelSums` for sets of any size, block by block in ONNX Runtime.
 *
 * @param first  (n, d)
 * @param second  (m, d)
 * @throws ShapeError SHAPE_MISMATCH if the vectors differ in length
 * @agreesWith `crossKernelSums`: means of k to 1e-12 (test/numerics/fast-kernel-sums.test.ts)
 */
export async function fastCrossKernelSums(
  first: Rows,
  second: Rows,
  kernel: Kernel,
  options: KernelSumOptions = {},
): Promise<CrossKernelSums> {
  requireEqualWidth(first, second, 'kernelSums');
  if (first.n * second.n * first.d < SMALL) return crossKernelSums(first, second, kernel);
  if (kernel.kind === 'rbf') return exponentialSums(first, second, kernel, options);
  return crossPairSums(polynomialGraph(kernel), unweighted(first), unweighted(second));
}

/**
 * `ownKernelSums` for a set of any size; each pair is computed once.
 *
 * @param vectors  (n, d)
 */
export async function fastOwnKernelSums(
  vectors: Rows,
  kernel: Kernel,
  options: KernelSumOptions = {},
): Promise<OwnKernelSums> {
  const { n, d } = vectors;
  if (n * n * d < SMALL) return ownKernelSums(vectors, kernel);
  if (kernel.kind === 'rbf') {
    // a vector's kernel with itself is 1, less the offset 0
    return { rowSums: await ownExponentialSums(vectors, kernel, options), diagonal: new Float64Array(n) };
  }
  const value = reducedKernel(kernel);
  const diagonal = squaredNorms(vectors).map((norm) => value(norm, norm, norm));
  const rowSums = await ownPairSums(
    polynomialGraph(kernel),
    unweighted(vectors),
    polynomialGraphOfOthers(kernel),
  );
  return { rowSums, diagonal };
}

function unweighted(vectors: Rows): WeightedRows {
  return { vectors, weights: new Float64Array(vectors.n).fill(1) };
}
