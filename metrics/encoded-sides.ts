import { collectEmbeddings } from '../encoders/collect-embeddings.js';
import type { EmbeddedSet } from '../encoders/embedded-set.js';
import { encodeImages } from '../encoders/encode-images.js';
import type { Encoder, EncoderIdentity } from '../encoders/encoder.js';
import { encodingTask } from '../encoders/encoding-task.js';
import { userCacheFolder } from '../encoders/files/user-cache-folder.js';
import { foldMoments } from '../encoders/fold-moments.js';
import type { ImageSet } from '../encoders/images/image-set.js';
import { requireLikeProvenance } from './comparable-sets.js';
import type { Comparison } from './metric-definition.js';
import type { ScoreGroup } from './score-groups.js';
import type { ScoreRequest } from './score-request.js';
import type { ScoreSource, ScoreSources } from './score-source.js';

/** Sets up to this size keep their embeddings even where moments would do: the distance is then found without a covariance. */
const KEPT = 20_000;

/** Whether all that the group's metrics need is mean and covariance, of a set too large to keep. */
function needsMomentsAlone({ metrics }: ScoreGroup, set: ImageSet, { interval }: ScoreRequest): boolean {
  return (
    interval === undefined && set.entries.length > KEPT && metrics.every(({ uses }) => uses === 'moments')
  );
}

/** A set of images as the metrics of a group take it. */
export async function encodedSet(
  set: ImageSet,
  encoder: Encoder,
  request: ScoreRequest,
  group: ScoreGroup,
): Promise<EmbeddedSet> {
  const { batchSize, cache, unreadable, orientation, maxPixels, onProgress, signal } = request;
  const folder = cache === null ? null : (cache ?? userCacheFolder());
  const task = encodingTask(set.source, encoder.identity.id);
  const run = encodeImages(set, encoder, {
    ...(batchSize === undefined ? {} : { batchSize }),
    ...(folder === null ? {} : { cache: folder }),
    ...(unreadable === undefined ? {} : { unreadable }),
    ...(orientation === undefined ? {} : { orientation }),
    ...(maxPixels === undefined ? {} : { maxPixels }),
    ...(onProgress === undefined
      ? {}
      : { onProgress: ({ done, total }) => onProgress({ task, done, total, unit: 'img' }) }),
    ...(signal === undefined ? {} : { signal }),
  });
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
 * Both sides of a group's metrics as embeddings; where no metric looks at the reference, the generated set stands in its place.
 *
 * @throws ProvenanceError UNLIKE_EMBEDDINGS before anything is encoded
 */
export async function encodedSides(
  group: ScoreGroup,
  { reference, generated }: ScoreSources,
  {
    request,
    open,
  }: { readonly request: ScoreRequest; readonly open: (group: ScoreGroup) => Promise<Encoder> },
): Promise<Comparison> {
  const looksAtReference = group.metrics.some(({ sides }) => sides === 'both');
  const looked = looksAtReference ? [reference, generated] : [generated];
  const encoder = looked.some(({ kind }) => kind === 'images') ? await open(group) : null;
  if (looksAtReference) {
    requireLikeProvenance({
      reference: provenanceOf(reference, encoder?.identity ?? null),
      generated: provenanceOf(generated, encoder?.identity ?? null),
    });
  }
  const embedded = async (source: ScoreSource): Promise<EmbeddedSet> =>
    source.kind === 'embedded' ? source.set : encodedSet(source.set, encoder!, request, group);
  const first = looksAtReference ? await embedded(reference) : null;
  const second = await embedded(generated);
  return { reference: first ?? second, generated: second };
}
