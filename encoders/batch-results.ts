import { InputError, NumericalError, ShapeError } from '../errors.js';
import type { CacheEntry } from './embedding-cache.js';
import type { EncodedImages } from './encoded-images.js';
import type { EncodedBatch } from './encoder.js';
import type { NewEntry } from './image-batch.js';
import type { EncodedOutcome, Outcome, PreparedEntry } from './image-preparation.js';
import type { SkippedImage } from './provenance.js';

/**
 * What the network said of each image.
 *
 * @throws NumericalError NOT_FINITE naming the first image whose embedding or logits are not all finite
 */
export function networkOutcomes(
  entries: readonly NewEntry[],
  batch: EncodedBatch,
): readonly EncodedOutcome[] {
  const { d, classes } = batch;
  return entries.map(({ name, note }, i) => {
    const embedding = batch.embeddings.subarray(i * d, (i + 1) * d);
    const logits = batch.logits?.subarray(i * classes, (i + 1) * classes) ?? null;
    if (!embedding.every(Number.isFinite) || logits?.every(Number.isFinite) === false)
      throw new NumericalError('NOT_FINITE', {
        where: name,
        expected: 'the network must give finite numbers',
        received: 'NaN or infinity',
        help: 'Check the range of its input in the .json beside it.',
      });
    return { kind: 'encoded', embedding, logits, note };
  });
}

export function cacheEntries(
  entries: readonly NewEntry[],
  outcomes: readonly EncodedOutcome[],
): readonly CacheEntry[] {
  return outcomes.map(({ embedding, logits, note }, i) => ({
    key: entries[i]!.sha256!,
    embedding,
    logits,
    note: JSON.stringify(note),
  }));
}

/** An error of an image that came before under another name, as an error of this one. */
export function renamed(error: InputError, where: string): InputError {
  return new InputError(error.code, { ...error.details, where }, { cause: error });
}

/** Rows of the images that have an embedding, and the others by name. */
export function encodedImages(
  entries: readonly PreparedEntry[],
  outcomes: readonly Outcome[],
): EncodedImages {
  const encoded: { readonly entry: PreparedEntry; readonly outcome: EncodedOutcome }[] = [];
  const skipped: SkippedImage[] = [];
  entries.forEach((entry, i) => {
    const outcome = outcomes[i]!;
    if (outcome.kind === 'encoded') encoded.push({ entry, outcome });
    else skipped.push({ id: entry.id, reason: reason(outcome.error) });
  });
  const classifies = encoded[0]?.outcome.logits !== null && encoded.length > 0;
  return {
    ids: encoded.map(({ entry }) => entry.id),
    hashes: encoded.map(({ entry }) => entry.sha256!),
    notes: encoded.map(({ outcome }) => outcome.note),
    embeddings: stacked(encoded.map(({ outcome }) => outcome.embedding)),
    logits: classifies ? stacked(encoded.map(({ outcome }) => outcome.logits!)) : null,
    skipped,
  };
}

/** The sentence without the name, which stands beside it. */
function reason({ details: { expected, received } }: InputError): string {
  return received === undefined ? expected : `${expected}; got ${received}`;
}

function stacked(vectors: readonly Float32Array[]) {
  const d = vectors[0]?.length ?? 0;
  const data = new Float32Array(vectors.length * d);
  vectors.forEach((vector, i) => {
    if (vector.length !== d)
      throw new ShapeError('SHAPE_MISMATCH', {
        where: 'encodeImages',
        expected: `all embeddings must have length ${d}`,
        received: `${vector.length}`,
      });
    data.set(vector, i * d);
  });
  return { n: vectors.length, d, data };
}
