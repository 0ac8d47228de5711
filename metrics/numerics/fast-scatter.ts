import { fastColumnProducts } from './fast-products.js';
import type { FloatArray } from './matrix-sessions.js';
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
  const blocks = columnBlocks(d);
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
  for (let i = 0; i < d; i++) for (let j = 0; j < i; j++) scatter[j * d + i] = scatter[i * d + j]!;
  return scatter;
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

function addBlock(
  scatter: Float64Array,
  d: number,
  products: FloatArray,
  rows: ColumnBlock,
  columns: ColumnBlock,
): void {
  for (let i = 0; i < rows.width; i++) {
    const to = (rows.left + i) * d + columns.left;
    const from = i * columns.width;
    for (let j = 0; j < columns.width; j++) scatter[to + j]! += products[from + j]!;
  }
}
