import { OptionError } from '../../errors.js';
import { crc32 } from './crc-32.js';
import { crc32Combination } from './crc-32-combination.js';
import { openWholeFile, type WholeFile, type WholeFileOptions } from './whole-file.js';

// By hand, since the header of an array holds its number of rows and is known only after its last row: yazl and fflate write
// from front to back and would need the rows in memory or on disk twice. fflate also writes no file of more than 4 GiB.

/** An entry that is being written; the next begins when it has ended. */
export interface ZipEntryWriter {
  append(bytes: Uint8Array): Promise<void>;
  /** @param head  what goes before all that was appended, of the length announced */
  end(head: Uint8Array): Promise<void>;
}

/** A zip written from front to back in bounded memory, whole or not at all. */
export interface ZipWriter {
  add(name: string, bytes: Uint8Array): Promise<void>;
  /** An entry whose size, and whose first `headLength` bytes, are known only at its end. */
  begin(name: string, headLength: number): Promise<ZipEntryWriter>;
  commit(): Promise<void>;
  abandon(): Promise<void>;
}

interface Written {
  readonly name: Uint8Array;
  readonly offset: number;
  readonly size: number;
  readonly crc32: number;
}

const VERSION = 45; // zip64
const UTF8_NAMES = 1 << 11;
const FIRST_DAY = 0x21; // 1 January 1980: the same arrays are the same bytes, whenever they are written
const MODE = 0o100644 * 65536; // a file that its owner may write and everybody read
const IN_ZIP64 = 0xffffffff;
const LOCAL_HEADER_LENGTH = 30;
const ZIP64_LENGTH = 20;

/**
 * Opens a zip for writing, uncompressed as `numpy.savez` leaves it. Timestamps are fixed, so that equal content gives
 * equal bytes. Entries and archives may exceed 4 GiB.
 *
 * @throws InputError FILE_EXISTS, UNWRITABLE_FILE and InterruptedError as {@link openWholeFile}
 */
export async function openZipWriter(path: string, options: WholeFileOptions = {}): Promise<ZipWriter> {
  return zipWriter(await openWholeFile(path, options));
}

/** A zip of a few small entries, in memory: the same bytes as a file of them. */
export async function zipBytes(
  entries: readonly (readonly [name: string, bytes: Uint8Array])[],
): Promise<Uint8Array> {
  const pieces: { readonly position: number; readonly bytes: Uint8Array }[] = [];
  let size = 0;
  const nothing = async () => {};
  const zip = zipWriter({
    path: 'a zip in memory',
    get size() {
      return size;
    },
    async append(bytes) {
      pieces.push({ position: size, bytes });
      size += bytes.length;
    },
    async amend(bytes, position) {
      pieces.push({ position, bytes });
    },
    commit: nothing,
    abandon: nothing,
  });
  for (const [name, bytes] of entries) await zip.add(name, bytes);
  await zip.commit();
  const whole = new Uint8Array(size);
  for (const { position, bytes } of pieces) whole.set(bytes, position);
  return whole;
}

function zipWriter(file: WholeFile): ZipWriter {
  const entries: Written[] = [];

  async function begin(name: string, headLength: number): Promise<ZipEntryWriter> {
    const encodedName = Buffer.from(name);
    const offset = file.size;
    let crc = 0;
    let length = 0;
    await file.append(localHeader({ name: encodedName, offset, size: 0, crc32: 0 }));
    const start = file.size;
    await file.append(new Uint8Array(headLength));
    return {
      async append(bytes) {
        await file.append(bytes);
        crc = crc32(bytes, crc);
        length += bytes.length;
      },
      async end(head) {
        if (head.length !== headLength)
          throw new OptionError('OUT_OF_RANGE', {
            where: `${file.path}, entry ${name}`,
            expected: `head must be the ${headLength} bytes announced`,
            received: `${head.length}`,
          });
        const whole = crc32Combination(crc32(head), { crc32: crc, length });
        const entry: Written = { name: encodedName, offset, size: headLength + length, crc32: whole };
        await file.amend(head, start);
        await file.amend(localHeader(entry), offset);
        entries.push(entry);
      },
    };
  }

  return {
    begin,
    async add(name, bytes) {
      const entry = await begin(name, 0);
      await entry.append(bytes);
      await entry.end(new Uint8Array(0));
    },
    async commit() {
      const start = file.size;
      for (const entry of entries) await file.append(directoryHeader(entry));
      await file.append(endOfDirectory({ entries: entries.length, start, size: file.size - start }));
      await file.commit();
    },
    abandon: () => file.abandon(),
  };
}

/** With zip64 sizes always: they are written before they are known. */
function localHeader({ name, size, crc32 }: Written): Uint8Array {
  const bytes = Buffer.alloc(LOCAL_HEADER_LENGTH + name.length + ZIP64_LENGTH);
  bytes.writeUInt32LE(0x04034b50, 0);
  writeCommon(bytes, 4, crc32);
  bytes.writeUInt32LE(IN_ZIP64, 18);
  bytes.writeUInt32LE(IN_ZIP64, 22);
  bytes.writeUInt16LE(name.length, 26);
  bytes.writeUInt16LE(ZIP64_LENGTH, 28);
  bytes.set(name, LOCAL_HEADER_LENGTH);
  bytes.set(zip64([size, size]), LOCAL_HEADER_LENGTH + name.length);
  return bytes;
}

function directoryHeader({ name, offset, size, crc32 }: Written): Uint8Array {
  const large = [...(size >= IN_ZIP64 ? [size, size] : []), ...(offset >= IN_ZIP64 ? [offset] : [])];
  const extra = large.length === 0 ? new Uint8Array(0) : zip64(large);
  const bytes = Buffer.alloc(46 + name.length + extra.length);
  bytes.writeUInt32LE(0x02014b50, 0);
  bytes.writeUInt16LE((3 << 8) | VERSION, 4); // made on Unix: the mode below is one
  writeCommon(bytes, 6, crc32);
  bytes.writeUInt32LE(Math.min(size, IN_ZIP64), 20);
  bytes.writeUInt32LE(Math.min(size, IN_ZIP64), 24);
  bytes.writeUInt16LE(name.length, 28);
  bytes.writeUInt16LE(extra.length, 30);
  bytes.writeUInt32LE(MODE, 38);
  bytes.writeUInt32LE(Math.min(offset, IN_ZIP64), 42);
  bytes.set(name, 46);
  bytes.set(extra, 46 + name.length);
  return bytes;
}

/** Version needed, flags, method (stored), time, date and CRC-32, which both headers have in this order. */
function writeCommon(bytes: Buffer, at: number, crc32: number): void {
  bytes.writeUInt16LE(VERSION, at);
  bytes.writeUInt16LE(UTF8_NAMES, at + 2);
  bytes.writeUInt16LE(FIRST_DAY, at + 8);
  bytes.writeUInt32LE(crc32, at + 10);
}

/** The extra field that holds what does not fit in 32 bits. */
function zip64(values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(4 + 8 * values.length);
  bytes.writeUInt16LE(1, 0);
  bytes.writeUInt16LE(8 * values.length, 2);
  values.forEach((value, i) => {
    bytes.writeBigUInt64LE(BigInt(value), 4 + 8 * i);
  });
  return bytes;
}

function endOfDirectory(directory: {
  readonly entries: number;
  readonly start: number;
  readonly size: number;
}): Uint8Array {
  const { entries, start, size } = directory;
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(entries, 0xffff), 8);
  end.writeUInt16LE(Math.min(entries, 0xffff), 10);
  end.writeUInt32LE(Math.min(size, IN_ZIP64), 12);
  end.writeUInt32LE(Math.min(start, IN_ZIP64), 16);
  if (entries < 0xffff && start + size < IN_ZIP64) return end;

  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeUInt16LE((3 << 8) | VERSION, 12);
  record.writeUInt16LE(VERSION, 14);
  record.writeBigUInt64LE(BigInt(entries), 24);
  record.writeBigUInt64LE(BigInt(entries), 32);
  record.writeBigUInt64LE(BigInt(size), 40);
  record.writeBigUInt64LE(BigInt(start), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(start + size), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([record, locator, end]);
}
