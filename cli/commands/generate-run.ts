import { defined } from '../../defined.js';
import { type Denoiser, denoiserBatchSize, imageSides } from '../../diffusion/denoiser.js';
import { openDenoiser } from '../../diffusion/open-denoiser.js';
import { openLatentDecoder } from '../../diffusion/open-latent-decoder.js';
import type { SamplingSettings } from '../../diffusion/sampling-settings.js';
import { collectEmbeddings } from '../../encoders/collect-embeddings.js';
import { encodeImages } from '../../encoders/encode-images.js';
import type { Encoder } from '../../encoders/encoder.js';
import { encoderChoice } from '../../encoders/encoder-choice.js';
import { encodingTask } from '../../encoders/encoding-options.js';
import { fileHash } from '../../encoders/files/file-hash.js';
import { openImageSet } from '../../encoders/images/open-image-set.js';
import { openChosenEncoder } from '../../encoders/open-chosen-encoder.js';
import { OptionError } from '../../errors.js';
import { countText } from '../../numerics/number-text.js';
import { openAlgebra } from '../../numerics/open-algebra.js';
import { closeAll } from '../../onnx/close-all.js';
import type { SessionOptions } from '../../onnx/onnx-session.js';
import type { Alternative } from '../../uncertainty/alternatives/alternative.js';
import { alternativesNamed } from '../../uncertainty/alternatives/alternative-catalog.js';
import { ensemble } from '../../uncertainty/alternatives/ensemble.js';
import { imageEmbedder } from '../../uncertainty/alternatives/image-embedder.js';
import {
  type ReferenceEmbeddings,
  referenceDistance,
} from '../../uncertainty/alternatives/reference-distance.js';
import { type GenerationRequest, generateImages } from '../../uncertainty/files/generate-images.js';
import type { FittedPosterior } from '../../uncertainty/laplace/fit-posterior.js';
import { readPosterior, requireOwnDenoiser } from '../../uncertainty/laplace/posterior-file.js';
import { posteriorSettings } from '../../uncertainty/laplace/posterior-settings.js';
import { openPredictiveVariance } from '../../uncertainty/laplace/predictive-variance.js';
import { openWeightDraws } from '../../uncertainty/laplace/weight-draws.js';
import type { CommandInput, Outcome } from '../command.js';
import type { OptionsOf } from '../flag.js';
import { sessionOptions } from '../shared-options.js';
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

/** Draws of each latent, as in the original study. */
const DEFAULT_DECODINGS = 10;

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

/** Alternatives that compare embeddings, and the flag that each needs besides --encoder. */
const OF_EMBEDDINGS = { ensemble: 'posterior', 'reference-distance': 'reference' } as const;

/** The alternatives asked for, with the networks and embeddings that some of them need. */
async function openedAlternatives(
  { denoiser, fitted, session, closings }: Opened,
  options: OptionsOf<typeof GENERATE_FLAGS>,
  terminal: Terminal,
): Promise<readonly Alternative[]> {
  const { alternatives: names, encoder, draws, seed, models, reference } = options;
  const isAsked = (name: keyof typeof OF_EMBEDDINGS): boolean => names.includes(name);
  for (const [name, flag] of Object.entries(OF_EMBEDDINGS)) {
    const missing = [flag, 'encoder' as const].filter((needed) => options[needed] === undefined);
    if (!names.includes(name) || missing.length === 0) continue;
    throw new OptionError('CONFLICTING_OPTIONS', {
      where: `--alternatives ${name}`,
      expected:
        name === 'ensemble'
          ? 'draws weights from a posterior and compares embeddings'
          : 'compares embeddings with those of real images',
      help: `Pass ${missing.map((needed) => `--${needed}`).join(' and ')}.`,
    });
  }
  if (!isAsked('ensemble') && !isAsked('reference-distance')) return alternativesNamed(names);
  const choice = encoderChoice(requireEncoder(encoder), 'clip-vit-b-32');
  const { signal } = terminal;
  const opened = await openChosenEncoder(choice, {
    ...session,
    ...pulling(terminal),
    ...defined({ models }),
    signal,
  });
  closings.push(() => opened.close());
  const also: Alternative[] = [];
  if (isAsked('ensemble')) {
    const weights = await openWeightDraws(fitted!.posterior, denoiser.description, {
      ...session,
      count: draws,
      seed,
    });
    closings.push(() => weights.close());
    also.push(ensemble(weights, imageEmbedder(opened)));
  }
  if (isAsked('reference-distance'))
    also.push(
      referenceDistance(
        await referenceEmbeddings(reference!, opened, terminal),
        imageEmbedder(opened),
        await openAlgebra(),
      ),
    );
  return alternativesNamed(names, also);
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

async function referenceEmbeddings(
  path: string,
  encoder: Encoder,
  terminal: Terminal,
): Promise<ReferenceEmbeddings> {
  const set = await openImageSet(path);
  try {
    const task = encodingTask(path, encoder.identity.id);
    const { embeddings, digest, source } = await collectEmbeddings(
      encodeImages(set, encoder, {
        signal: terminal.signal,
        onProgress: ({ done, total }) => terminal.progress.show({ task, done, total, unit: 'img' }),
      }),
    );
    return { rows: embeddings!, digest: digest ?? source };
  } finally {
    await set.close();
  }
}

/** `steadfid generate`: a folder of images, with maps. */
export async function runGenerate(
  { options }: CommandInput<typeof GENERATE_FLAGS>,
  terminal: Terminal,
): Promise<Outcome> {
  const path = required(options.denoiser, '--denoiser', 'net.onnx');
  const n = required(options.n, '-n', '64');
  const folder = requireOutput(options.output, 'generated/');
  const session = sessionOptions(options);
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
      decoder: await openedDecoder(opened, options),
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
    for (const warning of warnings) terminal.warn(warning);
    const { images, negatives } = record.counts;
    const earlier = found === 0 ? '' : `, ${countText(found)} of them before`;
    terminal.remark(`wrote ${countText(images)} images to ${folder}${earlier}`);
    if (negatives !== null)
      terminal.remark(
        `variance below 0 in ${(100 * negatives.share).toFixed(1)} % of the ${record.decoder === null ? 'maps' : 'latents'}' values, in ${countText(negatives.images)} images: estimates, kept as they are`,
      );
    return 'done';
  } finally {
    await closeAll(closings);
  }
}
