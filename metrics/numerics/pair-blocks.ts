import type { Tensor } from '../../encoders/onnx/onnx-session.js';
import {
  type FloatArray,
  type FloatType,
  type MatrixGraph,
  matrixSession,
  matrixTensor,
} from './matrix-sessions.js';
import type { Rows } from './rows.js';
import { rowRange } from './select-rows.js';

/** Rows and columns of a block of pairs: its values stay in cache, and memory does not grow with n·m. */
const BLOCK = 1024;

/** A graph over a block of pairs, and the type it computes in. */
export interface PairGraph extends MatrixGraph {
  readonly type: FloatType;
}

/** Vectors of any type, and the weight of each in the sums over them. */
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
  graph: PairGraph,
  first: WeightedRows,
  second: WeightedRows,
): Promise<PairSums> {
  const session = await matrixSession(graph);
  const rowSums = new Float64Array(first.vectors.n);
  const columnSums = new Float64Array(second.vectors.n);
  for (let top = 0; top < rowSums.length; top += BLOCK) {
    const rows = weightedRange(first, top, graph.type);
    for (let left = 0; left < columnSums.length; left += BLOCK) {
      const sums = await session.run(feeds(rows, weightedRange(second, left, graph.type)));
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
  graph: PairGraph,
  set: WeightedRows,
  diagonalGraph: PairGraph = graph,
): Promise<Float64Array> {
  const session = await matrixSession(graph);
  const diagonalSession = await matrixSession(diagonalGraph);
  const sums = new Float64Array(set.vectors.n);
  for (let top = 0; top < sums.length; top += BLOCK) {
    const rows = weightedRange(set, top, graph.type);
    for (let left = 0; left <= top; left += BLOCK) {
      if (left === top) {
        const block = await diagonalSession.run(feeds(rows, rows), ['rowSums']);
        addTo(sums, top, block['rowSums']!.data as FloatArray);
      } else {
        const block = await session.run(feeds(rows, weightedRange(set, left, graph.type)));
        addTo(sums, top, block['rowSums']!.data as FloatArray);
        addTo(sums, left, block['columnSums']!.data as FloatArray);
      }
    }
  }
  return sums;
}

interface Block {
  readonly vectors: Tensor;
  readonly weights: FloatArray;
}

/** A block is converted each time it is met: a copy of the whole set would take more memory than it saves time. */
function weightedRange({ vectors, weights }: WeightedRows, start: number, type: FloatType): Block {
  const end = Math.min(start + BLOCK, vectors.n);
  const Kind = type === 'float32' ? Float32Array : Float64Array;
  const { n, d, data } = rowRange(vectors, start, end);
  return {
    vectors: matrixTensor(data instanceof Kind ? data : new Kind(data), n, d),
    weights: new Kind(weights.subarray(start, end)),
  };
}

function feeds(rows: Block, columns: Block) {
  return {
    x: rows.vectors,
    y: columns.vectors,
    u: matrixTensor(rows.weights, 1, rows.weights.length),
    v: matrixTensor(columns.weights, columns.weights.length, 1),
  };
}

function addTo(sums: Float64Array, start: number, block: FloatArray): void {
  for (let i = 0; i < block.length; i++) sums[start + i]! += block[i]!;
}
