import { fastColumnProducts } from './fast-products.js';
import type { FloatArray, FloatType } from './matrix-sessions.js';
import type { Rows } from './rows.js';

/** Rows taken together: what memory they need does not grow with n. */
const ROWS = 2500;
/** Columns of a block: a product of two blocks is 2 MB. */
const COLUMNS = 512;

/** Column j of row i as it enters the products. */
export type ScatterEntry = (value: number, i: number, j: number) => number;

/**
 * Σ z·zᵀ over the rows, where z is a row with each entry replaced by `entry`: products of blocks of columns by ONNX Runtime, those below
 * the diagonal alone.
 *
 * @param vectors  (n, d)
 * @param type  of the products of 2,500 rows, which are added up in float64; with float32 entries are good to about 1e-6 of the largest
 * @returns (d, d) row-major, symmetric
 */
export async function fastScatter(
  vectors: Rows,
  entry: ScatterEntry,
  type: FloatType = 'float64',
): Promise<Float64Array> {
  const { n, d } = vectors;
  const scatter = new Float64Array(d * d);
  const blocks = columnBlocks(d);
  for (let start = 0; start < n; start += ROWS) {
    const count = Math.min(ROWS, n - start);
    const columns = blocks.map((block) => entriesOf(vectors, entry, { ...block, start, count, type }));
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

function entriesOf(
  { d, data }: Rows,
  entry: ScatterEntry,
  {
    start,
    count,
    left,
    width,
    type,
  }: ColumnBlock & { readonly start: number; readonly count: number; readonly type: FloatType },
): Rows {
  const entries = new (type === 'float32' ? Float32Array : Float64Array)(count * width);
  for (let i = 0; i < count; i++) {
    const from = (start + i) * d + left;
    for (let j = 0; j < width; j++) entries[i * width + j] = entry(data[from + j]!, start + i, left + j);
  }
  return { n: count, d: width, data: entries };
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
