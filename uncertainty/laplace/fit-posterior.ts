import type { Denoiser } from '../../diffusion/denoiser.js';
import { notFiniteIn } from '../../diffusion/network-denoiser.js';
import { noiseSchedule } from '../../diffusion/noise-schedule.js';
import { VERSION } from '../../encoders/encoder.js';
import { InputError, InterruptedError } from '../../errors.js';
import { curvatureSums } from './curvature.js';
import { maximumEvidence, squaredWeightsOf } from './evidence.js';
import { type FitBatch, noisyImages, pairDigests } from './fit-pairs.js';
import { featureMaps, layerShape, outputsOfPixels } from './layer-arrangement.js';
import { curvatureSpectrum, type Posterior, posteriorOf } from './posterior.js';
import { NOISING, type PosteriorData, type PosteriorRecord } from './posterior-record.js';
import { DEFAULT_SETTINGS, needsGram, type PosteriorSettings } from './posterior-settings.js';

/** A posterior, what it is of, and the numbers of its pairs. */
export interface FittedPosterior {
  readonly posterior: Posterior;
  readonly record: PosteriorRecord;
  /** see `pairDigests`; (pairs) */
  readonly pairDigests: readonly number[];
}

export interface FitOptions {
  readonly settings?: Partial<PosteriorSettings>;
  /** `marginal-likelihood`: σ and λ of the highest evidence in place of those of the settings */
  readonly tune?: 'marginal-likelihood' | undefined;
  /** said of the pairs in the record */
  readonly data: PosteriorData;
  readonly onProgress?: (pairs: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Fits a posterior of a denoiser's last layer: one pass of the network over the pairs, sums in float64. Memory is that of a batch and of
 * (F̃, F̃), whatever the number of pairs.
 *
 * @throws what the denoiser's `predict` throws; SampleSizeError TOO_FEW_SAMPLES without a pair; as `posterior` and `maximumEvidence`
 * @throws InterruptedError INTERRUPTED once `signal` is aborted
 */
export async function fitPosterior(
  denoiser: Denoiser,
  batches: AsyncIterable<FitBatch> | Iterable<FitBatch>,
  { settings = {}, tune, data, onProgress, signal }: FitOptions,
): Promise<FittedPosterior> {
  const { description } = denoiser;
  const structure = settings.structure ?? DEFAULT_SETTINGS.structure;
  const schedule = noiseSchedule(description.schedule);
  const layer = layerShape(description);
  const sums = curvatureSums(layer, needsGram(structure) ? 'kept' : 'omitted');
  const digests: number[] = [];
  for await (const batch of batches) {
    if (signal?.aborted) throw interrupted();
    const { n, t, y, noise } = batch;
    const { epsilon, features } = await denoiser
      .predict({ n, x: noisyImages(batch, schedule), t, y })
      .catch((error: unknown) => {
        throw notFiniteIn(error, digests.length, 'pair');
      });
    const residuals = Float64Array.from(epsilon, (value, i) => value - noise[i]!);
    await sums.add({
      features: featureMaps(description, features, n),
      residuals: outputsOfPixels(description, residuals, n),
    });
    for (const digest of pairDigests(batch)) digests.push(digest); // as arguments, many would not fit on the stack
    onProgress?.(digests.length);
  }
  requireOnce(digests);
  const curvature = sums.curvature();
  const { weight, bias } = denoiser.lastLayer();
  const squaredWeights = squaredWeightsOf(weight) + (bias === null ? 0 : squaredWeightsOf(bias));
  const given = posteriorOf(curvature, settings);
  const fitted = tune === undefined ? given : await tunedPosterior(given, squaredWeights);
  return {
    posterior: fitted,
    pairDigests: digests,
    record: {
      schema: 'steadfid/posterior/1',
      version: VERSION,
      denoiser: { id: description.id, sha256: denoiser.sha256 },
      schedule: description.schedule,
      noising: NOISING,
      tuned: tune ?? null,
      squaredWeights,
      data,
    },
  };
}

/** σ and λ of the highest evidence, for the structure and temperature of a posterior. */
export async function tunedPosterior(given: Posterior, squaredWeights: number): Promise<Posterior> {
  const { curvature } = given;
  const spectrum = await curvatureSpectrum(given);
  return posteriorOf(curvature, {
    ...given,
    ...maximumEvidence({ curvature, spectrum, squaredWeights }, given),
  });
}

/** A pair that comes twice would count twice. */
function requireOnce(digests: readonly number[]): void {
  if (new Set(digests).size === digests.length) return;
  const seen = new Map<number, number>();
  for (const [row, digest] of digests.entries()) {
    const before = seen.get(digest);
    if (before !== undefined)
      throw new InputError('DUPLICATE_CONTENT', {
        where: 'laplace fit',
        expected: 'every pair of image, time and noise must come once',
        received: `pair ${row}, which is pair ${before} again (counted from 0)`,
        help: 'Leave one of the two out.',
      });
    seen.set(digest, row);
  }
}

function interrupted(): InterruptedError {
  return new InterruptedError('INTERRUPTED', {
    where: 'laplace fit',
    expected: 'was interrupted before the last image; nothing was written',
  });
}
