import { basename } from 'node:path';
import { networkHash } from '../encoders/open-encoder.js';
import { NumericalError, OptionError } from '../errors.js';
import { type SessionOptions, type TensorDeclaration, tensorsText } from '../onnx/onnx-session.js';
import { openSessionInThread } from '../onnx/open-session-apart.js';

/** The decoder of a latent diffusion model, open and ready. */
export interface LatentDecoder {
  /** its file's name without .onnx */
  readonly id: string;
  readonly sha256: string;
  /** what latents are divided by before they are decoded */
  readonly scale: number;
  /** channels, height, width of its images */
  readonly imageShape: readonly [number, number, number];
  /**
   * The image of one latent: the decoder at z/scale.
   *
   * @param latent  (channels, height, width), as the denoiser has it
   * @returns (channels, height, width) of `imageShape`, in [−1, 1] where the decoder is a good one
   * @throws NumericalError NOT_FINITE if the decoder answers with NaN or infinity
   */
  decode(latent: Float32Array): Promise<Float32Array>;
  close(): Promise<void>;
}

/**
 * Opens the decoder of latents as an ONNX file: one input (n, channels, h, w), one output (n, 1 or 3, height, width) in [−1, 1], both
 * float32. It decodes one zero latent to see how large its images are.
 *
 * @param latent  channels, height, width of what the denoiser makes
 * @param scale   what the latents were multiplied by when the denoiser was trained: 0.18215 of Stable Diffusion 1 and 2
 * @throws InputError UNREADABLE_FILE if it is no network; OptionError CONFLICTING_OPTIONS if it does not decode such latents
 */
export async function openLatentDecoder(
  path: string,
  {
    latent,
    scale,
    ...options
  }: SessionOptions & { readonly latent: readonly number[]; readonly scale: number },
): Promise<LatentDecoder> {
  const sha256 = await networkHash(path);
  const session = await openSessionInThread(path, options);
  try {
    const [input] = session.inputs;
    const [output] = session.outputs;
    if (input === undefined || session.inputs.length > 1 || !takes(input, latent))
      throw conflict(
        path,
        `its only input must take the network's latents, float32 (n, ${latent.join(', ')})`,
        tensorsText(session.inputs),
      );
    if (output === undefined || session.outputs.length > 1)
      throw conflict(path, 'its only output must be images', tensorsText(session.outputs));
    const run = async (data: Float32Array) => {
      const results = await session.run({ [input.name]: { dims: [1, ...latent], data } });
      return results[output.name]!;
    };
    const size = latent.reduce((product, side) => product * side, 1);
    const { dims, data } = await run(new Float32Array(size));
    const [n, channels, height, width] = dims;
    if (dims.length !== 4 || n !== 1 || (channels !== 1 && channels !== 3) || !(data instanceof Float32Array))
      throw conflict(
        `${path}, output ${output.name}`,
        'must be float32 images of 1 or 3 channels, (n, channels, height, width)',
        `${data.constructor.name} of shape (${dims.join(', ')})`,
      );
    return {
      id: basename(path).replace(/\.onnx$/i, ''),
      sha256,
      scale,
      imageShape: [channels, height!, width!],
      async decode(values) {
        const image = (await run(values.map((value) => value / scale))).data as Float32Array;
        const wrong = image.find((value) => !Number.isFinite(value));
        if (wrong === undefined) return image;
        throw new NumericalError('NOT_FINITE', {
          where: path,
          expected: 'a decoded image must be finite',
          received: String(wrong),
        });
      },
      close: () => session.close(),
    };
  } catch (error) {
    await session.close();
    throw error;
  }
}

function takes({ type, dims }: TensorDeclaration, latent: readonly number[]): boolean {
  const [n, ...sides] = dims;
  return (
    type === 'float32' &&
    (typeof n === 'string' || n === 1) &&
    sides.length === latent.length &&
    sides.every((side, i) => typeof side === 'string' || side === latent[i])
  );
}

function conflict(where: string, expected: string, received: string): OptionError {
  const help = 'Export the decoder alone, without the encoder and without changing its values to 0 … 255.';
  return new OptionError('CONFLICTING_OPTIONS', { where, expected, received, help });
}
