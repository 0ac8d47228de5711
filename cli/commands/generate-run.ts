import { defined } from '../../defined.js';
import type { Denoiser } from '../../diffusion/denoiser.js';
import { openDenoiser } from '../../diffusion/open-denoiser.js';
import type { SamplingSettings } from '../../diffusion/sampling-settings.js';
import { encoderChoice } from '../../encoders/encoder-choice.js';
import { fileHash } from '../../encoders/files/file-hash.js';
import { openChosenEncoder } from '../../encoders/open-chosen-encoder.js';
import { OptionError } from '../../errors.js';
import { countText } from '../../numerics/number-text.js';
import type { SessionOptions } from '../../onnx/onnx-session.js';
import type { Alternative } from '../../uncertainty/alternatives/alternative.js';
import { alternativesNamed } from '../../uncertainty/alternatives/alternative-catalog.js';
import { embedImages } from '../../uncertainty/alternatives/embed-images.js';
import { ensemble } from '../../uncertainty/alternatives/ensemble.js';
import { type GenerationRequest, generateImages } from '../../uncertainty/files/generate-images.js';
import type { FittedPosterior } from '../../uncertainty/laplace/fit-posterior.js';
import { denoiserBatchSize } from '../../uncertainty/laplace/image-pairs.js';
import { readPosterior, requireOwnDenoiser } from '../../uncertainty/laplace/posterior-file.js';
import { openPredictiveVariance } from '../../uncertainty/laplace/predictive-variance.js';
import { openWeightDraws } from '../../uncertainty/laplace/weight-draws.js';
import type { CommandInput, Outcome } from '../command.js';
import type { OptionsOf } from '../flag.js';
import { pulling, requireEncoder, requireOutput, type Terminal } from '../terminal.js';
import type { GENERATE_FLAGS, SAMPLING_FLAGS } from './generate.js';

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

/** What a run has opened, to be closed in the end. */
interface Opened {
  readonly denoiser: Denoiser;
  readonly fitted: FittedPosterior | null;
  readonly session: SessionOptions;
  readonly closings: (() => Promise<void>)[];
}

async function openedPosterior(
  { denoiser, fitted, session, closings }: Opened,
  options: OptionsOf<typeof GENERATE_FLAGS>,
): Promise<GenerationRequest['posterior']> {
  if (fitted === null) return null;
  const opened = await openPredictiveVariance(fitted.posterior, denoiser.description, session);
  closings.push(() => opened.close());
  const { structure, noiseSd, priorPrecision, temperature } = fitted.posterior;
  return {
    variance: (features, count) => opened.variance(features, count),
    facts: { sha256: await fileHash(options.posterior!), structure, noiseSd, priorPrecision, temperature },
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

/** The alternatives asked for; the ensemble draws weights from the posterior and needs an encoder. */
async function openedAlternatives(
  { denoiser, fitted, session, closings }: Opened,
  { alternatives: names, encoder, draws, seed, models }: OptionsOf<typeof GENERATE_FLAGS>,
  terminal: Terminal,
): Promise<readonly Alternative[]> {
  if (!names.includes('ensemble')) return alternativesNamed(names);
  if (fitted === null || encoder === undefined)
    throw new OptionError('CONFLICTING_OPTIONS', {
      where: '--alternatives ensemble',
      expected: 'draws weights from a posterior and compares embeddings',
      help: `Pass ${[fitted === null ? '--posterior' : [], encoder === undefined ? '--encoder' : []].flat().join(' and ')}.`,
    });
  const weights = await openWeightDraws(fitted.posterior, denoiser.description, {
    ...session,
    count: draws,
    seed,
  });
  closings.push(() => weights.close());
  const choice = encoderChoice(requireEncoder(encoder), 'clip-vit-b-32');
  const { signal } = terminal;
  const opened = await openChosenEncoder(choice, {
    ...session,
    ...pulling(terminal),
    ...defined({ models }),
    signal,
  });
  closings.push(() => opened.close());
  return alternativesNamed(names, [ensemble(weights, embedImages(opened))]);
}

/** `steadfid generate`: a folder of images, with maps. */
export async function runGenerate(
  { options }: CommandInput<typeof GENERATE_FLAGS>,
  terminal: Terminal,
): Promise<Outcome> {
  const path = required(options.denoiser, '--denoiser', 'net.onnx');
  const n = required(options.n, '-n', '64');
  const folder = requireOutput(options.output, 'generated/');
  const session = {
    device: options.device,
    ...defined({ threads: options.threads }),
  };
  const closings: (() => Promise<void>)[] = [];
  try {
    const denoiser = await openDenoiser(path, session);
    closings.push(() => denoiser.close());
    const fitted = options.posterior === undefined ? null : await readPosterior(options.posterior);
    if (fitted !== null) requireOwnDenoiser(fitted, denoiser, options.posterior!);
    const opened = { denoiser, fitted, session, closings };
    const { record, found, warnings } = await generateImages(folder, {
      n,
      denoiser,
      posterior: await openedPosterior(opened, options),
      sampling: samplingSettings(options),
      keepTimes: options.keepTimes,
      classes: options.class,
      initialNoise: options.initialNoise,
      alternatives: await openedAlternatives(opened, options, terminal),
      layout: options.layout,
      device: options.device,
      shard: options.shard,
      batchSize: options.batchSize ?? denoiserBatchSize(denoiser.description),
      existing: options.force === 'on' ? 'replaced' : 'refused',
      signal: terminal.signal,
      onProgress: ({ done, total }) =>
        terminal.progress.show({
          task: `generating ${folder}`,
          done: Math.floor(done * 10) / 10,
          total,
          unit: 'img',
        }),
    });
    terminal.progress.clear();
    for (const warning of warnings) terminal.remark(`warning: ${warning}`);
    const { images, negatives } = record.counts;
    const earlier = found === 0 ? '' : `, ${countText(found)} of them before`;
    terminal.remark(`wrote ${countText(images)} images to ${folder}${earlier}`);
    if (negatives !== null)
      terminal.remark(
        `variance below 0 in ${(100 * negatives.share).toFixed(1)} % of the maps' values, in ${countText(negatives.images)} images: estimates, kept as they are`,
      );
    return 'done';
  } finally {
    for (const close of closings) await close();
  }
}
