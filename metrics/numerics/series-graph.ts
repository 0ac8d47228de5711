import type { GraphBuilder, GraphValue } from '../../encoders/onnx/graph-builder.js';
import type { MatrixGraph } from './matrix-sessions.js';
import { ROW_ZERO } from './quantized-rows.js';

/** What the inner products of a block of pairs are computed from. */
export type SeriesProducts = 'int8' | 'float32';

/**
 * The graph takes t/3 in place of t: t²/2 + t³/6 = 9/2·(s² + s³) with s = t/3, which spares it passes over its block. Its sums are to be
 * multiplied by `SERIES_FACTOR`.
 */
export const SERIES_SHRINK = 3;
export const SERIES_FACTOR = SERIES_SHRINK ** 2 / 2;
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
export function seriesGraph(products: SeriesProducts): MatrixGraph {
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
