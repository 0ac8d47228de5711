import type { DenoiserDescription } from '../../diffusion/denoiser.js';
import { GraphBuilder, type GraphValue } from '../../onnx/graph-builder.js';
import { modelBytes } from '../../onnx/onnx-model.js';
import { openSession, type SessionOptions } from '../../onnx/onnx-session.js';
import { featureMaps, layerShape, pixelsOfOutputs } from './layer-arrangement.js';
import { type LayerShape, reachOf } from './layer-shape.js';
import type { Posterior } from './posterior.js';
import { type DiagonalForm, type QuadraticForm, type VarianceForm, varianceForm } from './variance-form.js';

/** The closed-form variance of a denoiser's noise, ready to run. */
export interface PredictiveVariance {
  /**
   * γ² = ψ̃ᵀP⁻¹ψ̃ of every element of ε̂, in squared units of the noise, without σ² itself; ≥ 0.
   *
   * @param features  of n images, as the denoiser gives them: (n, C, H, W), or (n, tokens, C)
   * @returns (n, channels, H, W)
   * @throws ShapeError SHAPE_MISMATCH if the features are not those of n images
   */
  variance(features: Float32Array, n: number): Promise<Float32Array>;
  close(): Promise<void>;
}

/**
 * The predictive variance of a posterior as a network of a few convolutions in float32: one pass over the features, no weight samples.
 * Equals `exactVariance` to about 1e-6: test/uncertainty/laplace/predictive-variance.test.ts.
 *
 * @param description  of the denoiser that the posterior belongs to
 * @throws NumericalError NOT_POSITIVE_SEMIDEFINITE as `varianceForm`
 */
export async function openPredictiveVariance(
  posterior: Posterior,
  description: Pick<DenoiserDescription, 'imageSize' | 'lastLayer'>,
  options: SessionOptions = {},
): Promise<PredictiveVariance> {
  const graph = varianceGraph(await varianceForm(posterior), layerShape(description));
  const session = await openSession(await modelBytes(graph.model()), options);
  return {
    async variance(features, n) {
      const { channels, height, width, data } = featureMaps(description, features, n);
      const { variance } = await session.run<'variance'>({
        features: { dims: [n, channels, height, width], data: data as Float32Array },
      });
      return pixelsOfOutputs(description, variance.data as Float32Array, n);
    },
    close: () => session.close(),
  };
}

/** (n, C, h, w) → γ² of one for all outputs, (n, 1, h, w), or of each, (n, D, h, w). */
export function varianceGraph(form: VarianceForm, layer: LayerShape): GraphBuilder {
  const graph = new GraphBuilder({ name: 'predictive-variance' });
  const features = graph.input('features', { type: 'float32', shape: ['n', layer.inputs, 'h', 'w'] });
  const variance =
    form.kind === 'quadratic'
      ? quadraticNodes(graph, features, { form, layer })
      : diagonalNodes(graph, features, { form, layer });
  const outputs = form.kind === 'quadratic' ? 1 : form.outputs;
  graph.output('variance', variance, { type: 'float32', shape: ['n', outputs, 'h', 'w'] });
  return graph;
}

/** Parts into which the channels fall: more spare more of the triangle, and fill the processor's products less. */
const PARTS = 8;

/**
 * The rows of M that belong to some channels are a convolution of these channels and those before them, for M is lower triangular: 8 parts spare
 * 44 % of its work. Squares are summed over channels by a convolution of ones, which is faster than a reduction.
 */
function quadraticNodes(
  graph: GraphBuilder,
  features: GraphValue,
  { form, layer }: { readonly form: QuadraticForm; readonly layer: LayerShape },
): GraphValue {
  const { inputs, kernel } = layer;
  const [reachY, reachX] = reachOf(kernel);
  const pads = [reachY, reachX, reachY, reachX].map(BigInt);
  const all = form.offset.length;
  const ofChannel = all / inputs;
  const parts = Math.min(PARTS, inputs);
  const sums = Array.from({ length: parts }, (_, part) => {
    const [first, end] = [part, part + 1].map((i) => Math.round((i * inputs) / parts)) as [number, number];
    const [start, stop] = [first * ofChannel, end * ofChannel];
    const count = stop - start;
    const weight = new Float32Array(count * stop);
    for (let i = start; i < stop; i++)
      weight.set(form.factor.subarray(i * all, i * all + stop), (i - start) * stop);
    const seen =
      end === inputs
        ? features
        : graph.node('Slice', [features, graph.integers([0]), graph.integers([end]), graph.integers([1])]);
    const factor = graph.constant(`factor-${part}`, {
      type: 'float32',
      shape: [count, end, ...kernel],
      data: weight,
    });
    const offset = graph.constant(`offset-${part}`, {
      type: 'float32',
      shape: [count],
      data: Float32Array.from(form.offset.subarray(start, stop)),
    });
    const values = graph.node('Conv', [seen, factor, offset], { pads });
    const ones = graph.constant(`ones-${part}`, {
      type: 'float32',
      shape: [1, count, 1, 1],
      data: new Float32Array(count).fill(1),
    });
    return graph.node('Conv', [graph.node('Mul', [values, values]), ones]);
  });
  return graph.node('Sum', [...sums, graph.scalar(form.constant)]);
}

function diagonalNodes(
  graph: GraphBuilder,
  features: GraphValue,
  { form, layer }: { readonly form: DiagonalForm; readonly layer: LayerShape },
): GraphValue {
  const { inputs, kernel } = layer;
  const [reachY, reachX] = reachOf(kernel);
  const weight = graph.constant('variances', {
    type: 'float32',
    shape: [form.outputs, inputs, ...kernel],
    data: Float32Array.from(form.weights),
  });
  const constants = graph.constant('constants', {
    type: 'float32',
    shape: [form.outputs],
    data: Float32Array.from(form.constants),
  });
  return graph.node('Conv', [graph.node('Mul', [features, features]), weight, constants], {
    pads: [reachY, reachX, reachY, reachX].map(BigInt),
  });
}
