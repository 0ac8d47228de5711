import { createHash } from 'node:crypto';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** What a stream of random numbers of an image is for. */
export type NoisePurpose =
  | 'initial'
  | 'step'
  | 'sampled-trajectory'
  | 'moments'
  | 'perturbation'
  | 'reconstruction'
  | 'weights'
  | 'dropout'
  | 'decoding'
  | 'posterior';

/** Whose random numbers, and what for. */
interface NoiseStream {
  readonly seed: number;
  /** its number, from 0 */
  readonly image: number;
  readonly purpose: NoisePurpose;
}

/** Independent draws from N(0, 1). */
export type Normals = () => number;

/**
 * The generator of a stream, of 32-bit integers: its state of 128 bits is a hash of the words. A state of 32 bits, as `seededRandom` has,
 * would give two of 50,000 images the same noise with a chance of one in four.
 */
function imageGenerator({ seed, image, purpose }: NoiseStream, rest: readonly number[]) {
  const words = ['steadfid', purpose, seed, image, ...rest].join('\u0000');
  const hash = createHash('sha256').update(words).digest();
  return xoroshiro128plusFromState([0, 4, 8, 12].map((at) => hash.readInt32LE(at)));
}

/**
 * Standard normal draws of one image for one purpose. They depend on the seed and these words alone, so that neither the batch
 * that an image is in nor the order of images changes them.
 *
 * @param rest   what else tells streams apart: step, sample
 *
 * @example
 * imageNormals({ seed: 1, image: 7, purpose: 'initial' })() === imageNormals({ seed: 1, image: 7, purpose: 'initial' })(); // true
 */
export function imageNormals(stream: NoiseStream, ...rest: readonly number[]): Normals {
  const generator = imageGenerator(stream, rest);
  /** 53 bits in [0, 1) */
  const uniform = (): number => {
    const high = generator.next() >>> 5;
    const low = generator.next() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  };
  let spare: number | null = null;
  return () => {
    if (spare !== null) {
      const value = spare;
      spare = null;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

/**
 * A mask of dropout: each of `length` values is 1, kept, with the chance 1 − rate, and 0 else. As `imageNormals`, it depends on the words alone.
 *
 * @example
 * imageMask({ seed: 1, image: 7, purpose: 'dropout' }, { length: 3, rate: 0 }); // Uint8Array [1, 1, 1]
 */
export function imageMask(
  stream: NoiseStream,
  { length, rate }: { readonly length: number; readonly rate: number },
  ...rest: readonly number[]
): Uint8Array {
  const generator = imageGenerator(stream, rest);
  const least = rate * 2 ** 32;
  const mask = new Uint8Array(length);
  for (let i = 0; i < length; i++) mask[i] = generator.next() >>> 0 >= least ? 1 : 0;
  return mask;
}

/** `length` draws as float32. */
export function normalValues(length: number, normals: Normals): Float32Array {
  return Float32Array.from({ length }, normals);
}

/**
 * x_T of images, N(0, I).
 *
 * @param images  their numbers (n)
 * @param size    values of one image
 * @returns (n, size), row-major
 */
export function initialNoise(
  images: readonly number[],
  { seed, size }: { readonly seed: number; readonly size: number },
): Float32Array {
  const x = new Float32Array(images.length * size);
  images.forEach((image, i) => {
    const normals = imageNormals({ seed, image, purpose: 'initial' });
    for (let j = 0; j < size; j++) x[i * size + j] = normals();
  });
  return x;
}
