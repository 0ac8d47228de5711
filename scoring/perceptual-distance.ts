import { fileHash } from '../encoders/files/file-hash.js';
import type { Image } from '../encoders/images/image.js';
import { InputError, NumericalError } from '../errors.js';
import type { SessionOptions, Tensor } from '../onnx/onnx-session.js';
import { openSession } from '../onnx/onnx-session.js';

/** A network that gives the distance of two images, as LPIPS does. */
export interface PerceptualDistance {
  readonly source: string;
  readonly sha256: string;
  distance(first: Image, second: Image): Promise<number>;
  close(): Promise<void>;
}

/** Bytes as (1, 3, height, width) in −1 … 1. */
function tensorOf({ width, height, data }: Image): Tensor {
  const plane = width * height;
  const values = new Float32Array(3 * plane);
  for (let at = 0; at < plane; at++)
    for (let channel = 0; channel < 3; channel++)
      values[channel * plane + at] = data[3 * at + channel]! / 127.5 - 1;
  return { dims: [1, 3, height, width], data: values };
}

/**
 * Opens a network of two images, (1, 3, height, width) float32 in −1 … 1 each, and of one number.
 *
 * @throws InputError UNREADABLE_FILE for a network of other inputs or outputs
 */
export async function openPerceptualDistance(
  path: string,
  options: SessionOptions,
): Promise<PerceptualDistance> {
  const sha256 = await fileHash(path);
  const session = await openSession(path, options);
  const [first, second, ...rest] = session.inputs;
  const [output, ...others] = session.outputs;
  const takes = [first, second].every((input) => input?.type === 'float32' && input.dims.length === 4);
  if (!takes || rest.length > 0 || output?.type !== 'float32' || others.length > 0) {
    const shapes = (all: typeof session.inputs) =>
      all.map(({ name, type, dims }) => `${name} ${type} (${dims.join(', ')})`).join(', ');
    await session.close();
    throw new InputError('UNREADABLE_FILE', {
      where: path,
      expected: 'must take two float32 images (1, 3, height, width) and give one float32 number',
      received: `${shapes(session.inputs)} to ${shapes(session.outputs)}`,
      help: 'Export LPIPS as docs/own-networks.md says.',
    });
  }
  return {
    source: path,
    sha256,
    async distance(one, other) {
      const feeds = { [first!.name]: tensorOf(one), [second!.name]: tensorOf(other) };
      const { data } = (await session.run(feeds, [output.name]))[output.name]!;
      const value = Number(data[0]);
      if (data.length === 1 && Number.isFinite(value)) return value;
      throw new NumericalError('NOT_FINITE', {
        where: path,
        expected: 'must give one finite number for a pair of images',
        received: data.length === 1 ? String(value) : `${data.length} values`,
      });
    },
    close: () => session.close(),
  };
}
