import { defined } from '../../defined.js';
import type { Denoiser } from '../../diffusion/denoiser.js';
import { imageSides } from '../../diffusion/denoiser.js';
import { denoiserPredictor } from '../../diffusion/denoiser-predictor.js';
import { openInitialNoise } from '../../diffusion/files/open-initial-noise.js';
import { initialNoise } from '../../diffusion/image-noise.js';
import {
  type ClassChoice,
  imageClasses,
  type SamplingSettings,
  settingsSteps,
} from '../../diffusion/sampling-settings.js';
import { followedSteps } from '../../diffusion/time-grid.js';
import { VERSION } from '../../encoders/encoder.js';
import type { Shard } from '../../encoders/shard.js';
import type { Alternative } from '../alternatives/alternative.js';
import { type GenerationRecord, type GenerationSettings, ROUNDING } from '../generation-record.js';
import { generatedBatch, type PropagationSettings } from '../laplace/generated-batch.js';
import type { VarianceSource } from '../laplace/propagation.js';
import { finishedImages, type LatentDecoding } from './finished-images.js';
import { requirePossible } from './generation-checks.js';
import { type GenerationFolder, withGenerationFolder } from './open-generation-folder.js';

export interface GenerationRequest {
  /** images of the whole, whatever part of them this run makes */
  readonly n: number;
  readonly denoiser: Denoiser;
  /** where variance comes from, and what the record says of it; null for images alone */
  readonly posterior: {
    readonly variance: VarianceSource;
    readonly facts: NonNullable<GenerationSettings['posterior']>;
    readonly settings: PropagationSettings;
  } | null;
  readonly sampling: SamplingSettings;
  /** times whose variance is kept as well */
  readonly keepTimes: readonly number[];
  readonly classes?: ClassChoice | undefined;
  /** a `.npy` of x_T */
  readonly initialNoise?: string | undefined;
  /** scores beside the variance, of the same images */
  readonly alternatives: readonly Alternative[];
  /** of a latent model alone */
  readonly decoder?: LatentDecoding | undefined;
  readonly layout: 'steadfid' | 'bayesdiff';
  readonly device: string;
  readonly shard?: Shard | undefined;
  readonly batchSize: number;
  readonly existing: 'refused' | 'replaced';
  readonly signal?: AbortSignal;
  /** images done, in parts of one while a batch is on its way */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

/** Where images go, once it is known what they are made with: a folder, or one file of a part of them. */
export type GenerationSink = <T>(
  settings: GenerationSettings,
  work: (output: GenerationFolder) => Promise<T>,
) => Promise<T>;

/** What a run made. */
export interface GenerationRun {
  readonly record: GenerationRecord;
  /** images that an earlier run had made */
  readonly found: number;
  readonly warnings: readonly string[];
}

/**
 * Makes a folder of images, with a map of the variance of x_0 for each if there is a posterior, and `generation.json` with all that
 * is needed to make them again.
 *
 * What image k is depends on the seed, k and the settings alone. A run that was stopped, however, goes on where it was and ends in
 * the same bytes. Memory is that of a batch, whatever n.
 *
 * @throws OptionError, InputError, ShapeError as what it is made of: before the first image where settings are at fault
 * @throws NumericalError NOT_FINITE naming image and step for which the network answers with NaN
 * @throws InterruptedError INTERRUPTED; what is written stays
 */
export async function generateImages(
  into: string | GenerationSink,
  request: GenerationRequest,
): Promise<GenerationRun> {
  const { denoiser, sampling, posterior, signal } = request;
  const { description } = denoiser;
  const { steps, warnings } = settingsSteps(sampling, description);
  const shape = [description.channels, ...imageSides(description)];
  const size = shape.reduce((product, side) => product * side, 1);
  requirePossible(
    { ...request, decoder: request.decoder ?? null },
    steps.map(({ nextTime }) => nextTime),
  );
  const predictor = denoiserPredictor(denoiser, sampling.guidance ?? undefined);
  imageClasses([0], request.classes, { ...description, seed: sampling.seed }); // refuses wrong ones at once
  const noise =
    request.initialNoise === undefined
      ? undefined
      : await openInitialNoise(request.initialNoise, { shape, count: request.n });
  try {
    const settings = settingsOf(request, {
      shape,
      times: steps.map(({ time }) => time),
      noise: noise?.sha256,
    });
    const sink: GenerationSink =
      typeof into === 'string' ? (made, work) => withGenerationFolder(into, made, request, work) : into;
    return await sink(settings, async (output) => {
      const total = output.missing.length + output.found;
      let writes: readonly Promise<void>[] = [];
      let done = output.found;
      try {
        for (let first = 0; first < output.missing.length; first += request.batchSize) {
          const images = output.missing.slice(first, first + request.batchSize);
          const y = imageClasses(images, request.classes, { ...description, seed: sampling.seed });
          const start = (await noise?.rows(images)) ?? initialNoise(images, { seed: sampling.seed, size });
          const watched = request.alternatives.map((alternative) =>
            alternative.open({
              images,
              size,
              shape,
              y,
              start,
              steps,
              predictor,
              clip: sampling.clip,
              seed: sampling.seed,
              signal,
            }),
          );
          const batch = await generatedBatch({
            images,
            size,
            y,
            start,
            predictor,
            steps,
            seed: sampling.seed,
            clip: sampling.clip,
            propagations:
              posterior === null
                ? []
                : [
                    {
                      ...posterior.settings,
                      varianceOf: posterior.variance,
                      followed: followedSteps({ count: steps.length, every: posterior.settings.skip }),
                    },
                  ],
            keepTimes: request.keepTimes,
            batchSize: request.batchSize,
            observers: watched.flatMap(({ observer }) => (observer === undefined ? [] : [observer])),
            onStep: (index) =>
              request.onProgress?.({
                done: done + (images.length * (index + 1)) / (steps.length + 1),
                total,
              }),
            ...defined({ signal }),
          });
          const scores: ArrayLike<number>[] = [];
          for (const run of watched) scores.push(await run.scores(batch.x));
          await Promise.all(writes); // of the batch before, while this one was made
          const finished = await finishedImages(batch, scores, { ...request, seed: sampling.seed });
          writes = finished.map((image) => output.write(image));
          for (const write of writes) write.catch(() => {}); // thrown where it is awaited
          done += images.length;
          request.onProgress?.({ done, total });
        }
        await Promise.all(writes);
        return { record: await output.finish(), found: output.found, warnings };
      } finally {
        await Promise.allSettled(writes); // a run that failed writes no more once it is over
      }
    });
  } finally {
    await noise?.close();
  }
}

function settingsOf(
  request: GenerationRequest,
  facts: {
    readonly shape: readonly number[];
    readonly times: readonly number[];
    readonly noise: string | undefined;
  },
): GenerationSettings {
  const { n, denoiser, posterior, sampling, keepTimes, classes, alternatives, decoder, layout, device } =
    request;
  const { id, schedule, classes: known } = denoiser.description;
  return {
    schema: 'steadfid/generation/1',
    version: VERSION,
    n,
    denoiser: { id, sha256: denoiser.sha256, imageShape: facts.shape },
    posterior: posterior?.facts ?? null,
    schedule,
    sampling: { ...sampling, times: facts.times },
    propagation:
      posterior === null
        ? null
        : { ...posterior.settings, publishedDdpm: posterior.settings.publishedDdpm ?? 'off', keepTimes },
    classes: known === null ? null : (classes ?? { kind: 'uniform' }),
    initialNoise: facts.noise === undefined ? null : { sha256: facts.noise },
    alternatives: alternatives.map(({ name, source, cost, parameters = {} }) => ({
      name,
      source,
      cost,
      parameters,
    })),
    decoder:
      decoder === undefined
        ? null
        : {
            id: decoder.network.id,
            sha256: decoder.network.sha256,
            imageShape: decoder.network.imageShape,
            scale: decoder.network.scale,
            decodings: posterior === null ? null : decoder.decodings,
          },
    layout,
    device,
    rounding: ROUNDING,
  };
}
