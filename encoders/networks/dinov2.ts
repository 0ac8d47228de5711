import { type Constant, GraphBuilder } from '../../onnx/graph-builder.js';
import type { Checkpoint } from '../checkpoints/checkpoint.js';
import { scaledRows } from './folded-convolution.js';
import { interpolatedPositions } from './interpolated-positions.js';
import type { NetworkPlan } from './network-plan.js';
import { computedConstant, NetworkWeights } from './network-weights.js';
import { DINOV2_PREPROCESSING } from './published-preprocessings.js';
import type { FeedForward, Linear, TransformerBlock } from './transformer-blocks.js';
import { addVisionTransformer } from './vision-transformer.js';

const SIDE = 224;
const WIDTH_PER_HEAD = 64;

/**
 * DINOv2 (ViT-S, B, L or g, by the tensors' sizes) as a graph: `images` (n, 3, 224, 224) → `embeddings` (n, d), the class
 * token after the last norm. Position embeddings are brought from 518 to 224 pixels, and LayerScale is multiplied into
 * the layer before it, when the network is written.
 *
 * @throws InputError UNREADABLE_FILE if it has registers, or naming the tensor that is missing or has another shape
 *
 * Agrees with: facebookresearch/dinov2 to 1e-5 (relative L2), test/reference/networks.json.
 */
export function dinov2Plan(checkpoint: Checkpoint): NetworkPlan {
  const weights = new NetworkWeights(checkpoint, 'patch_embed.proj.weight', {
    network: 'a DINOv2',
    help: 'Give a backbone of facebookresearch/dinov2 without registers, such as dinov2_vitl14_pretrain.pth.',
  });
  if (weights.has('register_tokens')) weights.refuse('a DINOv2 must have no registers', 'register_tokens');
  const [width, , patch] = weights.shapeOf('patch_embed.proj.weight', 4) as readonly [
    number,
    number,
    number,
    number,
  ];
  if (width % WIDTH_PER_HEAD !== 0 || SIDE % patch !== 0) {
    weights.refuse(
      'a DINOv2 must have 64 channels a head and patches that divide 224 pixels',
      `patch_embed.proj.weight of width ${width}, patch ${patch}`,
    );
  }
  const graph = new GraphBuilder({ name: 'dinov2' });
  const blocks: TransformerBlock[] = [];
  do blocks.push(transformerBlock(weights, { index: blocks.length, width }));
  while (weights.has(`blocks.${blocks.length}.norm1.weight`));
  addVisionTransformer(graph, {
    side: SIDE,
    patch,
    width,
    heads: width / WIDTH_PER_HEAD,
    layerNormEpsilon: 1e-6,
    patchWeight: weights.constant('patch_embed.proj.weight', [width, 3, patch, patch]),
    patchBias: weights.constant('patch_embed.proj.bias', [width]),
    tokens: placedTokens(weights, { grid: SIDE / patch, width }),
    inputNorm: null,
    blocks,
    outputNorm: layerNorm(weights, 'norm', width),
    projection: null,
  });
  weights.requireAllUsed(/^/, /^mask_token$/);
  return {
    architecture: 'dinov2',
    title: `DINOv2, ${blocks.length} layers of ${width}, patches of ${patch}, ${SIDE} px`,
    graph,
    dimensions: width,
    hasLogits: 'no',
    preprocessing: DINOV2_PREPROCESSING,
    assumptions: [],
  };
}

function layerNorm(weights: NetworkWeights, name: string, width: number) {
  return {
    scale: weights.constant(`${name}.weight`, [width]),
    shift: weights.constant(`${name}.bias`, [width]),
  };
}

/** Positions at this size, with the class token added to the first. */
function placedTokens(
  weights: NetworkWeights,
  { grid, width }: { readonly grid: number; readonly width: number },
): Constant {
  const [, stored] = weights.shapeOf('pos_embed', 3) as readonly [number, number, number];
  const from = Math.sqrt(stored - 1);
  if (!Number.isInteger(from) || from === 0) {
    weights.refuse('pos_embed must hold a square of positions and one', `${stored}`);
  }
  const positions = weights.values('pos_embed', [1, stored, width]);
  const classToken = weights.values('cls_token', [1, 1, width]);
  return computedConstant([1, grid * grid + 1, width], async () => {
    const all = await positions();
    const token = await classToken();
    const tokens = new Float32Array((grid * grid + 1) * width);
    tokens.set(all.subarray(0, width).map((value, i) => value + token[i]!));
    const patches = all.subarray(width);
    tokens.set(from === grid ? patches : interpolatedPositions(patches, { from, to: grid, width }), width);
    return tokens;
  });
}

function transformerBlock(
  weights: NetworkWeights,
  { index, width }: { readonly index: number; readonly width: number },
): TransformerBlock {
  const name = `blocks.${index}`;
  return {
    attentionNorm: layerNorm(weights, `${name}.norm1`, width),
    queryKeyValue: linear(weights, `${name}.attn.qkv`, { out: 3 * width, input: width }),
    attentionOutput: scaledLinear(weights, `${name}.attn.proj`, {
      scale: `${name}.ls1.gamma`,
      out: width,
      input: width,
    }),
    feedForwardNorm: layerNorm(weights, `${name}.norm2`, width),
    feedForward: feedForward(weights, name, width),
  };
}

/** ViT-g has a gated one, the others an MLP. */
function feedForward(weights: NetworkWeights, block: string, width: number): FeedForward {
  const isGated = weights.has(`${block}.mlp.w12.weight`);
  const [first, second] = isGated ? ['w12', 'w3'] : ['fc1', 'fc2'];
  const [wide] = weights.shapeOf(`${block}.mlp.${first}.weight`, 2) as readonly [number, number];
  return {
    kind: isGated ? 'swiglu' : 'gelu',
    expand: linear(weights, `${block}.mlp.${first}`, { out: wide, input: width }),
    contract: scaledLinear(weights, `${block}.mlp.${second}`, {
      scale: `${block}.ls2.gamma`,
      out: width,
      input: isGated ? wide / 2 : wide,
    }),
  };
}

interface Sides {
  readonly out: number;
  readonly input: number;
}

function linear(weights: NetworkWeights, name: string, { out, input }: Sides): Linear {
  return {
    weight: weights.constant(`${name}.weight`, [out, input]),
    bias: weights.constant(`${name}.bias`, [out]),
  };
}

/** A linear layer with LayerScale's factor of each output multiplied in. */
function scaledLinear(
  weights: NetworkWeights,
  name: string,
  { scale, out, input }: Sides & { readonly scale: string },
): Linear {
  const factors = weights.values(scale, [out]);
  const product = (tensor: string, shape: readonly number[]): Constant => {
    const values = weights.values(tensor, shape);
    return computedConstant(shape, async () =>
      scaledRows(await values(), Float64Array.from(await factors())),
    );
  };
  return { weight: product(`${name}.weight`, [out, input]), bias: product(`${name}.bias`, [out]) };
}
