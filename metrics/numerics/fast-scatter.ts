import { fastColumnProducts } from './fast-products.js';
import type { FloatArray, FloatType } from './matrix-sessions.js';
import type { Rows } from './rows.js';

/** Rows taken together: what memory they need does not grow with n. */
const ROWS = 2500;
/** Columns of a block: a product of two blocks is 2 MB. */
const COLUMNS = 512;

export interface ScatterOptions {
  /** (d) */
  readonly center: Float64Array;
  /** (n): what each row's deviation is multiplied by; default 1 */
  readonly factors?: Float64Array | undefined;
  /** type of the products of 2,500 rows, which are added up in float64; float32 is good to about 1e-6 of the largest entry */
  readonly products?: FloatType | undefined;
}

/**
 * Σ fᵢ²·(xᵢ − c)(xᵢ − c)ᵀ over the rows: products of blocks of columns by ONNX Runtime, those below the diagonal alone.
 *
 * @param vectors  (n, d)
 * @returns (d, d) row-major, symmetric
 */
export async function fastScatter(
  vectors: Rows,
  { center, factors, products: type = 'float64' }: ScatterOptions,
): Promise<Float64Array> {
  const { n, d } = vectors;
  const scatter = new Float64Array(d * d);
  const blocks = columnBlocks(d);
  const Kind = type === 'float32' ? Float32Array : Float64Array;
  const buffers = blocks.map(({ width }) => new Kind(Math.min(ROWS, n) * width)); // one set for all rows
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
  { center, factors }: Pick<ScatterOptions, 'center' | 'factors'>,
  {
    start,
    count,
    left,
    width,
    buffer,
  }: ColumnBlock & { readonly start: number; readonly count: number; readonly buffer: FloatArray },
): Rows {
  const deviations = buffer.subarray(0, count * width);
  const about = center.subarray(left, left + width);
  for (let i = 0; i < count; i++) {
    const factor = factors === undefined ? 1 : factors[start + i]!;
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
