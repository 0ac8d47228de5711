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
  | 'decoding'
  | 'posterior';

/** Independent draws from N(0, 1). */
export type Normals = () => number;

/**
 * Standard normal draws of one image for one purpose. They depend on the seed and these words alone, so that neither the batch
 * that an image is in nor the order of images changes them.
 *
 * The 128 bits of the generator's state are a hash of the words. A state of 32 bits, as `seededRandom` has, would give two of
 * 50,000 images the same noise with a chance of one in four.
 *
 * @param image  its number, from 0
 * @param rest   what else tells streams apart: step, sample
 *
 * @example
 * imageNormals({ seed: 1, image: 7, purpose: 'initial' })() === imageNormals({ seed: 1, image: 7, purpose: 'initial' })(); // true
 */
export function imageNormals(
  { seed, image, purpose }: { readonly seed: number; readonly image: number; readonly purpose: NoisePurpose },
  ...rest: readonly number[]
): Normals {
  const words = ['steadfid', purpose, seed, image, ...rest].join('\u0000');
  const hash = createHash('sha256').update(words).digest();
  const state = [0, 4, 8, 12].map((at) => hash.readInt32LE(at));
  const generator = xoroshiro128plusFromState(state);
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
