import { defined } from '../defined.js';
import { collectEmbeddings } from '../encoders/collect-embeddings.js';
import type { EmbeddedSet } from '../encoders/embedded-set.js';
import { type EncodingRun, encodeImages } from '../encoders/encode-images.js';
import type { Encoder, EncoderIdentity } from '../encoders/encoder.js';
import { encodingTask } from '../encoders/encoding-options.js';
import { userCacheFolder } from '../encoders/files/cache-folders.js';
import { foldMoments } from '../encoders/fold-moments.js';
import type { ImageSet } from '../encoders/images/image-set.js';
import { openImageSet } from '../encoders/images/open-image-set.js';
import { preprocessingId } from '../encoders/images/preprocessing.js';
import type { SourceOptions } from '../encoders/images/source-options.js';
import { type Incomplete, partsText } from '../encoders/merged-facts.js';
import { DEMO_ENCODERS, ENCODER_CATALOG } from '../encoders/networks/encoder-catalog.js';
import { tappedEncoder } from '../encoders/networks/tapped-encoder.js';
import {
  holdsImages,
  type ReferenceBatch,
  readEmbeddedSet,
  readReferenceBatch,
} from '../encoders/read-embedded-set.js';
import { setContent } from '../encoders/set-content.js';
import { InputError, OptionError } from '../errors.js';
import { requireLikeProvenance } from '../metrics/comparable-sets.js';
import type { EvaluatedSets, MetricDefinition } from '../metrics/metric-definition.js';
import type { ScoreGroup } from './score-groups.js';
import type { ScoredSide } from './score-report.js';
import type { ScoreRequest, ScoreSide } from './score-request.js';

/** One side of a score, open: images to encode, or what a file says of images encoded before. */
export type ScoreSource = {
  /** as the caller typed it */
  readonly path: string;
  close(): Promise<void>;
  /** statistics in the same file: metrics of moments take these, and only others the images */
  readonly batch?: ReferenceBatch;
} & (
  | { readonly kind: 'images'; readonly set: ImageSet }
  | { readonly kind: 'embedded'; readonly set: EmbeddedSet }
);

export interface ScoreSources {
  readonly reference: ScoreSource;
  readonly generated: ScoreSource;
  readonly heldOut?: ScoreSource;
}

/** The sources that a metric looks at. */
function lookedAt(
  { sides, heldOut: needed }: MetricDefinition,
  { reference, generated, heldOut }: ScoreSources,
): readonly ScoreSource[] {
  return [
    ...(sides === 'both' ? [reference] : []),
    generated,
    ...(needed === 'needed' && heldOut !== undefined ? [heldOut] : []),
  ];
}

/** @throws InputError INCOMPLETE_SET for a set of which parts are missing */
function requireComplete({ source, shards, images }: EmbeddedSet): void {
  if (shards === undefined || shards === null) return;
  throw new InputError('INCOMPLETE_SET', {
    where: source,
    expected: 'must be of a whole set of images',
    received: `${partsText(shards)}${images === undefined ? '' : ` of ${images}`}`,
    help: 'Merge all parts first, or pass --partial.',
  });
}

/** How a side is opened. */
interface OpeningOptions extends SourceOptions {
  /** what becomes of a file that holds only parts of a divided set; default `refused` */
  readonly incomplete?: Incomplete | undefined;
  /** `together`: statistics and images of guided-diffusion's reference batches are both taken; default: the statistics alone */
  readonly batches?: 'together' | undefined;
}

/**
 * Opens one side, by what it is: embeddings and statistics in a file, or images.
 *
 * @throws InputError if it cannot be read, or INCOMPLETE_SET
 */
export async function openScoreSource(
  side: ScoreSide,
  { incomplete = 'refused', batches, ...options }: OpeningOptions = {},
): Promise<ScoreSource> {
  const close = async (): Promise<void> => {};
  if (typeof side === 'string' && batches === 'together' && options.key === undefined) {
    const batch = await readReferenceBatch(side);
    if (batch?.images === 'none') return { path: side, kind: 'embedded', set: batch.pool, close, batch };
    if (batch !== null) {
      const set = await openImageSet(side, options);
      return { path: side, kind: 'images', set, close: () => set.close(), batch };
    }
  }
  if (typeof side !== 'string' || !(await holdsImages(side, options))) {
    const set = typeof side === 'string' ? await readEmbeddedSet(side, options) : side;
    if (incomplete === 'refused') requireComplete(set);
    return { path: set.source, kind: 'embedded', set, close };
  }
  const set = await openImageSet(side, options);
  return { path: side, kind: 'images', set, close: () => set.close() };
}

/** How many images a side has, nothing of it encoded; null where its file does not say. */
export async function imageCount(side: string, options: OpeningOptions): Promise<number | null> {
  const source = await openScoreSource(side, options);
  try {
    return source.kind === 'images' ? source.set.entries.length : source.set.n;
  } finally {
    await source.close();
  }
}

const NEEDS = {
  moments: 'mean and covariance, or embeddings',
  embeddings: 'the embedding of every image',
  logits: 'class logits',
} as const;

function serves(set: EmbeddedSet, uses: MetricDefinition['uses']): boolean {
  if (uses === 'moments') return set.moments !== null || set.embeddings !== null;
  return uses === 'embeddings' ? set.embeddings !== null : set.logits !== null;
}

/** What a metric needs and a side that is a file does not hold: `class logits`, `a.npz`. */
interface UnservedNeed {
  readonly need: string;
  readonly path: string;
}

/** The first need of a metric that a side does not meet; undefined where nothing is missing. */
function unservedNeed(metric: MetricDefinition, sources: ScoreSources): UnservedNeed | undefined {
  const source = lookedAt(metric, sources).find(
    (side) => side.kind === 'embedded' && !serves(side.set, metric.uses),
  );
  return source === undefined ? undefined : { need: NEEDS[metric.uses], path: source.path };
}

/** What of a source a metric takes: of a reference batch its statistics, where the metric takes moments of Inception's, and else its images. */
export function sourceFor({ uses, encoder }: MetricDefinition, source: ScoreSource): ScoreSource {
  const { batch, path } = source;
  if (batch === undefined || uses !== 'moments') return source;
  const set =
    encoder === BATCH_ENCODERS.spatial ? batch.spatial : encoder === BATCH_ENCODERS.pool ? batch.pool : null;
  if (set !== null) return { path, kind: 'embedded', set, close: async () => {} };
  return source;
}

/** The networks whose moments a reference batch holds: of its `mu` and its `mu_s`. */
const BATCH_ENCODERS = { pool: 'inception-v3-fid', spatial: 'inception-v3-fid-spatial' } as const;

/**
 * Statistics say of which network they are by their length alone, where the file says no more.
 *
 * @throws InputError UNREADABLE_FILE for a metric of the spatial layer, and statistics of another
 */
function requireSpatial(metric: MetricDefinition, { reference }: ScoreSources): void {
  if (metric.encoder !== BATCH_ENCODERS.spatial || reference.kind !== 'embedded') return;
  if (!isOfPool(reference.set)) return;
  throw new InputError('UNREADABLE_FILE', {
    where: `--metric ${metric.id}`,
    expected: `the metric needs statistics of the spatial layer, mu_s and sigma_s, and ${reference.path} holds mu and sigma alone`,
    help: 'Give the whole reference batch, or the images.',
  });
}

/** Whether a file is of 2,048 dimensions, and says no more: Inception's last layer. */
function isOfPool({ moments, encoder }: EmbeddedSet): boolean {
  return encoder.origin === 'unknown' && moments?.d === 2048;
}

/** @throws OptionError CONFLICTING_OPTIONS for a metric that a side cannot serve; InputError UNREADABLE_FILE for statistics of another layer */
export function requireServed(metric: MetricDefinition, sources: ScoreSources): void {
  requireSpatial(metric, sources);
  const missing = unservedNeed(metric, sources);
  if (missing === undefined) return;
  throw new OptionError('CONFLICTING_OPTIONS', {
    where: `--metric ${metric.id}`,
    expected: `the metric needs ${missing.need}, and ${missing.path} does not hold that`,
    help: 'Give the images, or the file that steadfid encode wrote of them.',
  });
}

/** How images are encoded, and whether every embedding is needed, or moments will do where the metrics take no more. */
export interface EncodingRequest extends ScoreRequest {
  readonly keep: 'embeddings' | 'moments';
}

/** Sets up to this size keep their embeddings even where moments would do: the distance is then found without a covariance. */
const KEPT = 20_000;

/** Whether all that the group's metrics need is mean and covariance, of a set too large to keep. */
function needsMomentsAlone({ metrics }: ScoreGroup, set: ImageSet, { keep }: EncodingRequest): boolean {
  return keep === 'moments' && set.entries.length > KEPT && metrics.every(({ uses }) => uses === 'moments');
}

/** A set of images on its way through a network, as a request wants it. */
export function setEncoding(
  set: ImageSet,
  encoder: Encoder,
  request: Omit<ScoreRequest, 'reference' | 'generated'>,
): EncodingRun {
  const { batchSize, cache, unreadable, orientation, maxPixels, onProgress, signal } = request;
  const folder = cache === null ? null : (cache ?? userCacheFolder());
  const task = encodingTask(set.source, encoder.identity.id);
  return encodeImages(set, encoder, {
    ...defined({ batchSize, cache: folder ?? undefined, unreadable, orientation, maxPixels, signal }),
    ...(onProgress === undefined
      ? {}
      : { onProgress: ({ done, total }) => onProgress({ task, done, total, unit: 'img' }) }),
  });
}

/** A set of images as the metrics of a group take it. */
export async function encodedSet(
  set: ImageSet,
  encoder: Encoder,
  request: EncodingRequest,
  group: ScoreGroup,
): Promise<EmbeddedSet> {
  const run = setEncoding(set, encoder, request);
  return needsMomentsAlone(group, set, request) ? foldMoments(run) : collectEmbeddings(run);
}

/**
 * As much of a source as says where its embeddings come from, or will.
 *
 * @param encoder  what images will be encoded by
 */
export function provenanceOf(source: ScoreSource, encoder: EncoderIdentity | null): EmbeddedSet {
  if (source.kind === 'embedded') return source.set;
  return {
    source: source.path,
    n: null,
    ids: null,
    encoder: encoder!,
    digest: null,
    decoding: null,
    embeddings: null,
    logits: null,
    moments: null,
    skipped: [],
    warnings: [],
  };
}

/**
 * The network that a file of embeddings or statistics says it is of, where the other side is images: they are to be encoded by it.
 *
 * @returns undefined where there is no such side, it does not say, or its network is a file of the user's
 */
export function recordedEncoder({ reference, generated }: ScoreSources): string | undefined {
  const file = [reference, generated].find(({ kind }) => kind === 'embedded');
  if (file?.kind !== 'embedded' || reference.kind === generated.kind) return undefined;
  const { id } = file.set.encoder;
  const isOpenable = [...DEMO_ENCODERS, ...ENCODER_CATALOG.map((encoder) => encoder.id)].includes(id);
  return isOpenable || tappedEncoder(id) !== undefined ? id : undefined;
}

/**
 * Both sides of a group's metrics as embeddings; where no metric looks at the reference, the generated set is taken in its place.
 *
 * @throws ProvenanceError UNLIKE_EMBEDDINGS before anything is encoded
 */
export async function encodedSides(
  group: ScoreGroup,
  { reference, generated, heldOut }: ScoreSources,
  {
    request,
    open,
    taken = ({ sides }) => sides === 'both',
  }: {
    readonly request: EncodingRequest;
    readonly open: (group: ScoreGroup) => Promise<Encoder>;
    /** whether a metric looks at the reference as it is here; default: where it compares both sides */
    readonly taken?: (metric: MetricDefinition) => boolean;
  },
): Promise<EvaluatedSets> {
  const looksAtReference = group.metrics.some(taken);
  const third = group.metrics.some((metric) => metric.heldOut === 'needed') ? heldOut : undefined;
  const looked = [
    ...(looksAtReference ? [reference] : []),
    generated,
    ...(third === undefined ? [] : [third]),
  ];
  const isEncoding = looked.some(({ kind }) => kind === 'images');
  if (isEncoding && looksAtReference) requireLikeBeforeOpening(group, { reference, generated });
  const encoder = isEncoding ? await open(group) : null;
  if (looksAtReference) {
    requireLikeProvenance({
      reference: provenanceOf(reference, encoder?.identity ?? null),
      generated: provenanceOf(generated, encoder?.identity ?? null),
    });
  }
  if (third !== undefined) {
    requireLikeProvenance({
      reference: provenanceOf(third, encoder?.identity ?? null),
      generated: provenanceOf(generated, encoder?.identity ?? null),
    });
  }
  const embedded = async (source: ScoreSource): Promise<EmbeddedSet> =>
    source.kind === 'embedded' ? source.set : encodedSet(source.set, encoder!, request, group);
  const ofReference = async (): Promise<EmbeddedSet> => {
    if (reference.kind === 'embedded' || request.encodedReference === undefined) return embedded(reference);
    const kind = needsMomentsAlone(group, reference.set, request) ? 'moments' : 'embeddings';
    const key = JSON.stringify([reference.path, reference.set.entries.length, encoder!.identity, kind]);
    const known = request.encodedReference.get(key) ?? (await embedded(reference));
    request.encodedReference.set(key, known);
    return known;
  };
  const first = looksAtReference ? await ofReference() : null;
  const second = await embedded(generated);
  const sets = { reference: first ?? second, generated: second };
  return third === undefined ? sets : { ...sets, heldOut: await embedded(third) };
}

/**
 * Of a published network it is known before it is fetched whether a file is of it.
 *
 * @throws ProvenanceError UNLIKE_EMBEDDINGS
 */
function requireLikeBeforeOpening(
  { choice, preprocessing }: ScoreGroup,
  { reference, generated }: ScoreSources,
): void {
  if (choice.kind !== 'official') return; // what is here says its hash too
  const unopened: EncoderIdentity = {
    id: choice.id,
    sha256: null,
    preprocessing: preprocessing === null ? null : preprocessingId(preprocessing),
    origin: 'official',
  };
  requireLikeProvenance({
    reference: provenanceOf(reference, unopened),
    generated: provenanceOf(generated, unopened),
  });
}

/** A side of a report: what was encoded of it, else how many images it names. */
export function scoredSide(source: ScoreSource, sets: readonly EmbeddedSet[], name?: string): ScoredSide {
  const encoded = sets.find((set) => set.source === source.path);
  const n = source.kind === 'images' ? source.set.entries.length : source.set.n;
  return {
    source: source.path,
    ...defined({ name }),
    n: encoded === undefined ? n : encoded.n,
    content: encoded === undefined ? null : setContent(encoded),
    skipped: encoded?.skipped ?? [],
  };
}
