import type { FileHandle } from 'node:fs/promises';
import { type Entry, fromRandomAccessReaderPromise } from 'yauzl';
import { ReadAhead } from './read-ahead.js';
import { openRegularFile } from './regular-file.js';
import { type ZipEntry, type ZipEntryReader, zipEntryReader } from './zip-entry-reader.js';
import { reason, zipError } from './zip-error.js';

/** A zip opened for random access: nothing but its directory is read before it is asked for. */
export interface ZipArchive extends ZipEntryReader {
  /** the path as the caller typed it */
  readonly path: string;
  /** of the archive in bytes */
  readonly fileSize: number;
  /** files in the order of the directory; folders are left out */
  readonly entries: readonly ZipEntry[];
  close(): Promise<void>;
}

function method(entry: Entry): ZipEntry['method'] {
  if (entry.isEncrypted()) return 'encrypted';
  if (entry.compressionMethod === 0) return 'stored';
  return entry.compressionMethod === 8 ? 'deflated' : `method ${entry.compressionMethod}`;
}

/** Of each entry, before its name. */
const LOCAL_HEADER = 30;

async function directory(path: string, file: FileHandle, fileSize: number): Promise<ZipEntry[]> {
  try {
    const zip = await fromRandomAccessReaderPromise(new ReadAhead(file), fileSize, {
      autoClose: false,
      lazyEntries: true,
      validateEntrySizes: true,
    });
    const entries: ZipEntry[] = [];
    let stored = 0;
    for await (const entry of zip.eachEntry()) {
      stored += LOCAL_HEADER + entry.compressedSize;
      if (stored > fileSize)
        throw new Error('its entries overlap: they hold more bytes than the archive has');
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
    throw zipError(path, `not a readable zip archive (${reason(error)})`, error);
  }
}

/**
 * Opens a zip (zip64 too) for random access: images, `.npz` arrays, torch checkpoints.
 *
 * Names that are absolute or go through `..` are refused when the archive is opened; backslashes, which some Windows
 * tools write, are read as `/`. Sizes are checked before memory is taken: a stored entry is as large as it is in the
 * file, a deflated one at most 1,032 times that, and what is read is never more than what was declared. Entries that share bytes are refused, as
 * CPython's zipfile does: a small file would stand for more than 1,032 times its size.
 *
 * @throws InputError UNREADABLE_FILE if the file is missing, not a zip, cut off, or (on reading) an entry is encrypted,
 *   compressed by another method than deflate, cut off, longer or shorter than declared, or fails its CRC-32
 */
export async function openZip(path: string): Promise<ZipArchive> {
  const { file, size: fileSize } = await openRegularFile(path);
  try {
    const entries = await directory(path, file, fileSize);
    return {
      path,
      fileSize,
      entries,
      ...zipEntryReader({ path, file, fileSize }),
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}
