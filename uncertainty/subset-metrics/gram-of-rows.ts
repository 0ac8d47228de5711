import { OptionError } from '../../errors.js';
import type { Algebra } from '../../metrics/numerics/algebra.js';
import { type Kernel, reducedKernel } from '../../metrics/numerics/kernel.js';
import { squaredNorms } from '../../metrics/numerics/products.js';
import type { Rows } from '../../metrics/numerics/rows.js';
import { rowRange } from '../../metrics/numerics/select-rows.js';

/** Reduced kernel (k less its offset) of every pair of one set, kept so that any subset's sum is a few additions. */
export interface GramMatrix {
  readonly n: number;
  /** (n, n) float32, the diagonal left at 0 */
  readonly pairs: Float32Array;
  /** (n): over all others, of the float32 values */
  readonly rowSums: Float64Array;
  readonly total: number;
  /** (n): of each with itself */
  readonly diagonal: Float64Array;
}

/** 20,000² float32 values are 1.6 GB. */
export const LARGEST_GRAM = 20_000;

const BLOCK = 512;

/**
 * The Gram matrix of up to 20,000 rows, float32 of float64 values: each pair is off by 6e-8 of itself, and sums by far less.
 *
 * @throws OptionError OUT_OF_RANGE for more rows
 */
export async function gramOfRows(vectors: Rows, kernel: Kernel, algebra: Algebra): Promise<GramMatrix> {
  const { n } = vectors;
  if (n > LARGEST_GRAM) {
    throw new OptionError('OUT_OF_RANGE', {
      where: 'kernel metric of subsets',
      expected: `all pairs are kept, which is possible for at most ${LARGEST_GRAM.toLocaleString('en')} images`,
      received: n.toLocaleString('en'),
      help: 'Leave this metric out, or compare on a part of the images.',
    });
  }
  const value = reducedKernel(kernel);
  const norms = squaredNorms(vectors);
  const pairs = new Float32Array(n * n);
  for (let top = 0; top < n; top += BLOCK) {
    const rows = rowRange(vectors, top, Math.min(top + BLOCK, n));
    const products = await algebra.innerProducts(rows, rowRange(vectors, 0, top + rows.n));
    const width = top + rows.n;
    for (let i = 0; i < rows.n; i++) {
      for (let j = 0; j < top + i; j++) {
        const k = value(products[i * width + j]!, norms[top + i]!, norms[j]!);
        pairs[(top + i) * n + j] = k;
        pairs[j * n + top + i] = k;
      }
    }
  }
  const rowSums = new Float64Array(n);
  let total = 0;
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += pairs[i * n + j]!;
    rowSums[i] = sum;
    total += sum;
  }
  const diagonal = norms.map((norm) => value(norm, norm, norm));
  return { n, pairs, rowSums, total, diagonal };
}

/** Σ over i ≠ j of a part of the rows: over the part itself, or all less what touches the rest, whichever is shorter. */
export function pairSum(
  { n, pairs, rowSums, total }: GramMatrix,
  inside: Uint32Array,
  outside: Uint32Array,
): number {
  const part = inside.length <= outside.length ? inside : outside;
  let own = 0;
  for (const i of part) {
    const row = i * n;
    for (const j of part) own += pairs[row + j]!;
  }
  if (part === inside) return own;
  let touching = 0;
  for (const i of outside) touching += rowSums[i]!;
  return total - 2 * touching + own;
}
