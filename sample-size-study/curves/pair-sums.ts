import type { Algebra } from '../../metrics/numerics/algebra.js';
import { type Kernel, reducedKernel } from '../../metrics/numerics/kernel.js';
import { squaredNorms } from '../../metrics/numerics/products.js';
import type { Rows } from '../../metrics/numerics/rows.js';
import { rowRange } from '../../metrics/numerics/select-rows.js';

/** How often each row stands in each subset: (subsets, rows) row-major. */
export type Multiplicities = Rows;

const BLOCK = 256;

/**
 * Σᵢⱼ aᵢ·bⱼ·k(xᵢ, yⱼ) for many subsets of the same two sets at once, k less its offset: a block of rows of the kernel
 * matrix is made once and multiplied with the multiplicities of all subsets.
 *
 * @param first  vectors (n, d) with multiplicities (s, n)
 * @param second  vectors (m, d) with multiplicities (s, m) of the same subsets
 * @returns (s)
 */
export async function subsetPairSums(
  first: { readonly vectors: Rows; readonly multiplicities: Multiplicities },
  second: { readonly vectors: Rows; readonly multiplicities: Multiplicities },
  kernel: Kernel,
  algebra: Algebra,
): Promise<Float64Array> {
  const value = reducedKernel(kernel);
  const subsets = first.multiplicities.n;
  const sums = new Float64Array(subsets);
  const firstNorms = squaredNorms(first.vectors);
  const secondNorms = squaredNorms(second.vectors);
  const [n, m] = [first.vectors.n, second.vectors.n];
  for (let top = 0; top < n; top += BLOCK) {
    const rows = rowRange(first.vectors, top, Math.min(top + BLOCK, n));
    const kernels = await algebra.innerProducts(rows, second.vectors); // (rows, m)
    for (let i = 0; i < rows.n; i++) {
      for (let j = 0; j < m; j++) {
        kernels[i * m + j] = value(kernels[i * m + j]!, firstNorms[top + i]!, secondNorms[j]!);
      }
    }
    const perRow = await algebra.innerProducts({ n: rows.n, d: m, data: kernels }, second.multiplicities); // (rows, s)
    for (let i = 0; i < rows.n; i++) {
      for (let s = 0; s < subsets; s++) {
        sums[s]! += first.multiplicities.data[s * n + top + i]! * perRow[i * subsets + s]!;
      }
    }
  }
  return sums;
}

/** Σᵢ aᵢ²·k(xᵢ, xᵢ) of each subset, k less its offset: the pairs of an image with itself. */
export function subsetDiagonals(
  { vectors, multiplicities }: { readonly vectors: Rows; readonly multiplicities: Multiplicities },
  kernel: Kernel,
): Float64Array {
  const value = reducedKernel(kernel);
  const diagonal = squaredNorms(vectors).map((norm) => value(norm, norm, norm));
  const sums = new Float64Array(multiplicities.n);
  for (let s = 0; s < multiplicities.n; s++) {
    for (let i = 0; i < vectors.n; i++)
      sums[s]! += multiplicities.data[s * vectors.n + i]! ** 2 * diagonal[i]!;
  }
  return sums;
}
