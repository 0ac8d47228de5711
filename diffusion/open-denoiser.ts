import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { tensorValues } from '../encoders/checkpoints/tensor-values.js';
import { openRangeFile } from '../encoders/files/range-file.js';
import { networkHash } from '../encoders/open-encoder.js';
import { InputError, OptionError } from '../errors.js';
import { type Initializer, initializers } from '../onnx/initializers.js';
import { openSession, type SessionOptions } from '../onnx/onnx-session.js';
import type { Denoiser, LastLayerDescription, LastLayerWeights } from './denoiser.js';
import { DENOISER_SIDECAR_HELP, parsedDenoiserSidecar } from './denoiser-sidecar.js';
import { epsilonWeights } from './last-layer.js';
import { networkDenoiser } from './network-denoiser.js';

/**
 * Opens `net.onnx` with the `net.json` beside it.
 *
 * @throws InputError UNREADABLE_FILE if the network or its sidecar is missing or invalid, with an example of a sidecar
 * @throws OptionError CONFLICTING_OPTIONS if the sidecar speaks of inputs, outputs or weights that the network does not have
 * @throws OptionError UNAVAILABLE_DEVICE if this machine's ONNX Runtime does not have the device
 */
export async function openDenoiser(path: string, options: SessionOptions = {}): Promise<Denoiser> {
  const description = await readDenoiserSidecar(path);
  const sha256 = await networkHash(path);
  const weights = await readLastLayer(path, description.lastLayer);
  const session = await openSession(path, { threads: availableParallelism(), ...options });
  try {
    return networkDenoiser(session, { path, description, sha256, weights });
  } catch (error) {
    await session.close();
    throw error;
  }
}

async function readDenoiserSidecar(path: string) {
  const sidecarPath = path.replace(/\.onnx$/i, '.json');
  if (sidecarPath === path)
    throw new InputError('UNREADABLE_FILE', {
      where: path,
      expected: 'must be a network in ONNX format, a file whose name ends in .onnx',
    });
  const file = await openRangeFile(path);
  await file.close();
  const text = await readFile(sidecarPath, 'utf8').catch((error) => {
    const expected = `must have ${sidecarPath} beside it`;
    throw new InputError(
      'UNREADABLE_FILE',
      { where: path, expected, help: DENOISER_SIDECAR_HELP },
      { cause: error },
    );
  });
  return parsedDenoiserSidecar(text, sidecarPath);
}

/** The shape in which a network must store its last layer's weight; -1 is a side that may be larger than needed. */
function storedShape(lastLayer: LastLayerDescription): readonly number[] {
  if (lastLayer.kind === 'convolution') return [-1, lastLayer.inputChannels, ...lastLayer.kernel];
  const outputs = lastLayer.patch ** 2 * lastLayer.allChannels;
  const { inputFeatures, weightAxes } = lastLayer;
  return weightAxes === 'output-input' ? [outputs, inputFeatures] : [inputFeatures, outputs];
}

async function readLastLayer(path: string, lastLayer: LastLayerDescription): Promise<LastLayerWeights> {
  const found = await foundInitializers(path, [lastLayer.weight, lastLayer.bias]);
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
    throw conflict(path, `${lastLayer.weight} must have shape (${expected})`, `(${weight.shape.join(', ')})`);
  const outputs =
    lastLayer.kind === 'convolution' ? weight.shape[0]! : lastLayer.patch ** 2 * lastLayer.allChannels;
  const bias = lastLayer.bias === null ? null : await readFloats(path, found.get(lastLayer.bias)!);
  if (bias !== null && bias.length !== outputs)
    throw conflict(path, `${lastLayer.bias} must hold ${outputs} values`, `${bias.length}`);
  return epsilonWeights(lastLayer, { weight: await readFloats(path, weight), bias });
}

async function foundInitializers(
  path: string,
  names: readonly (string | null)[],
): Promise<ReadonlyMap<string, Initializer>> {
  const found = new Map<string, Initializer>();
  const file = await openRangeFile(path);
  try {
    for await (const initializer of initializers(file))
      if (names.includes(initializer.name)) found.set(initializer.name, initializer);
  } catch (error) {
    const expected = 'must be a network in ONNX format';
    throw new InputError(
      'UNREADABLE_FILE',
      { where: path, expected, received: (error as Error).message },
      { cause: error },
    );
  } finally {
    await file.close();
  }
  const missing = names.find((name) => name !== null && !found.has(name));
  if (missing != null)
    throw conflict(path, `the network must have a weight named ${missing}, as its sidecar says`, 'none');
  return found;
}

const FLOATS: Readonly<Record<number, 'float32' | 'float16' | 'float64'>> = {
  1: 'float32',
  10: 'float16',
  11: 'float64',
};

async function readFloats(path: string, { name, dataType, raw, tensor }: Initializer): Promise<Float32Array> {
  const dtype = FLOATS[dataType];
  if (dtype === undefined)
    throw conflict(path, `the weight ${name} must be of floats`, `ONNX's element type ${dataType}`);
  if (raw === null) return Float32Array.from(dtype === 'float64' ? tensor.doubleData : tensor.floatData);
  const file = await openRangeFile(raw.file === null ? path : join(dirname(path), raw.file));
  try {
    const values = tensorValues(dtype, await file.read(raw.offset, raw.byteLength));
    return values instanceof Float32Array ? values : Float32Array.from(values as Float64Array);
  } finally {
    await file.close();
  }
}

function conflict(where: string, expected: string, received: string): OptionError {
  return new OptionError('CONFLICTING_OPTIONS', {
    where,
    expected,
    received,
    help: 'Correct the .json beside the network, or export the network again.',
  });
}
