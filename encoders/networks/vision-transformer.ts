import type { Constant, GraphBuilder, GraphValue } from '../../onnx/graph-builder.js';
import { rowsOf, weightValue } from './network-weights.js';

/** y = x·Wᵀ + b, as torch stores it: weight (out, in), bias (out). */
export interface Linear {
  readonly weight: Constant;
  readonly bias: Constant;
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

/** A pre-norm vision transformer that answers with its class token. */
export interface VisionTransformer {
  readonly side: number;
  readonly patch: number;
  readonly width: number;
  readonly heads: number;
  readonly layerNormEpsilon: number;
  /** (width, 3, patch, patch) */
  readonly patchWeight: Constant;
  readonly patchBias: Constant | null;
  /** (1, tokens, width): position embeddings, the first with the class token added to it */
  readonly tokens: Constant;
  /** before the first block: CLIP has one */
  readonly inputNorm: LayerNorm | null;
  readonly blocks: readonly TransformerBlock[];
  readonly outputNorm: LayerNorm;
  /** what the class token is multiplied by at the end, (width, d); DINOv2 has none */
  readonly projection: {
    readonly weight: Constant;
    readonly rows: 'inputs' | 'outputs';
    readonly d: number;
  } | null;
}

/**
 * Adds a vision transformer: `images` (n, 3, side, side) → `embeddings` (n, d).
 *
 * The last block computes the class token alone: nothing else of it is looked at.
 */
export function addVisionTransformer(graph: GraphBuilder, network: VisionTransformer): number {
  return new TransformerGraph(graph, network).embed();
}

/** Tokens of all images one after the other, (n × tokens, width), unless said otherwise. */
class TransformerGraph {
  readonly #graph: GraphBuilder;
  readonly #network: VisionTransformer;
  readonly #tokens: number;

  constructor(graph: GraphBuilder, network: VisionTransformer) {
    this.#graph = graph;
    this.#network = network;
    this.#tokens = network.tokens.shape[1]!;
  }

  embed(): number {
    const { side, width, blocks, inputNorm, outputNorm, projection } = this.#network;
    const images = this.#graph.input('images', { type: 'float32', shape: ['n', 3, side, side] });
    let x = this.#embeddedPatches(images);
    if (inputNorm !== null) x = this.#layerNorm('input_norm', inputNorm, x);
    blocks.forEach((block, i) => {
      x =
        i < blocks.length - 1 ? this.#block(`block_${i}`, block, x) : this.#lastBlock(`block_${i}`, block, x);
    });
    let classToken = this.#layerNorm('output_norm', outputNorm, x); // (n, width)
    if (projection !== null) {
      const weight = weightValue(this.#graph, 'projection', projection.weight);
      const transB = projection.rows === 'outputs' ? 1n : 0n;
      classToken = this.#graph.node('Gemm', [classToken, weight], { transB });
    }
    const d = projection?.d ?? width;
    this.#graph.output('embeddings', classToken, { type: 'float32', shape: ['n', d] });
    return d;
  }

  #embeddedPatches(images: GraphValue): GraphValue {
    const graph = this.#graph;
    const { patch, width, patchWeight, patchBias, tokens } = this.#network;
    const inputs = [
      images,
      weightValue(graph, 'patch.weight', patchWeight),
      ...(patchBias === null ? [] : [weightValue(graph, 'patch.bias', patchBias)]),
    ];
    const square = [BigInt(patch), BigInt(patch)];
    const grid = graph.node('Conv', inputs, { kernel_shape: square, strides: square });
    const rows = graph.node('Reshape', [grid, graph.integers([0, width, this.#tokens - 1])]);
    const patches = graph.node('Transpose', [rows], { perm: [0n, 2n, 1n] }); // (n, tokens − 1, width)
    // A row of zeros in front takes the class token, which is in `tokens` already.
    const padded = graph.node('Pad', [patches, graph.integers([0, 1, 0, 0, 0, 0])]);
    const placed = graph.node('Add', [padded, weightValue(graph, 'tokens', tokens)]);
    return graph.node('Reshape', [placed, graph.integers([-1, width])]);
  }

  #block(name: string, block: TransformerBlock, x: GraphValue): GraphValue {
    const normed = this.#layerNorm(`${name}.attention_norm`, block.attentionNorm, x);
    const joined = this.#linear(`${name}.query_key_value`, block.queryKeyValue, normed);
    const [query, key, value] = this.#parts(joined, 3);
    const mixed = this.#attention({ query: query!, key: key!, value: value! }, this.#tokens);
    return this.#afterAttention(name, block, { x, mixed });
  }

  #lastBlock(name: string, block: TransformerBlock, x: GraphValue): GraphValue {
    const { width } = this.#network;
    const { weight, bias } = block.queryKeyValue;
    const rows = (start: number, end: number): Linear => ({
      weight: rowsOf(weight, start, end),
      bias: rowsOf(bias, start, end),
    });
    const normed = this.#layerNorm(`${name}.attention_norm`, block.attentionNorm, x);
    const query = this.#linear(`${name}.query`, rows(0, width), this.#classTokens(normed));
    const [key, value] = this.#parts(this.#linear(`${name}.key_value`, rows(width, 3 * width), normed), 2);
    const mixed = this.#attention({ query, key: key!, value: value! }, 1);
    return this.#afterAttention(name, block, { x: this.#classTokens(x), mixed });
  }

  /** The residual sums around what follows the attention's mixing. */
  #afterAttention(
    name: string,
    block: TransformerBlock,
    { x, mixed }: { readonly x: GraphValue; readonly mixed: GraphValue },
  ): GraphValue {
    const attended = this.#linear(`${name}.attention_output`, block.attentionOutput, mixed);
    const middle = this.#graph.node('Add', [x, attended]);
    const normed = this.#layerNorm(`${name}.feed_forward_norm`, block.feedForwardNorm, middle);
    return this.#graph.node('Add', [middle, this.#feedForward(name, block.feedForward, normed)]);
  }

  #classTokens(x: GraphValue): GraphValue {
    const tokens = this.#graph.node('Reshape', [
      x,
      this.#graph.integers([-1, this.#tokens, this.#network.width]),
    ]);
    return this.#graph.node('Gather', [tokens, this.#graph.integers(0)], { axis: 1n }); // (n, width)
  }

  /** Equal parts of the last axis. */
  #parts(x: GraphValue, count: number): readonly GraphValue[] {
    return this.#graph.nodeWith({
      operator: 'Split',
      inputs: [x],
      attributes: { axis: -1n },
      outputs: count,
    });
  }

  /** softmax(Q·Kᵀ/√(width per head))·V, for each head; queries of `queries` tokens an image. */
  #attention(
    parts: { readonly query: GraphValue; readonly key: GraphValue; readonly value: GraphValue },
    queries: number,
  ): GraphValue {
    const graph = this.#graph;
    const { width, heads } = this.#network;
    const perHead = width / heads;
    const split = (x: GraphValue, tokens: number, perm: readonly bigint[]) =>
      graph.node('Transpose', [graph.node('Reshape', [x, graph.integers([-1, tokens, heads, perHead])])], {
        perm,
      });
    const scaled = graph.node('Mul', [parts.query, graph.scalar(1 / Math.sqrt(perHead))]);
    const query = split(scaled, queries, [0n, 2n, 1n, 3n]); // (n, heads, queries, perHead)
    const key = split(parts.key, this.#tokens, [0n, 2n, 3n, 1n]); // (n, heads, perHead, tokens)
    const value = split(parts.value, this.#tokens, [0n, 2n, 1n, 3n]);
    const weights = graph.node('Softmax', [graph.node('MatMul', [query, key])], { axis: -1n });
    const mixed = graph.node('Transpose', [graph.node('MatMul', [weights, value])], {
      perm: [0n, 2n, 1n, 3n],
    });
    return graph.node('Reshape', [mixed, graph.integers([-1, width])]);
  }

  #feedForward(name: string, { kind, expand, contract }: FeedForward, x: GraphValue): GraphValue {
    const wide = this.#linear(`${name}.expand`, expand, x);
    const activated =
      kind === 'swiglu' ? this.#gated(wide) : kind === 'gelu' ? this.#gelu(wide) : this.#quickGelu(wide);
    return this.#linear(`${name}.contract`, contract, activated);
  }

  #gated(x: GraphValue): GraphValue {
    const [gate, gated] = this.#parts(x, 2);
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

  #linear(name: string, { weight, bias }: Linear, x: GraphValue): GraphValue {
    const inputs = [
      x,
      weightValue(this.#graph, `${name}.weight`, weight),
      weightValue(this.#graph, `${name}.bias`, bias),
    ];
    return this.#graph.node('Gemm', inputs, { transB: 1n });
  }

  #layerNorm(name: string, { scale, shift }: LayerNorm, x: GraphValue): GraphValue {
    const inputs = [
      x,
      weightValue(this.#graph, `${name}.scale`, scale),
      weightValue(this.#graph, `${name}.shift`, shift),
    ];
    return this.#graph.node('LayerNormalization', inputs, {
      axis: -1n,
      epsilon: this.#network.layerNormEpsilon,
    });
  }
}
