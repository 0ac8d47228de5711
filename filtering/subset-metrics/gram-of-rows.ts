import { NumericalError, OptionError } from '../../errors.js';
import type { Algebra } from '../../numerics/algebra.js';
import { type Kernel, reducedKernel } from '../../numerics/kernel.js';
import { compensatedSum } from '../../numerics/mean-and-variance.js';
import { countText } from '../../numerics/number-text.js';
import { squaredNorms } from '../../numerics/products.js';
import type { Rows } from '../../numerics/rows.js';
import { rowRange } from '../../numerics/rows.js';

/** Reduced kernel (k less its offset) of every pair of one set, kept so that any subset's sum is a few additions. */
export interface GramMatrix {
  readonly n: number;
  /** pairs j < i, row by row: (i, j) is at i(i − 1)/2 + j */
  readonly pairs: Float64Array;
  /** (n): over all others */
  readonly rowSums: Float64Array;
  /** (n): the same of magnitudes */
  readonly rowSizes: Float64Array;
  readonly total: number;
  readonly size: number;
  /** (n): of each with itself */
  readonly diagonal: Float64Array;
}

/** 20,000²/2 float64 values are 1.6 GB. */
export const LARGEST_GRAM = 20_000;

const BLOCK = 512;

/** Of a sum less what touches the rows left out, at least this share must be left: more than 11 of 16 digits stay. */
const LEAST_LEFT = 1e-4;

/**
 * The Gram matrix of up to 20,000 rows, in float64.
 *
 * @throws OptionError OUT_OF_RANGE for more rows; NumericalError NOT_FINITE where the kernel overflows
 */
export async function gramOfRows(vectors: Rows, kernel: Kernel, algebra: Algebra): Promise<GramMatrix> {
  const { n } = vectors;
  if (n > LARGEST_GRAM) {
    throw new OptionError('OUT_OF_RANGE', {
      where: 'kernel metric of subsets',
      expected: `all pairs are kept, which is possible for at most ${countText(LARGEST_GRAM)} images`,
      received: countText(n),
      help: 'Leave this metric out, or compare on a part of the images.',
    });
  }
  const value = reducedKernel(kernel);
  const norms = squaredNorms(vectors);
  const pairs = new Float64Array((n * (n - 1)) / 2);
  const rowSums = new Float64Array(n);
  const rowSizes = new Float64Array(n);
  for (let top = 0; top < n; top += BLOCK) {
    const rows = rowRange(vectors, top, Math.min(top + BLOCK, n));
    const width = top + rows.n;
    const products = await algebra.innerProducts(rows, rowRange(vectors, 0, width));
    for (let i = 0; i < rows.n; i++) {
      const row = startOf(top + i);
      for (let j = 0; j < top + i; j++) {
        const k = value(products[i * width + j]!, norms[top + i]!, norms[j]!);
        pairs[row + j] = k;
        rowSums[top + i]! += k;
        rowSums[j]! += k;
        rowSizes[top + i]! += Math.abs(k);
        rowSizes[j]! += Math.abs(k);
      }
    }
  }
  const diagonal = norms.map((norm) => value(norm, norm, norm));
  requireFiniteSums(rowSizes, diagonal);
  const [total, size] = [compensatedSum(rowSums), compensatedSum(rowSizes)];
  return { n, pairs, rowSums, rowSizes, total, size, diagonal };
}

/** Index of the pair (i, 0). */
function startOf(i: number): number {
  return (i * (i - 1)) / 2;
}

/** @throws NumericalError NOT_FINITE naming the first row whose sums overflowed */
export function requireFiniteSums(...values: readonly Float64Array[]): void {
  const index = Math.max(...values.map((of) => of.findIndex((value) => !Number.isFinite(value))));
  if (index < 0) return;
  throw new NumericalError('NOT_FINITE', {
    where: 'kernel metric of subsets',
    expected: 'the kernel of every pair must be finite',
    received: `an overflow in row ${index} (counted from 0)`,
    help: 'Scale the embeddings, or leave this metric out.',
  });
}

/** (n): of each row, the sum over the rows of a part that are another. One pass over the pairs, as they lie. */
export function sumsOverPart({ n, pairs }: GramMatrix, part: Uint32Array): Float64Array {
  const inside = new Float64Array(n);
  for (const index of part) inside[index] = 1;
  const sums = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const row = startOf(i);
    const own = inside[i]!;
    let sum = 0;
    for (let j = 0; j < i; j++) {
      const k = pairs[row + j]!;
      sum += k * inside[j]!;
      sums[j]! += k * own;
    }
    sums[i] = sum;
  }
  return sums;
}

/** A part of the rows, and the rest; ascending. */
interface RowParts {
  readonly inside: Uint32Array;
  readonly outside: Uint32Array;
}

/**
 * Σ over i ≠ j of each of some parts of the rows: over the part itself, or all less what touches the rest, whichever is shorter, unless
 * next to nothing would be left of the larger sum, as where the rest holds an outlier.
 */
export function pairSums(gram: GramMatrix, parts: readonly RowParts[]): number[] {
  const summed = parts.map((part) => (isSummedOutside(gram, part) ? part.outside : part.inside));
  return ownSums(gram, summed).map((own, at) => {
    const { inside, outside } = parts[at]!;
    if (summed[at] === inside) return own;
    let touching = 0;
    for (const i of outside) touching += gram.rowSums[i]!;
    return gram.total - 2 * touching + own;
  });
}

function isSummedOutside({ rowSizes, size }: GramMatrix, { inside, outside }: RowParts): boolean {
  if (inside.length <= outside.length) return false;
  const excluded = 2 * outside.reduce((sum, i) => sum + rowSizes[i]!, 0); // what lies between them is counted twice: an upper bound
  return size - excluded >= LEAST_LEFT * size;
}

/** A row of the matrix is used for all parts while it is near. */
function ownSums({ n, pairs }: GramMatrix, parts: readonly Uint32Array[]): number[] {
  const sums = parts.map(() => 0);
  const next = new Uint32Array(parts.length);
  for (let i = 0; i < n; i++) {
    const row = startOf(i);
    for (let p = 0; p < parts.length; p++) {
      const part = parts[p]!;
      const end = next[p]!;
      if (part[end] !== i) continue;
      next[p] = end + 1;
      let own = 0;
      for (let b = 0; b < end; b++) own += pairs[row + part[b]!]!;
      sums[p]! += own;
    }
  }
  return sums.map((sum) => 2 * sum);
}
