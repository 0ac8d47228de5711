import { join } from 'node:path';
import { defined } from '../../defined.js';
import { type Denoiser, imageSides } from '../../diffusion/denoiser.js';
import { denoiserPredictor } from '../../diffusion/denoiser-predictor.js';
import { openInitialNoise } from '../../diffusion/files/open-initial-noise.js';
import { imageBytes } from '../../diffusion/image-bytes.js';
import {
  type ClassChoice,
  imageClasses,
  type SamplingSettings,
  settingsSteps,
} from '../../diffusion/sampling-settings.js';
import { followedSteps } from '../../diffusion/time-grid.js';
import { VERSION } from '../../encoders/encoder.js';
import { closeAll } from '../../onnx/close-all.js';
import type { SessionOptions } from '../../onnx/onnx-session.js';
import { type GeneratedBatch, generatedBatch, type PropagationSettings } from '../laplace/generated-batch.js';
import { type Posterior, posteriorOf } from '../laplace/posterior.js';
import { openSettingVariances, type SettingVariances } from '../laplace/setting-variances.js';
import type { SweepSetting } from '../laplace/sweep.js';
import { requirePossible } from './generation-checks.js';
import {
  type SweepReport,
  type SweepSettings,
  type SweepSums,
  sweepImagePath,
  sweepMapPath,
  withSweepFolder,
} from './open-sweep-folder.js';
import { writeImagePng, writeMapNpy } from './write-generated-image.js';

export interface SweepRequest {
  readonly n: number;
  readonly denoiser: Denoiser;
  /** what the sums are of; a sweep is taken up again with the same alone */
  readonly sums: SweepSums;
  /**
   * The posterior whose sums serve every setting; asked for once the folder may be written.
   *
   * @param kept  a path in the folder where one that was fitted may be kept, for when the sweep is taken up again
   */
  readonly posterior: (kept: string) => Promise<Posterior>;
  readonly settings: readonly SweepSetting[];
  readonly sampling: SamplingSettings;
  readonly propagation: PropagationSettings;
  readonly keepTimes: readonly number[];
  readonly classes?: ClassChoice | undefined;
  readonly initialNoise?: string | undefined;
  readonly batchSize: number;
  readonly session: SessionOptions;
  readonly existing: 'refused' | 'replaced';
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

/** What a sweep made. */
export interface SweepRun {
  readonly report: SweepReport;
  /** images that an earlier run had made */
  readonly found: number;
  readonly warnings: readonly string[];
}

/**
 * Maps of the same images under every setting of a posterior: one trajectory from each x_T, whose features serve all settings, and
 * draws for the covariance from the same random numbers. Each setting has a folder of maps that `steadfid uncertainty` compares;
 * `images/` holds the images, which are those of the network as it is and the same for all.
 *
 * A run that was stopped goes on after the last image that it had made, and ends in the same bytes.
 *
 * @throws what `withSweepFolder` and `generateImages` throw
 */
export async function sweepPosteriors(folder: string, request: SweepRequest): Promise<SweepRun> {
  const { denoiser, sampling, settings, n, keepTimes, signal } = request;
  const { description } = denoiser;
  const { steps, warnings } = settingsSteps(sampling, description);
  requirePossible(
    { ...request, posterior: settings, layout: 'steadfid', decoder: null, alternatives: [] },
    steps.map(({ nextTime }) => nextTime),
  );
  imageClasses([0], request.classes, { ...description, seed: sampling.seed }); // refuses wrong ones
  const shape = [description.channels, ...imageSides(description)] as [number, number, number];
  const size = shape.reduce((product, side) => product * side, 1);
  const predictor = denoiserPredictor(denoiser, sampling.guidance ?? undefined);
  const noise =
    request.initialNoise === undefined
      ? undefined
      : await openInitialNoise(request.initialNoise, { shape, count: n });
  const facts = settingsOf(request, { times: steps.map(({ time }) => time), noise: noise?.sha256 });
  let variances: SettingVariances | undefined;
  try {
    return await withSweepFolder(folder, facts, request.existing, async (output) => {
      const { missing } = output;
      const found = n - missing.length;
      if (missing.length > 0) {
        const fitted = await request.posterior(join(folder, 'posterior.npz'));
        const posteriors = settings.map((setting) =>
          posteriorOf(fitted.curvature, { ...fitted, ...setting }),
        );
        variances = await openSettingVariances(posteriors, description, request.session);
      }
      for (let first = 0; first < missing.length; first += request.batchSize) {
        const images = missing.slice(first, first + request.batchSize);
        const batch = await generatedBatch({
          images,
          size,
          y: imageClasses(images, request.classes, { ...description, seed: sampling.seed }),
          start: await noise?.rows(images),
          predictor,
          steps,
          seed: sampling.seed,
          clip: sampling.clip,
          propagations: (variances?.sources ?? []).map((varianceOf) => ({
            ...request.propagation,
            trajectory: 'map',
            varianceOf,
            followed: followedSteps({ count: steps.length, every: request.propagation.skip }),
          })),
          keepTimes,
          batchSize: request.batchSize,
          onStep: (index) =>
            request.onProgress?.({
              done: found + first + (images.length * (index + 1)) / steps.length,
              total: n,
            }),
          ...defined({ signal }),
        });
        await writeBatch(folder, settings, batch, shape);
      }
      return { report: await output.finish(), found, warnings };
    });
  } finally {
    await closeAll([variances, noise].map((one) => async () => one?.close()));
  }
}

/** Maps before the image that says that they are there. */
async function writeBatch(
  folder: string,
  settings: readonly SweepSetting[],
  { images, x, moments }: GeneratedBatch,
  shape: readonly [number, number, number],
): Promise<void> {
  const size = x.length / images.length;
  for (const [i, image] of images.entries()) {
    const part = (values: Float32Array | Float64Array): Float32Array =>
      Float32Array.from(values.subarray(i * size, (i + 1) * size));
    for (const [arm, { variance, byTime }] of moments.entries()) {
      const setting = settings[arm]!;
      await writeMapNpy(sweepMapPath(folder, setting, image), part(variance), shape);
      for (const [time, values] of byTime)
        await writeMapNpy(sweepMapPath(folder, setting, image, time), part(values), shape);
    }
    await writeImagePng(sweepImagePath(folder, image), imageBytes(part(x), shape[0]), shape);
  }
}

function settingsOf(
  { n, denoiser, sums, settings, sampling, propagation, keepTimes, classes, session }: SweepRequest,
  facts: { readonly times: readonly number[]; readonly noise: string | undefined },
): SweepSettings {
  const { id, classes: known } = denoiser.description;
  return {
    schema: 'steadfid/sweep/1',
    version: VERSION,
    n,
    denoiser: { id, sha256: denoiser.sha256 },
    sums,
    settings,
    sampling: { ...sampling, times: facts.times },
    propagation,
    keepTimes,
    classes: known === null ? null : (classes ?? { kind: 'uniform' }),
    initialNoise: facts.noise === undefined ? null : { sha256: facts.noise },
    device: session.device ?? 'cpu',
  };
}
