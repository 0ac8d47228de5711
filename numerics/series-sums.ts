import type { GraphBuilder, GraphValue } from '../onnx/graph-builder.js';
import type { Tensor } from '../onnx/onnx-session.js';
import type { MatrixGraph } from './matrix-sessions.js';
import { matrixSession, matrixTensor } from './matrix-sessions.js';
import type { QuantizedRows } from './quantized-rows.js';
import { QUANTIZED_COLUMNS, ROW_ZERO } from './quantized-rows.js';

const ROWS = 512;
const COLUMNS = QUANTIZED_COLUMNS;

/** One set in the form its products take, and the weight of each vector in the sums over them. */
export interface SeriesSide {
  /** (n) */
  readonly weights: Float64Array;
  readonly vectors:
    | { readonly products: 'int8'; readonly bytes: QuantizedRows }
    | { readonly products: 'float32'; readonly d: number; readonly data: Float32Array };
}

/** Sums over pairs of K = t²/2 + t³/6 (+ t⁴/24 for float32), t = scale·xᵀy. */
interface SeriesSums {
  /** (n): Σⱼ bⱼ·K */
  readonly rowSums: Float64Array;
  /** (m): Σᵢ aᵢ·K */
  readonly columnSums: Float64Array;
  /** Σᵢⱼ aᵢ·bⱼ·(K − t²/2) */
  readonly tail: number;
}

type Sums = 'rowSums' | 'columnSums' | 'tails';

/** Sums over all pairs of two sets in the same form. */
export async function seriesSums(first: SeriesSide, second: SeriesSide, scale: number): Promise<SeriesSums> {
  const session = await matrixSession(seriesGraph(first.vectors.products));
  const rowSums = new Float64Array(first.weights.length);
  const columnSums = new Float64Array(second.weights.length);
  const steps = stepsOf(first, second, scale);
  let tail = 0;
  for (let top = 0; top < rowSums.length; top += ROWS) {
    const rows = rowBlock(first, top);
    for (let left = 0; left < columnSums.length; left += COLUMNS) {
      const sums = await session.run<Sums>({ ...rows, ...columnBlock(second, left), ...steps });
      addTo(rowSums, top, sums.rowSums);
      addTo(columnSums, left, sums.columnSums);
      tail += weightedSum(sums.tails, second.weights, left);
    }
  }
  return { rowSums, columnSums, tail };
}

/** The same over one set, each vector with itself too; pairs outside the blocks on the diagonal are computed once. */
export async function ownSeriesSums(
  set: SeriesSide,
  scale: number,
): Promise<Pick<SeriesSums, 'rowSums' | 'tail'>> {
  const session = await matrixSession(seriesGraph(set.vectors.products));
  const rowSums = new Float64Array(set.weights.length);
  const steps = stepsOf(set, set, scale);
  let tail = 0;
  for (let left = 0; left < rowSums.length; left += COLUMNS) {
    const columns = columnBlock(set, left);
    for (let top = left; top < rowSums.length; top += ROWS) {
      const sums = await session.run<Sums>({ ...rowBlock(set, top), ...columns, ...steps });
      const below = top >= left + COLUMNS;
      addTo(rowSums, top, sums.rowSums);
      if (below) addTo(rowSums, left, sums.columnSums);
      tail += (below ? 2 : 1) * weightedSum(sums.tails, set.weights, left);
    }
  }
  return { rowSums, tail };
}

/** What a product of the graph's operands is to be multiplied by, in two factors. */
function stepsOf(first: SeriesSide, second: SeriesSide, scale: number) {
  const rowStep = first.vectors.products === 'int8' ? first.vectors.bytes.rowStep : 1;
  const columnStep = second.vectors.products === 'int8' ? second.vectors.bytes.columnStep : 1;
  return { rowStep: scalar((scale / SERIES_SHRINK) * rowStep), columnStep: scalar(columnStep) };
}

function scalar(value: number): Tensor {
  return { dims: [], data: Float32Array.of(value) };
}

function rowBlock({ vectors, weights }: SeriesSide, start: number) {
  const end = Math.min(start + ROWS, weights.length);
  const a = matrixTensor(Float32Array.from(weights.subarray(start, end)), 1, end - start);
  const { d, rows } = vectors.products === 'int8' ? vectors.bytes : { d: vectors.d, rows: vectors.data };
  return { a, x: { dims: [end - start, d], data: rows.subarray(start * d, end * d) } };
}

function columnBlock({ vectors, weights }: SeriesSide, start: number) {
  const end = Math.min(start + COLUMNS, weights.length);
  const b = matrixTensor(Float32Array.from(weights.subarray(start, end)), end - start, 1);
  if (vectors.products === 'int8') {
    const { d, columns } = vectors.bytes;
    return { b, y: { dims: [d, end - start], data: columns[start / COLUMNS]! } };
  }
  const { d, data } = vectors;
  return { b, y: matrixTensor(data.subarray(start * d, end * d), end - start, d) };
}

function addTo(sums: Float64Array, start: number, { data }: Tensor): void {
  const block = data as Float32Array;
  for (let i = 0; i < block.length; i++) sums[start + i]! += SERIES_FACTOR * block[i]!;
}

function weightedSum({ data }: Tensor, weights: Float64Array, start: number): number {
  const values = data as Float32Array;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += weights[start + i]! * values[i]!;
  return SERIES_FACTOR * sum;
}

/** What the inner products of a block of pairs are computed from. */
export type SeriesProducts = 'int8' | 'float32';

/**
 * The graph takes t/3 in place of t: t²/2 + t³/6 = 9/2·(s² + s³) with s = t/3, which spares it passes over its block. Its sums are to be
 * multiplied by `SERIES_FACTOR`.
 */
const SERIES_SHRINK = 3;
const SERIES_FACTOR = SERIES_SHRINK ** 2 / 2;
/** t⁴/24 in units of s⁴ and of the factor. */
const FOURTH = SERIES_SHRINK ** 4 / 24 / SERIES_FACTOR;

const type = 'float32';

/** s of each pair of a block. ONNX Runtime scales products of bytes as it computes them only where the scale is itself a product. */
function thirds(graph: GraphBuilder, products: SeriesProducts): GraphValue {
  const steps = [graph.input('rowStep', { type, shape: [] }), graph.input('columnStep', { type, shape: [] })];
  const step = graph.node('Mul', steps);
  if (products === 'float32') {
    const x = graph.input('x', { type, shape: ['r', 'd'] });
    const y = graph.input('y', { type, shape: ['c', 'd'] });
    return graph.node('Mul', [graph.node('Gemm', [x, y], { transB: 1n }), step]);
  }
  const x = graph.input('x', { type: 'uint8', shape: ['r', 'd'] });
  const y = graph.input('y', { type: 'int8', shape: ['d', 'c'] });
  const zero = graph.constant('zero', { type: 'uint8', shape: [], data: Uint8Array.of(ROW_ZERO) });
  const sums = graph.node('Cast', [graph.node('MatMulInteger', [x, y, zero])], { to: 1n });
  return graph.node('Mul', [sums, step]);
}

/**
 * Over a block of pairs with t = 3·rowStep·columnStep·xᵢ·yⱼ: of t²/2 + t³/6 (+ t⁴/24 for float32) no more than `rowSums` K·b (r, 1), `columnSums` aᵀ·K
 * (1, c) for the weights a (1, r) and b (c, 1), and of the terms beyond t²/2 `tails` (1, c).
 */
function seriesGraph(products: SeriesProducts): MatrixGraph {
  return {
    name: `series-${products}`,
    build(graph) {
      const a = graph.input('a', { type, shape: [1, 'r'] });
      const b = graph.input('b', { type, shape: ['c', 1] });
      const third = thirds(graph, products);
      const square = graph.node('Mul', [third, third]);
      const factor =
        products === 'int8'
          ? third
          : graph.node('Add', [third, graph.node('Mul', [square, graph.scalar(FOURTH)])]);
      const tail = graph.node('Mul', [square, factor]);
      const series = graph.node('Add', [square, tail]);
      graph.output('rowSums', graph.node('MatMul', [series, b]), { type, shape: ['r', 1] });
      graph.output('columnSums', graph.node('MatMul', [a, series]), { type, shape: [1, 'c'] });
      graph.output('tails', graph.node('MatMul', [a, tail]), { type, shape: [1, 'c'] });
    },
  };
}
