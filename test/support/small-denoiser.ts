import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DenoiserDescription } from '../../diffusion/denoiser.js';
import { GraphBuilder, type GraphValue } from '../../onnx/graph-builder.js';
import { modelBytes } from '../../onnx/onnx-model.js';
import { formulaValues } from './formula-network.js';

export interface SmallDenoiserOptions {
  /** side of its square images; default 8 */
  readonly imageSize?: number;
  /** of the images; default 3 */
  readonly channels?: number;
  /** of the features; default 6 */
  readonly width?: number;
  /** default null: no labels */
  readonly classes?: number | null;
  /** whether channels of a variance follow those of the noise, as in ADM's networks; default `fixed` */
  readonly variance?: 'fixed' | 'learned';
  /** of the last layer, odd; default 3 */
  readonly kernel?: number;
  /** chance that a value before the second convolution is dropped; default 0: without dropout */
  readonly dropout?: number;
  /** weights of another network of the same shape; default 1 */
  readonly seed?: number;
  /** default 1000 */
  readonly steps?: number;
  /** what the sidecar says otherwise */
  readonly changes?: object;
}

/** Writes `small.onnx` and `small.json`, a real denoiser of three convolutions with random weights; returns its path. */
export async function writeSmallDenoiser(
  folder: string,
  options: SmallDenoiserOptions = {},
): Promise<string> {
  const { graph, description } = smallDenoiser(options);
  const path = join(folder, 'small.onnx');
  writeFileSync(path, await modelBytes(graph.model()));
  writeFileSync(join(folder, 'small.json'), JSON.stringify({ ...description, ...options.changes }));
  return path;
}

/**
 * h = conv(x) + time(t) + class(y), features = silu(conv(silu(h))), (ε, variance) = conv(features): `time` is a linear
 * layer of the sine and cosine of t · π · (1, 2, 3, 4)/steps.
 */
export function smallDenoiser(options: SmallDenoiserOptions = {}): {
  readonly graph: GraphBuilder;
  readonly description: DenoiserDescription;
} {
  const { imageSize = 8, channels = 3, width = 6, classes = null, variance = 'fixed' } = options;
  const { kernel = 3, dropout = 0, seed = 1, steps = 1000 } = options;
  const graph = new GraphBuilder({ name: 'small-denoiser' });
  let weights = 0;
  const weight = (name: string, shape: readonly number[], scale: number): GraphValue =>
    graph.constant(name, {
      type: 'float32',
      shape,
      data: formulaValues(100 * seed + weights++, { shape, scale }),
    });
  const convolution = (
    name: string,
    x: GraphValue,
    [out, input, side]: readonly [number, number, number],
  ) => {
    const scale = Math.sqrt(3 / (input * side * side));
    const inputs = [
      x,
      weight(`${name}.weight`, [out, input, side, side], scale),
      weight(`${name}.bias`, [out], 0.2),
    ];
    const pad = BigInt((side - 1) / 2);
    return graph.node('Conv', inputs, { pads: [pad, pad, pad, pad] });
  };
  const silu = (x: GraphValue) => graph.node('Mul', [x, graph.node('Sigmoid', [x])]);
  const perImage = (x: GraphValue) => graph.node('Reshape', [x, graph.integers([0, width, 1, 1])]);

  const x = graph.input('x', { type: 'float32', shape: ['n', channels, imageSize, imageSize] });
  const t = graph.input('t', { type: 'float32', shape: ['n'] });
  const waves = Float32Array.from([1, 2, 3, 4], (wave) => (wave * Math.PI) / steps);
  const frequencies = graph.constant('frequencies', { type: 'float32', shape: [1, 4], data: waves });
  const angles = graph.node('MatMul', [graph.node('Reshape', [t, graph.integers([-1, 1])]), frequencies]);
  const embedded = graph.node('Concat', [graph.node('Sin', [angles]), graph.node('Cos', [angles])], {
    axis: 1n,
  });
  const time = graph.node('MatMul', [embedded, weight('time.weight', [8, width], 0.5)]);
  let h = graph.node('Add', [convolution('first', x, [width, channels, 3]), perImage(time)]);
  if (classes !== null) {
    const y = graph.input('y', { type: 'int64', shape: ['n'] });
    const labels = graph.node('Gather', [weight('classes.weight', [classes, width], 0.5), y], { axis: 0n });
    h = graph.node('Add', [h, perImage(labels)]);
  }
  const active = silu(h);
  const dropped = dropout === 0 ? active : graph.node('Dropout', [active, graph.scalar(dropout)]);
  const features = silu(convolution('middle', dropped, [width, width, 3]));
  const all = variance === 'learned' ? 2 * channels : channels;
  const out = convolution('out', features, [all, width, kernel]);
  const epsilon =
    all === channels
      ? out
      : graph.node('Slice', [out, graph.integers([0]), graph.integers([channels]), graph.integers([1])]);
  graph.output('epsilon', epsilon, { type: 'float32', shape: ['n', channels, imageSize, imageSize] });
  graph.output('features', features, { type: 'float32', shape: ['n', width, imageSize, imageSize] });
  return {
    graph,
    description: {
      kind: 'denoiser',
      id: 'small',
      inputs: { x: 'x', t: 't', ...(classes === null ? {} : { y: 'y' }) },
      outputs: { epsilon: 'epsilon', features: 'features' },
      imageSize,
      channels,
      classes,
      prediction: 'epsilon',
      schedule: { kind: 'linear', steps, betaStart: 1e-4, betaEnd: 0.02 },
      lastLayer: {
        kind: 'convolution',
        inputChannels: width,
        outputChannels: channels,
        kernel: [kernel, kernel],
        padding: [(kernel - 1) / 2, (kernel - 1) / 2],
        weight: 'out.weight',
        bias: 'out.bias',
      },
    },
  };
}
