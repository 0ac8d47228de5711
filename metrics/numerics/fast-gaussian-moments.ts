import { fastColumnProducts } from './fast-products.js';
import { columnMeans, type GaussianMoments, gaussianMoments } from './gaussian-moments.js';
import type { Rows } from './rows.js';

/** Fewer multiplications than this are done before a session is open. */
const SMALL = 2 ** 24;
/** Rows taken together: what memory they need does not grow with n. */
const ROWS = 2500;
/** Columns of a block: a product of two blocks is 2 MB. */
const COLUMNS = 512;

/**
 * `gaussianMoments` for sets of any size: deviations from the mean, then products of blocks of columns by ONNX Runtime, those
 * below the diagonal alone.
 *
 * @param vectors  (n, d), n ≥ 2
 * @throws SampleSizeError TOO_FEW_SAMPLES for fewer than two rows
 * @source Chan, Golub & LeVeque 1983
 * @agreesWith `gaussianMoments`, to 1e-12 of the largest variance (test/numerics/fast-gaussian-moments.test.ts)
 */
export async function fastGaussianMoments(vectors: Rows): Promise<GaussianMoments> {
  const { n, d } = vectors;
  if (n < 2 || n * d * d < SMALL) return gaussianMoments(vectors);
  const mean = columnMeans(vectors);
  const covariance = new Float64Array(d * d);
  const blocks = columnBlocks(d);
  for (let start = 0; start < n; start += ROWS) {
    const count = Math.min(ROWS, n - start);
    const deviations = blocks.map((block) => deviationsOf(vectors, mean, { ...block, start, count }));
    for (let i = 0; i < blocks.length; i++) {
      for (let j = 0; j <= i; j++) {
        const products = await fastColumnProducts(deviations[i]!, deviations[j]!);
        addBlock(covariance, d, products, blocks[i]!, blocks[j]!);
      }
    }
  }
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      const value = covariance[i * d + j]! / (n - 1);
      covariance[i * d + j] = value;
      covariance[j * d + i] = value;
    }
  }
  return { n, d, mean, covariance };
}

interface ColumnBlock {
  readonly left: number;
  readonly width: number;
}

/** Blocks of nearly equal width. */
function columnBlocks(d: number): readonly ColumnBlock[] {
  const count = Math.ceil(d / COLUMNS);
  return Array.from({ length: count }, (_, b) => {
    const left = Math.floor((b * d) / count);
    return { left, width: Math.floor(((b + 1) * d) / count) - left };
  });
}

function deviationsOf(
  { d, data }: Rows,
  mean: Float64Array,
  { start, count, left, width }: ColumnBlock & { readonly start: number; readonly count: number },
): Rows {
  const deviations = new Float64Array(count * width);
  for (let i = 0; i < count; i++) {
    const from = (start + i) * d + left;
    for (let j = 0; j < width; j++) deviations[i * width + j] = data[from + j]! - mean[left + j]!;
  }
  return { n: count, d: width, data: deviations };
}

function addBlock(
  covariance: Float64Array,
  d: number,
  products: Float64Array,
  rows: ColumnBlock,
  columns: ColumnBlock,
): void {
  for (let i = 0; i < rows.width; i++) {
    const to = (rows.left + i) * d + columns.left;
    const from = i * columns.width;
    for (let j = 0; j < columns.width; j++) covariance[to + j]! += products[from + j]!;
  }
}
