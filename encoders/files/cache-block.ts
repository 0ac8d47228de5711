import { createHash } from 'node:crypto';
import { crc32 } from './crc-32.js';
import { parsedIds } from './json-text.js';

/** One image's embedding as the cache keeps it. */
export interface CachedEmbedding {
  /** (d) */
  readonly embedding: Float32Array;
  /** (classes); null where the network does not classify */
  readonly logits: Float32Array | null;
  /** what decoding the image had to say, in the caller's own words */
  readonly note: string;
}

export interface CacheEntry extends CachedEmbedding {
  /** SHA-256 of the image, hexadecimal */
  readonly key: string;
}

/** Where the rows of a block are, and whose they are. */
export interface CacheBlock {
  readonly keys: readonly string[];
  readonly notes: readonly string[];
  readonly d: number;
  readonly classes: number;
  /** bytes of the whole block */
  readonly length: number;
  /** bytes from the block's start to its first row */
  readonly rowsOffset: number;
  readonly rowLength: number;
}

/*
 * A block is: head (magic, rows, d, classes, length of the notes, CRC-32 of these), keys (rows × 32), notes (JSON), checksum of all that,
 * then rows, each an embedding, logits and a checksum. Little-endian. Blocks follow each other in a segment.
 */
const MAGIC = 0x31434653; // "SFC1"
const KEY_LENGTH = 32;
const CHECKSUM_LENGTH = 16;
const COUNTS_LENGTH = 20;
export const BLOCK_HEAD_LENGTH = COUNTS_LENGTH + 4;

function checksum(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest().subarray(0, CHECKSUM_LENGTH);
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** A block of one row or more, all of the same d and classes. */
export function blockBytes(entries: readonly CacheEntry[]): Uint8Array {
  const { embedding, logits } = entries[0]!;
  const notes = Buffer.from(JSON.stringify(entries.map(({ note }) => note)));
  const head = Buffer.alloc(BLOCK_HEAD_LENGTH);
  [MAGIC, entries.length, embedding.length, logits?.length ?? 0, notes.length].forEach((value, i) => {
    head.writeUInt32LE(value, 4 * i);
  });
  head.writeUInt32LE(crc32(head.subarray(0, COUNTS_LENGTH)), COUNTS_LENGTH);
  const directory = Buffer.concat([head, ...entries.map(({ key }) => Buffer.from(key, 'hex')), notes]);
  const rows = entries.flatMap(({ key, embedding, logits }) => {
    const values = [bytesOf(embedding), ...(logits === null ? [] : [bytesOf(logits)])];
    return [...values, checksum(Buffer.from(key, 'hex'), ...values)];
  });
  return Buffer.concat([directory, checksum(directory), ...rows]);
}

/** Bytes of a block before its rows, from its first {@link BLOCK_HEAD_LENGTH}; undefined if no block begins there. */
export function directoryLength(head: Uint8Array): number | undefined {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (head.length < BLOCK_HEAD_LENGTH || view.getUint32(0, true) !== MAGIC) return undefined;
  if (crc32(head.subarray(0, COUNTS_LENGTH)) !== view.getUint32(COUNTS_LENGTH, true)) return undefined;
  return (
    BLOCK_HEAD_LENGTH + view.getUint32(4, true) * KEY_LENGTH + view.getUint32(16, true) + CHECKSUM_LENGTH
  );
}

/** A block from the bytes before its rows; undefined if they are damaged. */
export function parsedBlock(directory: Uint8Array): CacheBlock | undefined {
  const content = directory.subarray(0, -CHECKSUM_LENGTH);
  if (Buffer.compare(checksum(content), directory.subarray(-CHECKSUM_LENGTH)) !== 0) return undefined;
  const view = new DataView(directory.buffer, directory.byteOffset, directory.byteLength);
  const [rows, d, classes] = [4, 8, 12].map((at) => view.getUint32(at, true)) as [number, number, number];
  const notesOffset = BLOCK_HEAD_LENGTH + rows * KEY_LENGTH;
  const notes = parsedNotes(Buffer.from(content.subarray(notesOffset)).toString(), rows);
  if (notes === undefined) return undefined;
  const rowLength = 4 * (d + classes) + CHECKSUM_LENGTH;
  return {
    keys: Array.from({ length: rows }, (_, i) =>
      Buffer.from(content.subarray(BLOCK_HEAD_LENGTH + i * KEY_LENGTH).subarray(0, KEY_LENGTH)).toString(
        'hex',
      ),
    ),
    notes,
    d,
    classes,
    length: directory.length + rows * rowLength,
    rowsOffset: directory.length,
    rowLength,
  };
}

/** A text for each row; undefined if they are anything else. */
function parsedNotes(text: string, rows: number): readonly string[] | undefined {
  try {
    const notes = parsedIds(text, 'notes');
    return notes.length === rows ? notes : undefined;
  } catch {
    return undefined;
  }
}

/** Embedding and logits of a row; undefined if it is damaged or another key's. */
export function parsedRow(
  bytes: Uint8Array,
  { key, d, classes }: { readonly key: string; readonly d: number; readonly classes: number },
): Omit<CachedEmbedding, 'note'> | undefined {
  const content = bytes.subarray(0, 4 * (d + classes));
  const expected = checksum(Buffer.from(key, 'hex'), content);
  if (Buffer.compare(expected, bytes.subarray(content.length)) !== 0) return undefined;
  const values = new Float32Array(d + classes);
  bytesOf(values).set(content);
  return { embedding: values.subarray(0, d), logits: classes === 0 ? null : values.subarray(d) };
}
