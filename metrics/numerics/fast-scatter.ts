import { addBlock, type ColumnBlock, columnBlocks, mirrorLower } from './column-blocks.js';
import { fastColumnProducts } from './fast-products.js';
import type { Rows } from './rows.js';

/** Rows taken together: what memory they need does not grow with n. */
const ROWS = 2500;
/** Columns of a block: a product of two blocks is 2 MB. */
const COLUMNS = 512;

/**
 * Σ w·(x − c)(x − c)ᵀ over the rows: products of blocks of columns by ONNX Runtime, those below the diagonal alone.
 *
 * @param vectors  (n, d)
 * @param center  (d)
 * @param weights  (n); default 1
 * @returns (d, d) row-major, symmetric
 */
export async function fastScatter(
  vectors: Rows,
  center: Float64Array,
  weights?: Float64Array,
): Promise<Float64Array> {
  const { n, d } = vectors;
  const scatter = new Float64Array(d * d);
  const blocks = columnBlocks(d, COLUMNS);
  const factors = weights?.map(Math.sqrt);
  const buffers = blocks.map(({ width }) => new Float64Array(Math.min(ROWS, n) * width)); // one set for all rows
  for (let start = 0; start < n; start += ROWS) {
    const count = Math.min(ROWS, n - start);
    const columns = blocks.map((block, b) =>
      deviationsOf(vectors, { center, factors }, { ...block, start, count, buffer: buffers[b]! }),
    );
    for (let i = 0; i < blocks.length; i++) {
      for (let j = 0; j <= i; j++) {
        const products = await fastColumnProducts(columns[i]!, columns[j]!);
        addBlock(scatter, d, products, blocks[i]!, blocks[j]!);
      }
    }
  }
  return mirrorLower(scatter, d);
}

function deviationsOf(
  { d, data }: Rows,
  { center, factors }: { readonly center: Float64Array; readonly factors: Float64Array | undefined },
  {
    start,
    count,
    left,
    width,
    buffer,
  }: ColumnBlock & { readonly start: number; readonly count: number; readonly buffer: Float64Array },
): Rows {
  const deviations = buffer.subarray(0, count * width);
  const about = center.subarray(left, left + width);
  for (let i = 0; i < count; i++) {
    const factor = factors?.[start + i] ?? 1;
    const from = (start + i) * d + left;
    const to = i * width;
    for (let j = 0; j < width; j++) deviations[to + j] = (data[from + j]! - about[j]!) * factor;
  }
  return { n: count, d: width, data: deviations };
}
