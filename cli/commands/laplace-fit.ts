import { defined } from '../../defined.js';
import { type Denoiser, denoiserBatchSize } from '../../diffusion/denoiser.js';
import { openDenoiser } from '../../diffusion/open-denoiser.js';
import { openImageSet } from '../../encoders/images/open-image-set.js';
import { OptionError } from '../../errors.js';
import { countText } from '../../numerics/number-text.js';
import { posteriorText } from '../../reports/uncertainty/posterior-text.js';
import { openFitSet } from '../../uncertainty/laplace/denoiser-arrays.js';
import {
  type FitOptions,
  type FittedPosterior,
  fitPosterior,
} from '../../uncertainty/laplace/fit-posterior.js';
import { imagePairs } from '../../uncertainty/laplace/image-pairs.js';
import { writePosterior } from '../../uncertainty/laplace/posterior-file.js';
import type { PosteriorSettings } from '../../uncertainty/laplace/posterior-settings.js';
import { posteriorSummary } from '../../uncertainty/laplace/posterior-summary.js';
import type { Outcome } from '../command.js';
import { readingOptions, sessionOptions, sourcesOptions } from '../shared-options.js';
import { conflictError, requireNewFile, requireOutput, type Terminal } from '../terminal.js';
import { type LaplaceRequest, requireFlag, writingOf } from './laplace-run.js';

type Options = LaplaceRequest['options'];
type Running = Pick<FitOptions, 'settings' | 'tune' | 'signal'> & {
  readonly progress: (total: number) => (pairs: number) => void;
};

/** `steadfid laplace fit` */
export async function runLaplaceFit({ options }: LaplaceRequest, terminal: Terminal): Promise<Outcome> {
  const network = requireFlag(options.denoiser, 'denoiser', 'Name the .onnx file of the network.');
  const path = requireOutput(options.output, 'posterior.npz');
  requireConsistent(options);
  const writing = writingOf(options, terminal);
  await requireNewFile(path, writing.existing);
  const denoiser = await openDenoiser(network, sessionOptions(options));
  try {
    const running: Running = {
      settings: settingsOf(options),
      tune: options.tune,
      signal: terminal.signal,
      progress: (total) => (pairs) =>
        terminal.progress.show({ task: `fitting ${path}`, done: pairs, total, unit: 'pairs' }),
    };
    const fitted =
      options.fitSet === undefined
        ? await fitToImages(denoiser, options, running)
        : await fitToSet(denoiser, options, running);
    terminal.progress.clear();
    await writePosterior(path, fitted, writing);
    const summary = await posteriorSummary(fitted);
    terminal.print(options.json === 'on' ? JSON.stringify(summary, null, 2) : posteriorText(summary));
    const { length } = summary.data.skipped;
    const left = length === 0 ? '' : `, ${countText(length)} unreadable left out`;
    terminal.remark(`wrote ${path}: ${countText(summary.pairs)} pairs of image and time${left}`);
    return 'done';
  } finally {
    await denoiser.close();
  }
}

function requireConsistent(options: Options): void {
  const { images, fitSet, tune, structure, fisherFactor } = options;
  if (images === undefined && fitSet === undefined) {
    throw new OptionError('OUT_OF_RANGE', {
      where: 'steadfid laplace fit',
      expected: 'needs --images with training images, or --fit-set with pairs',
    });
  }
  if (images !== undefined && fitSet !== undefined) throw conflictError('--images', '--fit-set');
  if (fitSet !== undefined) {
    for (const [flag, value] of [
      ['-n', options.n],
      ['--times-per-image', options.timesPerImage],
      ['--shard', options.shard],
    ] as const) {
      if (value !== undefined) throw conflictError(flag, '--fit-set');
    }
  }
  if (tune !== undefined && options.noiseSd !== undefined) throw conflictError('--tune', '--noise-sd');
  if (tune !== undefined && options.priorPrecision !== undefined) {
    throw conflictError('--tune', '--prior-precision');
  }
  if (tune !== undefined && options.temperature !== undefined && options.temperature !== 1) {
    throw new OptionError('CONFLICTING_OPTIONS', {
      where: '--temperature',
      expected:
        'goes without --tune: the noise sd of the highest evidence takes it up, and no map would change',
      received: String(options.temperature),
      help: 'Tune first, then fit with --noise-sd, --prior-precision and --temperature.',
    });
  }
  if (fisherFactor !== undefined && structure !== 'diag-ef') {
    throw new OptionError('CONFLICTING_OPTIONS', {
      where: '--fisher-factor',
      expected: 'goes with --structure diag-ef',
      received: structure ?? 'full',
    });
  }
}

function settingsOf(options: Options): Partial<PosteriorSettings> {
  const { structure, noiseSd, priorPrecision, temperature, fisherFactor } = options;
  return {
    ...defined({ structure, noiseSd, priorPrecision, temperature }),
    ...(fisherFactor === undefined ? {} : { fisherFactor: fisherFactor === '1' ? 1 : 2 }),
  };
}

async function fitToImages(
  denoiser: Denoiser,
  options: Options,
  { progress, ...fitting }: Running,
): Promise<FittedPosterior> {
  const { seed, shard, timesPerImage = 1, batchSize } = options;
  const set = await openImageSet(options.images!, sourcesOptions(options).generated);
  try {
    const pairs = imagePairs(set, denoiser.description, {
      n: options.n,
      timesPerImage,
      seed,
      shard,
      batchSize,
      ...readingOptions(options),
    });
    const shards = shard === undefined ? null : { count: shard.count, indices: [shard.index] };
    const { preprocessing, skipped } = pairs;
    return await fitPosterior(denoiser, pairs.batches(), {
      ...fitting,
      data: { kind: 'images', source: set.source, seed, timesPerImage, preprocessing, shards, skipped },
      onProgress: progress(pairs.count),
    });
  } finally {
    await set.close();
  }
}

async function fitToSet(
  denoiser: Denoiser,
  { fitSet, batchSize = denoiserBatchSize(denoiser.description) }: Options,
  { progress, ...fitting }: Running,
): Promise<FittedPosterior> {
  const set = await openFitSet(fitSet!, denoiser.description);
  try {
    return await fitPosterior(denoiser, set.batches(batchSize), {
      ...fitting,
      data: {
        kind: 'fit-set',
        source: fitSet!,
        seed: null,
        timesPerImage: 1,
        preprocessing: null,
        shards: null,
        skipped: [],
      },
      onProgress: progress(set.count),
    });
  } finally {
    await set.close();
  }
}
