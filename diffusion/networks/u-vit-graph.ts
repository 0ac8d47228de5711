import { weightValue } from '../../encoders/networks/network-weights.js';
import {
  type LayerNorm,
  type Linear,
  type TransformerBlock,
  TransformerBlocks,
} from '../../encoders/networks/transformer-blocks.js';
import type { Constant, GraphBuilder, GraphValue } from '../../onnx/graph-builder.js';
import { timeWaves } from './time-waves.js';

const LAYER_NORM_EPSILON = 1e-5;

/** A transformer over the patches of an image, its time and perhaps its class, with long connections like a U-Net's. */
export interface UVit {
  readonly channels: number;
  /** of the images, in pixels */
  readonly side: number;
  readonly patch: number;
  readonly width: number;
  readonly heads: number;
  /** what the network calls the schedule's first time */
  readonly firstTime: 0 | 1;
  /** (width, channels, patch, patch) */
  readonly patches: { readonly weight: Constant; readonly bias: Constant };
  /** layers of the time's waves; null where they are the token themselves */
  readonly time: { readonly first: Linear; readonly second: Linear } | null;
  /** (classes, width) */
  readonly classes: Constant | null;
  /** (1, tokens, width), of the class's token if there is one, the time's, and the patches' */
  readonly positions: Constant;
  readonly down: readonly TransformerBlock[];
  readonly middle: TransformerBlock;
  /** `join` is a layer of what came so far beside what a block down gave, the last one first */
  readonly up: readonly { readonly join: Linear; readonly block: TransformerBlock }[];
  readonly norm: LayerNorm;
  /** (patch² · channels, width) */
  readonly decoder: Linear;
  /** of the image at the end */
  readonly convolution: { readonly weight: Constant; readonly bias: Constant } | null;
}

/**
 * Adds a U-ViT: `x` (n, channels, side, side), `t` (n) float32 and, with classes, `y` (n) int64 → `epsilon` as `x`, and
 * `features`: (n, patches, width), or as `x` where a convolution comes last.
 */
export function addUVit(graph: GraphBuilder, network: UVit): void {
  const { channels, side, patch, width, heads, positions, down, middle, up, norm, convolution } = network;
  const tokens = positions.shape[1]!;
  const grid = side / patch;
  const blocks = new TransformerBlocks(graph, { width, heads, tokens, layerNormEpsilon: LAYER_NORM_EPSILON });
  const image = { type: 'float32', shape: ['n', channels, side, side] } as const;
  let h = embeddedTokens(graph, network, graph.input('x', image), blocks); // (n × tokens, width)
  const kept: GraphValue[] = [];
  down.forEach((block, i) => {
    h = blocks.block(`in_blocks.${i}`, block, h);
    kept.push(h);
  });
  h = blocks.block('mid_block', middle, h);
  up.forEach(({ join, block }, i) => {
    const both = graph.node('Concat', [h, kept.pop()!], { axis: -1n });
    h = blocks.block(`out_blocks.${i}`, block, blocks.linear(`out_blocks.${i}.skip_linear`, join, both));
  });
  const all = graph.node('Reshape', [blocks.layerNorm('norm', norm, h), graph.integers([-1, tokens, width])]);
  const start = graph.integers([tokens - grid * grid]);
  const ofPatches = graph.node('Slice', [all, start, graph.integers([tokens]), graph.integers([1])]);
  const rows = graph.node('Reshape', [ofPatches, graph.integers([-1, width])]);
  const pixels = blocks.linear('decoder_pred', network.decoder, rows);
  const placed = graph.node('Reshape', [pixels, graph.integers([-1, grid, grid, patch, patch, channels])]);
  const turned = graph.node('Transpose', [placed], { perm: [0n, 5n, 1n, 3n, 2n, 4n] });
  const decoded = graph.node('Reshape', [turned, graph.integers([-1, channels, side, side])]);
  if (convolution === null) {
    graph.output('epsilon', decoded, image);
    graph.output('features', ofPatches, { type: 'float32', shape: ['n', grid * grid, width] });
    return;
  }
  const parameters = [
    weightValue(graph, 'final_layer.weight', convolution.weight),
    weightValue(graph, 'final_layer.bias', convolution.bias),
  ];
  graph.output('epsilon', graph.node('Conv', [decoded, ...parameters], { pads: [1n, 1n, 1n, 1n] }), image);
  graph.output('features', decoded, image);
}

/** The class's token, the time's and the patches', with their positions. */
function embeddedTokens(
  graph: GraphBuilder,
  network: UVit,
  x: GraphValue,
  blocks: TransformerBlocks,
): GraphValue {
  const { width, patch, patches, classes, positions } = network;
  const square = [BigInt(patch), BigInt(patch)];
  const inputs = [
    x,
    weightValue(graph, 'patch_embed.weight', patches.weight),
    weightValue(graph, 'patch_embed.bias', patches.bias),
  ];
  const convolved = graph.node('Conv', inputs, { kernel_shape: square, strides: square });
  const columns = graph.node('Reshape', [convolved, graph.integers([0, width, -1])]);
  const token = (value: GraphValue) => graph.node('Reshape', [value, graph.integers([-1, 1, width])]);
  const parts = [
    token(timeToken(graph, network, blocks)),
    graph.node('Transpose', [columns], { perm: [0n, 2n, 1n] }),
  ];
  if (classes !== null) {
    const y = graph.input('y', { type: 'int64', shape: ['n'] });
    parts.unshift(token(graph.node('Gather', [weightValue(graph, 'label_emb', classes), y], { axis: 0n })));
  }
  const joined = graph.node('Concat', parts, { axis: 1n });
  const placed = graph.node('Add', [joined, weightValue(graph, 'pos_embed', positions)]);
  return graph.node('Reshape', [placed, graph.integers([-1, width])]);
}

function timeToken(
  graph: GraphBuilder,
  { width, time, firstTime }: UVit,
  blocks: TransformerBlocks,
): GraphValue {
  const t = graph.input('t', { type: 'float32', shape: ['n'] });
  const counted = firstTime === 0 ? t : graph.node('Add', [t, graph.scalar(firstTime)]);
  const { frequencies } = timeWaves({ width, shift: 0, order: 'cosine-sine', rounding: 'product-first' });
  const row = graph.constant('frequencies', {
    type: 'float32',
    shape: [1, frequencies.length],
    data: frequencies,
  });
  const angles = graph.node('Mul', [graph.node('Reshape', [counted, graph.integers([-1, 1])]), row]);
  const waves = graph.node('Concat', [graph.node('Cos', [angles]), graph.node('Sin', [angles])], {
    axis: 1n,
  });
  if (time === null) return waves;
  const h = blocks.linear('time_embed.0', time.first, waves);
  return blocks.linear('time_embed.2', time.second, graph.node('Mul', [h, graph.node('Sigmoid', [h])]));
}
