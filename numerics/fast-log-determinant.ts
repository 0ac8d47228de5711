import { choleskyPivots, logDeterminant } from './log-determinant.js';
import { type MatrixGraph, matrixSession, matrixTensor } from './matrix-sessions.js';
import { compensatedSum } from './mean-and-variance.js';

/** Rows of a block: within one, plain loops; between blocks, ONNX Runtime's products. */
const BLOCK = 64;

/** Below this size the plain routine is as fast. */
const SMALL = 128;

const type = 'float64';

/** Rows of a matrix less what the rows of R above explain: rows − R[:, from … to]ᵀ·R[:, from …]. */
const remainingRows: MatrixGraph = {
  name: 'remaining-rows',
  idleThreads: 'sleep',
  build(graph) {
    const above = graph.input('above', { type, shape: ['k', 'd'] });
    const rows = graph.input('rows', { type, shape: ['b', 'm'] });
    const from = graph.input('from', { type: 'int64', shape: [1] });
    const to = graph.input('to', { type: 'int64', shape: [1] });
    const axis = graph.integers([1]);
    const own = graph.node('Slice', [above, from, to, axis]);
    const right = graph.node('Slice', [above, from, graph.integers([2 ** 31]), axis]);
    const left = graph.node('Gemm', [own, right, rows], { transA: 1n, alpha: -1 });
    graph.output('left', left, { type, shape: ['b', 'm'] });
  },
};

const plainProduct: MatrixGraph = {
  name: 'plain-product',
  idleThreads: 'sleep',
  build(graph) {
    const first = graph.input('first', { type, shape: ['n', 'k'] });
    const second = graph.input('second', { type, shape: ['k', 'm'] });
    graph.output('product', graph.node('MatMul', [first, second]), { type, shape: ['n', 'm'] });
  },
};

/**
 * `logDeterminant` for matrices of any size: Cholesky's factor in blocks of rows.
 *
 * @param matrix  (d, d) row-major; its upper triangle is read, and lost
 * @agreesWith `logDeterminant`, to 1e-13 relative (test/numerics/log-determinant.test.ts)
 */
export async function fastLogDeterminant(matrix: Float64Array, d: number): Promise<number | null> {
  if (d < SMALL) return logDeterminant(matrix, d);
  const remaining = await matrixSession(remainingRows);
  const product = await matrixSession(plainProduct);
  const pivots = new Float64Array(d);
  const buffer = new Float64Array(BLOCK * d);
  for (let top = 0; top < d; top += BLOCK) {
    const bottom = Math.min(d, top + BLOCK);
    const [height, width] = [bottom - top, d - top];
    let rows = buffer.subarray(0, height * width);
    for (let i = 0; i < height; i++)
      rows.set(matrix.subarray((top + i) * d + top, (top + i + 1) * d), i * width);
    if (top > 0) {
      const { left } = await remaining.run<'left'>({
        above: matrixTensor(matrix.subarray(0, top * d), top, d),
        rows: matrixTensor(rows, height, width),
        from: { dims: [1], data: BigInt64Array.of(BigInt(top)) },
        to: { dims: [1], data: BigInt64Array.of(BigInt(bottom)) },
      });
      rows = left.data as Float64Array<ArrayBuffer>;
    }
    const corner = new Float64Array(height * height);
    for (let i = 0; i < height; i++) corner.set(rows.subarray(i * width, i * width + height), i * height);
    const own = choleskyPivots(corner, height);
    if (own === null) return null;
    pivots.set(own, top);
    if (bottom === d) break;
    const { product: found } = await product.run<'product'>({
      first: matrixTensor(inverseOfTransposed(corner, height), height, height),
      second: matrixTensor(rows, height, width),
    });
    const factor = found.data as Float64Array;
    for (let i = 0; i < height; i++)
      matrix.set(factor.subarray(i * width, (i + 1) * width), (top + i) * d + top);
  }
  return 2 * compensatedSum(pivots.map(Math.log));
}

/** (Rᵀ)⁻¹ of an upper R, lower triangular: row i is eᵢ less what the rows above it explain. */
function inverseOfTransposed(upper: Float64Array, d: number): Float64Array {
  const inverse = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    const at = i * d;
    for (let k = 0; k < i; k++) {
      const factor = upper[k * d + i]!;
      const from = k * d;
      for (let j = 0; j <= k; j++) inverse[at + j]! -= factor * inverse[from + j]!;
    }
    inverse[at + i] = 1;
    const scale = 1 / upper[at + i]!;
    for (let j = 0; j <= i; j++) inverse[at + j]! *= scale;
  }
  return inverse;
}
