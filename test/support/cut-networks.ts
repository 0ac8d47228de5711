import { GraphBuilder, type GraphValue } from '../../onnx/graph-builder.js';
import { formulaValues } from './formula-network.js';

const SIDE = 8;
const CHANNELS = 3;
const IMAGE = { type: 'float32', shape: ['n', CHANNELS, SIDE, SIDE] } as const;

function weight(graph: GraphBuilder, name: string, shape: readonly number[]): GraphValue {
  const scale = Math.sqrt(3 / shape.slice(1).reduce((product, side) => product * side, 1));
  return graph.constant(name, { type: 'float32', shape, data: formulaValues(name.length, { shape, scale }) });
}

function inputs(graph: GraphBuilder): { readonly x: GraphValue; readonly time: GraphValue } {
  const x = graph.input('sample', IMAGE);
  const t = graph.input('timestep', { type: 'int64', shape: ['n'] });
  const scaled = graph.node('Mul', [graph.node('Cast', [t], { to: 1n }), graph.scalar(0.001)]);
  return { x, time: graph.node('Reshape', [scaled, graph.integers([-1, 1, 1, 1])]) };
}

/** A denoiser without an output of its features: silu, then a convolution to `all` channels. */
export function convolutionDenoiser(
  all: number,
  ending: 'plain' | 'tanh' | 'strided' | 'bias-added' | 'two-biases' | 'rows-added' = 'plain',
): GraphBuilder {
  const graph = new GraphBuilder({ name: 'convolutions' });
  const { x, time } = inputs(graph);
  const pads = [1n, 1n, 1n, 1n];
  const h = graph.node('Conv', [graph.node('Add', [x, time]), weight(graph, 'in.w', [5, CHANNELS, 3, 3])], {
    pads,
  });
  const features = graph.node('Mul', [h, graph.node('Sigmoid', [h])]);
  const own = ending === 'bias-added' || ending === 'rows-added' ? [] : [weight(graph, 'last.bias', [all])];
  const out = [features, weight(graph, 'last.weight', [all, 5, 3, 3]), ...own];
  const strides = ending === 'strided' ? [2n, 2n] : [1n, 1n];
  const noise = graph.node('Conv', out, { pads, strides });
  const type = {
    type: 'float32',
    shape: ['n', all, ending === 'strided' ? 4 : SIDE, ending === 'strided' ? 4 : SIDE],
  } as const;
  const added = (shape: readonly number[]) => graph.node('Add', [noise, weight(graph, 'added.bias', shape)]);
  const ends: Readonly<Record<typeof ending, () => GraphValue>> = {
    plain: () => noise,
    strided: () => noise,
    tanh: () => graph.node('Tanh', [noise]),
    'bias-added': () => added([1, all, 1, 1]),
    'two-biases': () => added([all, 1, 1]),
    'rows-added': () => added([SIDE, 1]),
  };
  graph.output('noise_pred', ends[ending](), type);
  return graph;
}

/** A denoiser of patches of 2 × 2 whose last layer is linear and sees a token more than the image has, as in a transformer. */
export function tokenDenoiser(): GraphBuilder {
  const graph = new GraphBuilder({ name: 'tokens' });
  const { x, time } = inputs(graph);
  const patches = graph.node('Conv', [x, weight(graph, 'patch.w', [7, CHANNELS, 2, 2])], {
    strides: [2n, 2n],
  });
  const image = graph.node('Transpose', [graph.node('Reshape', [patches, graph.integers([0, 7, -1])])], {
    perm: [0n, 2n, 1n],
  });
  const row = graph.node('Reshape', [time, graph.integers([-1, 1, 1])]);
  const extra = graph.node('Mul', [row, weight(graph, 'extra.w', [1, 1, 7])]);
  const tokens = graph.node('Tanh', [graph.node('Concat', [extra, image], { axis: 1n })]);
  const product = graph.node('MatMul', [tokens, weight(graph, 'decoder.weight', [7, 12])]);
  const decoded = graph.node('Add', [weight(graph, 'decoder.bias', [12]), product]);
  const kept = graph.node('Slice', [
    decoded,
    graph.integers([1]),
    graph.integers([1000]),
    graph.integers([1]),
  ]);
  const grid = graph.node('Reshape', [kept, graph.integers([-1, 4, 4, 2, 2, CHANNELS])]);
  const turned = graph.node('Transpose', [grid], { perm: [0n, 5n, 1n, 3n, 2n, 4n] });
  graph.output(
    'noise_pred',
    graph.node('Reshape', [turned, graph.integers([-1, CHANNELS, SIDE, SIDE])]),
    IMAGE,
  );
  return graph;
}
