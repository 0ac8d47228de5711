import { sidecarConflict } from '../encoders/sidecar.js';
import { NumericalError, OptionError, ShapeError } from '../errors.js';
import { type OnnxSession, type Tensor, type TensorData, tensorsText } from '../onnx/onnx-session.js';
import {
  type Denoiser,
  type DenoiserBatch,
  type DenoiserDescription,
  featuresPerImage,
  imageSides,
  type LastLayerWeights,
  type NoisePrediction,
} from './denoiser.js';
import { unlikePixel } from './last-layer.js';

/**
 * A denoiser of a network that is open, once it is certain that the network is what its sidecar says. The first
 * prediction proves that the last layer of the features is the noise.
 *
 * @throws OptionError CONFLICTING_OPTIONS if the sidecar speaks of inputs or outputs that the network does not have
 */
export function networkDenoiser(
  session: OnnxSession,
  facts: {
    readonly path: string;
    readonly description: DenoiserDescription;
    readonly sha256: string;
    readonly weights: LastLayerWeights;
  },
): Denoiser {
  const { path, description, sha256, weights } = facts;
  const { inputs, outputs, channels } = description;
  const [height, width] = imageSides(description);
  const times = requireNetwork(session, description, path);
  let isProved = false;

  async function run(
    batch: DenoiserBatch,
    wanted: readonly string[],
  ): Promise<Readonly<Record<string, Tensor>>> {
    requireBatch(batch, description, times);
    const { n, x, t, y } = batch;
    return session.run(
      {
        [inputs.x]: { dims: [n, channels, height, width], data: x },
        [inputs.t]: { dims: [n], data: typed(t, times) },
        ...(y === undefined ? {} : { [inputs.y!]: { dims: [n], data: typed(y, 'int64') } }),
      },
      wanted,
    );
  }

  async function predict(batch: DenoiserBatch): Promise<NoisePrediction> {
    const results = await run(batch, [outputs.epsilon, outputs.features]);
    const epsilon = floats(results, outputs.epsilon, batch.n * channels * height * width);
    const features = floats(
      results,
      outputs.features,
      batch.n * featuresPerImage(description),
      'the input of the last layer',
    );
    requireFinite(epsilon, batch, path);
    if (!isProved) {
      const unlike = unlikePixel(description, weights, { epsilon, features });
      if (unlike !== undefined)
        throw sidecarConflict(
          `${path}, output ${outputs.features}`,
          'must be what the last layer makes the noise of',
          `${unlike.ofFeatures} of the features and ${unlike.epsilon} from the network at channel ${unlike.channel}, row ${unlike.row}, column ${unlike.column}`,
        );
      isProved = true;
    }
    return { epsilon, features };
  }

  async function epsilon(batch: DenoiserBatch): Promise<Float32Array> {
    if (!isProved) return (await predict(batch)).epsilon;
    const results = await run(batch, [outputs.epsilon]);
    const noise = floats(results, outputs.epsilon, batch.n * channels * height * width);
    requireFinite(noise, batch, path);
    return noise;
  }

  function floats(
    results: Readonly<Record<string, Tensor>>,
    name: string,
    length: number,
    what = 'the noise',
  ): Float32Array {
    const { data, dims } = results[name]!;
    if (data instanceof Float32Array && data.length === length) return data;
    throw sidecarConflict(
      `${path}, output ${name}`,
      `must be ${what}, ${length} values of float32, as its sidecar says`,
      `${data.constructor.name} of shape (${dims.join(', ')})`,
    );
  }

  return { description, sha256, predict, epsilon, lastLayer: () => weights, close: () => session.close() };
}

type TimeType = 'float32' | 'int64' | 'int32';

function typed(values: ArrayLike<number>, type: TimeType): TensorData {
  if (type === 'int64') return BigInt64Array.from(Array.from(values, (value) => BigInt(value)));
  return type === 'int32' ? Int32Array.from(values) : Float32Array.from(values);
}

function requireBatch(batch: DenoiserBatch, description: DenoiserDescription, times: TimeType): void {
  const { n, x, t, y } = batch;
  const { channels, classes, schedule, nullClass } = description;
  const [height, width] = imageSides(description);
  const expectLength = (name: string, received: number, expected: number, sides: string) => {
    if (received !== expected)
      throw new ShapeError('SHAPE_MISMATCH', {
        where: `denoiser ${description.id}`,
        expected: `${name} must hold ${sides} = ${expected} values`,
        received: `${received}`,
      });
  };
  expectLength('x', x.length, n * channels * height * width, `n × ${channels} × ${height} × ${width}`);
  expectLength('t', t.length, n, 'n');
  const where = `denoiser ${description.id}`;
  for (let i = 0; i < n; i++) {
    const time = t[i]!;
    if (!(time >= 0 && time <= schedule.steps - 1) || (times !== 'float32' && !Number.isInteger(time)))
      throw new OptionError('OUT_OF_RANGE', {
        where,
        expected: `t must be ${times === 'float32' ? 'in' : 'a whole number of'} 0 to ${schedule.steps - 1}`,
        received: `${time}`,
      });
  }
  if ((y === undefined) !== (classes === null))
    throw new OptionError('CONFLICTING_OPTIONS', {
      where,
      expected:
        classes === null ? 'takes no class labels' : `needs a class label of each image, 0 to ${classes - 1}`,
      received: y === undefined ? 'none' : `${y.length}`,
    });
  if (y === undefined || classes === null) return;
  expectLength('y', y.length, n, 'n');
  for (let i = 0; i < n; i++) {
    const label = y[i]!;
    if ((Number.isInteger(label) && label >= 0 && label < classes) || label === nullClass) continue;
    throw new OptionError('OUT_OF_RANGE', {
      where,
      expected: `a class must be in 0 to ${classes - 1}`,
      received: `${label}`,
    });
  }
}

function requireFinite(epsilon: Float32Array, { n, t }: DenoiserBatch, path: string): void {
  const i = epsilon.findIndex((value) => !Number.isFinite(value));
  if (i < 0) return;
  const image = Math.floor(i / (epsilon.length / n));
  throw new NumericalError('NOT_FINITE', {
    where: path,
    expected: 'the noise must be finite',
    received: `${epsilon[i]} for image ${image} of the batch at time ${t[image]}`,
    image,
    time: t[image]!,
  });
}

/**
 * A denoiser's error about an image of a batch, with the image's number in a longer list.
 *
 * @param first  number in the list of the batch's first image
 * @param what   what the list is of
 */
export function notFiniteIn(error: unknown, first: number, what: 'image' | 'pair'): unknown {
  if (!(error instanceof NumericalError) || error.code !== 'NOT_FINITE') return error;
  const { image: place, time, received } = error.details;
  const image = first + Number(place);
  const value = String(received).split(' ')[0]!;
  return new NumericalError(
    'NOT_FINITE',
    { ...error.details, received: `${value} for ${what} ${image} (counted from 0) at time ${time}`, image },
    { cause: error },
  );
}

/** Gives the type in which the network takes times. */
function requireNetwork(session: OnnxSession, description: DenoiserDescription, path: string): TimeType {
  const { inputs, outputs } = description;
  const wanted = Object.values(inputs).filter((name) => name !== undefined);
  const found = session.inputs.map(({ name }) => name);
  if (wanted.length !== found.length || wanted.some((name) => !found.includes(name)))
    throw sidecarConflict(
      path,
      `the network must have the inputs ${wanted.join(', ')}, as its sidecar says`,
      tensorsText(session.inputs),
    );
  for (const name of Object.values(outputs))
    if (!session.outputs.some((output) => output.name === name))
      throw sidecarConflict(
        path,
        `the network must have an output ${name}, as its sidecar says`,
        tensorsText(session.outputs),
      );
  const [x, t] = [inputs.x, inputs.t].map((name) => session.inputs.find((input) => input.name === name)!);
  if (x!.type !== 'float32' || (x!.dims.length > 0 && typeof x!.dims[0] === 'number'))
    throw sidecarConflict(
      `${path}, input ${inputs.x}`,
      'must be float32 and take any number of images: export it with a free first axis',
      tensorsText([x!]),
    );
  if (t!.type === 'float32' || t!.type === 'int64' || t!.type === 'int32') return t!.type;
  throw sidecarConflict(`${path}, input ${inputs.t}`, 'must be float32, int64 or int32', tensorsText([t!]));
}
