import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chunkedPredictor } from '../../diffusion/chunked-predictor.js';
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
import { fileExists } from '../../encoders/files/file-exists.js';
import { makeFolder } from '../../encoders/files/unwritable-file.js';
import { writeWhole } from '../../encoders/files/write-whole.js';
import { InputError } from '../../errors.js';
import { closeAll } from '../../onnx/close-all.js';
import type { SessionOptions } from '../../onnx/onnx-session.js';
import { FIRST_ID } from '../generation-record.js';
import { generatedBatch, type PropagationSettings } from '../laplace/generated-batch.js';
import { type Posterior, posteriorOf } from '../laplace/posterior.js';
import { openPredictiveVariance, type PredictiveVariance } from '../laplace/predictive-variance.js';
import { type SweepArm, type SweepLaw, type SweepSetting, sweepFolder, sweepLaws } from '../laplace/sweep.js';
import { LONGEST_RUN_MS } from './generate-images.js';
import { requirePossible } from './generation-checks.js';
import { writeImagePng, writeMapNpy } from './write-generated-image.js';

export interface SweepRequest {
  readonly n: number;
  readonly denoiser: Denoiser;
  /** whose sums serve every setting */
  readonly fitted: Posterior;
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

/** `sweep.json`. */
export interface SweepReport {
  readonly schema: 'steadfid/sweep/1';
  readonly version: string;
  readonly n: number;
  readonly denoiser: { readonly id: string; readonly sha256: string };
  readonly sampling: SamplingSettings & { readonly times: readonly number[] };
  readonly propagation: PropagationSettings;
  readonly keepTimes: readonly number[];
  readonly device: string;
  readonly arms: readonly SweepArm[];
  readonly laws: readonly SweepLaw[];
}

/** What a sweep made. */
export interface SweepRun {
  readonly report: SweepReport;
  readonly warnings: readonly string[];
}

/**
 * Refuses a sweep that could not be made, before a posterior is fitted for it.
 *
 * @throws OptionError CONFLICTING_OPTIONS, OUT_OF_RANGE if settings are at fault
 * @throws InputError FILE_EXISTS if there are a finished sweep, or images or maps, that may not be replaced
 */
export async function requireSweep(folder: string, request: Omit<SweepRequest, 'fitted'>): Promise<void> {
  const { denoiser, sampling, settings, classes } = request;
  const { steps } = settingsSteps(sampling, denoiser.description);
  requirePossible(
    { ...request, posterior: settings, layout: 'steadfid' },
    steps.map(({ nextTime }) => nextTime),
  );
  imageClasses([0], classes, { ...denoiser.description, seed: sampling.seed }); // refuses wrong ones
  if (request.existing === 'replaced') return;
  const help = 'Pass --force to make it anew, or write to another folder.';
  const where = join(folder, 'sweep.json');
  if (await fileExists(where))
    throw new InputError('FILE_EXISTS', {
      where,
      expected: 'this sweep is finished, and was left as it is',
      help,
    });
  for (const name of ['images', ...settings.map(sweepFolder)]) {
    const [first] = await readdir(join(folder, name)).catch(() => []);
    if (first !== undefined)
      throw new InputError('FILE_EXISTS', {
        where: join(folder, name, first),
        expected: 'there are files of an unfinished sweep or another origin, and they were left as they are',
        help,
      });
  }
}

/**
 * Maps of the same images under every setting of a posterior: one trajectory from each x_T, whose features serve all settings, and
 * draws for the covariance from the same random numbers. Each setting has a folder of maps that `steadfid uncertainty` compares;
 * `images/` holds the images, which are those of the network as it is and the same for all.
 *
 * @throws what `requireSweep` and `generateImages` throw
 */
export async function sweepPosteriors(folder: string, request: SweepRequest): Promise<SweepRun> {
  const { denoiser, sampling, settings, n, keepTimes, signal } = request;
  const { description } = denoiser;
  const { steps, warnings } = settingsSteps(sampling, description);
  const shape = [description.channels, ...imageSides(description)] as [number, number, number];
  const size = shape.reduce((product, side) => product * side, 1);
  await requireSweep(folder, request);
  const predictor = chunkedPredictor(denoiserPredictor(denoiser, sampling.guidance ?? undefined), {
    mostMs: LONGEST_RUN_MS,
    clock: () => performance.now(),
    signal,
  });
  const noise =
    request.initialNoise === undefined
      ? undefined
      : await openInitialNoise(request.initialNoise, { shape, count: n });
  const variances: PredictiveVariance[] = [];
  try {
    for (const setting of settings) {
      const own = posteriorOf(request.fitted.curvature, { ...request.fitted, ...setting });
      variances.push(await openPredictiveVariance(own, description, request.session));
    }
    await makeFolders(folder, settings, keepTimes);
    const sums = settings.map(() => ({ sum: 0, negatives: 0 }));
    for (let first = 0; first < n; first += request.batchSize) {
      const images = Array.from({ length: Math.min(request.batchSize, n - first) }, (_, i) => first + i);
      const batch = await generatedBatch({
        images,
        size,
        y: imageClasses(images, request.classes, { ...description, seed: sampling.seed }),
        start: await noise?.rows(images),
        predictor,
        steps,
        seed: sampling.seed,
        clip: sampling.clip,
        propagations: variances.map((variance) => ({
          ...request.propagation,
          trajectory: 'map',
          varianceOf: (features, count) => variance.variance(features, count),
          followed: followedSteps({ count: steps.length, every: request.propagation.skip }),
        })),
        keepTimes,
        batchSize: request.batchSize,
        onStep: (index) =>
          request.onProgress?.({ done: first + (images.length * (index + 1)) / steps.length, total: n }),
        ...(signal === undefined ? {} : { signal }),
      });
      const part = (
        values: ArrayLike<number> & { subarray(from: number, to: number): ArrayLike<number> },
        i: number,
      ) => Float32Array.from(values.subarray(i * size, (i + 1) * size));
      for (const [i, image] of images.entries()) {
        const name = `img_${FIRST_ID + image}`;
        await writeImagePng(
          join(folder, 'images', `${name}.png`),
          imageBytes(part(batch.x, i), shape[0]),
          shape,
        );
        for (const [arm, { variance, byTime }] of batch.moments.entries()) {
          const own = part(variance, i);
          for (const value of own) {
            sums[arm]!.sum += value;
            if (value < 0) sums[arm]!.negatives++;
          }
          const target = sweepFolder(settings[arm]!);
          await writeMapNpy(join(folder, target, `${name}.npy`), own, shape);
          for (const [time, values] of byTime)
            await writeMapNpy(
              join(folder, 'by-time', `${target}_t${time}`, `${name}.npy`),
              part(values, i),
              shape,
            );
        }
      }
    }
    const arms = settings.map((setting, i) => ({
      ...setting,
      folder: sweepFolder(setting),
      mean: sums[i]!.sum / (n * size),
      negativeShare: sums[i]!.negatives / (n * size),
    }));
    const report: SweepReport = {
      schema: 'steadfid/sweep/1',
      version: VERSION,
      n,
      denoiser: { id: description.id, sha256: denoiser.sha256 },
      sampling: { ...sampling, times: steps.map(({ time }) => time) },
      propagation: request.propagation,
      keepTimes,
      device: request.session.device ?? 'cpu',
      arms,
      laws: sweepLaws(arms),
    };
    await writeWhole(join(folder, 'sweep.json'), `${JSON.stringify(report, null, 2)}\n`, {
      existing: 'replaced',
    });
    return { report, warnings };
  } finally {
    await closeAll([...variances, ...(noise === undefined ? [] : [noise])].map((one) => () => one.close()));
  }
}

async function makeFolders(
  folder: string,
  settings: readonly SweepSetting[],
  keepTimes: readonly number[],
): Promise<void> {
  const names = settings.map(sweepFolder);
  const byTime = names.flatMap((name) => keepTimes.map((time) => join('by-time', `${name}_t${time}`)));
  for (const name of ['images', ...names, ...byTime]) await makeFolder(join(folder, name));
}
