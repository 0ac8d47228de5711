import type { MomentsOptions } from './algebra.js';
import { exactColumnMeans, plainColumnMeans } from './column-means.js';
import { FLOAT32_ROUNDING, fastColumnProducts } from './fast-products.js';
import type { GaussianMoments } from './gaussian-moments.js';
import { gaussianMoments } from './gaussian-moments.js';
import type { FloatArray, MatrixGraph } from './matrix-sessions.js';
import { matrixSession, matrixTensor } from './matrix-sessions.js';
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

/** Columns `left` … `left + width − 1` of a matrix. */
interface ColumnBlock {
  readonly left: number;
  readonly width: number;
}

/** d columns in blocks of nearly equal width, none wider than `most`. */
function columnBlocks(d: number, most: number): readonly ColumnBlock[] {
  const count = Math.ceil(d / most);
  return Array.from({ length: count }, (_, b) => {
    const left = Math.floor((b * d) / count);
    return { left, width: Math.floor(((b + 1) * d) / count) - left };
  });
}

/** Adds products of two blocks of columns to the part of a (d, d) matrix where they belong. */
function addBlock(
  matrix: Float64Array,
  d: number,
  products: FloatArray,
  rows: ColumnBlock,
  columns: ColumnBlock,
): void {
  for (let i = 0; i < rows.width; i++) {
    const to = (rows.left + i) * d + columns.left;
    const from = i * columns.width;
    for (let j = 0; j < columns.width; j++) matrix[to + j]! += products[from + j]!;
  }
}

/** Copies what is below the diagonal of a (d, d) matrix to above it. */
function mirrorLower(matrix: Float64Array, d: number): Float64Array {
  for (let i = 0; i < d; i++) for (let j = 0; j < i; j++) matrix[j * d + i] = matrix[i * d + j]!;
  return matrix;
}

/** Fewer multiplications than this are done before a session is open. */
const SMALL = 2 ** 24;

/**
 * `gaussianMoments` for sets of any size: deviations from the mean, then products of blocks of columns by ONNX Runtime, those
 * below the diagonal alone.
 *
 * @param vectors  (n, d), n ≥ 2
 * @throws SampleSizeError TOO_FEW_SAMPLES for fewer than two rows
 * @source Chan, Golub & LeVeque 1983
 * @agreesWith `gaussianMoments`, to 1e-12 of the largest variance (test/numerics/fast-products.test.ts)
 */
export async function fastGaussianMoments(
  vectors: Rows,
  { products }: MomentsOptions = {},
): Promise<GaussianMoments> {
  const { n, d } = vectors;
  if (n < 2 || n * d * d < SMALL) return gaussianMoments(vectors);
  const isFloat32 = products === 'float32';
  const means = isFloat32 ? { mean: plainColumnMeans(vectors) } : exactColumnMeans(vectors);
  const covariance = await (isFloat32 ? float32Scatter : fastScatter)(vectors, means.mean);
  for (let i = 0; i < covariance.length; i++) covariance[i]! /= n - 1;
  return { n, d, ...means, covariance };
}

/** Rows taken together: float32 adds up no more, and memory does not grow with n. */
const ROWS_AT_ONCE = 2500;

/** What sums of equal terms may lose, all rounded one way, as a share of the sum of their sizes: half a unit for each. */
export const FLOAT32_SCATTER_ERROR = ROWS_AT_ONCE * FLOAT32_ROUNDING;

/** Columns of a block: few enough to leave out near to half of the products, many enough to multiply fast. */
const BLOCK_COLUMNS = 256;

const partName = (i: number, j: number) => `part_${i}_${j}`;

function scatterGraph(d: number, weighted: boolean): MatrixGraph {
  return {
    name: `float32-scatter-${d}-${weighted ? 'weighted' : 'plain'}`,
    build(graph) {
      const type = 'float32';
      const x = graph.input('x', { type, shape: ['n', d] });
      const center = graph.input('center', { type, shape: [1, d] });
      const weights = weighted ? graph.input('weights', { type, shape: ['n', 1] }) : null;
      const index = (name: string, value: number) =>
        graph.constant(name, { type: 'int64', shape: [1], data: BigInt64Array.of(BigInt(value)) });
      const axis = index('axis', 1);
      const blocks = columnBlocks(d, BLOCK_COLUMNS).map(({ left, width }, b) => {
        const range = [index(`left_${b}`, left), index(`right_${b}`, left + width), axis];
        const away = graph.node('Sub', [
          graph.node('Slice', [x, ...range]),
          graph.node('Slice', [center, ...range]),
        ]);
        return { width, away, other: weights === null ? away : graph.node('Mul', [away, weights]) };
      });
      blocks.forEach((rows, i) => {
        for (const [j, columns] of blocks.slice(0, i + 1).entries()) {
          const products = graph.node('Gemm', [rows.away, columns.other], { transA: 1n });
          graph.output(partName(i, j), products, { type, shape: [rows.width, columns.width] });
        }
      });
    },
  };
}

/**
 * Σ w·(x − c)(x − c)ᵀ by float32 products of 2,500 rows, added up in float64: good to about 1e-7 of the vectors' mean square, where
 * roundings are of either sign.
 *
 * @param vectors  (n, d)
 * @param center  (d)
 * @param weights  (n); default 1
 * @returns (d, d) row-major, symmetric
 */
export async function float32Scatter(
  { n, d, data }: Rows,
  center: Float64Array,
  weights?: Float64Array,
): Promise<Float64Array> {
  const session = await matrixSession(scatterGraph(d, weights !== undefined));
  const blocks = columnBlocks(d, BLOCK_COLUMNS);
  const scatter = new Float64Array(d * d);
  const buffer = new Float32Array(data instanceof Float32Array ? 0 : Math.min(n, ROWS_AT_ONCE) * d); // one for all rows
  const about = matrixTensor(new Float32Array(center), 1, d);
  for (let start = 0; start < n; start += ROWS_AT_ONCE) {
    const end = Math.min(start + ROWS_AT_ONCE, n);
    const count = end - start;
    const parts = await session.run<string>({
      x: matrixTensor(inFloat32(data.subarray(start * d, end * d), buffer), count, d),
      center: about,
      ...(weights && { weights: matrixTensor(new Float32Array(weights.subarray(start, end)), count, 1) }),
    });
    blocks.forEach((rows, i) => {
      for (let j = 0; j <= i; j++) {
        addBlock(scatter, d, parts[partName(i, j)]!.data as Float32Array, rows, blocks[j]!);
      }
    });
  }
  return mirrorLower(scatter, d);
}

function inFloat32(data: Rows['data'], buffer: Float32Array): Float32Array {
  if (data instanceof Float32Array) return data;
  buffer.set(data);
  return buffer.subarray(0, data.length);
}
