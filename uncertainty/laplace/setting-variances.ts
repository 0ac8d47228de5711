import type { DenoiserDescription } from '../../diffusion/denoiser.js';
import { memoized } from '../../numerics/memoized.js';
import { allOpened, closeAll } from '../../onnx/close-all.js';
import { GraphBuilder } from '../../onnx/graph-builder.js';
import { modelBytes } from '../../onnx/onnx-model.js';
import { openSession, type SessionOptions } from '../../onnx/onnx-session.js';
import { featureMaps, layerShape, pixelsOfOutputs } from './layer-arrangement.js';
import { type LayerShape, reachOf } from './layer-shape.js';
import type { Posterior } from './posterior.js';
import { needsGram } from './posterior-settings.js';
import { openPredictiveVariance, type PredictiveVariance, varianceGraph } from './predictive-variance.js';
import { type SpectralForm, spectralForm } from './spectral-form.js';
import { type DiagonalForm, varianceForm } from './variance-form.js';

type Layer = Pick<DenoiserDescription, 'imageSize' | 'lastLayer'>;

/** The variances of several settings, ready to run. */
export interface SettingVariances {
  /** one for each posterior, in their order: as `PredictiveVariance.variance` */
  readonly sources: readonly PredictiveVariance['variance'][];
  close(): Promise<void>;
}

/**
 * The variance under each of several settings of one curvature. Settings of a structure share one eigendecomposition and one pass over the
 * features: the first that asks for them pays for all.
 *
 * @param posteriors  of one curvature
 * @returns equal to those of `openPredictiveVariance` to about 1e-6
 * @throws as `spectralForm` and `openPredictiveVariance`
 */
export async function openSettingVariances(
  posteriors: readonly Posterior[],
  description: Layer,
  options: SessionOptions = {},
): Promise<SettingVariances> {
  const structures = [...new Set(posteriors.map(({ structure }) => structure))];
  const groups = await allOpened(
    structures.map(async (structure) => {
      const own = posteriors.filter((posterior) => posterior.structure === structure);
      return own.length === 1
        ? openAlone(own[0]!, description, options)
        : openTogether(own, description, options);
    }),
  );
  const left = new Map(structures.map((structure, i) => [structure, [...groups[i]!.sources]]));
  return {
    sources: posteriors.map(({ structure }) => left.get(structure)!.shift()!),
    close: () => closeAll(groups.map((group) => () => group.close())),
  };
}

async function openAlone(
  posterior: Posterior,
  description: Layer,
  options: SessionOptions,
): Promise<SettingVariances> {
  const { variance, close } = await openPredictiveVariance(posterior, description, options);
  return { sources: [variance], close };
}

async function openTogether(
  posteriors: readonly Posterior[],
  description: Layer,
  options: SessionOptions,
): Promise<SettingVariances> {
  const layer = layerShape(description);
  const graph = needsGram(posteriors[0]!.structure)
    ? spectralGraph(spectralForm(posteriors), layer)
    : varianceGraph(await togetherDiagonal(posteriors), layer);
  const session = await openSession(await modelBytes(graph.model()), options);
  const variancesOf = memoized(async (features: Float32Array, n: number): Promise<Float32Array> => {
    const { channels, height, width, data } = featureMaps(description, features, n);
    const { variance } = await session.run<'variance'>({
      features: { dims: [n, channels, height, width], data: data as Float32Array },
    });
    return variance.data as Float32Array;
  });
  const sources = posteriors.map((_, s) => async (features: Float32Array, n: number) => {
    const all = await variancesOf(features, n);
    const each = all.length / (n * posteriors.length); // values of an image under one setting
    const own = new Float32Array(n * each);
    for (let image = 0; image < n; image++) {
      const start = (image * posteriors.length + s) * each;
      own.set(all.subarray(start, start + each), image * each);
    }
    return pixelsOfOutputs(description, own, n);
  });
  return { sources, close: () => session.close() };
}

/** A network of one convolution of all directions, and a sum of their squares for each setting: (n, C, h, w) → (n, S, h, w). */
function spectralGraph(
  { directions, offsets, weights, constants }: SpectralForm,
  { inputs, kernel }: LayerShape,
): GraphBuilder {
  const graph = new GraphBuilder({ name: 'variances-of-settings' });
  const [rows, settings] = [offsets.length, constants.length];
  const constant = (name: string, shape: readonly number[], data: Float64Array) =>
    graph.constant(name, { type: 'float32', shape, data: Float32Array.from(data) });
  const features = graph.input('features', { type: 'float32', shape: ['n', inputs, 'h', 'w'] });
  const [y, x] = reachOf(kernel).map(BigInt) as [bigint, bigint];
  const along = graph.node(
    'Conv',
    [
      features,
      constant('directions', [rows, inputs, ...kernel], directions),
      constant('offsets', [rows], offsets),
    ],
    { pads: [y, x, y, x] },
  );
  const variance = graph.node('Conv', [
    graph.node('Mul', [along, along]),
    constant('weights', [settings, rows, 1, 1], weights),
    constant('constants', [settings], constants),
  ]);
  graph.output('variance', variance, { type: 'float32', shape: ['n', settings, 'h', 'w'] });
  return graph;
}

/** The forms of several settings as one of as many outputs together. */
async function togetherDiagonal(posteriors: readonly Posterior[]): Promise<DiagonalForm> {
  const forms: DiagonalForm[] = [];
  for (const posterior of posteriors) forms.push((await varianceForm(posterior)) as DiagonalForm);
  const joined = (name: 'weights' | 'constants') =>
    Float64Array.from(forms.flatMap((form) => [...form[name]]));
  const outputs = forms.reduce((sum, form) => sum + form.outputs, 0);
  return { kind: 'diagonal', outputs, weights: joined('weights'), constants: joined('constants') };
}
