import { defined } from '../defined.js';
import { collectEmbeddings } from '../encoders/collect-embeddings.js';
import type { EmbeddedSet } from '../encoders/embedded-set.js';
import { type EncodingRun, encodeImages } from '../encoders/encode-images.js';
import type { Encoder, EncoderIdentity } from '../encoders/encoder.js';
import { encodingTask } from '../encoders/encoding-options.js';
import { userCacheFolder } from '../encoders/files/cache-folders.js';
import { foldMoments } from '../encoders/fold-moments.js';
import type { ImageSet } from '../encoders/images/image-set.js';
import { preprocessingId } from '../encoders/images/preprocessing.js';
import { DEMO_ENCODERS, ENCODER_CATALOG } from '../encoders/networks/encoder-catalog.js';
import { tappedEncoder } from '../encoders/networks/tapped-encoder.js';
import { requireLikeProvenance } from '../metrics/comparable-sets.js';
import type { Comparison, EvaluatedSets, MetricDefinition } from '../metrics/metric-definition.js';
import type { ScoreGroup } from './score-groups.js';
import type { ScoreRequest } from './score-request.js';
import { countOf, type ScoreSource, type ScoreSources } from './score-sources.js';

/** How images are encoded, and whether every embedding is needed, or moments will do where the metrics take no more. */
export interface SideEncodingRequest extends ScoreRequest {
  readonly keep: 'embeddings' | 'moments';
}

/** Sets up to this size keep their embeddings even where moments would do: the distance is then found without a covariance. */
const KEPT = 20_000;

/** Whether all that the group's metrics need is mean and covariance, of a set too large to keep. */
function needsMomentsAlone({ metrics }: ScoreGroup, set: ImageSet, { keep }: SideEncodingRequest): boolean {
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
  request: SideEncodingRequest,
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
    readonly request: SideEncodingRequest;
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

/** What is known of a network that was not opened. */
function unopened({ choice, preprocessing }: ScoreGroup): EncoderIdentity {
  return {
    id: choice.kind === 'file' ? choice.path : choice.id,
    sha256: null,
    preprocessing: preprocessing === null ? null : preprocessingId(preprocessing),
    origin: choice.kind === 'demo' ? 'demo' : 'unknown',
  };
}

/** Both sides of a group of which no metric can be computed: counted, and not encoded. */
export function unencodedSides(group: ScoreGroup, { reference, generated }: ScoreSources): Comparison {
  const encoder = unopened(group);
  const counted = (source: ScoreSource) => ({ ...provenanceOf(source, encoder), n: countOf(source).n });
  return { reference: counted(reference), generated: counted(generated) };
}
