import { pixelArithmetic } from './images/pixel-arithmetic.js';
import type { Preprocessing } from './images/preprocessing.js';

/**
 * How far embeddings of another device may be from the CPU's, relative in L2.
 *
 * Sums in float32 in another order differ by 1e-7 to 1e-5. Products in TF32 or float16, of 10 bits, differ by 1e-3 and more.
 */
export const DEVICE_TOLERANCE = 1e-4;

/** Images on which a device is compared with the CPU. */
export const AGREEMENT_IMAGES = 4;

/** A side for networks that take images of any size: patches of 14, 16 and 32 divide it. */
const ANY_SIDE = 224;

/** What a network takes: (n, channels, height, width). */
export interface NetworkInput {
  readonly channels: 1 | 3;
  readonly height: number;
  readonly width: number;
}

/** The size of images that a network is given; `declared` are the dims of its input. */
export function networkInput(
  { resize }: Pick<Preprocessing, 'resize'>,
  declared: readonly (number | string)[],
): NetworkInput {
  const [, channels, ...sides] = declared;
  const [height, width] = typeof resize === 'number' ? [resize, resize] : (resize ?? sides);
  const side = (length: number | string | undefined) => (typeof length === 'number' ? length : ANY_SIDE);
  return { channels: channels === 1 ? 1 : 3, height: side(height), width: side(width) };
}

/** Images of waves, unlike in direction, length and color, as the network sees them: the same everywhere. */
export function patternImages(
  n: number,
  { channels, height, width }: NetworkInput,
  { range, resample }: Pick<Preprocessing, 'range' | 'resample'>,
): Float32Array {
  const { unit, offset, divisor } = pixelArithmetic(range, resample);
  const images = new Float32Array(n * channels * height * width);
  let at = 0;
  for (let i = 0; i < n; i++)
    for (let channel = 0; channel < channels; channel++)
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) {
          const phase = ((i + 1) * (2 * x + (channel + 1) * y)) / (width + height);
          const pixel = Math.round(127.5 * (1 + Math.sin(Math.PI * phase + i)));
          images[at++] = (pixel / unit - offset[channel]!) / divisor[channel]!;
        }
  return images;
}

/**
 * Relative difference, ‖a − b‖ / ‖b‖.
 *
 * @param values  of the device in question
 * @param reference  of the CPU, of the same length
 * @returns ≥ 0, 0 when equal; infinite where a value is NaN or infinite
 */
export function relativeDifference(values: Float32Array, reference: Float32Array): number {
  let squares = 0;
  let norm = 0;
  for (let i = 0; i < reference.length; i++) {
    squares += (values[i]! - reference[i]!) ** 2;
    norm += reference[i]! ** 2;
  }
  if (squares === 0) return 0;
  const difference = Math.sqrt(squares / norm);
  return Number.isFinite(difference) ? difference : Number.POSITIVE_INFINITY;
}
