import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { openRangeFile } from '../encoders/files/range-file.js';
import { readTextFile } from '../encoders/files/regular-file.js';
import { networkHash } from '../encoders/open-encoder.js';
import { InputError } from '../errors.js';
import type { ByteSource } from '../onnx/initializers.js';
import type { SessionOptions } from '../onnx/onnx-session.js';
import { openSessionInThread } from '../onnx/open-session-apart.js';
import {
  type Denoiser,
  type DenoiserDescription,
  imageSides,
  type LastLayerDescription,
  type LastLayerWeights,
} from './denoiser.js';
import { DENOISER_SIDECAR_HELP, parsedDenoiserSidecar } from './denoiser-sidecar.js';
import { lastLayerWeights } from './last-layer-weights.js';
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
  const session = await openSessionInThread(path, { threads: availableParallelism(), ...options });
  try {
    return networkDenoiser(session, { path, description, sha256, weights });
  } catch (error) {
    await session.close();
    throw error;
  }
}

/**
 * Runs a network that is not yet a file on one image of noise, so that one whose features are not its last layer's input is
 * refused before it is written.
 *
 * @param path  for errors
 * @throws OptionError CONFLICTING_OPTIONS as `openDenoiser` and `predict`
 */
export async function proveDenoiser(network: {
  readonly bytes: Uint8Array;
  readonly path: string;
  readonly description: DenoiserDescription;
}): Promise<void> {
  const { bytes, path, description } = network;
  const source: ByteSource = {
    size: bytes.length,
    read: async (start, length) => new Uint8Array(bytes.subarray(start, start + length)),
  };
  const beside = async () => {
    throw new Error(`${path}: its weights must be in the file itself`);
  };
  const weights = await lastLayerWeights({ path, own: source, beside }, description.lastLayer);
  const session = await openSessionInThread(bytes);
  try {
    const [height, width] = imageSides(description);
    const x = Float32Array.from({ length: description.channels * height * width }, (_, i) => Math.sin(i * i));
    const y = description.classes === null ? {} : { y: [0] };
    await networkDenoiser(session, { path, description, sha256: '', weights }).predict({
      n: 1,
      x,
      t: [1],
      ...y,
    });
  } finally {
    await session.close();
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
  const text = await readTextFile(sidecarPath).catch((error) => {
    const expected = `must have ${sidecarPath} beside it`;
    throw new InputError(
      'UNREADABLE_FILE',
      { where: path, expected, help: DENOISER_SIDECAR_HELP },
      { cause: error },
    );
  });
  return parsedDenoiserSidecar(text, sidecarPath);
}

async function readLastLayer(path: string, lastLayer: LastLayerDescription): Promise<LastLayerWeights> {
  const own = await openRangeFile(path);
  try {
    return await lastLayerWeights(
      { path, own, beside: (file, ...range) => readBeside(path, file, range) },
      lastLayer,
    );
  } finally {
    await own.close();
  }
}

async function readBeside(path: string, name: string, range: readonly [number, number]): Promise<Uint8Array> {
  const file = await openRangeFile(join(dirname(path), name));
  try {
    return await file.read(...range);
  } finally {
    await file.close();
  }
}
