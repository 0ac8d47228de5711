import pLimit from 'p-limit';
import { InterruptedError } from '../errors.js';
import { cacheEntries, encodedImages, networkOutcomes, renamed } from './batch-results.js';
import type { EmbeddingCache } from './embedding-cache.js';
import type { EncodedImages } from './encoded-images.js';
import type { Encoder } from './encoder.js';
import type { EncodingOptions, EncodingProgress } from './encoding-options.js';
import type { ImageBatch, NewEntry } from './image-batch.js';
import { BatchMemory, OneSize } from './image-batch.js';
import type { Outcome, PreparedEntry } from './image-preparation.js';
import { imagePreparation } from './image-preparation.js';
import type { ImageSet } from './images/image-set.js';
import type { Preprocessing } from './images/preprocessing.js';
import { errorOfAll, isImageError } from './unreadable-images.js';
import { defaultWorkerCount, openImageWorkers } from './workers/image-workers.js';

/**
 * One handed out, one in the network, one that waits there, and one that is being prepared: the memory of a run is that
 * of these, whatever the size of the set.
 */
const BATCHES_IN_HAND = 4;
/** One that runs, and one that the network finds when it is done. */
const BATCHES_AT_NETWORK = 2;

type Slots = ReturnType<BatchMemory['slots']>;

interface ReadyBatch {
  readonly entries: readonly PreparedEntry[];
  readonly fresh: readonly NewEntry[];
  /** null when nothing is left for the network */
  readonly batch: ImageBatch | null;
}

/** Batches of a set in its order; see `encodeImages`, which opens and closes what this needs. */
export async function* encodedBatches(
  set: ImageSet,
  {
    encoder,
    cache,
    options,
  }: { readonly encoder: Encoder; readonly cache: EmbeddingCache | null; readonly options: EncodingOptions },
): AsyncGenerator<EncodedImages> {
  const {
    batchSize = defaultBatchSize(encoder.preprocessing),
    unreadable = 'refused',
    onProgress,
    signal,
  } = options;
  const total = set.entries.length;
  const workers = openImageWorkers(
    {
      preprocessing: encoder.preprocessing,
      maxPixels: options.maxPixels,
      orientation: options.orientation ?? 'ignored',
    },
    options.workers ?? defaultWorkerCount(),
  );
  const prepared = imagePreparation(set, { workers, cache });
  const memory = new BatchMemory(batchSize, encoder.preprocessing);
  const oneSize = new OneSize();
  const atNetwork = pLimit(BATCHES_AT_NETWORK);
  let lastReady: Promise<unknown> = Promise.resolve();
  /** of the first image that cannot be read, where that ends the run */
  let unreadableAt: number | null = null;

  function ready(start: number, entries: readonly PreparedEntry[], slots: Slots): ReadyBatch {
    for (const [i, entry] of entries.entries()) {
      if (entry.kind === 'failed' && unreadable === 'refused') {
        unreadableAt ??= start + i;
        throw entry.error;
      }
      if (encoder.preprocessing.resize !== null) continue;
      if (entry.kind === 'new') oneSize.require(entry.name, entry.note.inputSize);
      if (entry.kind === 'cached') oneSize.require(entry.name, entry.outcome.note.inputSize);
    }
    const fresh = entries.filter((entry) => entry.kind === 'new');
    if (fresh.length > 0) return { entries, fresh, batch: memory.filled(fresh) };
    memory.release(slots[0]);
    return { entries, fresh, batch: null };
  }

  async function runNetwork({ fresh, batch }: ReadyBatch): Promise<void> {
    if (batch === null) return;
    const result = await atNetwork(async () => {
      const embeddings = await encoder.encode(batch.images, batch.shape);
      memory.release(batch.images);
      return embeddings;
    });
    const outcomes = networkOutcomes(fresh, result);
    outcomes.forEach((outcome, i) => {
      fresh[i]!.settle(outcome);
    });
    await cache?.store(cacheEntries(fresh, outcomes));
  }

  async function outcomeOf(entry: PreparedEntry): Promise<Outcome> {
    if (entry.kind === 'failed') return entry;
    const outcome = await entry.outcome;
    if (outcome.kind === 'encoded') return outcome;
    const error = renamed(outcome.error, entry.name);
    if (unreadable === 'refused') throw error;
    return { kind: 'failed', error };
  }

  /** A batch from its files to its rows; of several in hand each waits for its turn at the network alone. */
  function begun(start: number): Promise<Handover> {
    const indices = Array.from({ length: Math.min(batchSize, total - start) }, (_, i) => start + i);
    const slots = memory.slots();
    const preparing = Promise.all(indices.map((i) => prepared(i, slots[i - start])));
    const turn = lastReady.then(async () => ready(start, await preparing, slots));
    lastReady = turn;
    const handover = turn.then(async (batch) => {
      await runNetwork(batch);
      const outcomes = await Promise.all(batch.entries.map(outcomeOf));
      return { entries: batch.entries, images: encodedImages(batch.entries, outcomes) };
    });
    for (const promise of [preparing, turn, handover]) promise.catch(() => {}); // thrown when its turn comes
    return handover;
  }

  const inHand: Promise<Handover>[] = [];
  let next = 0;
  let progress: EncodingProgress = { total, done: 0, cached: 0, repeated: 0, skipped: 0 };
  try {
    while (next < total || inHand.length > 0) {
      for (; next < total && inHand.length < BATCHES_IN_HAND; next += batchSize) inHand.push(begun(next));
      const { entries, images } = await untilAborted(inHand[0]!, set.source, signal);
      progress = advanced(progress, entries, images);
      onProgress?.(progress);
      yield images;
      inHand.shift();
    }
  } catch (error) {
    if (unreadableAt === null || !isImageError(error)) throw error;
    const after = set.entries.slice(unreadableAt + 1);
    throw await untilAborted(errorOfAll(error, after, { source: set.source, workers }), set.source, signal);
  } finally {
    await workers.close();
  }
}

interface Handover {
  readonly entries: readonly PreparedEntry[];
  readonly images: EncodedImages;
}

function advanced(
  progress: EncodingProgress,
  entries: readonly PreparedEntry[],
  { skipped }: EncodedImages,
): EncodingProgress {
  const count = (kind: PreparedEntry['kind']) => entries.filter((entry) => entry.kind === kind).length;
  return {
    total: progress.total,
    done: progress.done + entries.length,
    cached: progress.cached + count('cached'),
    repeated: progress.repeated + count('repeated'),
    skipped: progress.skipped + skipped.length,
  };
}

/** The promise's end, or INTERRUPTED as soon as the signal is aborted. */
function untilAborted<Value>(
  promise: Promise<Value>,
  source: string,
  signal: AbortSignal | undefined,
): Promise<Value> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const stop = (): void =>
      reject(
        new InterruptedError('INTERRUPTED', {
          where: source,
          expected: 'encoding was interrupted before the last image',
          help: 'With a cache, a next run goes on where this one stopped.',
        }),
      );
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

const PIXELS_AT_ONCE = 400_000; // 4 images of 299 × 299: more ran no faster (bench/results/conversion.json)
const MOST = 32;
const UNKNOWN_SIZE = 4;

/**
 * Images that a network takes at once when nobody says: as many as hold 400,000 pixels, 1 to 32.
 *
 * A few large images keep a CPU's cores busy, and more only take memory; small images pay off in company.
 */
export function defaultBatchSize({ resize }: Pick<Preprocessing, 'resize'>): number {
  if (resize === null) return UNKNOWN_SIZE;
  const [height, width] = typeof resize === 'number' ? [resize, resize] : resize;
  return Math.max(1, Math.min(MOST, Math.floor(PIXELS_AT_ONCE / (height * width))));
}
