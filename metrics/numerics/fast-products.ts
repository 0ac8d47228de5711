import {
  asFloat64,
  type FloatArray,
  floatTypeOf,
  type MatrixGraph,
  matrixSession,
  matrixTensor,
} from './matrix-sessions.js';
import { innerProducts, requireEqualWidth } from './products.js';
import type { Rows } from './rows.js';

/** Fewer multiplications than this are done before a session is open. */
const SMALL = 2 ** 22;

/** A·Bᵀ or Aᵀ·B in float64, of operands in either type. */
function productGraph(transposed: 'first' | 'second', first: FloatArray, second: FloatArray): MatrixGraph {
  const types = [floatTypeOf(first), floatTypeOf(second)] as const;
  return {
    name: `product-${transposed}-${types.join('-')}`,
    build(graph) {
      const a = graph.input('a', { type: types[0], shape: ['rows a', 'columns a'] });
      const b = graph.input('b', { type: types[1], shape: ['rows b', 'columns b'] });
      const operands = [asFloat64(graph, a, types[0]), asFloat64(graph, b, types[1])];
      const attributes = transposed === 'first' ? { transA: 1n } : { transB: 1n };
      graph.output('product', graph.node('Gemm', operands, attributes), {
        type: 'float64',
        shape: ['n', 'm'],
      });
    },
  };
}

/**
 * All inner products of two sets of vectors, A·Bᵀ in float64, by ONNX Runtime's matrix product where that is worth it.
 *
 * @param first  (n, d)
 * @param second  (m, d)
 * @returns (n, m) row-major
 * @throws ShapeError SHAPE_MISMATCH if the vectors differ in length
 */
export async function fastInnerProducts(first: Rows, second: Rows): Promise<Float64Array> {
  requireEqualWidth(first, second, 'innerProducts');
  if (first.n * second.n * first.d < SMALL) return innerProducts(first, second);
  const session = await matrixSession(productGraph('second', first.data, second.data));
  const { product } = await session.run<'product'>({
    a: matrixTensor(first.data, first.n, first.d),
    b: matrixTensor(second.data, second.n, second.d),
  });
  return product.data as Float64Array;
}

/**
 * Sums of outer products, AᵀB in float64.
 *
 * @param first  (n, d)
 * @param second  (n, e): as many rows
 * @returns (d, e) row-major
 */
export async function fastColumnProducts(first: Rows, second: Rows): Promise<Float64Array> {
  const session = await matrixSession(productGraph('first', first.data, second.data));
  const { product } = await session.run<'product'>({
    a: matrixTensor(first.data, first.n, first.d),
    b: matrixTensor(second.data, second.n, second.d),
  });
  return product.data as Float64Array;
}
