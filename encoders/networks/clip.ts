import { type Constant, GraphBuilder } from '../../onnx/graph-builder.js';
import type { Checkpoint } from '../checkpoints/checkpoint.js';
import { type ClipNames, HUGGING_FACE, OPENAI } from './clip-names.js';
import type { NetworkPlan } from './network-plan.js';
import { computedConstant, NetworkWeights, prefixOf } from './network-weights.js';
import { clipPreprocessing } from './published-preprocessings.js';
import type { Linear, TransformerBlock } from './transformer-blocks.js';
import { addVisionTransformer } from './vision-transformer.js';

/** `quick-gelu` in OpenAI's networks, `gelu` in those of open_clip (LAION, DataComp); no file says which. */
export const CLIP_ACTIVATIONS = ['quick-gelu', 'gelu'] as const;
export type ClipActivation = (typeof CLIP_ACTIVATIONS)[number];

/** What no checkpoint says of its network. */
export interface ClipSettings {
  readonly activation?: ClipActivation;
  /** attention heads of a layer */
  readonly heads?: number;
}

const WIDTH_PER_HEAD = 64;
/** OpenAI's widths stop at 1,024, which is 16 heads; open_clip's wider ones (ViT-H, g, bigG, e) have 16 too. */
const MOST_HEADS = 16;

const HELP =
  'Give an OpenAI CLIP of the ViT kind (ViT-B-32.pt, ViT-B-16.pt, ViT-L-14.pt, ViT-L-14-336px.pt) or its Hugging Face copy.';

/**
 * The image tower of a CLIP as a graph: `images` (n, 3, side, side) → `embeddings` (n, d), projected and not normalized.
 * Sizes are read from the tensors; float16 weights stay float16 in the file and are computed with in float32.
 *
 * @throws InputError UNREADABLE_FILE if it is a ResNet or has no image tower, or naming the tensor that does not fit
 *
 * Agrees with: openai/CLIP and transformers to 1e-5 (relative L2), test/reference/networks.json.
 */
export function clipPlan(checkpoint: Checkpoint, settings: ClipSettings = {}): NetworkPlan {
  const names = prefixOf(checkpoint, HUGGING_FACE.patch) === undefined ? OPENAI : HUGGING_FACE;
  const weights = new NetworkWeights(checkpoint, names.patch, { network: 'a CLIP image tower', help: HELP });
  const [width, channels, patch] = weights.shapeOf(names.patch, 4) as readonly [
    number,
    number,
    number,
    number,
  ];
  const heads = settings.heads ?? Math.min(width / WIDTH_PER_HEAD, MOST_HEADS);
  if (weights.has(names.resnetLayer) || channels !== 3) {
    weights.refuse('a CLIP image tower must be a vision transformer', 'a ResNet');
  }
  if (!Number.isInteger(heads) || width % heads !== 0) {
    weights.refuse(
      'a CLIP image tower must have 64 channels a head, or the config.json beside it say how many heads',
      `${names.patch} of width ${width}${settings.heads === undefined ? '' : ` and ${heads} heads`}`,
    );
  }
  const [tokens] = weights.shapeOf(names.positions, 2) as readonly [number, number];
  const grid = Math.sqrt(tokens - 1);
  if (!Number.isInteger(grid) || grid === 0) {
    weights.refuse(`${names.positions} must hold a square of positions and one`, `${tokens}`);
  }
  const { size: d, rows } = names.projection(weights, width);
  const activation = settings.activation ?? 'quick-gelu';
  const side = grid * patch;
  const graph = new GraphBuilder({ name: 'clip' });
  const blocks: TransformerBlock[] = [];
  while (weights.has(names.block(blocks.length).attentionNorm)) {
    blocks.push(transformerBlock(weights, names, { index: blocks.length, width, activation }));
  }
  if (blocks.length === 0) blocks.push(transformerBlock(weights, names, { index: 0, width, activation }));
  const norm = (name: string) => ({
    scale: weights.constant(`${name}.weight`, [width]),
    shift: weights.constant(`${name}.bias`, [width]),
  });
  addVisionTransformer(graph, {
    side,
    patch,
    width,
    heads,
    layerNormEpsilon: 1e-5,
    patchWeight: weights.constant(names.patch, [width, 3, patch, patch]),
    patchBias: null,
    tokens: placedTokens(weights, names, { tokens, width }),
    inputNorm: norm(names.inputNorm),
    blocks,
    outputNorm: norm(names.outputNorm),
    projection: {
      weight: weights.constant(names.projectionWeight, rows === 'inputs' ? [width, d] : [d, width]),
      rows,
      d,
    },
  });
  weights.requireAllUsed(names.prefix, names.unused);
  return {
    architecture: 'clip',
    title: `CLIP image tower, ${blocks.length} layers of ${width}, patches of ${patch}, ${side} px`,
    graph,
    dimensions: d,
    hasLogits: 'no',
    preprocessing: clipPreprocessing(side),
    assumptions: assumptions(checkpoint, settings, { width, heads }),
  };
}

function assumptions(
  { format }: Checkpoint,
  settings: ClipSettings,
  { width, heads }: { readonly width: number; readonly heads: number },
): readonly string[] {
  const isOpenAi = format === 'torchscript';
  return [
    ...(settings.activation !== undefined || isOpenAi
      ? []
      : [
          'The activation was taken to be quick-gelu, as in OpenAI’s networks: the file does not say. Pass --activation gelu for those of open_clip (LAION, DataComp).',
        ]),
    ...(settings.heads !== undefined || width <= WIDTH_PER_HEAD * MOST_HEADS
      ? []
      : [
          `Its layers were taken to have ${heads} heads, as open_clip’s of width ${width}: the file does not say.`,
        ]),
  ];
}

/** Positions with the class token added to the first; float32. */
function placedTokens(
  weights: NetworkWeights,
  names: ClipNames,
  { tokens, width }: { readonly tokens: number; readonly width: number },
): Constant {
  const positions = weights.values(names.positions, [tokens, width]);
  const classToken = weights.values(names.classToken, [width]);
  return computedConstant([1, tokens, width], async () => {
    const token = await classToken();
    return (await positions()).map((value, i) => (i < width ? value + token[i]! : value));
  });
}

function transformerBlock(
  weights: NetworkWeights,
  names: ClipNames,
  {
    index,
    width,
    activation,
  }: { readonly index: number; readonly width: number; readonly activation: ClipActivation },
): TransformerBlock {
  const block = names.block(index);
  const linear = (name: string, out: number, input: number): Linear => ({
    weight: weights.constant(`${name}.weight`, [out, input]),
    bias: weights.constant(`${name}.bias`, [out]),
  });
  const norm = (scaleName: string) => ({
    scale: weights.constant(scaleName, [width]),
    shift: weights.constant(scaleName.replace(/weight$/, 'bias'), [width]),
  });
  const [wide] = weights.shapeOf(`${block.expand}.weight`, 2) as readonly [number, number];
  return {
    attentionNorm: norm(block.attentionNorm),
    queryKeyValue: block.queryKeyValue(weights, width),
    attentionOutput: linear(block.attentionOutput, width, width),
    feedForwardNorm: norm(block.feedForwardNorm),
    feedForward: {
      kind: activation,
      expand: linear(block.expand, wide, width),
      contract: linear(block.contract, width, wide),
    },
  };
}
