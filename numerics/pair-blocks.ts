import type { GraphBuilder, GraphValue } from '../onnx/graph-builder.js';
import type { Tensor } from '../onnx/onnx-session.js';
import type { FloatArray, FloatType, MatrixGraph } from './matrix-sessions.js';
import { matrixSession, matrixTensor } from './matrix-sessions.js';
import type { Rows } from './rows.js';
import { rowRange } from './rows.js';

/** Rows and columns of a block of pairs: its values stay in cache, and memory does not grow with n·m. */
const BLOCK = 1024;

/** A graph over a block of pairs, and the type it computes in. */
interface PairGraph extends MatrixGraph {
  readonly type: FloatType;
}

/** Vectors of any type, and the weight of each in the sums over them. */
export interface WeightedRows {
  readonly vectors: Rows;
  /** (n) */
  readonly weights: Float64Array;
}

/** Weighted sums of a function of pairs. */
interface PairSums {
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

/**
 * Graphs over a block of pairs: from x (r, d) and y (c, d) to K (r, c) with K[i][j] a function of xᵢ·yⱼ, and of that no more than
 * `rowSums` K·v (r, 1) and `columnSums` uᵀ·K (1, c) for the weights u (1, r) and v (c, 1). K itself never leaves the engine.
 */
function pairGraph(
  name: string,
  type: FloatType,
  kernel: (graph: GraphBuilder, products: GraphValue) => GraphValue,
): PairGraph {
  return {
    name,
    type,
    build(graph) {
      const x = graph.input('x', { type, shape: ['r', 'd'] });
      const y = graph.input('y', { type, shape: ['c', 'd'] });
      const u = graph.input('u', { type, shape: [1, 'r'] });
      const v = graph.input('v', { type, shape: ['c', 1] });
      const values = kernel(graph, graph.node('Gemm', [x, y], { transB: 1n }));
      graph.output('rowSums', graph.node('MatMul', [values, v]), { type, shape: ['r', 1] });
      graph.output('columnSums', graph.node('MatMul', [u, values]), { type, shape: [1, 'c'] });
    },
  };
}

/** eᵗ − 1 in float64, t = scale·xᵀy. */
export function exponentialGraph(scale: number): PairGraph {
  return pairGraph(`exponential-${scale}`, 'float64', (graph, products) => {
    const exponent = graph.node('Mul', [products, graph.scalar(scale, 'float64')]);
    return graph.node('Sub', [graph.node('Exp', [exponent]), graph.scalar(1, 'float64')]);
  });
}

/** exp(−‖x − y‖²·scale/2) − 1 in float64, of x and y with a column −‖x‖²·scale/2 and 1, or 1 and −‖y‖²·scale/2, added to them. */
export function gaussianGraph(): PairGraph {
  return pairGraph('gaussian', 'float64', (graph, products) => {
    const exponent = graph.node('Min', [products, graph.scalar(0, 'float64')]);
    return graph.node('Sub', [graph.node('Exp', [exponent]), graph.scalar(1, 'float64')]);
  });
}

interface PolynomialTerms {
  readonly degree: number;
  readonly gamma: number;
  readonly coefficient: number;
}

function polynomialValues(graph: GraphBuilder, products: GraphValue, terms: PolynomialTerms): GraphValue {
  const scaled = graph.node('Mul', [products, graph.scalar(terms.gamma, 'float64')]);
  const base = graph.node('Add', [scaled, graph.scalar(terms.coefficient, 'float64')]);
  if (terms.degree !== 3) return graph.node('Pow', [base, graph.scalar(terms.degree, 'float64')]);
  return graph.node('Mul', [graph.node('Mul', [base, base]), base]);
}

function polynomialName({ degree, gamma, coefficient }: PolynomialTerms): string {
  return `polynomial-${degree}-${gamma}-${coefficient}`;
}

/** (γ·xᵀy + c)^degree in float64. */
export function polynomialGraph(terms: PolynomialTerms): PairGraph {
  return pairGraph(polynomialName(terms), 'float64', (graph, products) =>
    polynomialValues(graph, products, terms),
  );
}

/**
 * The same for a block of pairs of the same vectors, 0 where a vector meets itself: the kernel of a long vector with itself,
 * summed and then subtracted, would take the digits of all its other pairs with it.
 */
export function polynomialGraphOfOthers(terms: PolynomialTerms): PairGraph {
  return pairGraph(`${polynomialName(terms)}-others`, 'float64', (graph, products) => {
    const values = polynomialValues(graph, products, terms);
    const others = graph.node('Sub', [graph.scalar(1, 'float64'), graph.node('EyeLike', [values])]);
    return graph.node('Mul', [values, others]);
  });
}
