import { constants } from 'node:buffer';
import type { FileHandle } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { promisify } from 'node:util';
import { createInflateRaw, inflateRaw } from 'node:zlib';
import { InputError } from '../../errors.js';
import { crc32 } from './crc-32.js';
import { reason, zipError } from './zip-error.js';

/** One file inside a zip, as the directory at the archive's end describes it. */
export interface ZipEntry {
  /** path inside the archive with `/` between folders; never absolute, never through `..` */
  readonly name: string;
  /** bytes once inflated */
  readonly size: number;
  readonly compressedSize: number;
  readonly method: 'stored' | 'deflated' | 'encrypted' | `method ${number}`;
  readonly crc32: number;
  /** of the entry's own header, from the start of the archive */
  readonly offset: number;
}

/** How entries are read. */
export interface ZipEntryReader {
  /** The whole entry, its CRC-32 checked. */
  read(entry: ZipEntry): Promise<Uint8Array>;
  /** `length` bytes from `start` of a stored entry; not checked against the CRC-32, which covers the whole. */
  readRange(entry: ZipEntry, start: number, length: number): Promise<Uint8Array>;
  /** The entry piece by piece in bounded memory; a wrong size or CRC-32 throws at the end. */
  chunks(entry: ZipEntry): AsyncIterable<Uint8Array>;
}

/** Deflate cannot do better than 1,032 : 1 (258 bytes from 2 bits); an entry that promises more is a lie. */
const MOST_DEFLATED = 1032;
const PIECE = 1 << 18;
/** Up to this many bytes, compressed and inflated, an entry is read and inflated in one go: most images. */
const SMALL = 1 << 22;
const LOCAL_HEADER = 30;
/** Read along with the header: room for its name and extra fields, so that a small entry mostly takes one read. */
const AFTER_HEADER = 512;

const inflatedAtOnce = promisify(inflateRaw) as (
  bytes: Uint8Array,
  options: { readonly maxOutputLength: number },
) => Promise<Uint8Array>;

/** How the entries of one open zip are read. */
export function zipEntryReader({
  path,
  file,
  fileSize,
}: {
  readonly path: string;
  readonly file: FileHandle;
  readonly fileSize: number;
}): ZipEntryReader {
  function entryError({ name }: ZipEntry, expected: string, cause?: unknown): InputError {
    return zipError(`${path}, entry ${name}`, expected, cause);
  }

  async function bytesAt(entry: ZipEntry, position: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const { bytesRead } = await file.read(bytes, done, length - done, position + done);
      if (bytesRead === 0)
        throw entryError(entry, `stops at byte ${done + position} of the archive, before its end`);
      done += bytesRead;
    }
    return bytes;
  }

  /** The start of the archive from an entry's header on, and where in it the entry's data begins. */
  async function opened(entry: ZipEntry, ahead: number): Promise<{ start: number; bytes: Uint8Array }> {
    const { method, size, compressedSize, offset } = entry;
    if (method !== 'stored' && method !== 'deflated')
      throw entryError(entry, `must be stored or deflated; it is compressed by ${method}`);
    if (size > compressedSize * (method === 'stored' ? 1 : MOST_DEFLATED))
      throw entryError(entry, `declares ${size} bytes, which cannot come from ${compressedSize}`);
    if (offset + LOCAL_HEADER > fileSize)
      throw entryError(entry, `starts at byte ${offset}, past the archive's end at ${fileSize}`);
    const bytes = await bytesAt(entry, offset, Math.min(LOCAL_HEADER + ahead, fileSize - offset));
    const view = new DataView(bytes.buffer);
    if (view.getUint32(0, true) !== 0x04034b50)
      throw entryError(entry, `has no header at byte ${offset} of the archive`);
    const start = LOCAL_HEADER + view.getUint16(26, true) + view.getUint16(28, true);
    if (offset + start + compressedSize > fileSize)
      throw entryError(
        entry,
        `ends at byte ${offset + start + compressedSize}, past the archive's end at ${fileSize}`,
      );
    return { start, bytes };
  }

  function requireIntact(entry: ZipEntry, size: number, crc: number): void {
    if (size < entry.size) throw entryError(entry, `must be ${entry.size} bytes; it stops after ${size}`);
    if (crc !== entry.crc32)
      throw entryError(entry, 'is damaged (its CRC-32 differs from the one stored with it)');
  }

  function tooLong(entry: ZipEntry): InputError {
    return entryError(entry, `must be ${entry.size} bytes; it goes on after them`);
  }

  function notInflated(entry: ZipEntry, error: unknown): InputError {
    if (error instanceof InputError) return error;
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return tooLong(entry);
    return entryError(entry, `cannot be inflated (${reason(error)})`, error);
  }

  async function* rawPieces(entry: ZipEntry, start: number): AsyncGenerator<Uint8Array> {
    for (let done = 0; done < entry.compressedSize; done += PIECE)
      yield await bytesAt(entry, start + done, Math.min(PIECE, entry.compressedSize - done));
  }

  function inflated(pieces: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    // The callback only marks errors as seen: they reach the reader through the iterator.
    return pipeline(Readable.from(pieces, { highWaterMark: 1 }), createInflateRaw(), () => {});
  }

  async function* chunks(entry: ZipEntry): AsyncGenerator<Uint8Array> {
    const { start } = await opened(entry, 0);
    const raw = rawPieces(entry, entry.offset + start);
    let size = 0;
    let crc = 0;
    try {
      for await (const chunk of entry.method === 'stored' ? raw : inflated(raw)) {
        size += chunk.length;
        if (size > entry.size) throw tooLong(entry);
        crc = crc32(chunk, crc);
        yield chunk;
      }
    } catch (error) {
      throw notInflated(entry, error);
    }
    requireIntact(entry, size, crc);
  }

  async function small(entry: ZipEntry): Promise<Uint8Array> {
    const { size, compressedSize, offset, method } = entry;
    const { start, bytes: ahead } = await opened(entry, AFTER_HEADER + compressedSize);
    const raw =
      start + compressedSize <= ahead.length
        ? ahead.subarray(start, start + compressedSize)
        : await bytesAt(entry, offset + start, compressedSize);
    try {
      const bytes =
        method === 'stored' ? raw : await inflatedAtOnce(raw, { maxOutputLength: Math.max(size, 1) });
      if (bytes.length > size) throw tooLong(entry);
      requireIntact(entry, bytes.length, crc32(bytes));
      return new Uint8Array(bytes); // its own memory, not a view into what was read around it
    } catch (error) {
      throw notInflated(entry, error);
    }
  }

  function memory(entry: ZipEntry): Uint8Array {
    try {
      return new Uint8Array(entry.size);
    } catch (error) {
      throw entryError(entry, `must fit in memory; it has ${entry.size} bytes`, error);
    }
  }

  async function read(entry: ZipEntry): Promise<Uint8Array> {
    if (entry.size <= SMALL && entry.compressedSize <= SMALL) return small(entry);
    await opened(entry, 0);
    if (entry.size > constants.MAX_LENGTH)
      throw entryError(
        entry,
        `has ${entry.size} bytes, more than one array can hold (${constants.MAX_LENGTH})`,
      );
    const bytes = memory(entry);
    let filled = 0;
    for await (const chunk of chunks(entry)) {
      bytes.set(chunk, filled);
      filled += chunk.length;
    }
    return bytes;
  }

  async function readRange(entry: ZipEntry, start: number, length: number): Promise<Uint8Array> {
    if (entry.method !== 'stored')
      throw entryError(entry, `must be stored to be read by range; it is ${entry.method}`);
    if (start < 0 || length < 0 || start + length > entry.size)
      throw entryError(entry, `has ${entry.size} bytes; bytes ${start} to ${start + length} were asked for`);
    const { start: data } = await opened(entry, 0);
    return bytesAt(entry, entry.offset + data + start, length);
  }

  return { read, readRange, chunks };
}
