import type { GraphBuilder, GraphValue } from '../../encoders/onnx/graph-builder.js';
import type { FloatType } from './matrix-sessions.js';
import type { PairGraph } from './pair-blocks.js';

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
