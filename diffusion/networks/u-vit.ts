import { defined } from '../../defined.js';
import type { Checkpoint } from '../../encoders/checkpoints/checkpoint.js';
import { NetworkWeights } from '../../encoders/networks/network-weights.js';
import type { LayerNorm, Linear, TransformerBlock } from '../../encoders/networks/transformer-blocks.js';
import { GraphBuilder } from '../../onnx/graph-builder.js';
import type { LastLayerDescription } from '../denoiser.js';
import { averagedPrefix } from './averaged-prefix.js';
import type { DenoiserPlan } from './denoiser-plan.js';
import { type DenoiserSettings, namedSchedule, requiredHeads } from './denoiser-settings.js';
import { addUVit, type UVit } from './u-vit-graph.js';

const ANCHOR = 'patch_embed.proj.weight';
/** The latent networks see an autoencoder's four channels, and count their times from 1. */
const LATENT_CHANNELS = 4;
/** The classes of ImageNet, and one that stands for none. */
const CLASSES_AND_NONE = 1001;

/**
 * U-ViT (Bao et al. 2022, arXiv:2209.12152): a transformer over patches, time and class, whose first blocks' results are joined
 * to its last ones'. Where it ends in a convolution of the image, that is its last layer; else the linear layer of the patches.
 *
 * @throws InputError UNREADABLE_FILE naming the tensor that is missing or has another shape
 * @throws OptionError CONFLICTING_OPTIONS if nothing says how many heads it has
 *
 * Agrees with: baofff/U-ViT to 1e-5 (relative L2), test/reference/denoisers.json.
 */
export function uVitPlan(checkpoint: Checkpoint, settings: DenoiserSettings): DenoiserPlan {
  const { prefix, assumptions } = averagedPrefix(checkpoint, ANCHOR);
  const weights = new NetworkWeights(checkpoint, ANCHOR, {
    network: 'a U-ViT',
    help: 'Give a nnet_ema.pth of baofff/U-ViT; its networks for text are others.',
    ...defined({ prefix }),
  });
  const network = uVit(weights, settings);
  weights.requireAllUsed(/^/, /^$/);
  const graph = new GraphBuilder({ name: 'uvit' });
  addUVit(graph, network);
  const { channels, side, width, classes, firstTime } = network;
  const isLatent = channels === LATENT_CHANNELS;
  const schedule = namedSchedule(settings);
  const usual = isLatent ? 'scaled-linear' : 'linear';
  const rows = classes?.shape[0] ?? null;
  const hasNone = rows === CLASSES_AND_NONE;
  return {
    architecture: 'uvit',
    title: `U-ViT, ${2 * network.down.length + 1} blocks of ${width}, patches of ${network.patch}, ${side} × ${side}`,
    graph,
    network: null,
    description: {
      kind: 'denoiser',
      inputs: { x: 'x', t: 't', ...(rows === null ? {} : { y: 'y' }) },
      outputs: { epsilon: 'epsilon', features: 'features' },
      imageSize: side,
      channels,
      classes: hasNone ? CLASSES_AND_NONE - 1 : rows,
      ...(hasNone ? { nullClass: CLASSES_AND_NONE - 1 } : {}),
      prediction: 'epsilon',
      schedule: schedule ?? namedSchedule({ ...settings, schedule: usual })!,
      lastLayer: lastLayer(network),
    },
    assumptions: [
      ...assumptions,
      ...(schedule === undefined ? [`The noise schedule was taken to be ${usual}, as its authors’.`] : []),
      ...(firstTime === 1
        ? ['Its images were taken to be latent ones, whose network counts times from 1.']
        : []),
      ...(hasNone ? ['The last of its 1001 classes was taken to stand for no class.'] : []),
    ],
  };
}

function lastLayer({ channels, width, patch, convolution }: UVit): LastLayerDescription {
  if (convolution !== null)
    return {
      kind: 'convolution',
      inputChannels: channels,
      outputChannels: channels,
      kernel: [3, 3],
      padding: [1, 1],
      weight: 'final_layer.weight',
      bias: 'final_layer.bias',
    };
  return {
    kind: 'linear',
    inputFeatures: width,
    outputChannels: channels,
    allChannels: channels,
    patch,
    weight: 'decoder_pred.weight',
    weightAxes: 'output-input',
    bias: 'decoder_pred.bias',
  };
}

function uVit(weights: NetworkWeights, settings: DenoiserSettings): UVit {
  const [width, channels, patch] = weights.shapeOf(ANCHOR, 4) as [number, number, number, number];
  const hasClasses = weights.has('label_emb.weight');
  const extras = hasClasses ? 2 : 1;
  const [, tokens] = weights.shapeOf('pos_embed', 3) as [number, number, number];
  const grid = Math.sqrt(tokens - extras);
  if (!Number.isInteger(grid) || grid === 0)
    weights.refuse(`pos_embed must hold a square of positions and ${extras} more`, `${tokens}`);
  const linear = (name: string, out: number, input: number): Linear => ({
    weight: weights.constant(`${name}.weight`, [out, input]),
    bias: weights.has(`${name}.bias`) ? weights.constant(`${name}.bias`, [out]) : null,
  });
  const norm = (name: string): LayerNorm => ({
    scale: weights.constant(`${name}.weight`, [width]),
    shift: weights.constant(`${name}.bias`, [width]),
  });
  const block = (name: string): TransformerBlock => {
    const [wide] = weights.shapeOf(`${name}.mlp.fc1.weight`, 2) as [number, number];
    return {
      attentionNorm: norm(`${name}.norm1`),
      queryKeyValue: linear(`${name}.attn.qkv`, 3 * width, width),
      attentionOutput: linear(`${name}.attn.proj`, width, width),
      feedForwardNorm: norm(`${name}.norm2`),
      feedForward: {
        kind: 'gelu',
        expand: linear(`${name}.mlp.fc1`, wide, width),
        contract: linear(`${name}.mlp.fc2`, width, wide),
      },
    };
  };
  let depth = 0;
  while (weights.has(`in_blocks.${depth}.norm1.weight`)) depth++;
  const indices = Array.from({ length: depth }, (_, i) => i);
  const [embedding] = weights.has('time_embed.0.weight')
    ? (weights.shapeOf('time_embed.0.weight', 2) as [number, number])
    : [null];
  const [classes] = hasClasses ? (weights.shapeOf('label_emb.weight', 2) as [number, number]) : [0];
  return {
    channels,
    side: grid * patch,
    patch,
    width,
    heads: requiredHeads({ heads: settings.heads, headChannels: settings.headChannels }, width),
    firstTime: channels === LATENT_CHANNELS ? 1 : 0,
    patches: {
      weight: weights.constant(ANCHOR, [width, channels, patch, patch]),
      bias: weights.constant('patch_embed.proj.bias', [width]),
    },
    time:
      embedding === null
        ? null
        : {
            first: linear('time_embed.0', embedding, width),
            second: linear('time_embed.2', width, embedding),
          },
    classes: hasClasses ? weights.constant('label_emb.weight', [classes, width]) : null,
    positions: weights.constant('pos_embed', [1, tokens, width]),
    down: indices.map((i) => block(`in_blocks.${i}`)),
    middle: block('mid_block'),
    up: indices.map((i) => ({
      join: linear(`out_blocks.${i}.skip_linear`, width, 2 * width),
      block: block(`out_blocks.${i}`),
    })),
    norm: norm('norm'),
    decoder: linear('decoder_pred', patch * patch * channels, width),
    convolution: weights.has('final_layer.weight')
      ? {
          weight: weights.constant('final_layer.weight', [channels, channels, 3, 3]),
          bias: weights.constant('final_layer.bias', [channels]),
        }
      : null,
  };
}
