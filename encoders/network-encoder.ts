import { ShapeError } from '../errors.js';
import type { Device } from '../onnx/device.js';
import type { TensorDeclaration } from '../onnx/onnx-session.js';
import type { EncodedBatch, Encoder, EncoderIdentity, Warning } from './encoder.js';
import { halvedBatches } from './halved-batches.js';
import type { Sidecar } from './sidecar.js';
import { sidecarConflict } from './sidecar.js';
import type { NetworkThread } from './workers/network-thread.js';
import type { NetworkOutput } from './workers/network-worker.js';

/**
 * An encoder of a network that is open, once it is certain that the network is what its sidecar says.
 *
 * @throws OptionError CONFLICTING_OPTIONS if the sidecar speaks of inputs, outputs or sizes that the network does not have
 */
export function networkEncoder(
  network: NetworkThread,
  {
    path,
    sidecar,
    identity,
    device,
  }: {
    readonly path: string;
    readonly sidecar: Sidecar;
    readonly identity: EncoderIdentity;
    readonly device: Device;
  },
): Encoder {
  const { input, outputs, preprocessing } = sidecar;
  const channels = requireInput(network, sidecar, path);
  requireOutput(network, outputs.embeddings, 'embeddings', path);
  if (outputs.logits !== undefined) requireOutput(network, outputs.logits, 'logits', path);
  const wanted = [outputs.embeddings, ...(outputs.logits === undefined ? [] : [outputs.logits])];

  async function encode(
    images: Float32Array,
    { n, height, width }: { readonly n: number; readonly height: number; readonly width: number },
  ): Promise<EncodedBatch> {
    if (images.length !== n * 3 * height * width)
      throw new ShapeError('SHAPE_MISMATCH', {
        where: 'encode',
        expected: `images must hold n × 3 × height × width = ${n} × 3 × ${height} × ${width} values`,
        received: `${images.length}`,
      });
    const [embeddings, logits] = await network.run({
      input,
      images: channels === 3 ? images : firstPlanes(images, n),
      dims: [n, channels, height, width],
      outputs: wanted,
    });
    const vectors = outputs.token === undefined ? embeddings! : tokenOf(embeddings!, { n, outputs, path });
    return {
      n,
      embeddings: vectors.data,
      d: columns(vectors, { n, name: outputs.embeddings, path }),
      logits: logits?.data ?? null,
      classes: logits === undefined ? 0 : columns(logits, { n, name: outputs.logits!, path }),
    };
  }

  const warnings: Warning[] = [];
  function noteHalved(n: number): void {
    const message = `the ${device} device had too little memory for a batch: ${identity.id} takes ${n} at once from there on`;
    warnings.splice(0, 1, { code: 'BATCH_HALVED', message });
  }
  return {
    identity,
    preprocessing,
    device,
    warnings,
    circumstances: [
      `device ${device}${device === 'cuda' ? ', float32' : ''}`, // TF32 was kept under the plain name
      `outputs ${wanted.join(', ')}${outputs.token === undefined ? '' : `, ${outputs.token} token`}`,
    ],
    encode: device === 'cpu' ? encode : halvedBatches(encode, noteHalved),
    close: () => network.close(),
  };
}

/** Of each image the first of its three channels, which of a gray image are the same. */
function firstPlanes(images: Float32Array, n: number): Float32Array {
  const area = images.length / n / 3;
  const planes = new Float32Array(n * area);
  for (let i = 0; i < n; i++) planes.set(images.subarray(3 * i * area, (3 * i + 1) * area), i * area);
  return planes;
}

/**
 * Of each image the first of its tokens, or their mean.
 *
 * @throws ShapeError SHAPE_MISMATCH for an output that is not (n, tokens, d)
 */
function tokenOf(
  { dims, data }: NetworkOutput,
  { n, outputs, path }: { readonly n: number; readonly outputs: Sidecar['outputs']; readonly path: string },
): NetworkOutput {
  const [images, tokens, d] = dims;
  if (dims.length !== 3 || images !== n || tokens === undefined || d === undefined || tokens === 0)
    throw new ShapeError('SHAPE_MISMATCH', {
      where: `${path}, output ${outputs.embeddings}`,
      expected: `must be (n, tokens, d) for "token": "${outputs.token}"`,
      received: `shape (${dims.join(', ')})`,
      help: 'Leave "token" out of the .json, or name another output.',
    });
  const counted = outputs.token === 'first' ? 1 : tokens;
  const vectors = new Float32Array(n * d);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < d; j++) {
      let sum = 0;
      for (let t = 0; t < counted; t++) sum += data[(i * tokens + t) * d + j]!;
      vectors[i * d + j] = sum / counted;
    }
  return { dims: [n, d], data: vectors };
}

/** Length of a row; axes of length 1 at the end are as good as none. */
function columns(
  { dims }: NetworkOutput,
  { n, name, path }: { readonly n: number; readonly name: string; readonly path: string },
): number {
  const wide = dims.slice(1).filter((side) => side !== 1);
  if (dims[0] === n && wide.length <= 1) return wide[0] ?? 1;
  throw new ShapeError('SHAPE_MISMATCH', {
    where: `${path}, output ${name}`,
    expected: `must be one vector for each of ${n} images`,
    received: `shape (${dims.join(', ')})`,
    help: 'Name another output in the .json, give "token": "first" or "mean" for an output of tokens, or add a pooling layer to the network.',
  });
}

function named(tensors: readonly TensorDeclaration[]): string {
  return tensors.map(({ name, dims }) => `${name} (${dims.join(', ')})`).join(', ');
}

/** @returns how many channels the network takes: 1 of gray images alone */
function requireInput({ inputs }: NetworkThread, { input, preprocessing }: Sidecar, path: string): 1 | 3 {
  const found = inputs.find(({ name }) => name === input);
  if (found === undefined || inputs.length > 1)
    throw sidecarConflict(
      path,
      `the network must have one input, named ${input} as its sidecar says`,
      named(inputs),
    );
  const takesOne = found.dims[1] === 1;
  if (takesOne && preprocessing.channels !== 'gray')
    throw sidecarConflict(
      `${path}, input ${input}`,
      'takes one channel, and its sidecar must say "channels": "gray" in "preprocessing"',
      named([found]),
    );
  if (
    found.type !== 'float32' ||
    found.dims.length !== 4 ||
    (found.dims[1] !== 3 && !takesOne && typeof found.dims[1] === 'number')
  )
    throw sidecarConflict(
      `${path}, input ${input}`,
      'must be float32 of shape (n, 3, height, width)',
      `${found.type} (${found.dims.join(', ')})`,
    );
  const { resize } = preprocessing;
  const [height, width] = typeof resize === 'number' ? [resize, resize] : (resize ?? [undefined, undefined]);
  const [n, , declaredHeight, declaredWidth] = found.dims;
  if (typeof n === 'number')
    throw sidecarConflict(
      `${path}, input ${input}`,
      'must take any number of images: export it with a free first axis',
      named([found]),
    );
  const fits = (side: number | undefined, declared: number | string | undefined) =>
    side === undefined || typeof declared !== 'number' || side === declared;
  if (!fits(height, declaredHeight) || !fits(width, declaredWidth))
    throw sidecarConflict(
      `${path}, input ${input}`,
      `must take images of ${height} × ${width}, as its sidecar resizes them`,
      named([found]),
    );
  return takesOne ? 1 : 3;
}

function requireOutput(
  { outputs }: NetworkThread,
  name: string,
  role: 'embeddings' | 'logits',
  path: string,
): void {
  if (outputs.some((output) => output.name === name)) return;
  throw sidecarConflict(
    path,
    `the network must have an output ${name} for its ${role}, as its sidecar says`,
    named(outputs),
  );
}
