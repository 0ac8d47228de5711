import { plainColumnMeans } from './column-means.js';
import { type MatrixGraph, matrixSession, matrixTensor } from './matrix-sessions.js';
import type { Rows } from './rows.js';

/** Moments of weighted vectors. */
export interface WeightedMoments {
  /** Σ w */
  readonly total: number;
  /** (d): Σ w·x / Σ w */
  readonly mean: Float64Array;
  /** (d, d): Σ w·(x − mean)(x − mean)ᵀ */
  readonly scatter: Float64Array;
}

/** Rows taken together: float32 adds up no more, and memory does not grow with n. */
const ROWS = 2500;

const type = 'float32';

const momentsGraph: MatrixGraph = {
  name: 'rough-moments',
  build(graph) {
    const x = graph.input('x', { type, shape: ['n', 'd'] });
    const origin = graph.input('origin', { type, shape: [1, 'd'] });
    const weights = graph.input('weights', { type, shape: ['n', 1] });
    const away = graph.node('Sub', [x, origin]);
    const weighted = graph.node('Mul', [away, weights]);
    const sums = graph.node('ReduceSum', [weighted, graph.integers([0])], { keepdims: 1n });
    const squares = graph.node('Gemm', [weighted, away], { transA: 1n });
    graph.output('sums', sums, { type, shape: [1, 'd'] });
    graph.output('squares', squares, { type, shape: ['d', 'd'] });
  },
};

/**
 * Moments of weighted vectors by float32 products of 2,500 rows, added up in float64: good to about 1e-7 of the vectors' mean square.
 *
 * @param vectors  (n, d), n ≥ 1
 * @param weights  (n); default 1
 */
export async function roughMoments(
  { n, d, data }: Rows,
  weights: Float64Array = new Float64Array(n).fill(1),
): Promise<WeightedMoments> {
  const session = await matrixSession(momentsGraph);
  const origin = new Float32Array(plainColumnMeans({ n: Math.min(n, ROWS), d, data })); // any point among the vectors serves
  const sum = new Float64Array(d);
  const scatter = new Float64Array(d * d);
  let total = 0;
  for (let start = 0; start < n; start += ROWS) {
    const end = Math.min(start + ROWS, n);
    const own = weights.subarray(start, end);
    const { sums, squares } = await session.run<'sums' | 'squares'>({
      x: matrixTensor(new Float32Array(data.subarray(start * d, end * d)), end - start, d),
      origin: matrixTensor(origin, 1, d),
      weights: matrixTensor(new Float32Array(own), end - start, 1),
    });
    addTo(sum, sums.data as Float32Array);
    addTo(scatter, squares.data as Float32Array);
    for (const weight of own) total += weight;
  }
  for (let i = 0; i < d; i++) {
    const share = sum[i]! / total;
    for (let j = 0; j < d; j++) scatter[i * d + j]! -= share * sum[j]!;
  }
  return { total, mean: sum.map((value, j) => origin[j]! + value / total), scatter };
}

function addTo(sums: Float64Array, block: Float32Array): void {
  for (let i = 0; i < block.length; i++) sums[i]! += block[i]!;
}
