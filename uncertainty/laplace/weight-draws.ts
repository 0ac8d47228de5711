import type { DenoiserDescription } from '../../diffusion/denoiser.js';
import { imageNormals, type Normals } from '../../diffusion/image-noise.js';
import { allOpened, closeAll } from '../../onnx/close-all.js';
import { GraphBuilder } from '../../onnx/graph-builder.js';
import { modelBytes } from '../../onnx/onnx-model.js';
import { openSession, type SessionOptions } from '../../onnx/onnx-session.js';
import { featureMaps, layerShape, pixelsOfOutputs } from './layer-arrangement.js';
import { type LayerShape, weightsPerOutput } from './layer-shape.js';
import type { Posterior } from './posterior.js';
import { type VarianceForm, varianceForm } from './variance-form.js';

/** What drawn weights of the last layer differ by from the trained ones. */
export interface WeightDeviation {
  /** (outputs, F) row-major */
  readonly weights: Float64Array;
  /** (outputs); 0 without a bias */
  readonly bias: Float64Array;
}

/**
 * θ − θ̂ of one draw from the posterior, N(0, P⁻¹) for each output: M̃ᵀz with P⁻¹ = M̃ᵀM̃ and z ~ N(0, I), or √v z where P is diagonal.
 *
 * The form's rows are M̃ without its first column, which is `offset`, and its first row, √constant at the bias; where the
 * bias is independent of the weights (`kron`), `offset` is 0 and the same formula holds.
 */
export function weightDeviation(form: VarianceForm, layer: LayerShape, normals: Normals): WeightDeviation {
  const count = weightsPerOutput(layer);
  const weights = new Float64Array(layer.outputs * count);
  const bias = new Float64Array(layer.outputs);
  for (let output = 0; output < layer.outputs; output++) {
    const first = normals();
    const z = Float64Array.from({ length: count }, normals);
    if (form.kind === 'diagonal') {
      const own = form.outputs === 1 ? 0 : output;
      bias[output] = Math.sqrt(form.constants[own]!) * first;
      for (let f = 0; f < count; f++)
        weights[output * count + f] = Math.sqrt(form.weights[own * count + f]!) * z[f]!;
      continue;
    }
    bias[output] = Math.sqrt(form.constant) * first;
    for (let i = 0; i < count; i++) {
      bias[output]! += form.offset[i]! * z[i]!;
      for (let j = 0; j <= i; j++) weights[output * count + j]! += form.factor[i * count + j]! * z[i]!;
    }
  }
  return { weights, bias };
}

/** Networks whose last layer is drawn from a posterior, each as what it adds to ε̂. */
export interface WeightDraws {
  readonly count: number;
  /** ε under draw m less ε̂, (n, channels, H, W), from the last layer's input of n images */
  deviation(m: number, features: Float32Array, n: number): Promise<Float32Array>;
  close(): Promise<void>;
}

/** `count` draws of the last layer, ready to run: draw m depends on the seed and m alone. */
export async function openWeightDraws(
  posterior: Posterior,
  description: Pick<DenoiserDescription, 'imageSize' | 'lastLayer'>,
  { count, seed, ...options }: SessionOptions & { readonly count: number; readonly seed: number },
): Promise<WeightDraws> {
  const form = await varianceForm(posterior);
  const layer = layerShape(description);
  const sessions = await allOpened(
    Array.from({ length: count }, async (_, m) => {
      const deviation = weightDeviation(form, layer, imageNormals({ seed, image: m, purpose: 'weights' }));
      return openSession(await modelBytes(deviationGraph(deviation, layer).model()), options);
    }),
  );
  return {
    count,
    async deviation(m, features, n) {
      const { channels, height, width, data } = featureMaps(description, features, n);
      const feeds = { features: { dims: [n, channels, height, width], data: data as Float32Array } };
      const { deviation } = await sessions[m]!.run<'deviation'>(feeds);
      return pixelsOfOutputs(description, deviation.data as Float32Array, n);
    },
    close: () => closeAll(sessions.map((session) => () => session.close())),
  };
}

/** The last layer itself, with other weights. */
function deviationGraph(
  { weights, bias }: WeightDeviation,
  { inputs, outputs, kernel }: LayerShape,
): GraphBuilder {
  const graph = new GraphBuilder({ name: 'weight-deviation' });
  const features = graph.input('features', { type: 'float32', shape: ['n', inputs, 'h', 'w'] });
  const [y, x] = kernel.map((side) => BigInt((side - 1) / 2)) as [bigint, bigint];
  const weight = graph.constant('weights', {
    type: 'float32',
    shape: [outputs, inputs, ...kernel],
    data: Float32Array.from(weights),
  });
  const constants = graph.constant('bias', {
    type: 'float32',
    shape: [outputs],
    data: Float32Array.from(bias),
  });
  graph.output('deviation', graph.node('Conv', [features, weight, constants], { pads: [y, x, y, x] }), {
    type: 'float32',
    shape: ['n', outputs, 'h', 'w'],
  });
  return graph;
}
