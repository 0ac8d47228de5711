import { createHash } from 'node:crypto';
import { imageNormals, normalValues } from '../../diffusion/image-noise.js';
import type { NoiseSchedule } from '../../diffusion/noise-schedule.js';
import { seededRandom } from '../../numerics/seeded-random.js';

/** Pairs of a clean image and a time, with the noise that makes the noisy image: what a posterior is fitted to. */
export interface FitBatch {
  readonly n: number;
  /** x_0 (n, channels, H, W), in [−1, 1] as the network was trained on */
  readonly x: Float32Array;
  /** (n), whole numbers in 0 … steps − 1 */
  readonly t: Int32Array;
  /** ε (n, channels, H, W) */
  readonly noise: Float32Array;
  /** (n); of a network with classes alone */
  readonly y?: Int32Array | undefined;
}

/** x_t = √ᾱ_t·x_0 + √(1 − ᾱ_t)·ε of every pair, rounded once to float32. */
export function noisyImages({ n, x, t, noise }: FitBatch, { alphaBars }: NoiseSchedule): Float32Array {
  const size = x.length / n;
  const noisy = new Float32Array(x.length);
  for (let i = 0; i < n; i++) {
    const signal = Math.sqrt(alphaBars[t[i]!]!);
    const spread = Math.sqrt(1 - alphaBars[t[i]!]!);
    for (let j = i * size; j < (i + 1) * size; j++) noisy[j] = signal * x[j]! + spread * noise[j]!;
  }
  return noisy;
}

/**
 * The time and the noise of an image's pair, as the original draws them: t uniform over the schedule, ε standard normal. They depend on
 * the seed and the image's number in its whole set alone, so that shards see what the whole sees.
 *
 * @param image  number of the image in its set, from 0
 * @param repeat  which of the image's pairs, from 0
 */
export function drawnPair(
  { seed, image, repeat }: { readonly seed: number; readonly image: number; readonly repeat: number },
  { steps, size }: { readonly steps: number; readonly size: number },
): { readonly t: number; readonly noise: Float32Array } {
  const t = Math.floor(seededRandom(seed, 'posterior', image, repeat)() * steps);
  return { t, noise: normalValues(size, imageNormals({ seed, image, purpose: 'posterior' }, repeat)) };
}

/** 52 bits: whole numbers that float64 and numpy's int64 hold, all different among 100,000 pairs but for a chance of 1e-6. */
const DIGEST_HEX = 13;

/** A number for each pair, of its image, time, noise and class: equal for equal pairs, wherever they come from. */
export function pairDigests({ n, x, t, noise, y }: FitBatch): number[] {
  const size = x.length / n;
  return Array.from({ length: n }, (_, i) => {
    const hash = createHash('sha256');
    for (const values of [x, noise]) {
      const own = values.subarray(i * size, (i + 1) * size);
      hash.update(new Uint8Array(own.buffer, own.byteOffset, own.byteLength));
    }
    hash.update(`${t[i]} ${y?.[i] ?? ''}`);
    return Number.parseInt(hash.digest('hex').slice(0, DIGEST_HEX), 16);
  });
}
