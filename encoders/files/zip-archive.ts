import { constants } from 'node:buffer';
import { type FileHandle, open } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import { type Entry, fromRandomAccessReaderPromise } from 'yauzl';
import { InputError } from '../../errors.js';
import { crc32 } from './crc-32.js';
import { ReadAhead } from './read-ahead.js';

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

/** A zip opened for random access: nothing but its directory is read before it is asked for. */
export interface ZipArchive {
  /** the path as the caller typed it */
  readonly path: string;
  /** files in the order of the directory; folders are left out */
  readonly entries: readonly ZipEntry[];
  /** The whole entry, its CRC-32 checked. */
  read(entry: ZipEntry): Promise<Uint8Array>;
  /** `length` bytes from `start` of a stored entry; not checked against the CRC-32, which covers the whole. */
  readRange(entry: ZipEntry, start: number, length: number): Promise<Uint8Array>;
  /** The entry piece by piece in bounded memory; a wrong size or CRC-32 throws at the end. */
  chunks(entry: ZipEntry): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/** Deflate cannot do better than 1,032 : 1 (258 bytes from 2 bits); an entry that promises more is a lie. */
const MOST_DEFLATED = 1032;
const PIECE = 1 << 18;
const LOCAL_HEADER = 30;

function method(entry: Entry): ZipEntry['method'] {
  if (entry.isEncrypted()) return 'encrypted';
  if (entry.compressionMethod === 0) return 'stored';
  return entry.compressionMethod === 8 ? 'deflated' : `method ${entry.compressionMethod}`;
}

/** Errors of one archive, or of one entry in it, all naming what they speak of. */
function unreadable(path: string, expected: string, cause?: unknown): InputError {
  const help = 'Write or download the archive again.';
  return new InputError('UNREADABLE_FILE', { where: path, expected, help }, { cause });
}

function entryError(path: string, { name }: ZipEntry, expected: string, cause?: unknown): InputError {
  return unreadable(`${path}, entry ${name}`, expected, cause);
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const expected = missing ? 'no such file' : `cannot be opened (${reason(error)})`;
    throw new InputError('UNREADABLE_FILE', { where: path, expected }, { cause: error });
  }
}

async function directory(path: string, file: FileHandle, fileSize: number): Promise<ZipEntry[]> {
  try {
    const zip = await fromRandomAccessReaderPromise(new ReadAhead(file), fileSize, {
      autoClose: false,
      lazyEntries: true,
      validateEntrySizes: true,
    });
    const entries: ZipEntry[] = [];
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith('/')) continue;
      entries.push({
        name: entry.fileName,
        size: entry.uncompressedSize,
        compressedSize: entry.compressedSize,
        method: method(entry),
        crc32: entry.crc32,
        offset: entry.relativeOffsetOfLocalHeader,
      });
    }
    return entries;
  } catch (error) {
    throw unreadable(path, `not a readable zip archive (${reason(error)})`, error);
  }
}

/**
 * Opens a zip (zip64 too) for random access: images, `.npz` arrays, torch checkpoints.
 *
 * Names that are absolute or go through `..` are refused when the archive is opened; backslashes, which some Windows
 * tools write, are read as `/`. Sizes are checked before memory is taken: a stored entry is as large as it is in the
 * file, a deflated one at most 1,032 times that, and what is read is never more than what was declared.
 *
 * @throws InputError UNREADABLE_FILE if the file is missing, not a zip, cut off, or (on reading) an entry is encrypted,
 *   compressed by another method than deflate, cut off, longer or shorter than declared, or fails its CRC-32
 */
export async function openZip(path: string): Promise<ZipArchive> {
  const file = await openFile(path);
  try {
    const { size: fileSize } = await file.stat();
    return zipArchive(path, file, fileSize, await directory(path, file, fileSize));
  } catch (error) {
    await file.close();
    throw error;
  }
}

function zipArchive(
  path: string,
  file: FileHandle,
  fileSize: number,
  entries: readonly ZipEntry[],
): ZipArchive {
  async function bytesAt(entry: ZipEntry, position: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const { bytesRead } = await file.read(bytes, done, length - done, position + done);
      if (bytesRead === 0)
        throw entryError(path, entry, `stops at byte ${done + position} of the archive, before its end`);
      done += bytesRead;
    }
    return bytes;
  }

  /** Where the entry's data begins, after its own header has been checked against the directory. */
  async function dataStart(entry: ZipEntry): Promise<number> {
    if (entry.method !== 'stored' && entry.method !== 'deflated')
      throw entryError(path, entry, `must be stored or deflated; it is compressed by ${entry.method}`);
    if (entry.size > entry.compressedSize * (entry.method === 'stored' ? 1 : MOST_DEFLATED))
      throw entryError(
        path,
        entry,
        `declares ${entry.size} bytes, which cannot come from ${entry.compressedSize}`,
      );
    if (entry.offset + LOCAL_HEADER > fileSize)
      throw entryError(path, entry, `starts at byte ${entry.offset}, past the archive's end at ${fileSize}`);
    const header = Buffer.from((await bytesAt(entry, entry.offset, LOCAL_HEADER)).buffer);
    if (header.readUInt32LE(0) !== 0x04034b50)
      throw entryError(path, entry, `has no header at byte ${entry.offset} of the archive`);
    const start = entry.offset + LOCAL_HEADER + header.readUInt16LE(26) + header.readUInt16LE(28);
    if (start + entry.compressedSize > fileSize)
      throw entryError(
        path,
        entry,
        `ends at byte ${start + entry.compressedSize}, past the archive's end at ${fileSize}`,
      );
    return start;
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
    const raw = rawPieces(entry, await dataStart(entry));
    let size = 0;
    let crc = 0;
    try {
      for await (const chunk of entry.method === 'stored' ? raw : inflated(raw)) {
        size += chunk.length;
        if (size > entry.size)
          throw entryError(path, entry, `must be ${entry.size} bytes; it goes on after them`);
        crc = crc32(chunk, crc);
        yield chunk;
      }
    } catch (error) {
      if (error instanceof InputError) throw error;
      throw entryError(path, entry, `cannot be inflated (${reason(error)})`, error);
    }
    if (size < entry.size)
      throw entryError(path, entry, `must be ${entry.size} bytes; it stops after ${size}`);
    if (crc !== entry.crc32)
      throw entryError(path, entry, 'is damaged (its CRC-32 differs from the one stored with it)');
  }

  async function read(entry: ZipEntry): Promise<Uint8Array> {
    await dataStart(entry);
    if (entry.size > constants.MAX_LENGTH)
      throw entryError(
        path,
        entry,
        `has ${entry.size} bytes, more than one array can hold (${constants.MAX_LENGTH})`,
      );
    const bytes = new Uint8Array(entry.size);
    let filled = 0;
    for await (const chunk of chunks(entry)) {
      bytes.set(chunk, filled);
      filled += chunk.length;
    }
    return bytes;
  }

  async function readRange(entry: ZipEntry, start: number, length: number): Promise<Uint8Array> {
    if (entry.method !== 'stored')
      throw entryError(path, entry, `must be stored to be read by range; it is ${entry.method}`);
    if (start < 0 || length < 0 || start + length > entry.size)
      throw entryError(
        path,
        entry,
        `has ${entry.size} bytes; bytes ${start} to ${start + length} were asked for`,
      );
    return bytesAt(entry, (await dataStart(entry)) + start, length);
  }

  return { path, entries, read, readRange, chunks, close: () => file.close() };
}
