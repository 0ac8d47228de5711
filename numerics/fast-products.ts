import type { ApproximateProducts } from './algebra.js';
import {
  asFloat64,
  type FloatArray,
  type FloatType,
  floatTypeOf,
  type MatrixGraph,
  matrixSession,
  matrixTensor,
} from './matrix-sessions.js';
import { innerProducts, requireEqualWidth } from './products.js';
import type { Rows } from './rows.js';

/** Fewer multiplications than this are done before a session is open. */
const SMALL = 2 ** 22;

/** A·Bᵀ in float64, of operands in either type. */
function innerGraph(first: FloatType, second: FloatType): MatrixGraph {
  return {
    name: `inner-products-${first}-${second}`,
    build(graph) {
      const a = graph.input('a', { type: first, shape: ['n', 'd'] });
      const b = graph.input('b', { type: second, shape: ['m', 'd'] });
      const operands = [asFloat64(graph, a, first), asFloat64(graph, b, second)];
      const product = graph.node('Gemm', operands, { transB: 1n });
      graph.output('product', product, { type: 'float64', shape: ['n', 'm'] });
    },
  };
}

/** Aᵀ·B in the operands' type. */
function columnGraph(type: FloatType): MatrixGraph {
  return {
    name: `column-products-${type}`,
    idleThreads: 'sleep',
    build(graph) {
      const a = graph.input('a', { type, shape: ['n', 'd'] });
      const b = graph.input('b', { type, shape: ['n', 'e'] });
      graph.output('product', graph.node('Gemm', [a, b], { transA: 1n }), { type, shape: ['d', 'e'] });
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
  const session = await matrixSession(innerGraph(floatTypeOf(first.data), floatTypeOf(second.data)));
  const { product } = await session.run<'product'>({
    a: matrixTensor(first.data, first.n, first.d),
    b: matrixTensor(second.data, second.n, second.d),
  });
  return product.data as Float64Array;
}

/** A·Bᵀ of float32 operands in float32. */
const float32Graph: MatrixGraph = {
  name: 'float32-products',
  build(graph) {
    const type = 'float32';
    const a = graph.input('a', { type, shape: ['n', 'd'] });
    const b = graph.input('b', { type, shape: ['m', 'd'] });
    graph.output('product', graph.node('Gemm', [a, b], { transB: 1n }), { type, shape: ['n', 'm'] });
  },
};

/** Half a unit in the last place of float32. */
export const FLOAT32_ROUNDING = 2 ** -24;

/** Inner products in float32, three times as fast as in float64. */
export const fastApproximateProducts: ApproximateProducts = {
  type: 'float32',
  async innerProducts(first, second) {
    if (first.n * second.n * first.d < SMALL) return innerProducts(first, second);
    const session = await matrixSession(float32Graph);
    const { product } = await session.run<'product'>({
      a: matrixTensor(first.data, first.n, first.d),
      b: matrixTensor(second.data, second.n, second.d),
    });
    return product.data as Float32Array;
  },
  // two roundings of each factor's entry and d of the sum, all in one direction: the worst case of any order of summation
  relativeError: (d) => 1.01 * (d + 2) * FLOAT32_ROUNDING,
};

/**
 * Sums of outer products, AᵀB, in the type of both operands.
 *
 * @param first  (n, d)
 * @param second  (n, e): as many rows, of the same type
 * @returns (d, e) row-major
 */
export async function fastColumnProducts(first: Rows, second: Rows): Promise<FloatArray> {
  const session = await matrixSession(columnGraph(floatTypeOf(first.data)));
  const { product } = await session.run<'product'>({
    a: matrixTensor(first.data, first.n, first.d),
    b: matrixTensor(second.data, second.n, second.d),
  });
  return product.data as FloatArray;
}
