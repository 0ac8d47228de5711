import type { Constant, GraphBuilder, GraphValue } from '../../onnx/graph-builder.js';
import { rowsOf, weightValue } from './network-weights.js';
import {
  type LayerNorm,
  type Linear,
  type TransformerBlock,
  TransformerBlocks,
} from './transformer-blocks.js';

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
  readonly #blocks: TransformerBlocks;

  constructor(graph: GraphBuilder, network: VisionTransformer) {
    this.#graph = graph;
    this.#network = network;
    this.#tokens = network.tokens.shape[1]!;
    const { width, heads, layerNormEpsilon } = network;
    this.#blocks = new TransformerBlocks(graph, { width, heads, layerNormEpsilon, tokens: this.#tokens });
  }

  embed(): number {
    const { side, width, blocks, inputNorm, outputNorm, projection } = this.#network;
    const images = this.#graph.input('images', { type: 'float32', shape: ['n', 3, side, side] });
    let x = this.#embeddedPatches(images);
    if (inputNorm !== null) x = this.#blocks.layerNorm('input_norm', inputNorm, x);
    blocks.forEach((block, i) => {
      x =
        i < blocks.length - 1
          ? this.#blocks.block(`block_${i}`, block, x)
          : this.#lastBlock(`block_${i}`, block, x);
    });
    let classToken = this.#blocks.layerNorm('output_norm', outputNorm, x); // (n, width)
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

  #lastBlock(name: string, block: TransformerBlock, x: GraphValue): GraphValue {
    const { width } = this.#network;
    const { weight, bias } = block.queryKeyValue;
    const rows = (start: number, end: number): Linear => ({
      weight: rowsOf(weight, start, end),
      bias: bias === null ? null : rowsOf(bias, start, end),
    });
    const normed = this.#blocks.layerNorm(`${name}.attention_norm`, block.attentionNorm, x);
    const query = this.#blocks.linear(`${name}.query`, rows(0, width), this.#classTokens(normed));
    const [key, value] = this.#blocks.parts(
      this.#blocks.linear(`${name}.key_value`, rows(width, 3 * width), normed),
      2,
    );
    const mixed = this.#blocks.attention({ query, key: key!, value: value! }, 1);
    return this.#blocks.afterAttention(name, block, { x: this.#classTokens(x), mixed });
  }

  #classTokens(x: GraphValue): GraphValue {
    const tokens = this.#graph.node('Reshape', [
      x,
      this.#graph.integers([-1, this.#tokens, this.#network.width]),
    ]);
    return this.#graph.node('Gather', [tokens, this.#graph.integers(0)], { axis: 1n }); // (n, width)
  }
}
