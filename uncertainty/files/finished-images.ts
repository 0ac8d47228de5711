import type { LatentDecoder } from '../../diffusion/open-latent-decoder.js';
import { requireGoingOn } from '../../diffusion/sample-trajectory.js';
import { decoded, decodedMoments } from '../laplace/decoded-moments.js';
import type { GeneratedBatch } from '../laplace/generated-batch.js';
import type { FinishedImage } from './write-generated-image.js';

/** What makes pixels of a latent model's latents, and from how many draws of each the variance of pixels is found. */
export interface LatentDecoding {
  readonly network: LatentDecoder;
  readonly decodings: number;
}

/**
 * What is written of each image of a batch: of a latent model its decoded image, and mean and variance of its pixels.
 *
 * @param scores  of the alternatives, each (n)
 * @throws NumericalError NOT_FINITE naming the image that the decoder answers with NaN; InterruptedError
 */
export async function finishedImages(
  { images, x, moments: [moments] }: GeneratedBatch,
  scores: readonly ArrayLike<number>[],
  {
    decoder,
    seed,
    signal,
  }: {
    readonly decoder?: LatentDecoding | undefined;
    readonly seed: number;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<readonly FinishedImage[]> {
  const size = x.length / images.length;
  const finished: FinishedImage[] = [];
  for (const [i, image] of images.entries()) {
    const part = (values: Float32Array | Float64Array): Float32Array =>
      Float32Array.from(values.subarray(i * size, (i + 1) * size));
    const own = moments === undefined ? null : { mean: part(moments.mean), variance: part(moments.variance) };
    const shared = { image, scores: scores.map((values) => values[i]!) };
    if (decoder === undefined) {
      const byTime = new Map([...(moments?.byTime ?? [])].map(([time, values]) => [time, part(values)]));
      finished.push({ ...shared, x: part(x), moments: own, latentVariance: null, byTime });
      continue;
    }
    requireGoingOn(signal);
    const { network, decodings } = decoder;
    finished.push({
      ...shared,
      x: await decoded(image, part(x), network.decode),
      moments:
        own === null
          ? null
          : await decodedMoments(image, own, { decode: network.decode, decodings, seed, signal }),
      latentVariance: own?.variance ?? null,
      byTime: new Map(),
    });
  }
  return finished;
}
