import { denoiserBatchSize, imageSides } from '../../diffusion/denoiser.js';
import { openDenoiser } from '../../diffusion/open-denoiser.js';
import { openLatentDecoder } from '../../diffusion/open-latent-decoder.js';
import type { SamplingSettings } from '../../diffusion/sampling-settings.js';
import { fileHash } from '../../encoders/files/file-hash.js';
import { OptionError } from '../../errors.js';
import { countOf, countText } from '../../numerics/number-text.js';
import { closeAll } from '../../onnx/close-all.js';
import {
  type GenerationRequest,
  type GenerationRun,
  type GenerationSink,
  generateImages,
} from '../../uncertainty/files/generate-images.js';
import { readPosterior, requireOwnDenoiser } from '../../uncertainty/laplace/posterior-file.js';
import { posteriorSettings } from '../../uncertainty/laplace/posterior-settings.js';
import { openPredictiveVariance } from '../../uncertainty/laplace/predictive-variance.js';
import type { CommandInput, Outcome } from '../command.js';
import type { OptionsOf } from '../flag.js';
import { requireOutside } from '../output-outside.js';
import { sessionOptions } from '../shared-options.js';
import { requireOutput, type Terminal } from '../terminal.js';
import type { GENERATE_FLAGS, SAMPLING_FLAGS } from './generate.js';
import { type Opened, openedAlternatives } from './generate-alternatives.js';

export type GenerateInput = CommandInput<typeof GENERATE_FLAGS>;

/** @throws OptionError OUT_OF_RANGE if a flag that has no default is missing */
export function required<T>(value: T | undefined, flag: string, example: string): T {
  if (value !== undefined) return value;
  throw new OptionError('OUT_OF_RANGE', {
    where: flag,
    expected: 'needs a value',
    help: `Add ${flag} ${example}.`,
  });
}

export function samplingSettings(options: OptionsOf<typeof SAMPLING_FLAGS>): SamplingSettings {
  const { sampler, steps, eta, grid, spacing, end, clip, guidance, seed } = options;
  return { sampler, steps, eta, grid, spacing, end, clip, guidance: guidance ?? null, seed };
}

/** Draws of each latent, as in the original study. */
const DEFAULT_DECODINGS = 10;

async function openedPosterior(
  { denoiser, fitted, session, closings }: Opened,
  options: OptionsOf<typeof GENERATE_FLAGS>,
): Promise<GenerationRequest['posterior']> {
  if (fitted === null) return null;
  const opened = await openPredictiveVariance(fitted.posterior, denoiser.description, session);
  closings.push(() => opened.close());
  return {
    variance: (features, count) => opened.variance(features, count),
    facts: { sha256: await fileHash(options.posterior!), ...posteriorSettings(fitted.posterior) },
    settings: {
      skip: options.skip,
      samples: options.samples,
      covariance: options.covariance,
      totalVariance: options.totalVariance === 'on' ? 'added' : 'left-out',
      trajectory: options.trajectory,
      publishedDdpm: options.publishedDdpm,
    },
  };
}

/** @throws OptionError CONFLICTING_OPTIONS if there is a setting of a decoder without one */
async function openedDecoder(
  { denoiser: { description }, session, closings }: Opened,
  { decoder, decoderScale, decodings, posterior }: OptionsOf<typeof GENERATE_FLAGS>,
): Promise<GenerationRequest['decoder']> {
  for (const [where, isAlone, owner] of [
    ['--decoder-scale', decoderScale !== undefined && decoder === undefined, '--decoder'],
    ['--decodings', decodings !== undefined && decoder === undefined, '--decoder'],
    ['--decodings', decodings !== undefined && posterior === undefined, '--posterior'],
  ] as const)
    if (isAlone)
      throw new OptionError('CONFLICTING_OPTIONS', {
        where,
        expected: `is a setting of ${owner}`,
        help: `Pass ${owner}, or leave it out.`,
      });
  if (decoder === undefined) return undefined;
  const network = await openLatentDecoder(decoder, {
    ...session,
    latent: [description.channels, ...imageSides(description)],
    scale: decoderScale ?? 1,
  });
  closings.push(() => network.close());
  return { network, decodings: decodings ?? DEFAULT_DECODINGS };
}

/** Opens the networks that the flags name, and makes images of noise. */
export async function generatedInto(
  into: string | GenerationSink,
  options: GenerateInput['options'],
  terminal: Terminal,
  task: string,
): Promise<GenerationRun> {
  const path = required(options.denoiser, '--denoiser', 'net.onnx');
  const n = required(options.n, '-n', '64');
  const session = sessionOptions(options);
  const closings: (() => Promise<void>)[] = [];
  try {
    const denoiser = await openDenoiser(path, session);
    closings.push(() => denoiser.close());
    const fitted = options.posterior === undefined ? null : await readPosterior(options.posterior);
    if (fitted !== null) requireOwnDenoiser(fitted, denoiser, options.posterior!);
    const opened = { denoiser, path, fitted, session, closings };
    return await generateImages(into, {
      n,
      denoiser,
      posterior: await openedPosterior(opened, options),
      sampling: samplingSettings(options),
      keepTimes: options.keepTimes,
      classes: options.class,
      initialNoise: options.initialNoise,
      alternatives: await openedAlternatives(opened, options, terminal),
      decoder: await openedDecoder(opened, options),
      layout: options.layout,
      device: options.device,
      shard: options.shard,
      batchSize: options.batchSize ?? denoiserBatchSize(denoiser.description),
      existing: options.force === 'on' ? 'replaced' : 'refused',
      signal: terminal.signal,
      onProgress: ({ done, total }) =>
        terminal.progress.show({
          task,
          done: Math.floor(done * 10) / 10,
          total,
          unit: 'img',
        }),
    });
  } finally {
    await closeAll(closings);
  }
}

/** `steadfid generate`: a folder of images, with maps. */
export async function runGenerate({ options }: GenerateInput, terminal: Terminal): Promise<Outcome> {
  required(options.denoiser, '--denoiser', 'net.onnx');
  required(options.n, '-n', '64');
  const folder = requireOutput(options.output, 'generated/');
  await requireOutside({ output: folder }, [options.reference]);
  const { record, found, warnings } = await generatedInto(folder, options, terminal, `generating ${folder}`);
  terminal.progress.clear();
  for (const warning of warnings) terminal.warn(warning);
  return saidOf(folder, { record, found }, terminal);
}

/** Says what a folder holds now. */
export function saidOf(
  folder: string,
  { record, found }: Pick<GenerationRun, 'record' | 'found'>,
  terminal: Terminal,
): Outcome {
  const { images, negatives } = record.counts;
  const earlier = found === 0 ? '' : `, ${countText(found)} of them before`;
  terminal.remark(`wrote ${countOf(images, 'image')} to ${folder}${earlier}`);
  if (negatives !== null && negatives.images > 0)
    terminal.remark(
      `variance below 0 in ${(100 * negatives.share).toFixed(1)} % of the ${record.decoder === null ? 'maps' : 'latents'}' values, in ${countText(negatives.images)} images: estimates, kept as they are`,
    );
  return 'done';
}
