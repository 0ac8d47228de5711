import { weightValue } from '../../encoders/networks/network-weights.js';
import type { GraphBuilder, GraphValue } from '../../onnx/graph-builder.js';
import type {
  AttentionBlock,
  Block,
  Downsampling,
  GroupNorm,
  Layer,
  ResidualBlock,
  TimeWaves,
  UNet,
  Upsampling,
} from './u-net.js';

/**
 * Adds a U-Net: `x` (n, channels, height, width), `t` (n) float32 and, where it has classes, `y` (n) int64 → `epsilon`
 * (n, channels, height, width) and `features` (n, width, height, width), the last convolution's input. Of a network that
 * learned a variance too, `epsilon` is the noise alone.
 */
export function addUNet(
  graph: GraphBuilder,
  network: UNet,
  [height, width]: readonly [number, number],
): void {
  new UNetGraph(graph, network).add(height, width);
}

class UNetGraph {
  readonly #graph: GraphBuilder;
  readonly #network: UNet;
  /** silu of the embedding of time and class, (n, embedding) */
  #embedding: GraphValue = '';

  constructor(graph: GraphBuilder, network: UNet) {
    this.#graph = graph;
    this.#network = network;
  }

  add(height: number, width: number): void {
    const graph = this.#graph;
    const { channels, centering, inConvolution, down, middle, up, outNorm, outConvolution } = this.#network;
    const image = { type: 'float32', shape: ['n', channels, height, width] } as const;
    const x = graph.input('x', image);
    this.#embedding = this.#silu(this.#timeAndClass());
    const centered =
      centering === 'none'
        ? x
        : graph.node('Sub', [graph.node('Mul', [x, graph.scalar(2)]), graph.scalar(1)]);
    let h = this.#convolution(inConvolution, centered);
    const kept = [h];
    for (const blocks of down) kept.push((h = this.#blocks(blocks, h)));
    h = this.#blocks(middle, h);
    for (const blocks of up) h = this.#blocks(blocks, graph.node('Concat', [h, kept.pop()!], { axis: 1n }));
    const features = this.#silu(this.#groupNorm(outNorm, h));
    const out = this.#convolution(outConvolution, features);
    const [outChannels, featureChannels] = outConvolution.weight.shape as readonly [number, number];
    graph.output('epsilon', outChannels === channels ? out : this.#channels(out, 0, channels), image);
    graph.output('features', features, { type: 'float32', shape: ['n', featureChannels, height, width] });
  }

  #timeAndClass(): GraphValue {
    const graph = this.#graph;
    const { time, classes } = this.#network;
    const t = graph.input('t', { type: 'float32', shape: ['n'] });
    const waves = this.#waves(time.waves, t);
    const embedding = this.#linear(time.second, this.#silu(this.#linear(time.first, waves)));
    if (classes === null) return embedding;
    const y = graph.input('y', { type: 'int64', shape: ['n'] });
    const row = graph.node('Gather', [weightValue(graph, classes.name, classes.table), y], { axis: 0n });
    return graph.node('Add', [embedding, row]);
  }

  #waves({ frequencies, order, width }: TimeWaves, t: GraphValue): GraphValue {
    const graph = this.#graph;
    const shape = [1, frequencies.length];
    const row = graph.constant('time.frequencies', { type: 'float32', shape, data: frequencies });
    const angles = graph.node('Mul', [graph.node('Reshape', [t, graph.integers([-1, 1])]), row]);
    const [sine, cosine] = [graph.node('Sin', [angles]), graph.node('Cos', [angles])];
    const both = graph.node('Concat', order === 'sine-cosine' ? [sine, cosine] : [cosine, sine], {
      axis: 1n,
    });
    const zeros = width - 2 * frequencies.length;
    return zeros === 0 ? both : graph.node('Pad', [both, graph.integers([0, 0, 0, zeros])]);
  }

  #blocks(blocks: readonly Block[], input: GraphValue): GraphValue {
    return blocks.reduce((x, block) => this.#block(block, x), input);
  }

  #block(block: Block, x: GraphValue): GraphValue {
    switch (block.kind) {
      case 'residual':
        return this.#residual(block, x);
      case 'attention':
        return this.#attention(block, x);
      case 'downsampling':
        return this.#downsampling(block, x);
      case 'upsampling':
        return this.#upsampling(block, x);
    }
  }

  #residual(block: ResidualBlock, x: GraphValue): GraphValue {
    const graph = this.#graph;
    const { resampling, timeEffect, outNorm, shortcut } = block;
    const resampled = (value: GraphValue) =>
      resampling === 'none' ? value : resampling === 'up' ? this.#doubled(value) : this.#halved(value);
    const input = resampled(this.#silu(this.#groupNorm(block.inNorm, x)));
    let h = this.#convolution(block.inConvolution, input);
    const channels = outNorm.scale.shape[0]!;
    const time = this.#graph.node('Reshape', [
      this.#linear(block.time, this.#embedding),
      graph.integers([0, -1, 1, 1]),
    ]);
    if (timeEffect === 'shift') h = this.#groupNorm(outNorm, graph.node('Add', [h, time]));
    else {
      const factor = graph.node('Add', [this.#channels(time, 0, channels), graph.scalar(1)]);
      const scaled = graph.node('Mul', [this.#groupNorm(outNorm, h), factor]);
      h = graph.node('Add', [scaled, this.#channels(time, channels, 2 * channels)]);
    }
    const residue = this.#convolution(block.outConvolution, this.#dropout(this.#silu(h)));
    const kept = resampled(x);
    const carried = shortcut === null ? kept : this.#convolution(shortcut, kept);
    return this.#divided(graph.node('Add', [carried, residue]), block.divisor);
  }

  #attention({ norm, queryKeyValue, output, heads, divisor }: AttentionBlock, x: GraphValue): GraphValue {
    const graph = this.#graph;
    const channels = output.weight.shape[0]!;
    const perHead = channels / heads;
    const joined = this.#convolution(queryKeyValue, norm === null ? x : this.#groupNorm(norm, x));
    const split = graph.node('Reshape', [joined, graph.integers([0, 3 * heads, perHead, -1])]);
    // (n, heads, channels per head, pixels) each
    const [query, key, value] = graph.nodeWith({
      operator: 'Split',
      inputs: [split],
      attributes: { axis: 1n },
      outputs: 3,
    }) as [GraphValue, GraphValue, GraphValue];
    const turned = (value: GraphValue) => graph.node('Transpose', [value], { perm: [0n, 1n, 3n, 2n] });
    const scaled = graph.node('Mul', [query, graph.scalar(1 / Math.sqrt(perHead))]);
    const weights = graph.node('Softmax', [graph.node('MatMul', [turned(scaled), key])], { axis: -1n });
    const mixed = turned(graph.node('MatMul', [weights, turned(value)]));
    const shape = graph.node('Shape', [x]);
    const result = this.#convolution(output, graph.node('Reshape', [mixed, shape]));
    return this.#divided(graph.node('Add', [x, result]), divisor);
  }

  #downsampling({ convolution, padding }: Downsampling, x: GraphValue): GraphValue {
    if (convolution === null) return this.#halved(x);
    const pads = padding === 'all-around' ? [1n, 1n, 1n, 1n] : [0n, 0n, 1n, 1n];
    return this.#graph.node('Conv', [x, ...this.#parameters(convolution)], { strides: [2n, 2n], pads });
  }

  #upsampling({ convolution }: Upsampling, x: GraphValue): GraphValue {
    const large = this.#doubled(x);
    return convolution === null ? large : this.#convolution(convolution, large);
  }

  #doubled(x: GraphValue): GraphValue {
    const scales = this.#graph.constant(`${x}.scales`, {
      type: 'float32',
      shape: [4],
      data: Float32Array.of(1, 1, 2, 2),
    });
    return this.#graph.node('Resize', [x, '', scales], {
      mode: 'nearest',
      coordinate_transformation_mode: 'asymmetric',
      nearest_mode: 'floor',
    });
  }

  #halved(x: GraphValue): GraphValue {
    return this.#graph.node('AveragePool', [x], { kernel_shape: [2n, 2n], strides: [2n, 2n] });
  }

  /** γ · (x − mean)/√(variance + ε) + δ, moments over a group's channels and all pixels. */
  #groupNorm({ name, scale, shift, groups, epsilon }: GroupNorm, x: GraphValue): GraphValue {
    const graph = this.#graph;
    const vector = (value: number) => ({
      type: 'float32' as const,
      shape: [groups],
      data: new Float32Array(groups).fill(value),
    });
    const inGroups = graph.node('Reshape', [x, graph.integers([0, groups, -1])]);
    const ones = graph.constant(`${name}.ones`, vector(1));
    const zeros = graph.constant(`${name}.zeros`, vector(0));
    const normed = graph.node('InstanceNormalization', [inGroups, ones, zeros], { epsilon });
    const back = graph.node('Reshape', [normed, graph.node('Shape', [x])]);
    const [factor, summand] = [
      this.#perChannel(name, 'weight', scale),
      this.#perChannel(name, 'bias', shift),
    ];
    return graph.node('Add', [graph.node('Mul', [back, factor]), summand]);
  }

  /** (channels) as (channels, 1, 1) */
  #perChannel(name: string, part: 'weight' | 'bias', constant: GroupNorm['scale']): GraphValue {
    const shaped = { ...constant, shape: [...constant.shape, 1, 1] };
    return weightValue(this.#graph, `${name}.${part}`, shaped);
  }

  /** Stride 1, as much padding as keeps the sides. */
  #convolution(layer: Layer, x: GraphValue): GraphValue {
    const side = layer.weight.shape[2] ?? 1;
    const pad = BigInt((side - 1) / 2);
    return this.#graph.node('Conv', [x, ...this.#parameters(layer)], { pads: [pad, pad, pad, pad] });
  }

  #linear(layer: Layer, x: GraphValue): GraphValue {
    return this.#graph.node('Gemm', [x, ...this.#parameters(layer)], { transB: 1n });
  }

  #parameters({ name, weight, bias }: Layer): readonly GraphValue[] {
    const value = weightValue(this.#graph, `${name}.weight`, weight);
    return bias === null ? [value] : [value, weightValue(this.#graph, `${name}.bias`, bias)];
  }

  #channels(x: GraphValue, start: number, end: number): GraphValue {
    const graph = this.#graph;
    return graph.node('Slice', [x, graph.integers([start]), graph.integers([end]), graph.integers([1])]);
  }

  /** ONNX's Dropout passes on what it gets, unless `withDropoutMasks` puts masks in its place. */
  #dropout(x: GraphValue): GraphValue {
    const { dropout } = this.#network;
    return dropout === 0 ? x : this.#graph.node('Dropout', [x, this.#graph.scalar(dropout)]);
  }

  #silu(x: GraphValue): GraphValue {
    return this.#graph.node('Mul', [x, this.#graph.node('Sigmoid', [x])]);
  }

  #divided(x: GraphValue, divisor: number): GraphValue {
    return divisor === 1 ? x : this.#graph.node('Div', [x, this.#graph.scalar(divisor)]);
  }
}
