import { FLOAT32_ROUNDING } from './fast-products.js';
import { type MatrixGraph, matrixSession, matrixTensor } from './matrix-sessions.js';
import type { Rows } from './rows.js';

/** Rows taken together: float32 adds up no more, and memory does not grow with n. */
const ROWS = 2500;

/** What sums of equal terms may lose, all rounded one way, as a share of the sum of their sizes: half a unit for each. */
export const ROUGH_SCATTER_ERROR = ROWS * FLOAT32_ROUNDING;

function scatterGraph(weighted: boolean): MatrixGraph {
  return {
    name: `rough-scatter-${weighted ? 'weighted' : 'plain'}`,
    build(graph) {
      const type = 'float32';
      const x = graph.input('x', { type, shape: ['n', 'd'] });
      const away = graph.node('Sub', [x, graph.input('center', { type, shape: [1, 'd'] })]);
      const other = weighted
        ? graph.node('Mul', [away, graph.input('weights', { type, shape: ['n', 1] })])
        : away;
      graph.output('scatter', graph.node('Gemm', [away, other], { transA: 1n }), { type, shape: ['d', 'd'] });
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
 * @returns (d, d) row-major
 */
export async function roughScatter(
  { n, d, data }: Rows,
  center: Float64Array,
  weights?: Float64Array,
): Promise<Float64Array> {
  const session = await matrixSession(scatterGraph(weights !== undefined));
  const scatter = new Float64Array(d * d);
  const buffer = new Float32Array(data instanceof Float32Array ? 0 : Math.min(n, ROWS) * d); // one for all rows
  for (let start = 0; start < n; start += ROWS) {
    const end = Math.min(start + ROWS, n);
    const count = end - start;
    const block = inFloat32(data.subarray(start * d, end * d), buffer);
    const { scatter: part } = await session.run<'scatter'>({
      x: matrixTensor(block, count, d),
      center: matrixTensor(new Float32Array(center), 1, d),
      ...(weights && { weights: matrixTensor(new Float32Array(weights.subarray(start, end)), count, 1) }),
    });
    const values = part.data as Float32Array;
    for (let at = 0; at < values.length; at++) scatter[at]! += values[at]!;
  }
  return scatter;
}

function inFloat32(data: Rows['data'], buffer: Float32Array): Float32Array {
  if (data instanceof Float32Array) return data;
  buffer.set(data);
  return buffer.subarray(0, data.length);
}
