import { imageNormals } from '../../diffusion/image-noise.js';
import { requireGoingOn } from '../../diffusion/sample-trajectory.js';
import { NumericalError } from '../../errors.js';

/** How latents become pixels. */
export interface Decoding {
  /** an image of one latent */
  readonly decode: (latent: Float32Array) => Promise<Float32Array>;
  /** M ≥ 2, draws of each latent */
  readonly decodings: number;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

/** Mean and variance of an image's pixels over the draws of its latent. */
export interface PixelMoments {
  readonly mean: Float32Array;
  /** ddof 1; ≥ 0, in squared units of the decoder's images */
  readonly variance: Float32Array;
}

/**
 * Mean and variance of the decoder's images of z ~ N(E, max(Var, 0)), pixel by pixel over M draws: 1/(M − 1)·Σ(D(z_m) − mean)².
 *
 * The relative standard error of a pixel's variance is about √(2/(M − 1)), 47 % at M = 10. Draws depend on seed and image alone. The
 * original study drew z = E + u·√Var with u uniform in [0, 1), which has another mean and a twelfth of the variance.
 *
 * @param latent  E and Var of one image; Var may be negative, and is taken as 0 there
 * @throws NumericalError NOT_FINITE naming the image
 */
export async function decodedMoments(
  image: number,
  latent: { readonly mean: ArrayLike<number>; readonly variance: ArrayLike<number> },
  { decode, decodings, seed, signal }: Decoding,
): Promise<PixelMoments> {
  const size = latent.mean.length;
  let mean = new Float64Array();
  let squares = new Float64Array();
  for (let m = 0; m < decodings; m++) {
    requireGoingOn(signal);
    const normals = imageNormals({ seed, image, purpose: 'decoding' }, m);
    const drawn = Float32Array.from(
      { length: size },
      (_, i) => latent.mean[i]! + Math.sqrt(Math.max(0, latent.variance[i]!)) * normals(),
    );
    const pixels = await decoded(image, drawn, decode);
    if (m === 0) [mean, squares] = [new Float64Array(pixels.length), new Float64Array(pixels.length)];
    for (let p = 0; p < pixels.length; p++) {
      const difference = pixels[p]! - mean[p]!;
      mean[p]! += difference / (m + 1);
      squares[p]! += difference * (pixels[p]! - mean[p]!);
    }
  }
  return {
    mean: Float32Array.from(mean),
    variance: Float32Array.from(squares, (sum) => sum / (decodings - 1)),
  };
}

/**
 * The image of a latent.
 *
 * @throws NumericalError NOT_FINITE naming the image
 */
export async function decoded(
  image: number,
  latent: Float32Array,
  decode: Decoding['decode'],
): Promise<Float32Array> {
  return decode(latent).catch((error: unknown) => {
    if (!(error instanceof NumericalError)) throw error;
    throw new NumericalError(
      error.code,
      { ...error.details, where: `image ${image}`, image },
      { cause: error },
    );
  });
}
