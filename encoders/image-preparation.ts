import pLimit from 'p-limit';
import { InputError } from '../errors.js';
import type { CachedEmbedding, EmbeddingCache } from './embedding-cache.js';
import { type ImageNote, parsedNote } from './encoded-images.js';
import type { ImageEntry, ImageSet } from './images/image-set.js';
import { isImageError } from './unreadable-images.js';
import type { PreparedImage } from './workers/image-worker.js';
import type { HashedImage, ImageWorkers } from './workers/image-workers.js';

/** What becomes of an image: known embeddings, or why there are none. */
export type Outcome = EncodedOutcome | { readonly kind: 'failed'; readonly error: InputError };

export interface EncodedOutcome extends Omit<CachedEmbedding, 'note'> {
  readonly kind: 'encoded';
  readonly note: ImageNote;
}

interface Named {
  readonly id: string;
  /** the image as errors name it */
  readonly name: string;
}

/** An image before the network runs. */
export type PreparedEntry = Named & { readonly sha256: string | null } & (
    | { readonly kind: 'failed'; readonly error: InputError }
    /** its embedding is in the cache */
    | { readonly kind: 'cached'; readonly outcome: EncodedOutcome }
    /** the same bytes came before: what becomes of them becomes of it */
    | { readonly kind: 'repeated'; readonly outcome: Promise<Outcome> }
    /** to be encoded; `settle` tells those that repeat it */
    | (PreparedImage & {
        readonly kind: 'new';
        readonly outcome: Promise<Outcome>;
        settle(outcome: Outcome): void;
      })
  );

/** The same bytes within as many images are encoded once; with a cache, wherever they come. */
const REPEATS_WITHIN = 4096;
/** Images in hand for each thread: one that it works on and one that waits. */
const IMAGES_PER_WORKER = 2;

/**
 * Reads, hashes, decodes and preprocesses images, several at once, and decides in the set's order which of equal images
 * is encoded, so that results do not depend on timing.
 *
 * @returns a function that prepares entry i, in the slot given if there is one; to be called in order
 */
export function imagePreparation(
  set: ImageSet,
  { workers, cache }: { readonly workers: ImageWorkers; readonly cache: EmbeddingCache | null },
): (i: number, slot: Float32Array | undefined) => Promise<PreparedEntry> {
  const inHand = pLimit(workers.count * IMAGES_PER_WORKER);
  const firsts = new Map<string, { readonly i: number; readonly outcome: Promise<Outcome> }>();
  let turn: Promise<unknown> = Promise.resolve();

  function forgetBefore(i: number): void {
    for (const [sha256, first] of firsts) {
      if (first.i >= i) return;
      firsts.delete(sha256);
    }
  }

  /** In the set's order: is the image known, is it the first of its kind? */
  async function classified(i: number, { sha256 }: HashedImage) {
    forgetBefore(i - REPEATS_WITHIN);
    const first = firsts.get(sha256);
    if (first !== undefined) return { kind: 'repeated', outcome: first.outcome } as const;
    const found = await cache?.lookUp(sha256);
    if (found !== undefined) {
      const note = parsedNote(found.note);
      if (note !== undefined) {
        return { kind: 'cached', outcome: { ...found, kind: 'encoded', note } } as const;
      } // else it was changed by something else, and the image is encoded again
    }
    let settle!: (outcome: Outcome) => void;
    const outcome = new Promise<Outcome>((resolve) => {
      settle = resolve;
    });
    firsts.set(sha256, { i, outcome });
    return { kind: 'new', outcome, settle } as const;
  }

  async function hashed(entry: ImageEntry, name: string): Promise<HashedImage | InputError> {
    try {
      return await workers.hash(await entry.load(), name);
    } catch (error) {
      if (isImageError(error)) return error;
      throw error;
    }
  }

  async function prepared(i: number, slot: Float32Array | undefined): Promise<PreparedEntry> {
    const entry = set.entries[i]!;
    const named: Named = { id: entry.id, name: `${set.source}/${entry.id}` };
    const hashing = hashed(entry, named.name);
    hashing.catch(() => {}); // it may fail before its turn, in which it is thrown
    const mine = turn.then(async () => {
      const image = await hashing;
      return image instanceof InputError
        ? ({ kind: 'failed', error: image } as const)
        : { image, ...(await classified(i, image)) };
    });
    turn = mine.catch(() => {}); // who waits for a turn does not care how the last one ended
    const decision = await mine;
    if (decision.kind === 'failed') return { ...named, sha256: null, ...decision };
    const { image, ...rest } = decision;
    const base = { ...named, sha256: image.sha256 };
    if (rest.kind !== 'new') {
      image.drop();
      return { ...base, ...rest };
    }
    try {
      return { ...base, ...rest, ...(await image.prepare(slot)), kind: 'new' };
    } catch (error) {
      if (!isImageError(error)) throw error;
      rest.settle({ kind: 'failed', error });
      return { ...base, kind: 'failed', error };
    }
  }

  return (i, slot) => inHand(prepared, i, slot); // started in the order of the calls
}
