import { type FloatArray, type MatrixGraph, matrixSession, matrixTensor } from './matrix-sessions.js';
import type { Rows } from './rows.js';
import { rowRange } from './select-rows.js';

/** Rows and columns of a block of pairs: its values stay in cache, and memory does not grow with n·m. */
const BLOCK = 1024;

/** Vectors, and the weight of each in the sums over them. */
export interface WeightedRows {
  readonly vectors: Rows;
  /** (n) */
  readonly weights: Float64Array;
}

/** Weighted sums of a function of pairs. */
export interface PairSums {
  /** (n): Σⱼ vⱼ·K[i][j] */
  readonly rowSums: Float64Array;
  /** (m): Σᵢ uᵢ·K[i][j] */
  readonly columnSums: Float64Array;
}

/** Sums over all pairs of two sets, block by block, in the graph's type. */
export async function crossPairSums(
  graph: MatrixGraph,
  first: WeightedRows,
  second: WeightedRows,
): Promise<PairSums> {
  const session = await matrixSession(graph);
  const rowSums = new Float64Array(first.vectors.n);
  const columnSums = new Float64Array(second.vectors.n);
  for (let top = 0; top < rowSums.length; top += BLOCK) {
    const rows = weightedRange(first, top);
    for (let left = 0; left < columnSums.length; left += BLOCK) {
      const sums = await session.run(feeds(rows, weightedRange(second, left)));
      addTo(rowSums, top, sums['rowSums']!.data as FloatArray);
      addTo(columnSums, left, sums['columnSums']!.data as FloatArray);
    }
  }
  return { rowSums, columnSums };
}

/**
 * Sums over all pairs of one set, each vector with itself too, for a symmetric function: every pair is computed once outside the
 * blocks on the diagonal.
 *
 * @param diagonalGraph  for the blocks on the diagonal, where it is to treat a vector and itself in another way
 * @returns (n)
 */
export async function ownPairSums(
  graph: MatrixGraph,
  set: WeightedRows,
  diagonalGraph: MatrixGraph = graph,
): Promise<Float64Array> {
  const session = await matrixSession(graph);
  const diagonalSession = await matrixSession(diagonalGraph);
  const sums = new Float64Array(set.vectors.n);
  for (let top = 0; top < sums.length; top += BLOCK) {
    const rows = weightedRange(set, top);
    for (let left = 0; left <= top; left += BLOCK) {
      if (left === top) {
        const block = await diagonalSession.run(feeds(rows, rows), ['rowSums']);
        addTo(sums, top, block['rowSums']!.data as FloatArray);
      } else {
        const block = await session.run(feeds(rows, weightedRange(set, left)));
        addTo(sums, top, block['rowSums']!.data as FloatArray);
        addTo(sums, left, block['columnSums']!.data as FloatArray);
      }
    }
  }
  return sums;
}

function weightedRange({ vectors, weights }: WeightedRows, start: number): WeightedRows {
  const end = Math.min(start + BLOCK, vectors.n);
  return { vectors: rowRange(vectors, start, end), weights: weights.subarray(start, end) };
}

function feeds(rows: WeightedRows, columns: WeightedRows) {
  const { vectors: x } = rows;
  const { vectors: y } = columns;
  const Kind = x.data.constructor as Float32ArrayConstructor | Float64ArrayConstructor;
  return {
    x: matrixTensor(x.data, x.n, x.d),
    y: matrixTensor(y.data, y.n, y.d),
    u: matrixTensor(new Kind(rows.weights), 1, x.n),
    v: matrixTensor(new Kind(columns.weights), y.n, 1),
  };
}

function addTo(sums: Float64Array, start: number, block: FloatArray): void {
  for (let i = 0; i < block.length; i++) sums[start + i]! += block[i]!;
}
