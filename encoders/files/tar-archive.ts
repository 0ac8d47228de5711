import { InputError } from '../../errors.js';
import { aheadReader, openRangeFile, type RangeFile } from './range-file.js';

/** One file in a tar. */
export interface TarEntry {
  /** path in the archive with `/` between folders; never absolute, never through `..` */
  readonly name: string;
  readonly size: number;
  /** of its bytes, from the start of the archive */
  readonly offset: number;
}

/** What is told of each file as it is found: a list of them all would be large. */
export interface TarVisitor {
  file(entry: TarEntry): void;
  /** a symbolic link, which is not followed */
  link?(name: string): void;
}

const BLOCK = 512;
/** Of a name or of extended attributes, far above what any file system allows. */
const LONGEST_ATTRIBUTES = 1 << 16;

/** Of an attribute that is looked at. */
const LONGEST_KEY = 16;

/** What an entry before a file says of it. */
interface Attributes {
  readonly path?: string | undefined;
  readonly linkPath?: string | undefined;
  readonly size?: number | undefined;
}

/**
 * The files of a tar: ustar, with the long names and sizes of PAX and GNU. Headers alone are read, and of a file its offset is given,
 * so that images are read in any order. A hard link stands for the file that it names; folders and devices are left out.
 *
 * By hand, since streaming readers (tar-stream, modern-tar) read every byte of the archive to list it, tell no offsets, and hold
 * a name of any length. To list 300 images of 60 MB tar-stream 3.2 reads 60 MB, and this reads 5.
 *
 * @throws InputError UNREADABLE_FILE if it is no tar, is cut off (also before the empty block at its end), has a sparse file, a
 *   name that is absolute or goes through `..`, or attributes of more than 64 KiB
 *
 * Source: POSIX.1-2001, pax; GNU tar, Basic Tar Format. Agrees with: GNU tar 1.34 and Python's tarfile, test/reference/image-sources.json.
 */
export async function visitTar(path: string, visitor: TarVisitor): Promise<void> {
  const file = await openRangeFile(path);
  try {
    await visitEntries(file, visitor);
  } finally {
    await file.close();
  }
}

/** Files of a tar before its first hard link, by name: read again, since few archives have links and names of a million files are large. */
async function filesBefore(file: RangeFile, end: number): Promise<Map<string, TarEntry>> {
  const byName = new Map<string, TarEntry>();
  await visitEntries(file, { file: (entry) => byName.set(entry.name, entry) }, end);
  return byName;
}

/** @param end  where to stop before the end of the archive */
async function visitEntries(
  file: RangeFile,
  visitor: TarVisitor,
  end = Number.POSITIVE_INFINITY,
): Promise<void> {
  const { path, size: fileSize } = file;
  const refused = (at: number, expected: string): InputError =>
    new InputError('UNREADABLE_FILE', {
      where: path,
      expected: `${expected} (at byte ${at.toLocaleString('en-US')})`,
      help: 'Make or download the archive again.',
    });
  const bytesAt = aheadReader(file);
  let byName: Map<string, TarEntry> | undefined;
  let next: Attributes = {};
  for (let at = 0; at < end; ) {
    if (at + BLOCK > fileSize)
      throw refused(at, `is cut off: it stops at byte ${fileSize.toLocaleString('en-US')}, before its end`);
    const header = await bytesAt(at, BLOCK);
    if (header.every((byte) => byte === 0)) return;
    if (!isHeader(header)) throw refused(at, at === 0 ? 'not a tar archive' : 'is damaged');
    const type = String.fromCharCode(header[156]!);
    const size = '123456'.includes(type)
      ? 0 // links, folders and devices have no bytes, whatever is said
      : ((isAttributes(type) ? undefined : next.size) ?? numberIn(header, 124, 12));
    const data = at + BLOCK;
    if (!Number.isSafeInteger(size) || size < 0 || data + size > fileSize)
      throw refused(at, `is cut off: an entry of ${size} bytes goes past its end`);
    at = data + Math.ceil(size / BLOCK) * BLOCK;
    if (type === 'x' || type === 'L' || type === 'K') {
      if (size > LONGEST_ATTRIBUTES) throw refused(data, `has attributes of ${size} bytes`);
      const bytes = await bytesAt(data, size);
      if (type === 'x') next = { ...next, ...paxAttributes(bytes, (what) => refused(data, what)) };
      else next = { ...next, [type === 'L' ? 'path' : 'linkPath']: textIn(bytes, 0, bytes.length) };
      continue;
    }
    if (type === 'g') continue; // of all files: comments and the like
    if (type === 'S' || type === 'M') throw refused(data - BLOCK, 'has a sparse or divided file');
    const name = nameOf(next.path ?? nameIn(header));
    if (name === null) throw refused(data - BLOCK, 'has a name that is absolute or goes through ..');
    const target = type === '1' ? nameOf(next.linkPath ?? textIn(header, 157, 100)) : null;
    next = {};
    if (target !== null) byName ??= await filesBefore(file, data - BLOCK);
    const linked = target === null ? undefined : byName?.get(target);
    if (type === '1' && linked === undefined)
      throw refused(data - BLOCK, 'has a hard link to a file that does not stand before it');
    if (type === '2') visitor.link?.(name);
    const entry = isRegular(type) ? { name, size, offset: data } : linked && { ...linked, name };
    if (entry === undefined || name === '' || name.endsWith('/')) continue;
    visitor.file(entry);
    byName?.set(name, entry);
  }
}

function isRegular(type: string): boolean {
  return type === '0' || type === '\0' || type === '7';
}

/** Whether a header is of attributes of what comes next. */
function isAttributes(type: string): boolean {
  return 'xgLK'.includes(type);
}

/** By its checksum: the sum of its bytes, with blanks in the checksum's own place; signed in some old archives. */
function isHeader(header: Uint8Array): boolean {
  let sum = 0;
  let signed = 0;
  for (let i = 0; i < BLOCK; i++) {
    const byte = i >= 148 && i < 156 ? 32 : header[i]!;
    sum += byte;
    signed += byte < 128 ? byte : byte - 256;
  }
  const said = numberIn(header, 148, 8);
  return said === sum || said === signed;
}

/** Octal digits, or GNU's binary numbers; NaN where it is neither. */
function numberIn(header: Uint8Array, start: number, length: number): number {
  if (header[start] === 0x80) {
    let value = 0;
    for (let i = start + 1; i < start + length; i++) value = value * 256 + header[i]!;
    return value;
  }
  const digits = textIn(header, start, length).trim();
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : digits === '' ? 0 : Number.NaN;
}

/** Text up to the first zero. */
function textIn(bytes: Uint8Array, start: number, length: number): string {
  const field = bytes.subarray(start, start + length);
  const end = field.indexOf(0);
  const size = end < 0 ? field.length : end;
  return Buffer.from(field.buffer, field.byteOffset, size).toString(); // a tenth of a TextDecoder's time
}

function nameIn(header: Uint8Array): string {
  const name = textIn(header, 0, 100);
  const isUstar = textIn(header, 257, 6) === 'ustar'; // GNU's has blanks, and other things in the prefix's place
  const prefix = isUstar ? textIn(header, 345, 155) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** Without `./`; null for what would lead out of the archive. */
function nameOf(name: string): string | null {
  const parts = name.replaceAll('\\', '/').split('/');
  if (name.startsWith('/') || name.includes('\0') || parts.includes('..') || /^[a-z]:/i.test(name))
    return null;
  const last = parts.at(-1) === '' ? '/' : '';
  return `${parts.filter((part) => part !== '' && part !== '.').join('/')}${last}`;
}

/** Records of `length key=value\n`. */
function paxAttributes(bytes: Uint8Array, refused: (expected: string) => InputError): Attributes {
  const found: { path?: string; linkPath?: string; size?: number } = {};
  for (let at = 0; at < bytes.length; ) {
    let [length, key] = [0, at];
    for (; bytes[key]! >= 0x30 && bytes[key]! <= 0x39 && length <= bytes.length; key++)
      length = 10 * length + bytes[key]! - 0x30;
    const end = at + length;
    const equals = bytes.subarray(key, Math.max(key, end)).indexOf(0x3d);
    if (bytes[key] !== 0x20 || end > bytes.length || bytes[end - 1] !== 0x0a || equals < 2)
      throw refused('has damaged attributes');
    const name = textIn(bytes, key + 1, Math.min(equals - 1, LONGEST_KEY));
    if (name.startsWith('GNU.sparse.')) throw refused('has a sparse file');
    if (name === 'path' || name === 'linkpath' || name === 'size') {
      const value = new TextDecoder().decode(bytes.subarray(key + equals + 1, end - 1));
      if (name === 'path') found.path = value;
      if (name === 'linkpath') found.linkPath = value;
      if (name === 'size') found.size = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    }
    at = end;
  }
  return found;
}
