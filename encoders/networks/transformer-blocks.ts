import type { Constant, GraphBuilder, GraphValue } from '../../onnx/graph-builder.js';
import { weightValue } from './network-weights.js';

/** y = x·Wᵀ + b, as torch stores it: weight (out, in), bias (out) if it has one. */
export interface Linear {
  readonly weight: Constant;
  readonly bias: Constant | null;
}

/** scale and shift of a layer norm, each (width) */
export interface LayerNorm {
  readonly scale: Constant;
  readonly shift: Constant;
}

/** What follows the attention in a block. `quick-gelu` is x·σ(1.702x), `gelu` the exact x·Φ(x). */
export type FeedForward =
  | { readonly kind: 'gelu' | 'quick-gelu'; readonly expand: Linear; readonly contract: Linear }
  /** silu(a)·b, where a and b are the halves of what `expand` gives */
  | { readonly kind: 'swiglu'; readonly expand: Linear; readonly contract: Linear };

export interface TransformerBlock {
  readonly attentionNorm: LayerNorm;
  /** rows: queries, keys, values, each (width) */
  readonly queryKeyValue: Linear;
  readonly attentionOutput: Linear;
  readonly feedForwardNorm: LayerNorm;
  readonly feedForward: FeedForward;
}

export interface TransformerSizes {
  readonly width: number;
  readonly heads: number;
  /** of one image */
  readonly tokens: number;
  readonly layerNormEpsilon: number;
}

/** Builds pre-norm transformer blocks; tokens of all images one after the other, (n × tokens, width), unless said otherwise. */
export class TransformerBlocks {
  readonly #graph: GraphBuilder;
  readonly #sizes: TransformerSizes;

  constructor(graph: GraphBuilder, sizes: TransformerSizes) {
    this.#graph = graph;
    this.#sizes = sizes;
  }

  block(name: string, block: TransformerBlock, x: GraphValue): GraphValue {
    const normed = this.layerNorm(`${name}.attention_norm`, block.attentionNorm, x);
    const joined = this.linear(`${name}.query_key_value`, block.queryKeyValue, normed);
    const [query, key, value] = this.parts(joined, 3);
    const mixed = this.attention({ query: query!, key: key!, value: value! }, this.#sizes.tokens);
    return this.afterAttention(name, block, { x, mixed });
  }

  /** The residual sums around what follows the attention's mixing. */
  afterAttention(
    name: string,
    block: TransformerBlock,
    { x, mixed }: { readonly x: GraphValue; readonly mixed: GraphValue },
  ): GraphValue {
    const attended = this.linear(`${name}.attention_output`, block.attentionOutput, mixed);
    const middle = this.#graph.node('Add', [x, attended]);
    const normed = this.layerNorm(`${name}.feed_forward_norm`, block.feedForwardNorm, middle);
    return this.#graph.node('Add', [middle, this.#feedForward(name, block.feedForward, normed)]);
  }

  /** Equal parts of the last axis. */
  parts(x: GraphValue, count: number): readonly GraphValue[] {
    return this.#graph.nodeWith({
      operator: 'Split',
      inputs: [x],
      attributes: { axis: -1n },
      outputs: count,
    });
  }

  /** softmax(Q·Kᵀ/√(width per head))·V, for each head; queries of `queries` tokens an image. */
  attention(
    parts: { readonly query: GraphValue; readonly key: GraphValue; readonly value: GraphValue },
    queries: number,
  ): GraphValue {
    const graph = this.#graph;
    const { width, heads, tokens: all } = this.#sizes;
    const perHead = width / heads;
    const split = (x: GraphValue, tokens: number, perm: readonly bigint[]) =>
      graph.node('Transpose', [graph.node('Reshape', [x, graph.integers([-1, tokens, heads, perHead])])], {
        perm,
      });
    const scaled = graph.node('Mul', [parts.query, graph.scalar(1 / Math.sqrt(perHead))]);
    const query = split(scaled, queries, [0n, 2n, 1n, 3n]); // (n, heads, queries, perHead)
    const key = split(parts.key, all, [0n, 2n, 3n, 1n]); // (n, heads, perHead, tokens)
    const value = split(parts.value, all, [0n, 2n, 1n, 3n]);
    const weights = graph.node('Softmax', [graph.node('MatMul', [query, key])], { axis: -1n });
    const mixed = graph.node('Transpose', [graph.node('MatMul', [weights, value])], {
      perm: [0n, 2n, 1n, 3n],
    });
    return graph.node('Reshape', [mixed, graph.integers([-1, width])]);
  }

  #feedForward(name: string, { kind, expand, contract }: FeedForward, x: GraphValue): GraphValue {
    const wide = this.linear(`${name}.expand`, expand, x);
    const activated =
      kind === 'swiglu' ? this.#gated(wide) : kind === 'gelu' ? this.#gelu(wide) : this.#quickGelu(wide);
    return this.linear(`${name}.contract`, contract, activated);
  }

  #gated(x: GraphValue): GraphValue {
    const [gate, gated] = this.parts(x, 2);
    const silu = this.#graph.node('Mul', [gate!, this.#graph.node('Sigmoid', [gate!])]);
    return this.#graph.node('Mul', [silu, gated!]);
  }

  #gelu(x: GraphValue): GraphValue {
    const graph = this.#graph;
    const error = graph.node('Erf', [graph.node('Div', [x, graph.scalar(Math.SQRT2)])]);
    const doubled = graph.node('Mul', [x, graph.node('Add', [error, graph.scalar(1)])]);
    return graph.node('Mul', [doubled, graph.scalar(0.5)]);
  }

  #quickGelu(x: GraphValue): GraphValue {
    const steep = this.#graph.node('Mul', [x, this.#graph.scalar(1.702)]);
    return this.#graph.node('Mul', [x, this.#graph.node('Sigmoid', [steep])]);
  }

  linear(name: string, { weight, bias }: Linear, x: GraphValue): GraphValue {
    const inputs = [
      x,
      weightValue(this.#graph, `${name}.weight`, weight),
      ...(bias === null ? [] : [weightValue(this.#graph, `${name}.bias`, bias)]),
    ];
    return this.#graph.node('Gemm', inputs, { transB: 1n });
  }

  layerNorm(name: string, { scale, shift }: LayerNorm, x: GraphValue): GraphValue {
    const inputs = [
      x,
      weightValue(this.#graph, `${name}.scale`, scale),
      weightValue(this.#graph, `${name}.shift`, shift),
    ];
    return this.#graph.node('LayerNormalization', inputs, {
      axis: -1n,
      epsilon: this.#sizes.layerNormEpsilon,
    });
  }
}
