import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { InputError } from '../errors.js';
import type { EncoderIdentity, Warning } from './encoder.js';
import {
  blockBytes,
  type CachedEmbedding,
  type CacheEntry,
  directoryLength,
  parsedBlock,
  parsedRow,
} from './files/cache-block.js';
import {
  bytesAt,
  joinSegments,
  openSegment,
  readSegments,
  type SegmentBlock,
  type SegmentWriter,
} from './files/cache-segments.js';
import { makeFolder, unwritableFile } from './files/unwritable-file.js';

export type { CachedEmbedding, CacheEntry };

/**
 * All that an embedding depends on but the image: two runs that agree in this may share embeddings.
 */
export interface CacheIdentity {
  readonly encoder: EncoderIdentity;
  /** everything else that changes numbers: the suite's version, the device, how files are decoded */
  readonly circumstances: readonly string[];
}

/** Embeddings on disk by content: found again only for the same network, preprocessing, circumstances and image. */
export interface EmbeddingCache {
  /** Undefined if it is not there, or is damaged. */
  lookUp(key: string): Promise<CachedEmbedding | undefined>;
  /** One write for all; entries already there are left out. A cache that cannot be written loses nothing but time. */
  store(entries: readonly CacheEntry[]): Promise<void>;
  /** what went wrong so far; each kind once */
  readonly warnings: readonly Warning[];
  close(): Promise<void>;
}

interface Location {
  readonly block: Pick<SegmentBlock, 'file' | 'd' | 'classes' | 'rowLength'>;
  readonly offset: number;
  readonly note: string;
}

/**
 * Opens the embedding cache of one encoder under `folder`. Any number of processes may use it at once; each writes a file
 * of its own, every entry carries a checksum, and the number of files stays bounded.
 *
 * A run never fails because of its cache: what cannot be read is computed again and what cannot be written is not kept,
 * and {@link EmbeddingCache.warnings} says so.
 *
 * @param folder  made if missing
 */
export async function openEmbeddingCache(folder: string, identity: CacheIdentity): Promise<EmbeddingCache> {
  const own = join(folder, 'embeddings', digest(identity).slice(0, 32));
  const locations = new Map<string, Location>();
  const warnings = new Map<string, Warning>();
  let damagedEntries = 0;
  let writer: SegmentWriter | undefined;
  let writing: 'possible' | 'impossible' = 'possible';
  let lastStore: Promise<void> = Promise.resolve();
  let closeSegments = async (): Promise<void> => {};

  async function unusable(error: unknown): Promise<void> {
    writing = 'impossible';
    const { details } = await unwritableFile(folder, error);
    warnings.set('CACHE_NOT_WRITTEN', {
      code: 'CACHE_NOT_WRITTEN',
      message: `The embedding cache in ${folder} cannot be written (${details.received}): results are complete, but a next run encodes these images again.`,
    });
  }

  function damaged(what: string): void {
    warnings.set('CACHE_DAMAGED', {
      code: 'CACHE_DAMAGED',
      message: `The embedding cache in ${folder} was damaged (${what}): those images were encoded again.`,
    });
  }

  function remember(block: SegmentBlock): void {
    const { file, d, classes, rowLength, keys, notes, rowsOffset, offset } = block;
    const shared = { file, d, classes, rowLength };
    keys.forEach((key, i) => {
      locations.set(key, { block: shared, offset: offset + rowsOffset + i * rowLength, note: notes[i]! });
    });
  }

  try {
    await makeFolder(own);
    await joinSegments(own).catch(unusable);
    const segments = await readSegments(own);
    closeSegments = segments.close;
    for (const block of segments.blocks) remember(block);
    if (segments.damaged.length > 0) damaged(segments.damaged.join(', '));
  } catch (error) {
    await unusable(error);
  }

  async function append(entries: readonly CacheEntry[]): Promise<void> {
    const fresh = entries.filter(({ key }) => !locations.has(key));
    if (writing === 'impossible' || fresh.length === 0) return;
    try {
      writer ??= await openSegment(own);
      const bytes = blockBytes(fresh);
      const offset = await writer.append(bytes);
      remember({ ...parsedBlock(bytes.subarray(0, directoryLength(bytes)))!, file: writer.file, offset });
    } catch (error) {
      await unusable(error);
    }
  }

  return {
    get warnings() {
      return [...warnings.values()];
    },
    async lookUp(key) {
      const location = locations.get(key);
      if (location === undefined) return undefined;
      const { block, offset, note } = location;
      const bytes = await bytesAt(block.file, offset, block.rowLength).catch(() => new Uint8Array(0));
      const row = parsedRow(bytes, { key, d: block.d, classes: block.classes });
      if (row !== undefined) return { ...row, note };
      locations.delete(key);
      damaged(`${++damagedEntries} embeddings`);
      return undefined;
    },
    store(entries) {
      lastStore = lastStore.then(() => append(entries)); // a segment grows by one block at a time
      return lastStore;
    },
    async close() {
      await lastStore;
      await closeSegments();
      await writer?.close().catch(unusable);
    },
  };
}

function digest({ encoder, circumstances }: CacheIdentity): string {
  if (encoder.sha256 === null || encoder.preprocessing === null)
    throw new InputError('UNREADABLE_FILE', {
      where: `encoder ${encoder.id}`,
      expected: 'must have a hash and a preprocessing for its embeddings to be cached',
      help: 'Encode without a cache.',
    });
  return createHash('sha256')
    .update(JSON.stringify([encoder.sha256, encoder.preprocessing, ...circumstances]))
    .digest('hex');
}
