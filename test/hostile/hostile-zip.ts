import { constants, deflateRawSync } from 'node:zlib';
import { crc32 } from '../../encoders/files/crc-32.js';
import { crc32Combination } from '../../encoders/files/crc-32-combination.js';

/** An entry of a zip as its bytes say it, true or not. */
export interface RawEntry {
  readonly name: string | Uint8Array;
  /** as they stand in the archive; null where `offset` says whose they are */
  readonly data: Uint8Array | null;
  readonly method?: number;
  readonly size: number;
  readonly crc32: number;
  readonly compressedSize?: number;
  /** of another entry's header, for one that shares its bytes */
  readonly offset?: number;
  readonly extra?: Uint8Array;
  readonly flags?: number;
}

/** An entry that is what it says, deflated. */
export function deflatedEntry(name: string, bytes: Uint8Array): RawEntry {
  return { name, data: deflateRawSync(bytes), method: 8, size: bytes.length, crc32: crc32(bytes) };
}

export function storedEntry(name: string, bytes: Uint8Array): RawEntry {
  return { name, data: bytes, method: 0, size: bytes.length, crc32: crc32(bytes) };
}

/** `head` and then any number of zero bytes, deflated 1,000 : 1 without ever being there. */
export function zerosEntry(
  name: string,
  {
    head,
    zeros,
    tail = new Uint8Array(0),
  }: {
    readonly head: Uint8Array;
    readonly zeros: number;
    readonly tail?: Uint8Array;
  },
): RawEntry {
  const rest = zeros % PIECE;
  const first = deflateRawSync(Buffer.concat([head, new Uint8Array(rest)]), FLUSHED);
  const piece = deflateRawSync(new Uint8Array(PIECE), FLUSHED);
  const pieces = Array.from({ length: (zeros - rest) / PIECE }, () => piece);
  let crc = crc32(new Uint8Array(rest), crc32(head));
  const pieceCrc = crc32(new Uint8Array(PIECE));
  for (const _ of pieces) crc = crc32Combination(crc, { crc32: pieceCrc, length: PIECE });
  return {
    name,
    data: Buffer.concat([first, ...pieces, deflateRawSync(tail)]),
    method: 8,
    size: head.length + zeros + tail.length,
    crc32: crc32(tail, crc),
  };
}

const PIECE = 1 << 20;
const FLUSHED = { finishFlush: constants.Z_FULL_FLUSH, level: 9 };

/** A zip of entries, none of them checked; `count` and `comment` may lie as well. */
export function rawZip(
  entries: readonly RawEntry[],
  { count = entries.length, comment = '' }: { readonly count?: number; readonly comment?: string } = {},
): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const entry of entries) {
    const name = typeof entry.name === 'string' ? Buffer.from(entry.name) : entry.name;
    const extra = entry.extra ?? new Uint8Array(0);
    const offset = entry.offset ?? at;
    if (entry.data !== null) {
      const local = Buffer.alloc(30);
      local.writeUInt32LE(0x04034b50, 0);
      writeCommon(local, 4, entry, { name, extraLength: 0 });
      parts.push(local, name, entry.data);
      at += 30 + name.length + entry.data.length;
    }
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(20, 4);
    writeCommon(central, 6, entry, { name, extraLength: extra.length });
    central.writeUInt32LE(offset, 42);
    directory.push(central, name, extra);
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(count & 0xffff, 8);
  end.writeUInt16LE(count & 0xffff, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(at, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...parts, ...directory, end, Buffer.from(comment)]);
}

function writeCommon(
  into: Buffer,
  at: number,
  entry: RawEntry,
  { name, extraLength }: { readonly name: Uint8Array; readonly extraLength: number },
): void {
  into.writeUInt16LE(20, at);
  into.writeUInt16LE(entry.flags ?? 0x800, at + 2);
  into.writeUInt16LE(entry.method ?? 0, at + 4);
  into.writeUInt32LE(entry.crc32, at + 10);
  into.writeUInt32LE((entry.compressedSize ?? entry.data?.length ?? 0) >>> 0, at + 14);
  into.writeUInt32LE(entry.size % 2 ** 32, at + 18);
  into.writeUInt16LE(name.length, at + 22);
  into.writeUInt16LE(extraLength, at + 24);
}
