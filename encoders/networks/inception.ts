import { GraphBuilder, type GraphValue } from '../../onnx/graph-builder.js';
import type { Checkpoint } from '../checkpoints/checkpoint.js';
import { type BatchNorm, batchNormFactors, foldedBias, scaledRows } from './folded-convolution.js';
import {
  type Block,
  type Branch,
  type Convolution,
  INCEPTION_BLOCKS,
  type Pool,
} from './inception-layers.js';
import { type InceptionNames, inceptionNames } from './inception-names.js';
import { INCEPTION_TAPS, type InceptionTap } from './inception-taps.js';
import type { NetworkPlan } from './network-plan.js';
import { computedConstant, NetworkWeights, weightValue } from './network-weights.js';
import { INCEPTION_PREPROCESSING } from './published-preprocessings.js';

const SIDE = 299;
const CLASSES = 1008;
const BATCH_NORM_EPSILON = 1e-3;
const SPATIAL_CHANNELS = 7;

export { INCEPTION_TAPS, type InceptionTap };

/** A value on its way through the network, with its channels. */
interface Activation {
  readonly value: GraphValue;
  readonly channels: number;
}

/**
 * The FID Inception as a graph: `images` (n, 3, 299, 299) → `embeddings` (n, d) and, after the last block, `logits`
 * (n, 1008) without the bias, as the Inception score takes them. Batch norm is folded into the convolutions in float64.
 *
 * @throws InputError UNREADABLE_FILE naming the tensor that is missing or has another shape
 *
 * Agrees with: pytorch-fid 0.3.0 and torch-fidelity 0.4.0 to 1e-5 (relative L2), test/reference/networks.json.
 */
export function inceptionPlan(checkpoint: Checkpoint, { tap }: { readonly tap: InceptionTap }): NetworkPlan {
  const names = inceptionNames(checkpoint);
  const weights = new NetworkWeights(checkpoint, names.anchor, {
    network: 'an FID Inception',
    help: 'Give pytorch-fid’s pt_inception-2015-12-05-6726825d.pth (steadfid models pull inception-v3-fid); torchvision’s Inception is another network.',
  });
  const graph = new GraphBuilder({ name: 'inception-v3-fid' });
  const network = new InceptionGraph(graph, weights, names);
  const images = graph.input('images', { type: 'float32', shape: ['n', 3, SIDE, SIDE] });
  const dimensions = network.embed({ value: images, channels: 3 }, tap);
  return {
    architecture: 'inception',
    title: tap === '2048' ? 'FID Inception v3' : `FID Inception v3, tap ${tap}`,
    graph,
    dimensions,
    hasLogits: tap === '2048' ? 'yes' : 'no',
    preprocessing: INCEPTION_PREPROCESSING,
    assumptions: [],
  };
}

class InceptionGraph {
  readonly #graph: GraphBuilder;
  readonly #weights: NetworkWeights;
  readonly #names: InceptionNames;

  constructor(graph: GraphBuilder, weights: NetworkWeights, names: InceptionNames) {
    this.#graph = graph;
    this.#weights = weights;
    this.#names = names;
  }

  /** Adds the layers up to the tap and the outputs; returns d. */
  embed(images: Activation, tap: InceptionTap): number {
    let x = images;
    for (const block of INCEPTION_BLOCKS) {
      if (tap === 'spatial' && block.name === 'Mixed_6d') return this.#spatialOutput(block, x);
      x = this.#block(block, x);
      if (block.tap === tap) break;
    }
    return this.#pooledOutputs(x, tap);
  }

  #block(block: Block, input: Activation): Activation {
    return this.#joined(block.branches.flatMap((branch) => this.#branch(block, branch, input)));
  }

  #branch(block: Block, { steps, fork }: Branch, input: Activation): readonly Activation[] {
    const trunk = steps.reduce((x, step) => this.#step(block, step, x), input);
    return fork === undefined ? [trunk] : fork.map((step) => this.#step(block, step, trunk));
  }

  #step(block: Block, step: Convolution | Pool, input: Activation): Activation {
    return step.kind === 'convolution' ? this.#convolution(block, step, input) : this.#pool(step, input);
  }

  #convolution(block: Block, layer: Convolution, { value, channels }: Activation): Activation {
    const { outChannels, kernel, stride, padding } = layer;
    const [height, width] = kernel;
    const names = this.#names.convolution(block, layer);
    const shape = [outChannels, channels, height, width];
    const weight = this.#weights.values(names.weight, shape);
    const read = (name: string) => this.#weights.values(name, [outChannels]);
    const [scale, shift, mean, variance] = [
      names.scale === null ? async () => null : read(names.scale),
      read(names.shift),
      read(names.mean),
      read(names.variance),
    ];
    const batchNorm = async (): Promise<BatchNorm> => ({
      scale: await scale(),
      shift: await shift(),
      mean: await mean(),
      variance: await variance(),
    });
    const factors = async () => batchNormFactors(await batchNorm(), BATCH_NORM_EPSILON);
    const name = [block.name, layer.name].filter((part) => part !== '').join('.');
    const folded = this.#graph.constant(
      `${name}.weight`,
      computedConstant(shape, async () => scaledRows(await weight(), await factors())),
    );
    const bias = this.#graph.constant(
      `${name}.bias`,
      computedConstant([outChannels], async () => foldedBias(await batchNorm(), await factors())),
    );
    const [padHeight, padWidth] =
      padding === 'same' ? [BigInt((height - 1) / 2), BigInt((width - 1) / 2)] : [0n, 0n];
    const convolved = this.#graph.node('Conv', [value, folded, bias], {
      kernel_shape: [BigInt(height), BigInt(width)],
      strides: [BigInt(stride), BigInt(stride)],
      pads: [padHeight, padWidth, padHeight, padWidth],
    });
    return { value: this.#graph.node('Relu', [convolved]), channels: outChannels };
  }

  #pool({ kind, stride }: Pool, { value, channels }: Activation): Activation {
    const pad = stride === 1 ? 1n : 0n;
    const window = {
      kernel_shape: [3n, 3n],
      strides: [BigInt(stride), BigInt(stride)],
      pads: [pad, pad, pad, pad],
    };
    const pooled =
      kind === 'max-pool'
        ? this.#graph.node('MaxPool', [value], window)
        : this.#graph.node('AveragePool', [value], { ...window, count_include_pad: 0n });
    return { value: pooled, channels };
  }

  #joined(parts: readonly Activation[]): Activation {
    if (parts.length === 1) return parts[0]!;
    return {
      value: this.#graph.node(
        'Concat',
        parts.map(({ value }) => value),
        { axis: 1n },
      ),
      channels: parts.reduce((sum, { channels }) => sum + channels, 0),
    };
  }

  #pooledOutputs({ value, channels }: Activation, tap: InceptionTap): number {
    const features = this.#graph.node('Flatten', [this.#graph.node('GlobalAveragePool', [value])]);
    this.#graph.output('embeddings', features, { type: 'float32', shape: ['n', channels] });
    if (tap !== '2048') return channels;
    const shape = [CLASSES, channels];
    const classes = weightValue(this.#graph, 'fc.weight', this.#weights.constant(this.#names.classes, shape));
    const logits = this.#graph.node('Gemm', [features, classes], { transB: 1n });
    this.#graph.output('logits', logits, { type: 'float32', shape: ['n', CLASSES] });
    return channels;
  }

  /** The first channels of the block's 1 × 1 branch, as (n, height × width × channels). */
  #spatialOutput(block: Block, input: Activation): number {
    const graph = this.#graph;
    const [{ value }] = this.#branch(block, block.branches[0]!, input) as readonly [Activation];
    const axis = graph.integers([1]);
    const first = graph.node('Slice', [value, graph.integers([0]), graph.integers([SPATIAL_CHANNELS]), axis]);
    const grid = graph.node('Transpose', [first], { perm: [0n, 2n, 3n, 1n] });
    const dimensions = 17 * 17 * SPATIAL_CHANNELS;
    graph.output('embeddings', graph.node('Flatten', [grid]), { type: 'float32', shape: ['n', dimensions] });
    return dimensions;
  }
}
