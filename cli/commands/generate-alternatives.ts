import { defined } from '../../defined.js';
import type { Denoiser } from '../../diffusion/denoiser.js';
import { openDropoutNetwork } from '../../diffusion/open-dropout-network.js';
import { collectEmbeddings } from '../../encoders/collect-embeddings.js';
import { encodeImages } from '../../encoders/encode-images.js';
import type { Encoder } from '../../encoders/encoder.js';
import { encoderChoice } from '../../encoders/encoder-choice.js';
import { encodingTask } from '../../encoders/encoding-options.js';
import { openImageSet } from '../../encoders/images/open-image-set.js';
import type { SourceOptions } from '../../encoders/images/source-options.js';
import { openChosenEncoder } from '../../encoders/open-chosen-encoder.js';
import { OptionError } from '../../errors.js';
import { countText } from '../../numerics/number-text.js';
import { openAlgebra } from '../../numerics/open-algebra.js';
import type { SessionOptions } from '../../onnx/onnx-session.js';
import type { Alternative } from '../../uncertainty/alternatives/alternative.js';
import {
  alternativesNamed,
  OPENED_ALTERNATIVES,
} from '../../uncertainty/alternatives/alternative-catalog.js';
import { ensemble } from '../../uncertainty/alternatives/ensemble.js';
import { imageEmbedder } from '../../uncertainty/alternatives/image-embedder.js';
import { mcDropout } from '../../uncertainty/alternatives/mc-dropout.js';
import {
  type ReferenceEmbeddings,
  referenceDistance,
} from '../../uncertainty/alternatives/reference-distance.js';
import type { FittedPosterior } from '../../uncertainty/laplace/fit-posterior.js';
import { openWeightDraws } from '../../uncertainty/laplace/weight-draws.js';
import type { OptionsOf } from '../flag.js';
import { sourcesOptions, unreadableImages } from '../shared-options.js';
import { pulling, requireEncoder, type Terminal } from '../terminal.js';
import type { GENERATE_FLAGS } from './generate.js';

/** What a run has opened, to be closed in the end. */
export interface Opened {
  readonly denoiser: Denoiser;
  /** of the denoiser */
  readonly path: string;
  readonly fitted: FittedPosterior | null;
  readonly session: SessionOptions;
  readonly closings: (() => Promise<void>)[];
}

type Options = OptionsOf<typeof GENERATE_FLAGS>;

/** Alternatives that compare embeddings, and the flag that each needs besides --encoder. */
const OF_EMBEDDINGS = { ensemble: 'posterior', 'reference-distance': 'reference' } as const;

/** The alternatives asked for, with the networks and embeddings that some of them need. */
export async function openedAlternatives(
  run: Opened,
  options: Options,
  terminal: Terminal,
): Promise<readonly Alternative[]> {
  const { alternatives: names } = options;
  requirePossible(names, options);
  const also: Alternative[] = [];
  if (names.includes('mc-dropout')) also.push(await openedDropout(run, options));
  if (Object.keys(OF_EMBEDDINGS).some((name) => names.includes(name)))
    also.push(...(await openedComparisons(run, options, terminal)));
  return alternativesNamed(names, also);
}

/** Refuses what would fail once networks have been opened. */
function requirePossible(names: readonly string[], options: Options): void {
  alternativesNamed(names.filter((name) => !isOpened(name)));
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
  if (names.includes('mc-dropout') && options.draws < 2)
    throw new OptionError('OUT_OF_RANGE', {
      where: '--draws',
      expected: 'must be at least 2 for --alternatives mc-dropout, which gives a variance',
      received: String(options.draws),
    });
}

function isOpened(name: string): boolean {
  return (OPENED_ALTERNATIVES as readonly string[]).includes(name);
}

async function openedDropout(
  { denoiser, path, session, closings }: Opened,
  { draws, guidance }: Options,
): Promise<Alternative> {
  const network = await openDropoutNetwork(path, denoiser, session);
  closings.push(() => network.close());
  return mcDropout(network, { draws, guidance });
}

async function openedComparisons(
  { denoiser, fitted, session, closings }: Opened,
  { alternatives: names, encoder, draws, seed, models, reference, skipUnreadable, ...opening }: Options,
  terminal: Terminal,
): Promise<readonly Alternative[]> {
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
  if (names.includes('ensemble')) {
    const weights = await openWeightDraws(fitted!.posterior, denoiser.description, {
      ...session,
      count: draws,
      seed,
    });
    closings.push(() => weights.close());
    also.push(ensemble(weights, imageEmbedder(opened)));
  }
  if (names.includes('reference-distance'))
    also.push(
      referenceDistance(
        await referenceEmbeddings(reference!, opened, {
          terminal,
          unreadable: unreadableImages(skipUnreadable),
          opening: sourcesOptions(opening).reference,
        }),
        imageEmbedder(opened),
        await openAlgebra(),
      ),
    );
  return also;
}

async function referenceEmbeddings(
  path: string,
  encoder: Encoder,
  {
    terminal,
    unreadable,
    opening,
  }: {
    readonly terminal: Terminal;
    readonly unreadable: 'refused' | 'skipped';
    readonly opening: SourceOptions;
  },
): Promise<ReferenceEmbeddings> {
  const set = await openImageSet(path, opening);
  try {
    const task = encodingTask(path, encoder.identity.id);
    const { embeddings, digest, source, skipped } = await collectEmbeddings(
      encodeImages(set, encoder, {
        unreadable,
        signal: terminal.signal,
        onProgress: ({ done, total }) => terminal.progress.show({ task, done, total, unit: 'img' }),
      }),
    );
    if (skipped.length > 0) terminal.remark(`${countText(skipped.length)} unreadable left out of ${path}`);
    return { rows: embeddings!, digest: digest ?? source };
  } finally {
    await set.close();
  }
}
