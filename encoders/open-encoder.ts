import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EvaluationError, InputError, OptionError, ShapeError } from '../errors.js';
import type { Device } from '../onnx/device.js';
import type { SessionOptions, TensorDeclaration } from '../onnx/onnx-session.js';
import { automaticDevice } from '../onnx/probe-device.js';
import {
  AGREEMENT_IMAGES,
  DEVICE_TOLERANCE,
  networkInput,
  patternImages,
  relativeDifference,
} from './device-agreement.js';
import type { Encoder, EncoderIdentity, EncoderOrigin } from './encoder.js';
import { fileHash } from './files/file-hash.js';
import { readTextFile } from './files/regular-file.js';
import { preprocessingId } from './images/preprocessing.js';
import { officialProof } from './models/official-network.js';
import { networkEncoder } from './network-encoder.js';
import type { Sidecar } from './sidecar.js';
import { parsedSidecar, SIDECAR_HELP } from './sidecar.js';
import { openNetworkThread } from './workers/network-thread.js';

/** Where an encoder runs for which the CPU was not asked. */
export interface DeviceChoice {
  /** id of the encoder */
  readonly encoder: string;
  readonly device: Device;
  /** of its embeddings on test images from those of the CPU, relative in L2; null on the CPU */
  readonly difference: number | null;
  /** devices that `auto` tried first, and why each was not taken; with other embeddings: too far from those of the CPU */
  readonly refused: readonly { readonly device: Device; readonly reason: string }[];
}

/** How the device is chosen. */
export interface DeviceOptions {
  /** default `cpu`; `auto`: a GPU where there is one whose embeddings agree with those of the CPU */
  readonly device?: Device | 'auto';
  /** called once the network is open, unless `device` is `cpu` */
  readonly onDevice?: (choice: DeviceChoice) => void;
}

export interface OpenEncoderOptions extends Omit<SessionOptions, 'device'>, DeviceOptions {
  /** what the `.json` beside the network would say; default: read it */
  readonly sidecar?: Sidecar;
}

/** Networks and their sidecars that ship with the suite. */
const SHIPPED = fileURLToPath(new URL('../../encoders/demo/', import.meta.url));

/**
 * Opens `net.onnx` with the `net.json` beside it, in a thread of its own: this one stays free while it runs.
 *
 * @throws InputError UNREADABLE_FILE if the network or its sidecar is missing or invalid, with an example of a sidecar
 * @throws OptionError CONFLICTING_OPTIONS if the sidecar speaks of inputs, outputs or sizes that the network does not have
 * @throws OptionError UNAVAILABLE_DEVICE if this machine's ONNX Runtime does not have the device, or its embeddings are too far from
 *   those of the CPU
 */
export async function openEncoder(path: string, options: OpenEncoderOptions = {}): Promise<Encoder> {
  await requireFile(path);
  const { sidecar = await readSidecar(path), device: asked = 'cpu', onDevice, ...session } = options;
  const identity = await identityOf(path, sidecar);
  let declared: TensorDeclaration['dims'] = [];
  async function openOn(device: Device): Promise<Encoder> {
    // ONNX Runtime by itself takes half the processors of a virtual machine whose cores look like pairs of threads.
    const network = await openNetworkThread(path, { threads: availableParallelism(), ...session, device });
    declared = network.inputs[0]?.dims ?? [];
    try {
      return networkEncoder(network, { path, sidecar, device, identity });
    } catch (error) {
      await network.close();
      throw error;
    }
  }
  if (asked === 'cpu') return openOn('cpu');
  const { device, refused } = asked === 'auto' ? await automaticDevice() : { device: asked, refused: [] };
  const onCpu = await openOn('cpu');
  const choice = { encoder: identity.id, device, difference: null, refused };
  if (device === 'cpu') {
    onDevice?.(choice);
    return onCpu;
  }
  try {
    const checked = await agreeing(await openOn(device), onCpu, declared);
    await onCpu.close();
    onDevice?.({ ...choice, difference: checked.deviceDifference ?? null });
    return checked;
  } catch (error) {
    const isDevices = error instanceof EvaluationError && error.code === 'UNAVAILABLE_DEVICE';
    if (asked !== 'auto' || !isDevices) {
      await onCpu.close();
      throw error;
    }
    onDevice?.({ ...choice, device: 'cpu', refused: [...refused, { device, reason: error.fact }] });
    const message = `${identity.id} ran on the CPU, and not on ${device}: ${error.fact}`;
    return { ...onCpu, warnings: [{ code: 'DEVICE_REFUSED', message }] };
  }
}

/**
 * An encoder on another device with its measured difference from the CPU, if it is small enough; else closed. Unmeasured where the
 * test images do not fit the network.
 *
 * @throws OptionError UNAVAILABLE_DEVICE
 */
async function agreeing(
  encoder: Encoder,
  onCpu: Encoder,
  declared: TensorDeclaration['dims'],
): Promise<Encoder> {
  try {
    const { preprocessing } = encoder;
    const input = { ...networkInput(preprocessing, declared), channels: 3 } as const;
    const shape = { n: AGREEMENT_IMAGES, height: input.height, width: input.width };
    const images = patternImages(AGREEMENT_IMAGES, input, preprocessing);
    const reference = await onCpu.encode(images, shape).catch((error: unknown) => {
      if (error instanceof ShapeError) return null; // a network of another size, which it does not declare
      throw error;
    });
    if (reference === null) return encoder;
    const values = await encoder.encode(images, shape);
    const differences = [
      relativeDifference(values.embeddings, reference.embeddings),
      reference.logits === null ? 0 : relativeDifference(values.logits!, reference.logits),
    ];
    const deviceDifference = Math.max(...differences);
    if (deviceDifference <= DEVICE_TOLERANCE) return { ...encoder, deviceDifference };
    throw new OptionError('UNAVAILABLE_DEVICE', {
      where: `device ${encoder.device}`,
      expected: `embeddings of ${encoder.identity.id} must be within ${DEVICE_TOLERANCE} of the CPU’s, relative in L2`,
      received: deviceDifference.toExponential(1),
      help: 'Use the device cpu.',
      device: encoder.device,
      difference: deviceDifference,
    });
  } catch (error) {
    await encoder.close();
    throw error;
  }
}

async function identityOf(path: string, sidecar: Sidecar): Promise<EncoderIdentity> {
  const { id, origin: claim, outputs } = sidecar;
  const isShipped = resolve(path).startsWith(SHIPPED + (SHIPPED.endsWith(sep) ? '' : sep));
  const origin = isShipped ? 'shipped' : 'elsewhere';
  return {
    id,
    sha256: await networkHash(path),
    preprocessing: [
      preprocessingId(sidecar.preprocessing),
      ...(outputs.token === undefined ? [] : [`${outputs.token} token`]), // other embeddings of the same file
    ].join(', '),
    origin: await encoderOrigin({ path, id, claim, origin }),
  };
}

/**
 * Which network a file is, without opening it.
 *
 * @throws InputError UNREADABLE_FILE if the network or its sidecar is missing or invalid
 */
export async function readEncoderIdentity(
  path: string,
): Promise<Pick<Encoder, 'identity' | 'preprocessing'>> {
  await requireFile(path);
  const sidecar = await readSidecar(path);
  return { identity: await identityOf(path, sidecar), preprocessing: sidecar.preprocessing };
}

async function requireFile(path: string): Promise<void> {
  if (!path.toLowerCase().endsWith('.onnx'))
    throw new OptionError('UNKNOWN_ENCODER', {
      where: path,
      expected: 'must be a network in ONNX format, a file whose name ends in .onnx',
    });
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true)
    throw new InputError('UNREADABLE_FILE', {
      where: path,
      expected: found ? 'must be a file' : 'no such file',
    });
}

export async function readSidecar(path: string): Promise<Sidecar> {
  const sidecarPath = path.replace(/\.onnx$/i, '.json');
  let text: string;
  try {
    text = await readTextFile(sidecarPath);
  } catch (error) {
    throw new InputError(
      'UNREADABLE_FILE',
      { where: path, expected: `must have ${sidecarPath} beside it`, help: SIDECAR_HELP },
      { cause: error },
    );
  }
  return parsedSidecar(text, sidecarPath);
}

/** Of the file; where weights are in files beside it, of all their hashes together. */
export async function networkHash(path: string): Promise<string> {
  const { externalWeights } = await import('../onnx/external-weights.js');
  const external = await externalWeights(path);
  const own = await fileHash(path);
  if (external.length === 0) return own;
  const hash = createHash('sha256').update(own);
  for (const weights of external) hash.update(await fileHash(weights));
  return hash.digest('hex');
}

/**
 * How far a network's numbers can be compared: what makes it `official` is its bytes alone, compared with what the
 * published checkpoint converts to, never what a file beside it says.
 *
 * @param path  of the `.onnx` file
 * @param id  what the results will call the network
 * @param claim  what the network's own sidecar says; believed of what ships with the suite alone
 */
export async function encoderOrigin({
  path,
  id,
  claim,
  origin,
}: {
  readonly path: string;
  readonly id: string;
  readonly claim: 'demo' | undefined;
  readonly origin: 'shipped' | 'elsewhere';
}): Promise<EncoderOrigin> {
  if (origin === 'shipped' && claim === 'demo') return 'demo';
  const proof = await officialProof(path);
  return proof.origin === 'official' && proof.id === id ? 'official' : 'custom';
}
