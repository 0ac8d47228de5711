import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputError, OptionError } from '../errors.js';
import type { SessionOptions } from '../onnx/onnx-session.js';
import type { Encoder, EncoderIdentity, EncoderOrigin } from './encoder.js';
import { fileHash } from './files/file-hash.js';
import { readTextFile } from './files/regular-file.js';
import { preprocessingId } from './images/preprocessing.js';
import { officialProof } from './models/official-network.js';
import { networkEncoder } from './network-encoder.js';
import type { Sidecar } from './sidecar.js';
import { parsedSidecar, SIDECAR_HELP } from './sidecar.js';
import { openNetworkThread } from './workers/network-thread.js';

export interface OpenEncoderOptions extends SessionOptions {
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
 * @throws OptionError UNAVAILABLE_DEVICE if this machine's ONNX Runtime does not have the device
 */
export async function openEncoder(path: string, options: OpenEncoderOptions = {}): Promise<Encoder> {
  await requireFile(path);
  const { sidecar = await readSidecar(path), ...session } = options;
  const identity = await identityOf(path, sidecar);
  // ONNX Runtime by itself takes half the processors of a virtual machine whose cores look like pairs of threads.
  const network = await openNetworkThread(path, { threads: availableParallelism(), ...session });
  try {
    return networkEncoder(network, { path, sidecar, device: options.device ?? 'cpu', identity });
  } catch (error) {
    await network.close();
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
