import { tensorValues } from '../encoders/checkpoints/tensor-values.js';
import { sidecarConflict } from '../encoders/sidecar.js';
import { InputError } from '../errors.js';
import { ELEMENT_TYPES } from '../onnx/element-type.js';
import { type ByteSource, type Initializer, initializers } from '../onnx/initializers.js';
import type { LastLayerDescription, LastLayerWeights } from './denoiser.js';
import { epsilonWeights } from './last-layer.js';

/** The shape in which a network must store its last layer's weight; -1 is a side that may be larger than needed. */
function storedShape(lastLayer: LastLayerDescription): readonly number[] {
  if (lastLayer.kind === 'convolution') return [-1, lastLayer.inputChannels, ...lastLayer.kernel];
  const outputs = lastLayer.patch ** 2 * lastLayer.allChannels;
  const { inputFeatures, weightAxes } = lastLayer;
  return weightAxes === 'output-input' ? [outputs, inputFeatures] : [inputFeatures, outputs];
}

/** The bytes of a network: its own, and those of a file beside it that its weights may be in. */
export interface NetworkBytes {
  /** for errors */
  readonly path: string;
  readonly own: ByteSource;
  /** bytes of a file beside the network */
  beside(file: string, start: number, length: number): Promise<Uint8Array>;
}

/**
 * The numbers of a network's last layer, for the channels that predict ε.
 *
 * @throws InputError UNREADABLE_FILE if the bytes are no network
 * @throws OptionError CONFLICTING_OPTIONS if the weights are not there, have another shape than the sidecar says, or not as many numbers
 *   as their shape
 */
export async function lastLayerWeights(
  network: NetworkBytes,
  lastLayer: LastLayerDescription,
): Promise<LastLayerWeights> {
  const { path } = network;
  const found = await foundInitializers(network, [lastLayer.weight, lastLayer.bias]);
  const weight = found.get(lastLayer.weight)!;
  const shape = storedShape(lastLayer);
  const fits =
    weight.shape.length === shape.length &&
    shape.every((side, axis) => side === weight.shape[axis] || side === -1) &&
    (lastLayer.kind === 'linear' || weight.shape[0]! >= lastLayer.outputChannels);
  const expected = shape
    .map((side) => (side === -1 ? `at least ${lastLayer.outputChannels}` : side))
    .join(', ');
  if (!fits)
    throw sidecarConflict(
      path,
      `${lastLayer.weight} must have shape (${expected})`,
      `(${weight.shape.join(', ')})`,
    );
  const outputs =
    lastLayer.kind === 'convolution' ? weight.shape[0]! : lastLayer.patch ** 2 * lastLayer.allChannels;
  const bias = lastLayer.bias === null ? null : await floatsOf(network, found.get(lastLayer.bias)!);
  if (bias !== null && bias.length !== outputs)
    throw sidecarConflict(path, `${lastLayer.bias} must hold ${outputs} values`, `${bias.length}`);
  return epsilonWeights(lastLayer, { weight: await floatsOf(network, weight), bias });
}

async function foundInitializers(
  { path, own }: NetworkBytes,
  names: readonly (string | null)[],
): Promise<ReadonlyMap<string, Initializer>> {
  const found = new Map<string, Initializer>();
  try {
    for await (const initializer of initializers(own))
      if (names.includes(initializer.name)) found.set(initializer.name, initializer);
  } catch (error) {
    const expected = 'must be a network in ONNX format';
    throw new InputError(
      'UNREADABLE_FILE',
      { where: path, expected, received: (error as Error).message },
      { cause: error },
    );
  }
  const missing = names.find((name) => name !== null && !found.has(name));
  if (missing != null)
    throw sidecarConflict(
      path,
      `the network must have a weight named ${missing}, as its sidecar says`,
      'none',
    );
  return found;
}

const FLOATS: Readonly<Record<number, 'float32' | 'float16' | 'float64'>> = {
  1: 'float32',
  10: 'float16',
  11: 'float64',
};

async function floatsOf(
  { path, own, beside }: NetworkBytes,
  { name, shape, dataType, raw, tensor }: Initializer,
): Promise<Float32Array> {
  const dtype = FLOATS[dataType];
  if (dtype === undefined || (raw === null && dtype === 'float16'))
    throw sidecarConflict(
      path,
      `the weight ${name} must be of floats in one piece`,
      `ONNX's element type ${dataType}`,
    );
  const count = shape.reduce((product, side) => product * side, 1);
  if (raw === null) {
    const values = dtype === 'float64' ? tensor.doubleData : tensor.floatData;
    if (values.length === count) return Float32Array.from(values);
    throw sidecarConflict(
      path,
      `the weight ${name} must hold ${count} values, as its shape says`,
      `${values.length}`,
    );
  }
  const { file, offset, byteLength } = raw;
  const needed = count * ELEMENT_TYPES[dtype].bytes;
  if (byteLength !== needed)
    throw sidecarConflict(
      path,
      `the weight ${name} must hold ${needed} bytes, as its shape says`,
      `${byteLength}`,
    );
  const bytes = file === null ? await own.read(offset, byteLength) : await beside(file, offset, byteLength);
  const values = tensorValues(dtype, bytes);
  return values instanceof Float32Array ? values : Float32Array.from(values as Float64Array);
}
