import { addBlock, columnBlocks, mirrorLower } from './column-blocks.js';
import { FLOAT32_ROUNDING } from './fast-products.js';
import { type MatrixGraph, matrixSession, matrixTensor } from './matrix-sessions.js';
import type { Rows } from './rows.js';

/** Rows taken together: float32 adds up no more, and memory does not grow with n. */
const ROWS = 2500;

/** What sums of equal terms may lose, all rounded one way, as a share of the sum of their sizes: half a unit for each. */
export const ROUGH_SCATTER_ERROR = ROWS * FLOAT32_ROUNDING;

/** Columns of a block: few enough to leave out near to half of the products, many enough to multiply fast. */
const COLUMNS = 256;

const partName = (i: number, j: number) => `part_${i}_${j}`;

function scatterGraph(d: number, weighted: boolean): MatrixGraph {
  return {
    name: `rough-scatter-${d}-${weighted ? 'weighted' : 'plain'}`,
    build(graph) {
      const type = 'float32';
      const x = graph.input('x', { type, shape: ['n', d] });
      const center = graph.input('center', { type, shape: [1, d] });
      const weights = weighted ? graph.input('weights', { type, shape: ['n', 1] }) : null;
      const index = (name: string, value: number) =>
        graph.constant(name, { type: 'int64', shape: [1], data: BigInt64Array.of(BigInt(value)) });
      const axis = index('axis', 1);
      const blocks = columnBlocks(d, COLUMNS).map(({ left, width }, b) => {
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
export async function roughScatter(
  { n, d, data }: Rows,
  center: Float64Array,
  weights?: Float64Array,
): Promise<Float64Array> {
  const session = await matrixSession(scatterGraph(d, weights !== undefined));
  const blocks = columnBlocks(d, COLUMNS);
  const scatter = new Float64Array(d * d);
  const buffer = new Float32Array(data instanceof Float32Array ? 0 : Math.min(n, ROWS) * d); // one for all rows
  const about = matrixTensor(new Float32Array(center), 1, d);
  for (let start = 0; start < n; start += ROWS) {
    const end = Math.min(start + ROWS, n);
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
