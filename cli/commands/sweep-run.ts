import { join } from 'node:path';
import { defined } from '../../defined.js';
import { type Denoiser, denoiserBatchSize } from '../../diffusion/denoiser.js';
import { openDenoiser } from '../../diffusion/open-denoiser.js';
import { fileExists } from '../../encoders/files/file-exists.js';
import { fileHash } from '../../encoders/files/file-hash.js';
import { writeWhole } from '../../encoders/files/write-whole.js';
import { openImageSet } from '../../encoders/images/open-image-set.js';
import type { SourceOptions } from '../../encoders/images/source-options.js';
import { OptionError } from '../../errors.js';
import { countText } from '../../numerics/number-text.js';
import { tableText } from '../../reports/text/text-tables.js';
import type { SweepReport } from '../../uncertainty/files/open-sweep-folder.js';
import { type SweepRequest, sweepPosteriors } from '../../uncertainty/files/sweep-posteriors.js';
import { type FittedPosterior, fitPosterior } from '../../uncertainty/laplace/fit-posterior.js';
import { type ImagePairsOptions, imagePairs } from '../../uncertainty/laplace/image-pairs.js';
import type { Posterior } from '../../uncertainty/laplace/posterior.js';
import {
  readPosterior,
  requireOwnDenoiser,
  writePosterior,
} from '../../uncertainty/laplace/posterior-file.js';
import { needsGram, type Structure } from '../../uncertainty/laplace/posterior-settings.js';
import { sweepScales, sweepSettings } from '../../uncertainty/laplace/sweep.js';
import type { CommandInput, Outcome } from '../command.js';
import type { OptionsOf } from '../flag.js';
import { requireOutside } from '../output-outside.js';
import { sessionOptions, sourcesOptions, unreadableImages } from '../shared-options.js';
import { conflictError, requireOutput, type Terminal } from '../terminal.js';
import { required, samplingSettings } from './generate-run.js';
import type { SWEEP_FLAGS } from './sweep.js';

/** `steadfid sweep`: maps under every setting, and a table of how they scale. */
export async function runSweep(
  { options }: CommandInput<typeof SWEEP_FLAGS>,
  terminal: Terminal,
): Promise<Outcome> {
  const path = required(options.denoiser, '--denoiser', 'net.onnx');
  const n = required(options.n, '-n', '64');
  const folder = requireOutput(options.output, 'sweep/');
  if (options.images !== undefined && options.posterior !== undefined)
    throw conflictError('--images', '--posterior');
  await requireOutside({ output: folder }, [options.images]);
  const session = sessionOptions(options);
  const { structures, noiseSd: noiseSds, priorPrecision: priorPrecisions } = options;
  const denoiser = await openDenoiser(path, session);
  try {
    const { report, found, warnings } = await sweepPosteriors(folder, {
      n,
      denoiser,
      ...(await sumsOf(denoiser, options, terminal)),
      settings: sweepSettings({ structures, noiseSds, priorPrecisions }),
      sampling: samplingSettings(options),
      propagation: {
        skip: options.skip,
        samples: options.samples,
        covariance: options.covariance,
        totalVariance: options.totalVariance === 'on' ? 'added' : 'left-out',
        trajectory: 'map',
      },
      keepTimes: options.keepTimes,
      classes: options.class,
      initialNoise: options.initialNoise,
      batchSize: options.batchSize ?? denoiserBatchSize(denoiser.description),
      session,
      existing: options.force === 'on' ? 'replaced' : 'refused',
      signal: terminal.signal,
      onProgress: ({ done, total }) =>
        terminal.progress.show({
          task: `sweeping ${folder}`,
          done: Math.floor(done * 10) / 10,
          total,
          unit: 'img',
        }),
    });
    terminal.progress.clear();
    for (const warning of warnings) terminal.remark(`warning: ${warning}`);
    const text = sweepText(report);
    await writeWhole(join(folder, 'sweep.txt'), text, { existing: 'replaced' });
    terminal.print(options.json === 'on' ? JSON.stringify(report, null, 2) : text);
    const earlier = found === 0 ? '' : `, ${countText(found)} of them before`;
    terminal.remark(`wrote ${report.arms.length} folders of ${countText(n)} maps to ${folder}${earlier}`);
    return 'done';
  } finally {
    await denoiser.close();
  }
}

/** The posterior whose sums serve every setting: read, or fitted to images and kept in the sweep's folder. */
async function sumsOf(
  denoiser: Denoiser,
  {
    images,
    posterior,
    structures,
    fitImages,
    skipUnreadable,
    seed,
    key,
    imageRange,
  }: OptionsOf<typeof SWEEP_FLAGS>,
  terminal: Terminal,
): Promise<Pick<SweepRequest, 'sums' | 'posterior'>> {
  const read = async (path: string): Promise<Posterior> => {
    const found = await readPosterior(path);
    requireOwnDenoiser(found, denoiser, path);
    return found.posterior;
  };
  if (posterior !== undefined) {
    const own = await read(posterior); // a wrong one is refused before anything is written
    return { sums: { kind: 'posterior', sha256: await fileHash(posterior) }, posterior: async () => own };
  }
  if (images === undefined)
    throw new OptionError('OUT_OF_RANGE', {
      where: '--images',
      expected: 'needs training images to fit the posterior to',
      help: 'Add --images train/, or --posterior posterior.npz.',
    });
  const opening = sourcesOptions({ key, imageRange }).generated;
  const structure = structures.some(needsGram) ? 'full' : structures[0]!;
  return {
    sums: {
      kind: 'images',
      source: images,
      ...defined({ key: opening.key, imageRange: opening.imageRange }),
      n: fitImages ?? null,
      seed,
    },
    posterior: async (kept) => {
      if (await fileExists(kept)) return read(kept);
      const unreadable = unreadableImages(skipUnreadable);
      const fitted = await fittedTo(
        images,
        denoiser,
        { structure, opening, n: fitImages, seed, unreadable },
        terminal,
      );
      const { length } = fitted.record.data.skipped;
      if (length > 0) terminal.remark(`${countText(length)} unreadable left out of ${images}`);
      await writePosterior(kept, fitted);
      return fitted.posterior;
    },
  };
}

async function fittedTo(
  images: string,
  denoiser: Denoiser,
  {
    structure,
    opening,
    ...reading
  }: { readonly structure: Structure; readonly opening: SourceOptions } & Pick<
    ImagePairsOptions,
    'n' | 'seed' | 'unreadable'
  >,
  terminal: Terminal,
): Promise<FittedPosterior> {
  const set = await openImageSet(images, opening);
  try {
    const pairs = imagePairs(set, denoiser.description, reading);
    const { preprocessing, count, skipped } = pairs;
    const { seed } = reading;
    return await fitPosterior(denoiser, pairs.batches(), {
      settings: { structure },
      data: {
        kind: 'images',
        source: images,
        seed,
        timesPerImage: 1,
        preprocessing,
        shards: null,
        skipped,
      },
      signal: terminal.signal,
      onProgress: (done) =>
        terminal.progress.show({ task: `fitting to ${images}`, done, total: count, unit: 'img' }),
    });
  } finally {
    await set.close();
  }
}

/** Means of all settings, then each expected ratio beside the measured one. */
function sweepText({ arms, laws, n }: SweepReport): string {
  const digits = (value: number | null): string => (value === null ? '–' : value.toPrecision(4));
  const means = tableText({
    header: ['structure', 'noise sd', 'prior precision', 'mean variance', 'below 0'],
    align: ['left', 'right', 'right', 'right', 'right'],
    rows: arms.map(({ structure, noiseSd, priorPrecision, mean, negativeShare }) => [
      structure,
      String(noiseSd),
      String(priorPrecision),
      digits(mean),
      `${(100 * negativeShare).toFixed(1)} %`,
    ]),
  });
  const scales = new Map(arms.map((arm) => [arm.folder, sweepScales(arm)]));
  const ratios = tableText({
    header: ['structure', 'changed', 'first', 'second', 'ratio', 'isotropic law', 'expected', 'agrees'],
    align: ['left', 'left', 'left', 'left', 'right', 'right', 'left', 'left'],
    rows: laws.map(({ structure, changed, first, second, measured, isotropic, expected, agrees }) => [
      structure,
      changed,
      scales.get(first)!,
      scales.get(second)!,
      digits(measured),
      digits(isotropic),
      expected,
      agrees === null ? '–' : agrees ? 'yes' : 'no',
    ]),
  });
  const title = `Variance of x_0 under ${arms.length} settings, mean over ${n} images, in squared units of -1 … 1`;
  return [
    title,
    '',
    ...means,
    ...(laws.length === 0 ? [] : ['', 'Mean of the second over the first', '', ...ratios]),
    '',
  ].join('\n');
}
